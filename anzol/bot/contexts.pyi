# Written by anzol/bot/generate.py from the Bot API 10.1. Do not edit.
# mypy: disable-error-code="overload-overlap"
from collections.abc import Callable
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar, Unpack, overload

from anzol.api import types
from anzol.api.types import Chat, Message, User

from .context import Context
from .filters import Test
from .routes import Options

P = ParamSpec("P")
R = TypeVar("R", covariant=True)
C = TypeVar("C")
T = TypeVar("T")
F = TypeVar("F", contravariant=True)
H = TypeVar("H", bound=Callable[..., Any])

class MessageCtx(Context):
    """A message from a user. `event` is the same and unchecked."""
    message: Message
    chat: Chat
    user: User

class PostCtx(Context):
    """A message of a channel."""
    message: Message
    chat: Chat

class AlbumCtx(MessageCtx):
    """The first message of an album."""

class ButtonPress(types.CallbackQuery):
    data: str

class ButtonCtx(Context):
    """A press on a button that has data; `message` is absent where inline mode sent the button's message."""
    event: ButtonPress
    callback: ButtonPress
    user: User

class InlineCtx(Context):
    """An inline query: no chat, only a user and what they have typed, `ctx.text`."""
    event: types.InlineQuery
    user: User

class Event(types.Object):
    id: str
    topic: str
    type: str
    payload: dict[str, Any]

class EventCtx(Context):
    """An event that another program has told of."""
    event: Event

class OwnCtx(Context):
    """The base of an author's own context, for `Router(context=...)`; every handler may take it."""
    message: Message
    chat: Chat
    user: User

O = TypeVar("O", bound=OwnCtx)

class Decorator(Protocol[C]):
    """A decorator of handlers that take such a context first, or the author's own."""
    @overload
    def __call__(self, handler: Callable[Concatenate[C, P], R], /) -> Callable[Concatenate[C, P], R]: ...
    @overload
    def __call__(self, handler: Callable[Concatenate[O, P], R], /) -> Callable[Concatenate[O, P], R]: ...

class ButtonHandler(Protocol[P, R]):
    """A handler of presses, which also makes the data of its buttons."""
    def __call__(self, ctx: ButtonCtx, /, *args: P.args, **fields: P.kwargs) -> R: ...
    def data(self, *args: P.args, **fields: P.kwargs) -> str: ...

class ButtonDecorator(Protocol):
    """A decorator of handlers of presses."""
    @overload
    def __call__(self, handler: Callable[Concatenate[ButtonCtx, P], R], /) -> ButtonHandler[P, R]: ...
    @overload
    def __call__(self, handler: Callable[Concatenate[O, P], R], /) -> ButtonHandler[P, R]: ...

class DataHandler(Protocol[P, R]):
    """A handler of deep links, which also makes their payloads."""
    def __call__(self, ctx: TextCtx, /, *args: P.args, **fields: P.kwargs) -> R: ...
    def data(self, *args: P.args, **fields: P.kwargs) -> str: ...

class DataDecorator(Protocol):
    """A decorator of handlers of deep links."""
    def __call__(self, handler: Callable[Concatenate[TextCtx, P], R], /) -> DataHandler[P, R]: ...

class PaidHandler(Protocol[P, R]):
    """A handler of payments, which also makes the payloads of invoices, and may check before they are paid."""
    def __call__(self, ctx: SuccessfulPaymentCtx, /, *args: P.args, **fields: P.kwargs) -> R: ...
    def data(self, *args: P.args, **fields: P.kwargs) -> str: ...
    def check(self, handler: Callable[Concatenate[PreCheckoutQueryCtx, P], Any], /) -> Callable[..., Any]: ...

class PaidDecorator(Protocol):
    """A decorator of handlers of payments."""
    def __call__(self, handler: Callable[Concatenate[SuccessfulPaymentCtx, P], R], /) -> PaidHandler[P, R]: ...

class FormHandler(Protocol[F, R]):
    """A handler of a filled form, which also starts it."""
    def __call__(self, ctx: MessageCtx, filled: F, /) -> R: ...
    def start(self, ctx: Context, /, **known: Any) -> Any: ...

class FormDecorator(Protocol[T]):
    """A decorator of handlers of a filled form."""
    def __call__(self, handler: Callable[[MessageCtx, T], R], /) -> FormHandler[T, R]: ...

class ScreenHandler(Protocol[P, R]):
    """A function that returns what a message shows; it makes the data of buttons that lead there, and draws it."""
    def __call__(self, ctx: Context, /, *args: P.args, **fields: P.kwargs) -> R: ...
    def data(self, *args: P.args, **fields: P.kwargs) -> str: ...
    def show(self, ctx: Context, /, *args: P.args, **fields: P.kwargs) -> Any: ...

class ScreenDecorator(Protocol):
    """A decorator of screens."""
    def __call__(self, handler: Callable[Concatenate[MessageCtx, P], R], /) -> ScreenHandler[P, R]: ...

class DirectMessagesTopicMessage(Message):
    direct_messages_topic: types.DirectMessagesTopic

class DirectMessagesTopicCtx(MessageCtx):
    """A message that has `direct_messages_topic`, as `@router.on("message:direct_messages_topic")` takes it."""
    event: DirectMessagesTopicMessage
    message: DirectMessagesTopicMessage

class SenderBoostCountMessage(Message):
    sender_boost_count: int

class SenderBoostCountCtx(MessageCtx):
    """A message that has `sender_boost_count`, as `@router.on("message:sender_boost_count")` takes it."""
    event: SenderBoostCountMessage
    message: SenderBoostCountMessage

class SenderBusinessBotMessage(Message):
    sender_business_bot: types.User

class SenderBusinessBotCtx(MessageCtx):
    """A message that has `sender_business_bot`, as `@router.on("message:sender_business_bot")` takes it."""
    event: SenderBusinessBotMessage
    message: SenderBusinessBotMessage

class SenderTagMessage(Message):
    sender_tag: str

class SenderTagCtx(MessageCtx):
    """A message that has `sender_tag`, as `@router.on("message:sender_tag")` takes it."""
    event: SenderTagMessage
    message: SenderTagMessage

class GuestQueryIdMessage(Message):
    guest_query_id: str

class GuestQueryIdCtx(MessageCtx):
    """A message that has `guest_query_id`, as `@router.on("message:guest_query_id")` takes it."""
    event: GuestQueryIdMessage
    message: GuestQueryIdMessage

class BusinessConnectionIdMessage(Message):
    business_connection_id: str

class BusinessConnectionIdCtx(MessageCtx):
    """A message that has `business_connection_id`, as `@router.on("message:business_connection_id")` takes it."""
    event: BusinessConnectionIdMessage
    message: BusinessConnectionIdMessage

class ForwardOriginMessage(Message):
    forward_origin: types.MessageOrigin

class ForwardOriginCtx(MessageCtx):
    """A message that has `forward_origin`, as `@router.on("message:forward_origin")` takes it."""
    event: ForwardOriginMessage
    message: ForwardOriginMessage

class IsTopicMessageMessage(Message):
    is_topic_message: bool

class IsTopicMessageCtx(MessageCtx):
    """A message that has `is_topic_message`, as `@router.on("message:is_topic_message")` takes it."""
    event: IsTopicMessageMessage
    message: IsTopicMessageMessage

class IsAutomaticForwardMessage(Message):
    is_automatic_forward: bool

class IsAutomaticForwardCtx(MessageCtx):
    """A message that has `is_automatic_forward`, as `@router.on("message:is_automatic_forward")` takes it."""
    event: IsAutomaticForwardMessage
    message: IsAutomaticForwardMessage

class ReplyToMessageMessage(Message):
    reply_to_message: types.Message

class ReplyToMessageCtx(MessageCtx):
    """A message that has `reply_to_message`, as `@router.on("message:reply_to_message")` takes it."""
    event: ReplyToMessageMessage
    message: ReplyToMessageMessage

class ExternalReplyMessage(Message):
    external_reply: types.ExternalReplyInfo

class ExternalReplyCtx(MessageCtx):
    """A message that has `external_reply`, as `@router.on("message:external_reply")` takes it."""
    event: ExternalReplyMessage
    message: ExternalReplyMessage

class QuoteMessage(Message):
    quote: types.TextQuote

class QuoteCtx(MessageCtx):
    """A message that has `quote`, as `@router.on("message:quote")` takes it."""
    event: QuoteMessage
    message: QuoteMessage

class ReplyToStoryMessage(Message):
    reply_to_story: types.Story

class ReplyToStoryCtx(MessageCtx):
    """A message that has `reply_to_story`, as `@router.on("message:reply_to_story")` takes it."""
    event: ReplyToStoryMessage
    message: ReplyToStoryMessage

class ReplyToChecklistTaskIdMessage(Message):
    reply_to_checklist_task_id: int

class ReplyToChecklistTaskIdCtx(MessageCtx):
    """A message that has `reply_to_checklist_task_id`, as `@router.on("message:reply_to_checklist_task_id")` takes it."""
    event: ReplyToChecklistTaskIdMessage
    message: ReplyToChecklistTaskIdMessage

class ReplyToPollOptionIdMessage(Message):
    reply_to_poll_option_id: str

class ReplyToPollOptionIdCtx(MessageCtx):
    """A message that has `reply_to_poll_option_id`, as `@router.on("message:reply_to_poll_option_id")` takes it."""
    event: ReplyToPollOptionIdMessage
    message: ReplyToPollOptionIdMessage

class ViaBotMessage(Message):
    via_bot: types.User

class ViaBotCtx(MessageCtx):
    """A message that has `via_bot`, as `@router.on("message:via_bot")` takes it."""
    event: ViaBotMessage
    message: ViaBotMessage

class GuestBotCallerUserMessage(Message):
    guest_bot_caller_user: types.User

class GuestBotCallerUserCtx(MessageCtx):
    """A message that has `guest_bot_caller_user`, as `@router.on("message:guest_bot_caller_user")` takes it."""
    event: GuestBotCallerUserMessage
    message: GuestBotCallerUserMessage

class GuestBotCallerChatMessage(Message):
    guest_bot_caller_chat: types.Chat

class GuestBotCallerChatCtx(MessageCtx):
    """A message that has `guest_bot_caller_chat`, as `@router.on("message:guest_bot_caller_chat")` takes it."""
    event: GuestBotCallerChatMessage
    message: GuestBotCallerChatMessage

class EditDateMessage(Message):
    edit_date: int

class EditDateCtx(MessageCtx):
    """A message that has `edit_date`, as `@router.on("message:edit_date")` takes it."""
    event: EditDateMessage
    message: EditDateMessage

class HasProtectedContentMessage(Message):
    has_protected_content: bool

class HasProtectedContentCtx(MessageCtx):
    """A message that has `has_protected_content`, as `@router.on("message:has_protected_content")` takes it."""
    event: HasProtectedContentMessage
    message: HasProtectedContentMessage

class IsFromOfflineMessage(Message):
    is_from_offline: bool

class IsFromOfflineCtx(MessageCtx):
    """A message that has `is_from_offline`, as `@router.on("message:is_from_offline")` takes it."""
    event: IsFromOfflineMessage
    message: IsFromOfflineMessage

class IsPaidPostMessage(Message):
    is_paid_post: bool

class IsPaidPostCtx(MessageCtx):
    """A message that has `is_paid_post`, as `@router.on("message:is_paid_post")` takes it."""
    event: IsPaidPostMessage
    message: IsPaidPostMessage

class MediaGroupIdMessage(Message):
    media_group_id: str

class MediaGroupIdCtx(MessageCtx):
    """A message that has `media_group_id`, as `@router.on("message:media_group_id")` takes it."""
    event: MediaGroupIdMessage
    message: MediaGroupIdMessage

class AuthorSignatureMessage(Message):
    author_signature: str

class AuthorSignatureCtx(MessageCtx):
    """A message that has `author_signature`, as `@router.on("message:author_signature")` takes it."""
    event: AuthorSignatureMessage
    message: AuthorSignatureMessage

class PaidStarCountMessage(Message):
    paid_star_count: int

class PaidStarCountCtx(MessageCtx):
    """A message that has `paid_star_count`, as `@router.on("message:paid_star_count")` takes it."""
    event: PaidStarCountMessage
    message: PaidStarCountMessage

class TextMessage(Message):
    text: str

class TextCtx(MessageCtx):
    """A message that has `text`, as `@router.on("message:text")` takes it."""
    event: TextMessage
    message: TextMessage

class EntitiesMessage(Message):
    entities: list[types.MessageEntity]

class EntitiesCtx(MessageCtx):
    """A message that has `entities`, as `@router.on("message:entities")` takes it."""
    event: EntitiesMessage
    message: EntitiesMessage

class LinkPreviewOptionsMessage(Message):
    link_preview_options: types.LinkPreviewOptions

class LinkPreviewOptionsCtx(MessageCtx):
    """A message that has `link_preview_options`, as `@router.on("message:link_preview_options")` takes it."""
    event: LinkPreviewOptionsMessage
    message: LinkPreviewOptionsMessage

class SuggestedPostInfoMessage(Message):
    suggested_post_info: types.SuggestedPostInfo

class SuggestedPostInfoCtx(MessageCtx):
    """A message that has `suggested_post_info`, as `@router.on("message:suggested_post_info")` takes it."""
    event: SuggestedPostInfoMessage
    message: SuggestedPostInfoMessage

class EffectIdMessage(Message):
    effect_id: str

class EffectIdCtx(MessageCtx):
    """A message that has `effect_id`, as `@router.on("message:effect_id")` takes it."""
    event: EffectIdMessage
    message: EffectIdMessage

class RichMessageMessage(Message):
    rich_message: types.RichMessage

class RichMessageCtx(MessageCtx):
    """A message that has `rich_message`, as `@router.on("message:rich_message")` takes it."""
    event: RichMessageMessage
    message: RichMessageMessage

class AnimationMessage(Message):
    animation: types.Animation

class AnimationCtx(MessageCtx):
    """A message that has `animation`, as `@router.on("message:animation")` takes it."""
    event: AnimationMessage
    message: AnimationMessage

class AudioMessage(Message):
    audio: types.Audio

class AudioCtx(MessageCtx):
    """A message that has `audio`, as `@router.on("message:audio")` takes it."""
    event: AudioMessage
    message: AudioMessage

class DocumentMessage(Message):
    document: types.Document

class DocumentCtx(MessageCtx):
    """A message that has `document`, as `@router.on("message:document")` takes it."""
    event: DocumentMessage
    message: DocumentMessage

class LivePhotoMessage(Message):
    live_photo: types.LivePhoto

class LivePhotoCtx(MessageCtx):
    """A message that has `live_photo`, as `@router.on("message:live_photo")` takes it."""
    event: LivePhotoMessage
    message: LivePhotoMessage

class PaidMediaMessage(Message):
    paid_media: types.PaidMediaInfo

class PaidMediaCtx(MessageCtx):
    """A message that has `paid_media`, as `@router.on("message:paid_media")` takes it."""
    event: PaidMediaMessage
    message: PaidMediaMessage

class PhotoMessage(Message):
    photo: list[types.PhotoSize]

class PhotoCtx(MessageCtx):
    """A message that has `photo`, as `@router.on("message:photo")` takes it."""
    event: PhotoMessage
    message: PhotoMessage

class StickerMessage(Message):
    sticker: types.Sticker

class StickerCtx(MessageCtx):
    """A message that has `sticker`, as `@router.on("message:sticker")` takes it."""
    event: StickerMessage
    message: StickerMessage

class StoryMessage(Message):
    story: types.Story

class StoryCtx(MessageCtx):
    """A message that has `story`, as `@router.on("message:story")` takes it."""
    event: StoryMessage
    message: StoryMessage

class VideoMessage(Message):
    video: types.Video

class VideoCtx(MessageCtx):
    """A message that has `video`, as `@router.on("message:video")` takes it."""
    event: VideoMessage
    message: VideoMessage

class VideoNoteMessage(Message):
    video_note: types.VideoNote

class VideoNoteCtx(MessageCtx):
    """A message that has `video_note`, as `@router.on("message:video_note")` takes it."""
    event: VideoNoteMessage
    message: VideoNoteMessage

class VoiceMessage(Message):
    voice: types.Voice

class VoiceCtx(MessageCtx):
    """A message that has `voice`, as `@router.on("message:voice")` takes it."""
    event: VoiceMessage
    message: VoiceMessage

class CaptionMessage(Message):
    caption: str

class CaptionCtx(MessageCtx):
    """A message that has `caption`, as `@router.on("message:caption")` takes it."""
    event: CaptionMessage
    message: CaptionMessage

class CaptionEntitiesMessage(Message):
    caption_entities: list[types.MessageEntity]

class CaptionEntitiesCtx(MessageCtx):
    """A message that has `caption_entities`, as `@router.on("message:caption_entities")` takes it."""
    event: CaptionEntitiesMessage
    message: CaptionEntitiesMessage

class ShowCaptionAboveMediaMessage(Message):
    show_caption_above_media: bool

class ShowCaptionAboveMediaCtx(MessageCtx):
    """A message that has `show_caption_above_media`, as `@router.on("message:show_caption_above_media")` takes it."""
    event: ShowCaptionAboveMediaMessage
    message: ShowCaptionAboveMediaMessage

class HasMediaSpoilerMessage(Message):
    has_media_spoiler: bool

class HasMediaSpoilerCtx(MessageCtx):
    """A message that has `has_media_spoiler`, as `@router.on("message:has_media_spoiler")` takes it."""
    event: HasMediaSpoilerMessage
    message: HasMediaSpoilerMessage

class ChecklistMessage(Message):
    checklist: types.Checklist

class ChecklistCtx(MessageCtx):
    """A message that has `checklist`, as `@router.on("message:checklist")` takes it."""
    event: ChecklistMessage
    message: ChecklistMessage

class ContactMessage(Message):
    contact: types.Contact

class ContactCtx(MessageCtx):
    """A message that has `contact`, as `@router.on("message:contact")` takes it."""
    event: ContactMessage
    message: ContactMessage

class DiceMessage(Message):
    dice: types.Dice

class DiceCtx(MessageCtx):
    """A message that has `dice`, as `@router.on("message:dice")` takes it."""
    event: DiceMessage
    message: DiceMessage

class GameMessage(Message):
    game: types.Game

class GameCtx(MessageCtx):
    """A message that has `game`, as `@router.on("message:game")` takes it."""
    event: GameMessage
    message: GameMessage

class PollMessage(Message):
    poll: types.Poll

class PollCtx(MessageCtx):
    """A message that has `poll`, as `@router.on("message:poll")` takes it."""
    event: PollMessage
    message: PollMessage

class VenueMessage(Message):
    venue: types.Venue

class VenueCtx(MessageCtx):
    """A message that has `venue`, as `@router.on("message:venue")` takes it."""
    event: VenueMessage
    message: VenueMessage

class LocationMessage(Message):
    location: types.Location

class LocationCtx(MessageCtx):
    """A message that has `location`, as `@router.on("message:location")` takes it."""
    event: LocationMessage
    message: LocationMessage

class NewChatMembersMessage(Message):
    new_chat_members: list[types.User]

class NewChatMembersCtx(MessageCtx):
    """A message that has `new_chat_members`, as `@router.on("message:new_chat_members")` takes it."""
    event: NewChatMembersMessage
    message: NewChatMembersMessage

class LeftChatMemberMessage(Message):
    left_chat_member: types.User

class LeftChatMemberCtx(MessageCtx):
    """A message that has `left_chat_member`, as `@router.on("message:left_chat_member")` takes it."""
    event: LeftChatMemberMessage
    message: LeftChatMemberMessage

class ChatOwnerLeftMessage(Message):
    chat_owner_left: types.ChatOwnerLeft

class ChatOwnerLeftCtx(MessageCtx):
    """A message that has `chat_owner_left`, as `@router.on("message:chat_owner_left")` takes it."""
    event: ChatOwnerLeftMessage
    message: ChatOwnerLeftMessage

class ChatOwnerChangedMessage(Message):
    chat_owner_changed: types.ChatOwnerChanged

class ChatOwnerChangedCtx(MessageCtx):
    """A message that has `chat_owner_changed`, as `@router.on("message:chat_owner_changed")` takes it."""
    event: ChatOwnerChangedMessage
    message: ChatOwnerChangedMessage

class NewChatTitleMessage(Message):
    new_chat_title: str

class NewChatTitleCtx(MessageCtx):
    """A message that has `new_chat_title`, as `@router.on("message:new_chat_title")` takes it."""
    event: NewChatTitleMessage
    message: NewChatTitleMessage

class NewChatPhotoMessage(Message):
    new_chat_photo: list[types.PhotoSize]

class NewChatPhotoCtx(MessageCtx):
    """A message that has `new_chat_photo`, as `@router.on("message:new_chat_photo")` takes it."""
    event: NewChatPhotoMessage
    message: NewChatPhotoMessage

class DeleteChatPhotoMessage(Message):
    delete_chat_photo: bool

class DeleteChatPhotoCtx(MessageCtx):
    """A message that has `delete_chat_photo`, as `@router.on("message:delete_chat_photo")` takes it."""
    event: DeleteChatPhotoMessage
    message: DeleteChatPhotoMessage

class GroupChatCreatedMessage(Message):
    group_chat_created: bool

class GroupChatCreatedCtx(MessageCtx):
    """A message that has `group_chat_created`, as `@router.on("message:group_chat_created")` takes it."""
    event: GroupChatCreatedMessage
    message: GroupChatCreatedMessage

class SupergroupChatCreatedMessage(Message):
    supergroup_chat_created: bool

class SupergroupChatCreatedCtx(MessageCtx):
    """A message that has `supergroup_chat_created`, as `@router.on("message:supergroup_chat_created")` takes it."""
    event: SupergroupChatCreatedMessage
    message: SupergroupChatCreatedMessage

class ChannelChatCreatedMessage(Message):
    channel_chat_created: bool

class ChannelChatCreatedCtx(MessageCtx):
    """A message that has `channel_chat_created`, as `@router.on("message:channel_chat_created")` takes it."""
    event: ChannelChatCreatedMessage
    message: ChannelChatCreatedMessage

class MessageAutoDeleteTimerChangedMessage(Message):
    message_auto_delete_timer_changed: types.MessageAutoDeleteTimerChanged

class MessageAutoDeleteTimerChangedCtx(MessageCtx):
    """A message that has `message_auto_delete_timer_changed`, as `@router.on("message:message_auto_delete_timer_changed")` takes it."""
    event: MessageAutoDeleteTimerChangedMessage
    message: MessageAutoDeleteTimerChangedMessage

class MigrateToChatIdMessage(Message):
    migrate_to_chat_id: int

class MigrateToChatIdCtx(MessageCtx):
    """A message that has `migrate_to_chat_id`, as `@router.on("message:migrate_to_chat_id")` takes it."""
    event: MigrateToChatIdMessage
    message: MigrateToChatIdMessage

class MigrateFromChatIdMessage(Message):
    migrate_from_chat_id: int

class MigrateFromChatIdCtx(MessageCtx):
    """A message that has `migrate_from_chat_id`, as `@router.on("message:migrate_from_chat_id")` takes it."""
    event: MigrateFromChatIdMessage
    message: MigrateFromChatIdMessage

class PinnedMessageMessage(Message):
    pinned_message: types.MaybeInaccessibleMessage

class PinnedMessageCtx(MessageCtx):
    """A message that has `pinned_message`, as `@router.on("message:pinned_message")` takes it."""
    event: PinnedMessageMessage
    message: PinnedMessageMessage

class InvoiceMessage(Message):
    invoice: types.Invoice

class InvoiceCtx(MessageCtx):
    """A message that has `invoice`, as `@router.on("message:invoice")` takes it."""
    event: InvoiceMessage
    message: InvoiceMessage

class SuccessfulPaymentMessage(Message):
    successful_payment: types.SuccessfulPayment

class SuccessfulPaymentCtx(MessageCtx):
    """A message that has `successful_payment`, as `@router.on("message:successful_payment")` takes it."""
    event: SuccessfulPaymentMessage
    message: SuccessfulPaymentMessage

class RefundedPaymentMessage(Message):
    refunded_payment: types.RefundedPayment

class RefundedPaymentCtx(MessageCtx):
    """A message that has `refunded_payment`, as `@router.on("message:refunded_payment")` takes it."""
    event: RefundedPaymentMessage
    message: RefundedPaymentMessage

class UsersSharedMessage(Message):
    users_shared: types.UsersShared

class UsersSharedCtx(MessageCtx):
    """A message that has `users_shared`, as `@router.on("message:users_shared")` takes it."""
    event: UsersSharedMessage
    message: UsersSharedMessage

class ChatSharedMessage(Message):
    chat_shared: types.ChatShared

class ChatSharedCtx(MessageCtx):
    """A message that has `chat_shared`, as `@router.on("message:chat_shared")` takes it."""
    event: ChatSharedMessage
    message: ChatSharedMessage

class GiftMessage(Message):
    gift: types.GiftInfo

class GiftCtx(MessageCtx):
    """A message that has `gift`, as `@router.on("message:gift")` takes it."""
    event: GiftMessage
    message: GiftMessage

class UniqueGiftMessage(Message):
    unique_gift: types.UniqueGiftInfo

class UniqueGiftCtx(MessageCtx):
    """A message that has `unique_gift`, as `@router.on("message:unique_gift")` takes it."""
    event: UniqueGiftMessage
    message: UniqueGiftMessage

class GiftUpgradeSentMessage(Message):
    gift_upgrade_sent: types.GiftInfo

class GiftUpgradeSentCtx(MessageCtx):
    """A message that has `gift_upgrade_sent`, as `@router.on("message:gift_upgrade_sent")` takes it."""
    event: GiftUpgradeSentMessage
    message: GiftUpgradeSentMessage

class ConnectedWebsiteMessage(Message):
    connected_website: str

class ConnectedWebsiteCtx(MessageCtx):
    """A message that has `connected_website`, as `@router.on("message:connected_website")` takes it."""
    event: ConnectedWebsiteMessage
    message: ConnectedWebsiteMessage

class WriteAccessAllowedMessage(Message):
    write_access_allowed: types.WriteAccessAllowed

class WriteAccessAllowedCtx(MessageCtx):
    """A message that has `write_access_allowed`, as `@router.on("message:write_access_allowed")` takes it."""
    event: WriteAccessAllowedMessage
    message: WriteAccessAllowedMessage

class PassportDataMessage(Message):
    passport_data: types.PassportData

class PassportDataCtx(MessageCtx):
    """A message that has `passport_data`, as `@router.on("message:passport_data")` takes it."""
    event: PassportDataMessage
    message: PassportDataMessage

class ProximityAlertTriggeredMessage(Message):
    proximity_alert_triggered: types.ProximityAlertTriggered

class ProximityAlertTriggeredCtx(MessageCtx):
    """A message that has `proximity_alert_triggered`, as `@router.on("message:proximity_alert_triggered")` takes it."""
    event: ProximityAlertTriggeredMessage
    message: ProximityAlertTriggeredMessage

class BoostAddedMessage(Message):
    boost_added: types.ChatBoostAdded

class BoostAddedCtx(MessageCtx):
    """A message that has `boost_added`, as `@router.on("message:boost_added")` takes it."""
    event: BoostAddedMessage
    message: BoostAddedMessage

class ChatBackgroundSetMessage(Message):
    chat_background_set: types.ChatBackground

class ChatBackgroundSetCtx(MessageCtx):
    """A message that has `chat_background_set`, as `@router.on("message:chat_background_set")` takes it."""
    event: ChatBackgroundSetMessage
    message: ChatBackgroundSetMessage

class ChecklistTasksDoneMessage(Message):
    checklist_tasks_done: types.ChecklistTasksDone

class ChecklistTasksDoneCtx(MessageCtx):
    """A message that has `checklist_tasks_done`, as `@router.on("message:checklist_tasks_done")` takes it."""
    event: ChecklistTasksDoneMessage
    message: ChecklistTasksDoneMessage

class ChecklistTasksAddedMessage(Message):
    checklist_tasks_added: types.ChecklistTasksAdded

class ChecklistTasksAddedCtx(MessageCtx):
    """A message that has `checklist_tasks_added`, as `@router.on("message:checklist_tasks_added")` takes it."""
    event: ChecklistTasksAddedMessage
    message: ChecklistTasksAddedMessage

class DirectMessagePriceChangedMessage(Message):
    direct_message_price_changed: types.DirectMessagePriceChanged

class DirectMessagePriceChangedCtx(MessageCtx):
    """A message that has `direct_message_price_changed`, as `@router.on("message:direct_message_price_changed")` takes it."""
    event: DirectMessagePriceChangedMessage
    message: DirectMessagePriceChangedMessage

class ForumTopicCreatedMessage(Message):
    forum_topic_created: types.ForumTopicCreated

class ForumTopicCreatedCtx(MessageCtx):
    """A message that has `forum_topic_created`, as `@router.on("message:forum_topic_created")` takes it."""
    event: ForumTopicCreatedMessage
    message: ForumTopicCreatedMessage

class ForumTopicEditedMessage(Message):
    forum_topic_edited: types.ForumTopicEdited

class ForumTopicEditedCtx(MessageCtx):
    """A message that has `forum_topic_edited`, as `@router.on("message:forum_topic_edited")` takes it."""
    event: ForumTopicEditedMessage
    message: ForumTopicEditedMessage

class ForumTopicClosedMessage(Message):
    forum_topic_closed: types.ForumTopicClosed

class ForumTopicClosedCtx(MessageCtx):
    """A message that has `forum_topic_closed`, as `@router.on("message:forum_topic_closed")` takes it."""
    event: ForumTopicClosedMessage
    message: ForumTopicClosedMessage

class ForumTopicReopenedMessage(Message):
    forum_topic_reopened: types.ForumTopicReopened

class ForumTopicReopenedCtx(MessageCtx):
    """A message that has `forum_topic_reopened`, as `@router.on("message:forum_topic_reopened")` takes it."""
    event: ForumTopicReopenedMessage
    message: ForumTopicReopenedMessage

class GeneralForumTopicHiddenMessage(Message):
    general_forum_topic_hidden: types.GeneralForumTopicHidden

class GeneralForumTopicHiddenCtx(MessageCtx):
    """A message that has `general_forum_topic_hidden`, as `@router.on("message:general_forum_topic_hidden")` takes it."""
    event: GeneralForumTopicHiddenMessage
    message: GeneralForumTopicHiddenMessage

class GeneralForumTopicUnhiddenMessage(Message):
    general_forum_topic_unhidden: types.GeneralForumTopicUnhidden

class GeneralForumTopicUnhiddenCtx(MessageCtx):
    """A message that has `general_forum_topic_unhidden`, as `@router.on("message:general_forum_topic_unhidden")` takes it."""
    event: GeneralForumTopicUnhiddenMessage
    message: GeneralForumTopicUnhiddenMessage

class GiveawayCreatedMessage(Message):
    giveaway_created: types.GiveawayCreated

class GiveawayCreatedCtx(MessageCtx):
    """A message that has `giveaway_created`, as `@router.on("message:giveaway_created")` takes it."""
    event: GiveawayCreatedMessage
    message: GiveawayCreatedMessage

class GiveawayMessage(Message):
    giveaway: types.Giveaway

class GiveawayCtx(MessageCtx):
    """A message that has `giveaway`, as `@router.on("message:giveaway")` takes it."""
    event: GiveawayMessage
    message: GiveawayMessage

class GiveawayWinnersMessage(Message):
    giveaway_winners: types.GiveawayWinners

class GiveawayWinnersCtx(MessageCtx):
    """A message that has `giveaway_winners`, as `@router.on("message:giveaway_winners")` takes it."""
    event: GiveawayWinnersMessage
    message: GiveawayWinnersMessage

class GiveawayCompletedMessage(Message):
    giveaway_completed: types.GiveawayCompleted

class GiveawayCompletedCtx(MessageCtx):
    """A message that has `giveaway_completed`, as `@router.on("message:giveaway_completed")` takes it."""
    event: GiveawayCompletedMessage
    message: GiveawayCompletedMessage

class ManagedBotCreatedMessage(Message):
    managed_bot_created: types.ManagedBotCreated

class ManagedBotCreatedCtx(MessageCtx):
    """A message that has `managed_bot_created`, as `@router.on("message:managed_bot_created")` takes it."""
    event: ManagedBotCreatedMessage
    message: ManagedBotCreatedMessage

class PaidMessagePriceChangedMessage(Message):
    paid_message_price_changed: types.PaidMessagePriceChanged

class PaidMessagePriceChangedCtx(MessageCtx):
    """A message that has `paid_message_price_changed`, as `@router.on("message:paid_message_price_changed")` takes it."""
    event: PaidMessagePriceChangedMessage
    message: PaidMessagePriceChangedMessage

class PollOptionAddedMessage(Message):
    poll_option_added: types.PollOptionAdded

class PollOptionAddedCtx(MessageCtx):
    """A message that has `poll_option_added`, as `@router.on("message:poll_option_added")` takes it."""
    event: PollOptionAddedMessage
    message: PollOptionAddedMessage

class PollOptionDeletedMessage(Message):
    poll_option_deleted: types.PollOptionDeleted

class PollOptionDeletedCtx(MessageCtx):
    """A message that has `poll_option_deleted`, as `@router.on("message:poll_option_deleted")` takes it."""
    event: PollOptionDeletedMessage
    message: PollOptionDeletedMessage

class SuggestedPostApprovedMessage(Message):
    suggested_post_approved: types.SuggestedPostApproved

class SuggestedPostApprovedCtx(MessageCtx):
    """A message that has `suggested_post_approved`, as `@router.on("message:suggested_post_approved")` takes it."""
    event: SuggestedPostApprovedMessage
    message: SuggestedPostApprovedMessage

class SuggestedPostApprovalFailedMessage(Message):
    suggested_post_approval_failed: types.SuggestedPostApprovalFailed

class SuggestedPostApprovalFailedCtx(MessageCtx):
    """A message that has `suggested_post_approval_failed`, as `@router.on("message:suggested_post_approval_failed")` takes it."""
    event: SuggestedPostApprovalFailedMessage
    message: SuggestedPostApprovalFailedMessage

class SuggestedPostDeclinedMessage(Message):
    suggested_post_declined: types.SuggestedPostDeclined

class SuggestedPostDeclinedCtx(MessageCtx):
    """A message that has `suggested_post_declined`, as `@router.on("message:suggested_post_declined")` takes it."""
    event: SuggestedPostDeclinedMessage
    message: SuggestedPostDeclinedMessage

class SuggestedPostPaidMessage(Message):
    suggested_post_paid: types.SuggestedPostPaid

class SuggestedPostPaidCtx(MessageCtx):
    """A message that has `suggested_post_paid`, as `@router.on("message:suggested_post_paid")` takes it."""
    event: SuggestedPostPaidMessage
    message: SuggestedPostPaidMessage

class SuggestedPostRefundedMessage(Message):
    suggested_post_refunded: types.SuggestedPostRefunded

class SuggestedPostRefundedCtx(MessageCtx):
    """A message that has `suggested_post_refunded`, as `@router.on("message:suggested_post_refunded")` takes it."""
    event: SuggestedPostRefundedMessage
    message: SuggestedPostRefundedMessage

class VideoChatScheduledMessage(Message):
    video_chat_scheduled: types.VideoChatScheduled

class VideoChatScheduledCtx(MessageCtx):
    """A message that has `video_chat_scheduled`, as `@router.on("message:video_chat_scheduled")` takes it."""
    event: VideoChatScheduledMessage
    message: VideoChatScheduledMessage

class VideoChatStartedMessage(Message):
    video_chat_started: types.VideoChatStarted

class VideoChatStartedCtx(MessageCtx):
    """A message that has `video_chat_started`, as `@router.on("message:video_chat_started")` takes it."""
    event: VideoChatStartedMessage
    message: VideoChatStartedMessage

class VideoChatEndedMessage(Message):
    video_chat_ended: types.VideoChatEnded

class VideoChatEndedCtx(MessageCtx):
    """A message that has `video_chat_ended`, as `@router.on("message:video_chat_ended")` takes it."""
    event: VideoChatEndedMessage
    message: VideoChatEndedMessage

class VideoChatParticipantsInvitedMessage(Message):
    video_chat_participants_invited: types.VideoChatParticipantsInvited

class VideoChatParticipantsInvitedCtx(MessageCtx):
    """A message that has `video_chat_participants_invited`, as `@router.on("message:video_chat_participants_invited")` takes it."""
    event: VideoChatParticipantsInvitedMessage
    message: VideoChatParticipantsInvitedMessage

class WebAppDataMessage(Message):
    web_app_data: types.WebAppData

class WebAppDataCtx(MessageCtx):
    """A message that has `web_app_data`, as `@router.on("message:web_app_data")` takes it."""
    event: WebAppDataMessage
    message: WebAppDataMessage

class ReplyMarkupMessage(Message):
    reply_markup: types.InlineKeyboardMarkup

class ReplyMarkupCtx(MessageCtx):
    """A message that has `reply_markup`, as `@router.on("message:reply_markup")` takes it."""
    event: ReplyMarkupMessage
    message: ReplyMarkupMessage

class ReceiverUserMessage(Message):
    receiver_user: types.User

class ReceiverUserCtx(MessageCtx):
    """A message that has `receiver_user`, as `@router.on("message:receiver_user")` takes it."""
    event: ReceiverUserMessage
    message: ReceiverUserMessage

class EphemeralMessageIdMessage(Message):
    ephemeral_message_id: int

class EphemeralMessageIdCtx(MessageCtx):
    """A message that has `ephemeral_message_id`, as `@router.on("message:ephemeral_message_id")` takes it."""
    event: EphemeralMessageIdMessage
    message: EphemeralMessageIdMessage

class CommunityChatAddedMessage(Message):
    community_chat_added: types.CommunityChatAdded

class CommunityChatAddedCtx(MessageCtx):
    """A message that has `community_chat_added`, as `@router.on("message:community_chat_added")` takes it."""
    event: CommunityChatAddedMessage
    message: CommunityChatAddedMessage

class CommunityChatRemovedMessage(Message):
    community_chat_removed: types.CommunityChatRemoved

class CommunityChatRemovedCtx(MessageCtx):
    """A message that has `community_chat_removed`, as `@router.on("message:community_chat_removed")` takes it."""
    event: CommunityChatRemovedMessage
    message: CommunityChatRemovedMessage

class CommunityChatJoinedMessage(Message):
    community_chat_joined: types.CommunityChatJoined

class CommunityChatJoinedCtx(MessageCtx):
    """A message that has `community_chat_joined`, as `@router.on("message:community_chat_joined")` takes it."""
    event: CommunityChatJoinedMessage
    message: CommunityChatJoinedMessage

class BusinessConnectionCtx(Context):
    """An update of the kind `business_connection`, as `@router.on("business_connection")` takes it."""
    event: types.BusinessConnection
    user: User

class DeletedBusinessMessagesCtx(Context):
    """An update of the kind `deleted_business_messages`, as `@router.on("deleted_business_messages")` takes it."""
    event: types.BusinessMessagesDeleted
    chat: Chat

class MessageReactionCtx(Context):
    """An update of the kind `message_reaction`, as `@router.on("message_reaction")` takes it."""
    event: types.MessageReactionUpdated
    chat: Chat

class MessageReactionCountCtx(Context):
    """An update of the kind `message_reaction_count`, as `@router.on("message_reaction_count")` takes it."""
    event: types.MessageReactionCountUpdated
    chat: Chat

class ChosenInlineResultCtx(Context):
    """An update of the kind `chosen_inline_result`, as `@router.on("chosen_inline_result")` takes it."""
    event: types.ChosenInlineResult
    user: User

class ShippingQueryCtx(Context):
    """An update of the kind `shipping_query`, as `@router.on("shipping_query")` takes it."""
    event: types.ShippingQuery
    user: User

class PreCheckoutQueryCtx(Context):
    """An update of the kind `pre_checkout_query`, as `@router.on("pre_checkout_query")` takes it."""
    event: types.PreCheckoutQuery
    user: User

class PurchasedPaidMediaCtx(Context):
    """An update of the kind `purchased_paid_media`, as `@router.on("purchased_paid_media")` takes it."""
    event: types.PaidMediaPurchased
    user: User

class PollUpdateCtx(Context):
    """An update of the kind `poll`, as `@router.on("poll")` takes it."""
    event: types.Poll

class PollAnswerCtx(Context):
    """An update of the kind `poll_answer`, as `@router.on("poll_answer")` takes it."""
    event: types.PollAnswer

class MyChatMemberCtx(Context):
    """An update of the kind `my_chat_member`, as `@router.on("my_chat_member")` takes it."""
    event: types.ChatMemberUpdated
    chat: Chat
    user: User

class ChatMemberCtx(Context):
    """An update of the kind `chat_member`, as `@router.on("chat_member")` takes it."""
    event: types.ChatMemberUpdated
    chat: Chat
    user: User

class ChatJoinRequestCtx(Context):
    """An update of the kind `chat_join_request`, as `@router.on("chat_join_request")` takes it."""
    event: types.ChatJoinRequest
    chat: Chat
    user: User

class ChatBoostCtx(Context):
    """An update of the kind `chat_boost`, as `@router.on("chat_boost")` takes it."""
    event: types.ChatBoostUpdated
    chat: Chat

class RemovedChatBoostCtx(Context):
    """An update of the kind `removed_chat_boost`, as `@router.on("removed_chat_boost")` takes it."""
    event: types.ChatBoostRemoved
    chat: Chat

class ManagedBotCtx(Context):
    """An update of the kind `managed_bot`, as `@router.on("managed_bot")` takes it."""
    event: types.ManagedBotUpdated
    user: User

class StoppedMessageGenerationCtx(Context):
    """An update of the kind `stopped_message_generation`, as `@router.on("stopped_message_generation")` takes it."""
    event: types.MessageGenerationStopped
    chat: Chat

class SubscriptionCtx(Context):
    """An update of the kind `subscription`, as `@router.on("subscription")` takes it."""
    event: types.BotSubscriptionUpdated
    user: User

class On(Protocol):
    """`Router.on`: the context of a handler follows from the query."""
    @overload
    def __call__(self, query: Literal["message:direct_messages_topic", "edited_message:direct_messages_topic", "business_message:direct_messages_topic", "edited_business_message:direct_messages_topic"], *filters: Test, **options: Unpack[Options]) -> Decorator[DirectMessagesTopicCtx]: ...
    @overload
    def __call__(self, query: Literal["message:sender_boost_count", "edited_message:sender_boost_count", "business_message:sender_boost_count", "edited_business_message:sender_boost_count"], *filters: Test, **options: Unpack[Options]) -> Decorator[SenderBoostCountCtx]: ...
    @overload
    def __call__(self, query: Literal["message:sender_business_bot", "edited_message:sender_business_bot", "business_message:sender_business_bot", "edited_business_message:sender_business_bot"], *filters: Test, **options: Unpack[Options]) -> Decorator[SenderBusinessBotCtx]: ...
    @overload
    def __call__(self, query: Literal["message:sender_tag", "edited_message:sender_tag", "business_message:sender_tag", "edited_business_message:sender_tag"], *filters: Test, **options: Unpack[Options]) -> Decorator[SenderTagCtx]: ...
    @overload
    def __call__(self, query: Literal["message:guest_query_id", "edited_message:guest_query_id", "business_message:guest_query_id", "edited_business_message:guest_query_id"], *filters: Test, **options: Unpack[Options]) -> Decorator[GuestQueryIdCtx]: ...
    @overload
    def __call__(self, query: Literal["message:business_connection_id", "edited_message:business_connection_id", "business_message:business_connection_id", "edited_business_message:business_connection_id"], *filters: Test, **options: Unpack[Options]) -> Decorator[BusinessConnectionIdCtx]: ...
    @overload
    def __call__(self, query: Literal["message:forward_origin", "edited_message:forward_origin", "business_message:forward_origin", "edited_business_message:forward_origin"], *filters: Test, **options: Unpack[Options]) -> Decorator[ForwardOriginCtx]: ...
    @overload
    def __call__(self, query: Literal["message:is_topic_message", "edited_message:is_topic_message", "business_message:is_topic_message", "edited_business_message:is_topic_message"], *filters: Test, **options: Unpack[Options]) -> Decorator[IsTopicMessageCtx]: ...
    @overload
    def __call__(self, query: Literal["message:is_automatic_forward", "edited_message:is_automatic_forward", "business_message:is_automatic_forward", "edited_business_message:is_automatic_forward"], *filters: Test, **options: Unpack[Options]) -> Decorator[IsAutomaticForwardCtx]: ...
    @overload
    def __call__(self, query: Literal["message:reply_to_message", "edited_message:reply_to_message", "business_message:reply_to_message", "edited_business_message:reply_to_message"], *filters: Test, **options: Unpack[Options]) -> Decorator[ReplyToMessageCtx]: ...
    @overload
    def __call__(self, query: Literal["message:external_reply", "edited_message:external_reply", "business_message:external_reply", "edited_business_message:external_reply"], *filters: Test, **options: Unpack[Options]) -> Decorator[ExternalReplyCtx]: ...
    @overload
    def __call__(self, query: Literal["message:quote", "edited_message:quote", "business_message:quote", "edited_business_message:quote"], *filters: Test, **options: Unpack[Options]) -> Decorator[QuoteCtx]: ...
    @overload
    def __call__(self, query: Literal["message:reply_to_story", "edited_message:reply_to_story", "business_message:reply_to_story", "edited_business_message:reply_to_story"], *filters: Test, **options: Unpack[Options]) -> Decorator[ReplyToStoryCtx]: ...
    @overload
    def __call__(self, query: Literal["message:reply_to_checklist_task_id", "edited_message:reply_to_checklist_task_id", "business_message:reply_to_checklist_task_id", "edited_business_message:reply_to_checklist_task_id"], *filters: Test, **options: Unpack[Options]) -> Decorator[ReplyToChecklistTaskIdCtx]: ...
    @overload
    def __call__(self, query: Literal["message:reply_to_poll_option_id", "edited_message:reply_to_poll_option_id", "business_message:reply_to_poll_option_id", "edited_business_message:reply_to_poll_option_id"], *filters: Test, **options: Unpack[Options]) -> Decorator[ReplyToPollOptionIdCtx]: ...
    @overload
    def __call__(self, query: Literal["message:via_bot", "edited_message:via_bot", "business_message:via_bot", "edited_business_message:via_bot"], *filters: Test, **options: Unpack[Options]) -> Decorator[ViaBotCtx]: ...
    @overload
    def __call__(self, query: Literal["message:guest_bot_caller_user", "edited_message:guest_bot_caller_user", "business_message:guest_bot_caller_user", "edited_business_message:guest_bot_caller_user"], *filters: Test, **options: Unpack[Options]) -> Decorator[GuestBotCallerUserCtx]: ...
    @overload
    def __call__(self, query: Literal["message:guest_bot_caller_chat", "edited_message:guest_bot_caller_chat", "business_message:guest_bot_caller_chat", "edited_business_message:guest_bot_caller_chat"], *filters: Test, **options: Unpack[Options]) -> Decorator[GuestBotCallerChatCtx]: ...
    @overload
    def __call__(self, query: Literal["message:edit_date", "edited_message:edit_date", "business_message:edit_date", "edited_business_message:edit_date"], *filters: Test, **options: Unpack[Options]) -> Decorator[EditDateCtx]: ...
    @overload
    def __call__(self, query: Literal["message:has_protected_content", "edited_message:has_protected_content", "business_message:has_protected_content", "edited_business_message:has_protected_content"], *filters: Test, **options: Unpack[Options]) -> Decorator[HasProtectedContentCtx]: ...
    @overload
    def __call__(self, query: Literal["message:is_from_offline", "edited_message:is_from_offline", "business_message:is_from_offline", "edited_business_message:is_from_offline"], *filters: Test, **options: Unpack[Options]) -> Decorator[IsFromOfflineCtx]: ...
    @overload
    def __call__(self, query: Literal["message:is_paid_post", "edited_message:is_paid_post", "business_message:is_paid_post", "edited_business_message:is_paid_post"], *filters: Test, **options: Unpack[Options]) -> Decorator[IsPaidPostCtx]: ...
    @overload
    def __call__(self, query: Literal["message:media_group_id", "edited_message:media_group_id", "business_message:media_group_id", "edited_business_message:media_group_id"], *filters: Test, **options: Unpack[Options]) -> Decorator[MediaGroupIdCtx]: ...
    @overload
    def __call__(self, query: Literal["message:author_signature", "edited_message:author_signature", "business_message:author_signature", "edited_business_message:author_signature"], *filters: Test, **options: Unpack[Options]) -> Decorator[AuthorSignatureCtx]: ...
    @overload
    def __call__(self, query: Literal["message:paid_star_count", "edited_message:paid_star_count", "business_message:paid_star_count", "edited_business_message:paid_star_count"], *filters: Test, **options: Unpack[Options]) -> Decorator[PaidStarCountCtx]: ...
    @overload
    def __call__(self, query: Literal["message:text", "edited_message:text", "business_message:text", "edited_business_message:text"], *filters: Test, **options: Unpack[Options]) -> Decorator[TextCtx]: ...
    @overload
    def __call__(self, query: Literal["message:entities", "edited_message:entities", "business_message:entities", "edited_business_message:entities"], *filters: Test, **options: Unpack[Options]) -> Decorator[EntitiesCtx]: ...
    @overload
    def __call__(self, query: Literal["message:link_preview_options", "edited_message:link_preview_options", "business_message:link_preview_options", "edited_business_message:link_preview_options"], *filters: Test, **options: Unpack[Options]) -> Decorator[LinkPreviewOptionsCtx]: ...
    @overload
    def __call__(self, query: Literal["message:suggested_post_info", "edited_message:suggested_post_info", "business_message:suggested_post_info", "edited_business_message:suggested_post_info"], *filters: Test, **options: Unpack[Options]) -> Decorator[SuggestedPostInfoCtx]: ...
    @overload
    def __call__(self, query: Literal["message:effect_id", "edited_message:effect_id", "business_message:effect_id", "edited_business_message:effect_id"], *filters: Test, **options: Unpack[Options]) -> Decorator[EffectIdCtx]: ...
    @overload
    def __call__(self, query: Literal["message:rich_message", "edited_message:rich_message", "business_message:rich_message", "edited_business_message:rich_message"], *filters: Test, **options: Unpack[Options]) -> Decorator[RichMessageCtx]: ...
    @overload
    def __call__(self, query: Literal["message:animation", "edited_message:animation", "business_message:animation", "edited_business_message:animation"], *filters: Test, **options: Unpack[Options]) -> Decorator[AnimationCtx]: ...
    @overload
    def __call__(self, query: Literal["message:audio", "edited_message:audio", "business_message:audio", "edited_business_message:audio"], *filters: Test, **options: Unpack[Options]) -> Decorator[AudioCtx]: ...
    @overload
    def __call__(self, query: Literal["message:document", "edited_message:document", "business_message:document", "edited_business_message:document"], *filters: Test, **options: Unpack[Options]) -> Decorator[DocumentCtx]: ...
    @overload
    def __call__(self, query: Literal["message:live_photo", "edited_message:live_photo", "business_message:live_photo", "edited_business_message:live_photo"], *filters: Test, **options: Unpack[Options]) -> Decorator[LivePhotoCtx]: ...
    @overload
    def __call__(self, query: Literal["message:paid_media", "edited_message:paid_media", "business_message:paid_media", "edited_business_message:paid_media"], *filters: Test, **options: Unpack[Options]) -> Decorator[PaidMediaCtx]: ...
    @overload
    def __call__(self, query: Literal["message:photo", "edited_message:photo", "business_message:photo", "edited_business_message:photo"], *filters: Test, **options: Unpack[Options]) -> Decorator[PhotoCtx]: ...
    @overload
    def __call__(self, query: Literal["message:sticker", "edited_message:sticker", "business_message:sticker", "edited_business_message:sticker"], *filters: Test, **options: Unpack[Options]) -> Decorator[StickerCtx]: ...
    @overload
    def __call__(self, query: Literal["message:story", "edited_message:story", "business_message:story", "edited_business_message:story"], *filters: Test, **options: Unpack[Options]) -> Decorator[StoryCtx]: ...
    @overload
    def __call__(self, query: Literal["message:video", "edited_message:video", "business_message:video", "edited_business_message:video"], *filters: Test, **options: Unpack[Options]) -> Decorator[VideoCtx]: ...
    @overload
    def __call__(self, query: Literal["message:video_note", "edited_message:video_note", "business_message:video_note", "edited_business_message:video_note"], *filters: Test, **options: Unpack[Options]) -> Decorator[VideoNoteCtx]: ...
    @overload
    def __call__(self, query: Literal["message:voice", "edited_message:voice", "business_message:voice", "edited_business_message:voice"], *filters: Test, **options: Unpack[Options]) -> Decorator[VoiceCtx]: ...
    @overload
    def __call__(self, query: Literal["message:caption", "edited_message:caption", "business_message:caption", "edited_business_message:caption"], *filters: Test, **options: Unpack[Options]) -> Decorator[CaptionCtx]: ...
    @overload
    def __call__(self, query: Literal["message:caption_entities", "edited_message:caption_entities", "business_message:caption_entities", "edited_business_message:caption_entities"], *filters: Test, **options: Unpack[Options]) -> Decorator[CaptionEntitiesCtx]: ...
    @overload
    def __call__(self, query: Literal["message:show_caption_above_media", "edited_message:show_caption_above_media", "business_message:show_caption_above_media", "edited_business_message:show_caption_above_media"], *filters: Test, **options: Unpack[Options]) -> Decorator[ShowCaptionAboveMediaCtx]: ...
    @overload
    def __call__(self, query: Literal["message:has_media_spoiler", "edited_message:has_media_spoiler", "business_message:has_media_spoiler", "edited_business_message:has_media_spoiler"], *filters: Test, **options: Unpack[Options]) -> Decorator[HasMediaSpoilerCtx]: ...
    @overload
    def __call__(self, query: Literal["message:checklist", "edited_message:checklist", "business_message:checklist", "edited_business_message:checklist"], *filters: Test, **options: Unpack[Options]) -> Decorator[ChecklistCtx]: ...
    @overload
    def __call__(self, query: Literal["message:contact", "edited_message:contact", "business_message:contact", "edited_business_message:contact"], *filters: Test, **options: Unpack[Options]) -> Decorator[ContactCtx]: ...
    @overload
    def __call__(self, query: Literal["message:dice", "edited_message:dice", "business_message:dice", "edited_business_message:dice"], *filters: Test, **options: Unpack[Options]) -> Decorator[DiceCtx]: ...
    @overload
    def __call__(self, query: Literal["message:game", "edited_message:game", "business_message:game", "edited_business_message:game"], *filters: Test, **options: Unpack[Options]) -> Decorator[GameCtx]: ...
    @overload
    def __call__(self, query: Literal["message:poll", "edited_message:poll", "business_message:poll", "edited_business_message:poll"], *filters: Test, **options: Unpack[Options]) -> Decorator[PollCtx]: ...
    @overload
    def __call__(self, query: Literal["message:venue", "edited_message:venue", "business_message:venue", "edited_business_message:venue"], *filters: Test, **options: Unpack[Options]) -> Decorator[VenueCtx]: ...
    @overload
    def __call__(self, query: Literal["message:location", "edited_message:location", "business_message:location", "edited_business_message:location"], *filters: Test, **options: Unpack[Options]) -> Decorator[LocationCtx]: ...
    @overload
    def __call__(self, query: Literal["message:new_chat_members", "edited_message:new_chat_members", "business_message:new_chat_members", "edited_business_message:new_chat_members"], *filters: Test, **options: Unpack[Options]) -> Decorator[NewChatMembersCtx]: ...
    @overload
    def __call__(self, query: Literal["message:left_chat_member", "edited_message:left_chat_member", "business_message:left_chat_member", "edited_business_message:left_chat_member"], *filters: Test, **options: Unpack[Options]) -> Decorator[LeftChatMemberCtx]: ...
    @overload
    def __call__(self, query: Literal["message:chat_owner_left", "edited_message:chat_owner_left", "business_message:chat_owner_left", "edited_business_message:chat_owner_left"], *filters: Test, **options: Unpack[Options]) -> Decorator[ChatOwnerLeftCtx]: ...
    @overload
    def __call__(self, query: Literal["message:chat_owner_changed", "edited_message:chat_owner_changed", "business_message:chat_owner_changed", "edited_business_message:chat_owner_changed"], *filters: Test, **options: Unpack[Options]) -> Decorator[ChatOwnerChangedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:new_chat_title", "edited_message:new_chat_title", "business_message:new_chat_title", "edited_business_message:new_chat_title"], *filters: Test, **options: Unpack[Options]) -> Decorator[NewChatTitleCtx]: ...
    @overload
    def __call__(self, query: Literal["message:new_chat_photo", "edited_message:new_chat_photo", "business_message:new_chat_photo", "edited_business_message:new_chat_photo"], *filters: Test, **options: Unpack[Options]) -> Decorator[NewChatPhotoCtx]: ...
    @overload
    def __call__(self, query: Literal["message:delete_chat_photo", "edited_message:delete_chat_photo", "business_message:delete_chat_photo", "edited_business_message:delete_chat_photo"], *filters: Test, **options: Unpack[Options]) -> Decorator[DeleteChatPhotoCtx]: ...
    @overload
    def __call__(self, query: Literal["message:group_chat_created", "edited_message:group_chat_created", "business_message:group_chat_created", "edited_business_message:group_chat_created"], *filters: Test, **options: Unpack[Options]) -> Decorator[GroupChatCreatedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:supergroup_chat_created", "edited_message:supergroup_chat_created", "business_message:supergroup_chat_created", "edited_business_message:supergroup_chat_created"], *filters: Test, **options: Unpack[Options]) -> Decorator[SupergroupChatCreatedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:channel_chat_created", "edited_message:channel_chat_created", "business_message:channel_chat_created", "edited_business_message:channel_chat_created"], *filters: Test, **options: Unpack[Options]) -> Decorator[ChannelChatCreatedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:message_auto_delete_timer_changed", "edited_message:message_auto_delete_timer_changed", "business_message:message_auto_delete_timer_changed", "edited_business_message:message_auto_delete_timer_changed"], *filters: Test, **options: Unpack[Options]) -> Decorator[MessageAutoDeleteTimerChangedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:migrate_to_chat_id", "edited_message:migrate_to_chat_id", "business_message:migrate_to_chat_id", "edited_business_message:migrate_to_chat_id"], *filters: Test, **options: Unpack[Options]) -> Decorator[MigrateToChatIdCtx]: ...
    @overload
    def __call__(self, query: Literal["message:migrate_from_chat_id", "edited_message:migrate_from_chat_id", "business_message:migrate_from_chat_id", "edited_business_message:migrate_from_chat_id"], *filters: Test, **options: Unpack[Options]) -> Decorator[MigrateFromChatIdCtx]: ...
    @overload
    def __call__(self, query: Literal["message:pinned_message", "edited_message:pinned_message", "business_message:pinned_message", "edited_business_message:pinned_message"], *filters: Test, **options: Unpack[Options]) -> Decorator[PinnedMessageCtx]: ...
    @overload
    def __call__(self, query: Literal["message:invoice", "edited_message:invoice", "business_message:invoice", "edited_business_message:invoice"], *filters: Test, **options: Unpack[Options]) -> Decorator[InvoiceCtx]: ...
    @overload
    def __call__(self, query: Literal["message:successful_payment", "edited_message:successful_payment", "business_message:successful_payment", "edited_business_message:successful_payment"], *filters: Test, **options: Unpack[Options]) -> Decorator[SuccessfulPaymentCtx]: ...
    @overload
    def __call__(self, query: Literal["message:refunded_payment", "edited_message:refunded_payment", "business_message:refunded_payment", "edited_business_message:refunded_payment"], *filters: Test, **options: Unpack[Options]) -> Decorator[RefundedPaymentCtx]: ...
    @overload
    def __call__(self, query: Literal["message:users_shared", "edited_message:users_shared", "business_message:users_shared", "edited_business_message:users_shared"], *filters: Test, **options: Unpack[Options]) -> Decorator[UsersSharedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:chat_shared", "edited_message:chat_shared", "business_message:chat_shared", "edited_business_message:chat_shared"], *filters: Test, **options: Unpack[Options]) -> Decorator[ChatSharedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:gift", "edited_message:gift", "business_message:gift", "edited_business_message:gift"], *filters: Test, **options: Unpack[Options]) -> Decorator[GiftCtx]: ...
    @overload
    def __call__(self, query: Literal["message:unique_gift", "edited_message:unique_gift", "business_message:unique_gift", "edited_business_message:unique_gift"], *filters: Test, **options: Unpack[Options]) -> Decorator[UniqueGiftCtx]: ...
    @overload
    def __call__(self, query: Literal["message:gift_upgrade_sent", "edited_message:gift_upgrade_sent", "business_message:gift_upgrade_sent", "edited_business_message:gift_upgrade_sent"], *filters: Test, **options: Unpack[Options]) -> Decorator[GiftUpgradeSentCtx]: ...
    @overload
    def __call__(self, query: Literal["message:connected_website", "edited_message:connected_website", "business_message:connected_website", "edited_business_message:connected_website"], *filters: Test, **options: Unpack[Options]) -> Decorator[ConnectedWebsiteCtx]: ...
    @overload
    def __call__(self, query: Literal["message:write_access_allowed", "edited_message:write_access_allowed", "business_message:write_access_allowed", "edited_business_message:write_access_allowed"], *filters: Test, **options: Unpack[Options]) -> Decorator[WriteAccessAllowedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:passport_data", "edited_message:passport_data", "business_message:passport_data", "edited_business_message:passport_data"], *filters: Test, **options: Unpack[Options]) -> Decorator[PassportDataCtx]: ...
    @overload
    def __call__(self, query: Literal["message:proximity_alert_triggered", "edited_message:proximity_alert_triggered", "business_message:proximity_alert_triggered", "edited_business_message:proximity_alert_triggered"], *filters: Test, **options: Unpack[Options]) -> Decorator[ProximityAlertTriggeredCtx]: ...
    @overload
    def __call__(self, query: Literal["message:boost_added", "edited_message:boost_added", "business_message:boost_added", "edited_business_message:boost_added"], *filters: Test, **options: Unpack[Options]) -> Decorator[BoostAddedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:chat_background_set", "edited_message:chat_background_set", "business_message:chat_background_set", "edited_business_message:chat_background_set"], *filters: Test, **options: Unpack[Options]) -> Decorator[ChatBackgroundSetCtx]: ...
    @overload
    def __call__(self, query: Literal["message:checklist_tasks_done", "edited_message:checklist_tasks_done", "business_message:checklist_tasks_done", "edited_business_message:checklist_tasks_done"], *filters: Test, **options: Unpack[Options]) -> Decorator[ChecklistTasksDoneCtx]: ...
    @overload
    def __call__(self, query: Literal["message:checklist_tasks_added", "edited_message:checklist_tasks_added", "business_message:checklist_tasks_added", "edited_business_message:checklist_tasks_added"], *filters: Test, **options: Unpack[Options]) -> Decorator[ChecklistTasksAddedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:direct_message_price_changed", "edited_message:direct_message_price_changed", "business_message:direct_message_price_changed", "edited_business_message:direct_message_price_changed"], *filters: Test, **options: Unpack[Options]) -> Decorator[DirectMessagePriceChangedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:forum_topic_created", "edited_message:forum_topic_created", "business_message:forum_topic_created", "edited_business_message:forum_topic_created"], *filters: Test, **options: Unpack[Options]) -> Decorator[ForumTopicCreatedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:forum_topic_edited", "edited_message:forum_topic_edited", "business_message:forum_topic_edited", "edited_business_message:forum_topic_edited"], *filters: Test, **options: Unpack[Options]) -> Decorator[ForumTopicEditedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:forum_topic_closed", "edited_message:forum_topic_closed", "business_message:forum_topic_closed", "edited_business_message:forum_topic_closed"], *filters: Test, **options: Unpack[Options]) -> Decorator[ForumTopicClosedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:forum_topic_reopened", "edited_message:forum_topic_reopened", "business_message:forum_topic_reopened", "edited_business_message:forum_topic_reopened"], *filters: Test, **options: Unpack[Options]) -> Decorator[ForumTopicReopenedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:general_forum_topic_hidden", "edited_message:general_forum_topic_hidden", "business_message:general_forum_topic_hidden", "edited_business_message:general_forum_topic_hidden"], *filters: Test, **options: Unpack[Options]) -> Decorator[GeneralForumTopicHiddenCtx]: ...
    @overload
    def __call__(self, query: Literal["message:general_forum_topic_unhidden", "edited_message:general_forum_topic_unhidden", "business_message:general_forum_topic_unhidden", "edited_business_message:general_forum_topic_unhidden"], *filters: Test, **options: Unpack[Options]) -> Decorator[GeneralForumTopicUnhiddenCtx]: ...
    @overload
    def __call__(self, query: Literal["message:giveaway_created", "edited_message:giveaway_created", "business_message:giveaway_created", "edited_business_message:giveaway_created"], *filters: Test, **options: Unpack[Options]) -> Decorator[GiveawayCreatedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:giveaway", "edited_message:giveaway", "business_message:giveaway", "edited_business_message:giveaway"], *filters: Test, **options: Unpack[Options]) -> Decorator[GiveawayCtx]: ...
    @overload
    def __call__(self, query: Literal["message:giveaway_winners", "edited_message:giveaway_winners", "business_message:giveaway_winners", "edited_business_message:giveaway_winners"], *filters: Test, **options: Unpack[Options]) -> Decorator[GiveawayWinnersCtx]: ...
    @overload
    def __call__(self, query: Literal["message:giveaway_completed", "edited_message:giveaway_completed", "business_message:giveaway_completed", "edited_business_message:giveaway_completed"], *filters: Test, **options: Unpack[Options]) -> Decorator[GiveawayCompletedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:managed_bot_created", "edited_message:managed_bot_created", "business_message:managed_bot_created", "edited_business_message:managed_bot_created"], *filters: Test, **options: Unpack[Options]) -> Decorator[ManagedBotCreatedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:paid_message_price_changed", "edited_message:paid_message_price_changed", "business_message:paid_message_price_changed", "edited_business_message:paid_message_price_changed"], *filters: Test, **options: Unpack[Options]) -> Decorator[PaidMessagePriceChangedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:poll_option_added", "edited_message:poll_option_added", "business_message:poll_option_added", "edited_business_message:poll_option_added"], *filters: Test, **options: Unpack[Options]) -> Decorator[PollOptionAddedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:poll_option_deleted", "edited_message:poll_option_deleted", "business_message:poll_option_deleted", "edited_business_message:poll_option_deleted"], *filters: Test, **options: Unpack[Options]) -> Decorator[PollOptionDeletedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:suggested_post_approved", "edited_message:suggested_post_approved", "business_message:suggested_post_approved", "edited_business_message:suggested_post_approved"], *filters: Test, **options: Unpack[Options]) -> Decorator[SuggestedPostApprovedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:suggested_post_approval_failed", "edited_message:suggested_post_approval_failed", "business_message:suggested_post_approval_failed", "edited_business_message:suggested_post_approval_failed"], *filters: Test, **options: Unpack[Options]) -> Decorator[SuggestedPostApprovalFailedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:suggested_post_declined", "edited_message:suggested_post_declined", "business_message:suggested_post_declined", "edited_business_message:suggested_post_declined"], *filters: Test, **options: Unpack[Options]) -> Decorator[SuggestedPostDeclinedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:suggested_post_paid", "edited_message:suggested_post_paid", "business_message:suggested_post_paid", "edited_business_message:suggested_post_paid"], *filters: Test, **options: Unpack[Options]) -> Decorator[SuggestedPostPaidCtx]: ...
    @overload
    def __call__(self, query: Literal["message:suggested_post_refunded", "edited_message:suggested_post_refunded", "business_message:suggested_post_refunded", "edited_business_message:suggested_post_refunded"], *filters: Test, **options: Unpack[Options]) -> Decorator[SuggestedPostRefundedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:video_chat_scheduled", "edited_message:video_chat_scheduled", "business_message:video_chat_scheduled", "edited_business_message:video_chat_scheduled"], *filters: Test, **options: Unpack[Options]) -> Decorator[VideoChatScheduledCtx]: ...
    @overload
    def __call__(self, query: Literal["message:video_chat_started", "edited_message:video_chat_started", "business_message:video_chat_started", "edited_business_message:video_chat_started"], *filters: Test, **options: Unpack[Options]) -> Decorator[VideoChatStartedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:video_chat_ended", "edited_message:video_chat_ended", "business_message:video_chat_ended", "edited_business_message:video_chat_ended"], *filters: Test, **options: Unpack[Options]) -> Decorator[VideoChatEndedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:video_chat_participants_invited", "edited_message:video_chat_participants_invited", "business_message:video_chat_participants_invited", "edited_business_message:video_chat_participants_invited"], *filters: Test, **options: Unpack[Options]) -> Decorator[VideoChatParticipantsInvitedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:web_app_data", "edited_message:web_app_data", "business_message:web_app_data", "edited_business_message:web_app_data"], *filters: Test, **options: Unpack[Options]) -> Decorator[WebAppDataCtx]: ...
    @overload
    def __call__(self, query: Literal["message:reply_markup", "edited_message:reply_markup", "business_message:reply_markup", "edited_business_message:reply_markup"], *filters: Test, **options: Unpack[Options]) -> Decorator[ReplyMarkupCtx]: ...
    @overload
    def __call__(self, query: Literal["message:receiver_user", "edited_message:receiver_user", "business_message:receiver_user", "edited_business_message:receiver_user"], *filters: Test, **options: Unpack[Options]) -> Decorator[ReceiverUserCtx]: ...
    @overload
    def __call__(self, query: Literal["message:ephemeral_message_id", "edited_message:ephemeral_message_id", "business_message:ephemeral_message_id", "edited_business_message:ephemeral_message_id"], *filters: Test, **options: Unpack[Options]) -> Decorator[EphemeralMessageIdCtx]: ...
    @overload
    def __call__(self, query: Literal["message:community_chat_added", "edited_message:community_chat_added", "business_message:community_chat_added", "edited_business_message:community_chat_added"], *filters: Test, **options: Unpack[Options]) -> Decorator[CommunityChatAddedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:community_chat_removed", "edited_message:community_chat_removed", "business_message:community_chat_removed", "edited_business_message:community_chat_removed"], *filters: Test, **options: Unpack[Options]) -> Decorator[CommunityChatRemovedCtx]: ...
    @overload
    def __call__(self, query: Literal["message:community_chat_joined", "edited_message:community_chat_joined", "business_message:community_chat_joined", "edited_business_message:community_chat_joined"], *filters: Test, **options: Unpack[Options]) -> Decorator[CommunityChatJoinedCtx]: ...
    @overload
    def __call__(self, query: Literal["business_connection"], *filters: Test, **options: Unpack[Options]) -> Decorator[BusinessConnectionCtx]: ...
    @overload
    def __call__(self, query: Literal["deleted_business_messages"], *filters: Test, **options: Unpack[Options]) -> Decorator[DeletedBusinessMessagesCtx]: ...
    @overload
    def __call__(self, query: Literal["message_reaction"], *filters: Test, **options: Unpack[Options]) -> Decorator[MessageReactionCtx]: ...
    @overload
    def __call__(self, query: Literal["message_reaction_count"], *filters: Test, **options: Unpack[Options]) -> Decorator[MessageReactionCountCtx]: ...
    @overload
    def __call__(self, query: Literal["chosen_inline_result"], *filters: Test, **options: Unpack[Options]) -> Decorator[ChosenInlineResultCtx]: ...
    @overload
    def __call__(self, query: Literal["shipping_query"], *filters: Test, **options: Unpack[Options]) -> Decorator[ShippingQueryCtx]: ...
    @overload
    def __call__(self, query: Literal["pre_checkout_query"], *filters: Test, **options: Unpack[Options]) -> Decorator[PreCheckoutQueryCtx]: ...
    @overload
    def __call__(self, query: Literal["purchased_paid_media"], *filters: Test, **options: Unpack[Options]) -> Decorator[PurchasedPaidMediaCtx]: ...
    @overload
    def __call__(self, query: Literal["poll"], *filters: Test, **options: Unpack[Options]) -> Decorator[PollUpdateCtx]: ...
    @overload
    def __call__(self, query: Literal["poll_answer"], *filters: Test, **options: Unpack[Options]) -> Decorator[PollAnswerCtx]: ...
    @overload
    def __call__(self, query: Literal["my_chat_member"], *filters: Test, **options: Unpack[Options]) -> Decorator[MyChatMemberCtx]: ...
    @overload
    def __call__(self, query: Literal["chat_member"], *filters: Test, **options: Unpack[Options]) -> Decorator[ChatMemberCtx]: ...
    @overload
    def __call__(self, query: Literal["chat_join_request"], *filters: Test, **options: Unpack[Options]) -> Decorator[ChatJoinRequestCtx]: ...
    @overload
    def __call__(self, query: Literal["chat_boost"], *filters: Test, **options: Unpack[Options]) -> Decorator[ChatBoostCtx]: ...
    @overload
    def __call__(self, query: Literal["removed_chat_boost"], *filters: Test, **options: Unpack[Options]) -> Decorator[RemovedChatBoostCtx]: ...
    @overload
    def __call__(self, query: Literal["managed_bot"], *filters: Test, **options: Unpack[Options]) -> Decorator[ManagedBotCtx]: ...
    @overload
    def __call__(self, query: Literal["stopped_message_generation"], *filters: Test, **options: Unpack[Options]) -> Decorator[StoppedMessageGenerationCtx]: ...
    @overload
    def __call__(self, query: Literal["subscription"], *filters: Test, **options: Unpack[Options]) -> Decorator[SubscriptionCtx]: ...
    @overload
    def __call__(self, query: Literal["message", "edited_message", "business_message", "edited_business_message", "message::mention", "message::hashtag", "message::cashtag", "message::bot_command", "message::url", "message::email", "message::phone_number", "message::bold", "message::italic", "message::underline", "message::strikethrough", "message::spoiler", "message::blockquote", "message::expandable_blockquote", "message::code", "message::pre", "message::text_link", "message::text_mention", "message::custom_emoji", "edited_message::mention", "edited_message::hashtag", "edited_message::cashtag", "edited_message::bot_command", "edited_message::url", "edited_message::email", "edited_message::phone_number", "edited_message::bold", "edited_message::italic", "edited_message::underline", "edited_message::strikethrough", "edited_message::spoiler", "edited_message::blockquote", "edited_message::expandable_blockquote", "edited_message::code", "edited_message::pre", "edited_message::text_link", "edited_message::text_mention", "edited_message::custom_emoji", "business_message::mention", "business_message::hashtag", "business_message::cashtag", "business_message::bot_command", "business_message::url", "business_message::email", "business_message::phone_number", "business_message::bold", "business_message::italic", "business_message::underline", "business_message::strikethrough", "business_message::spoiler", "business_message::blockquote", "business_message::expandable_blockquote", "business_message::code", "business_message::pre", "business_message::text_link", "business_message::text_mention", "business_message::custom_emoji", "edited_business_message::mention", "edited_business_message::hashtag", "edited_business_message::cashtag", "edited_business_message::bot_command", "edited_business_message::url", "edited_business_message::email", "edited_business_message::phone_number", "edited_business_message::bold", "edited_business_message::italic", "edited_business_message::underline", "edited_business_message::strikethrough", "edited_business_message::spoiler", "edited_business_message::blockquote", "edited_business_message::expandable_blockquote", "edited_business_message::code", "edited_business_message::pre", "edited_business_message::text_link", "edited_business_message::text_mention", "edited_business_message::custom_emoji"], *filters: Test, **options: Unpack[Options]) -> Decorator[MessageCtx]: ...
    @overload
    def __call__(self, query: Literal["channel_post", "edited_channel_post", "channel_post:direct_messages_topic", "channel_post:sender_boost_count", "channel_post:sender_business_bot", "channel_post:sender_tag", "channel_post:guest_query_id", "channel_post:business_connection_id", "channel_post:forward_origin", "channel_post:is_topic_message", "channel_post:is_automatic_forward", "channel_post:reply_to_message", "channel_post:external_reply", "channel_post:quote", "channel_post:reply_to_story", "channel_post:reply_to_checklist_task_id", "channel_post:reply_to_poll_option_id", "channel_post:via_bot", "channel_post:guest_bot_caller_user", "channel_post:guest_bot_caller_chat", "channel_post:edit_date", "channel_post:has_protected_content", "channel_post:is_from_offline", "channel_post:is_paid_post", "channel_post:media_group_id", "channel_post:author_signature", "channel_post:paid_star_count", "channel_post:text", "channel_post:entities", "channel_post:link_preview_options", "channel_post:suggested_post_info", "channel_post:effect_id", "channel_post:rich_message", "channel_post:animation", "channel_post:audio", "channel_post:document", "channel_post:live_photo", "channel_post:paid_media", "channel_post:photo", "channel_post:sticker", "channel_post:story", "channel_post:video", "channel_post:video_note", "channel_post:voice", "channel_post:caption", "channel_post:caption_entities", "channel_post:show_caption_above_media", "channel_post:has_media_spoiler", "channel_post:checklist", "channel_post:contact", "channel_post:dice", "channel_post:game", "channel_post:poll", "channel_post:venue", "channel_post:location", "channel_post:new_chat_members", "channel_post:left_chat_member", "channel_post:chat_owner_left", "channel_post:chat_owner_changed", "channel_post:new_chat_title", "channel_post:new_chat_photo", "channel_post:delete_chat_photo", "channel_post:group_chat_created", "channel_post:supergroup_chat_created", "channel_post:channel_chat_created", "channel_post:message_auto_delete_timer_changed", "channel_post:migrate_to_chat_id", "channel_post:migrate_from_chat_id", "channel_post:pinned_message", "channel_post:invoice", "channel_post:successful_payment", "channel_post:refunded_payment", "channel_post:users_shared", "channel_post:chat_shared", "channel_post:gift", "channel_post:unique_gift", "channel_post:gift_upgrade_sent", "channel_post:connected_website", "channel_post:write_access_allowed", "channel_post:passport_data", "channel_post:proximity_alert_triggered", "channel_post:boost_added", "channel_post:chat_background_set", "channel_post:checklist_tasks_done", "channel_post:checklist_tasks_added", "channel_post:direct_message_price_changed", "channel_post:forum_topic_created", "channel_post:forum_topic_edited", "channel_post:forum_topic_closed", "channel_post:forum_topic_reopened", "channel_post:general_forum_topic_hidden", "channel_post:general_forum_topic_unhidden", "channel_post:giveaway_created", "channel_post:giveaway", "channel_post:giveaway_winners", "channel_post:giveaway_completed", "channel_post:managed_bot_created", "channel_post:paid_message_price_changed", "channel_post:poll_option_added", "channel_post:poll_option_deleted", "channel_post:suggested_post_approved", "channel_post:suggested_post_approval_failed", "channel_post:suggested_post_declined", "channel_post:suggested_post_paid", "channel_post:suggested_post_refunded", "channel_post:video_chat_scheduled", "channel_post:video_chat_started", "channel_post:video_chat_ended", "channel_post:video_chat_participants_invited", "channel_post:web_app_data", "channel_post:reply_markup", "channel_post:receiver_user", "channel_post:ephemeral_message_id", "channel_post:community_chat_added", "channel_post:community_chat_removed", "channel_post:community_chat_joined", "edited_channel_post:direct_messages_topic", "edited_channel_post:sender_boost_count", "edited_channel_post:sender_business_bot", "edited_channel_post:sender_tag", "edited_channel_post:guest_query_id", "edited_channel_post:business_connection_id", "edited_channel_post:forward_origin", "edited_channel_post:is_topic_message", "edited_channel_post:is_automatic_forward", "edited_channel_post:reply_to_message", "edited_channel_post:external_reply", "edited_channel_post:quote", "edited_channel_post:reply_to_story", "edited_channel_post:reply_to_checklist_task_id", "edited_channel_post:reply_to_poll_option_id", "edited_channel_post:via_bot", "edited_channel_post:guest_bot_caller_user", "edited_channel_post:guest_bot_caller_chat", "edited_channel_post:edit_date", "edited_channel_post:has_protected_content", "edited_channel_post:is_from_offline", "edited_channel_post:is_paid_post", "edited_channel_post:media_group_id", "edited_channel_post:author_signature", "edited_channel_post:paid_star_count", "edited_channel_post:text", "edited_channel_post:entities", "edited_channel_post:link_preview_options", "edited_channel_post:suggested_post_info", "edited_channel_post:effect_id", "edited_channel_post:rich_message", "edited_channel_post:animation", "edited_channel_post:audio", "edited_channel_post:document", "edited_channel_post:live_photo", "edited_channel_post:paid_media", "edited_channel_post:photo", "edited_channel_post:sticker", "edited_channel_post:story", "edited_channel_post:video", "edited_channel_post:video_note", "edited_channel_post:voice", "edited_channel_post:caption", "edited_channel_post:caption_entities", "edited_channel_post:show_caption_above_media", "edited_channel_post:has_media_spoiler", "edited_channel_post:checklist", "edited_channel_post:contact", "edited_channel_post:dice", "edited_channel_post:game", "edited_channel_post:poll", "edited_channel_post:venue", "edited_channel_post:location", "edited_channel_post:new_chat_members", "edited_channel_post:left_chat_member", "edited_channel_post:chat_owner_left", "edited_channel_post:chat_owner_changed", "edited_channel_post:new_chat_title", "edited_channel_post:new_chat_photo", "edited_channel_post:delete_chat_photo", "edited_channel_post:group_chat_created", "edited_channel_post:supergroup_chat_created", "edited_channel_post:channel_chat_created", "edited_channel_post:message_auto_delete_timer_changed", "edited_channel_post:migrate_to_chat_id", "edited_channel_post:migrate_from_chat_id", "edited_channel_post:pinned_message", "edited_channel_post:invoice", "edited_channel_post:successful_payment", "edited_channel_post:refunded_payment", "edited_channel_post:users_shared", "edited_channel_post:chat_shared", "edited_channel_post:gift", "edited_channel_post:unique_gift", "edited_channel_post:gift_upgrade_sent", "edited_channel_post:connected_website", "edited_channel_post:write_access_allowed", "edited_channel_post:passport_data", "edited_channel_post:proximity_alert_triggered", "edited_channel_post:boost_added", "edited_channel_post:chat_background_set", "edited_channel_post:checklist_tasks_done", "edited_channel_post:checklist_tasks_added", "edited_channel_post:direct_message_price_changed", "edited_channel_post:forum_topic_created", "edited_channel_post:forum_topic_edited", "edited_channel_post:forum_topic_closed", "edited_channel_post:forum_topic_reopened", "edited_channel_post:general_forum_topic_hidden", "edited_channel_post:general_forum_topic_unhidden", "edited_channel_post:giveaway_created", "edited_channel_post:giveaway", "edited_channel_post:giveaway_winners", "edited_channel_post:giveaway_completed", "edited_channel_post:managed_bot_created", "edited_channel_post:paid_message_price_changed", "edited_channel_post:poll_option_added", "edited_channel_post:poll_option_deleted", "edited_channel_post:suggested_post_approved", "edited_channel_post:suggested_post_approval_failed", "edited_channel_post:suggested_post_declined", "edited_channel_post:suggested_post_paid", "edited_channel_post:suggested_post_refunded", "edited_channel_post:video_chat_scheduled", "edited_channel_post:video_chat_started", "edited_channel_post:video_chat_ended", "edited_channel_post:video_chat_participants_invited", "edited_channel_post:web_app_data", "edited_channel_post:reply_markup", "edited_channel_post:receiver_user", "edited_channel_post:ephemeral_message_id", "edited_channel_post:community_chat_added", "edited_channel_post:community_chat_removed", "edited_channel_post:community_chat_joined"], *filters: Test, **options: Unpack[Options]) -> Decorator[PostCtx]: ...
    @overload
    def __call__(self, query: Literal["callback_query"], *filters: Test, **options: Unpack[Options]) -> Decorator[ButtonCtx]: ...
    @overload
    def __call__(self, query: Literal["inline_query"], *filters: Test, **options: Unpack[Options]) -> Decorator[InlineCtx]: ...
    @overload
    def __call__(self, query: Literal["guest_message"], *filters: Test, **options: Unpack[Options]) -> Decorator[MessageCtx]: ...
    @overload
    def __call__(self, query: str, *filters: Test, **options: Unpack[Options]) -> Callable[[H], H]: ...

def by_query(method: Any) -> On: ...

class State(Protocol):
    """`Router.state`: without filters its answers are texts."""
    @overload
    def __call__(self, name: str, **options: Unpack[Options]) -> Decorator[TextCtx]: ...
    @overload
    def __call__(self, name: str, first: Test, /, *filters: Test, **options: Unpack[Options]) -> Decorator[Any]: ...

def by_state(method: Any) -> State: ...
