# Written by anzol/api/generate.py from the Bot API 10.1 description. Do not edit.
from typing import Any

class Object(dict[str, Any]):
    def __init__(self, *args: Any, **fields: Any) -> None: ...
    _fields: dict[str, str]

def wrap(spec: str, value: Any) -> Any: ...
def class_of(spec: str) -> type[Object]: ...

class Update(Object):
    update_id: int
    message: Message | None
    edited_message: Message | None
    channel_post: Message | None
    edited_channel_post: Message | None
    business_connection: BusinessConnection | None
    business_message: Message | None
    edited_business_message: Message | None
    deleted_business_messages: BusinessMessagesDeleted | None
    guest_message: Message | None
    message_reaction: MessageReactionUpdated | None
    message_reaction_count: MessageReactionCountUpdated | None
    inline_query: InlineQuery | None
    chosen_inline_result: ChosenInlineResult | None
    callback_query: CallbackQuery | None
    shipping_query: ShippingQuery | None
    pre_checkout_query: PreCheckoutQuery | None
    purchased_paid_media: PaidMediaPurchased | None
    poll: Poll | None
    poll_answer: PollAnswer | None
    my_chat_member: ChatMemberUpdated | None
    chat_member: ChatMemberUpdated | None
    chat_join_request: ChatJoinRequest | None
    chat_boost: ChatBoostUpdated | None
    removed_chat_boost: ChatBoostRemoved | None
    managed_bot: ManagedBotUpdated | None
    stopped_message_generation: MessageGenerationStopped | None
    subscription: BotSubscriptionUpdated | None

class WebhookInfo(Object):
    url: str
    has_custom_certificate: bool
    pending_update_count: int
    ip_address: str | None
    last_error_date: int | None
    last_error_message: str | None
    last_synchronization_error_date: int | None
    max_connections: int | None
    allowed_updates: list[str] | None

class User(Object):
    id: int
    is_bot: bool
    first_name: str
    last_name: str | None
    username: str | None
    language_code: str | None
    is_premium: bool | None
    added_to_attachment_menu: bool | None
    can_join_groups: bool | None
    can_read_all_group_messages: bool | None
    supports_guest_queries: bool | None
    supports_inline_queries: bool | None
    can_connect_to_business: bool | None
    has_main_web_app: bool | None
    has_topics_enabled: bool | None
    allows_users_to_create_topics: bool | None
    can_manage_bots: bool | None
    supports_join_request_queries: bool | None

class Chat(Object):
    id: int
    type: str
    title: str | None
    username: str | None
    first_name: str | None
    last_name: str | None
    is_forum: bool | None
    is_direct_messages: bool | None

class ChatFullInfo(Object):
    id: int
    type: str
    title: str | None
    username: str | None
    first_name: str | None
    last_name: str | None
    is_forum: bool | None
    is_direct_messages: bool | None
    accent_color_id: int
    max_reaction_count: int
    photo: ChatPhoto | None
    active_usernames: list[str] | None
    birthdate: Birthdate | None
    business_intro: BusinessIntro | None
    business_location: BusinessLocation | None
    business_opening_hours: BusinessOpeningHours | None
    personal_chat: Chat | None
    parent_chat: Chat | None
    available_reactions: list[ReactionType] | None
    background_custom_emoji_id: str | None
    profile_accent_color_id: int | None
    profile_background_custom_emoji_id: str | None
    emoji_status_custom_emoji_id: str | None
    emoji_status_expiration_date: int | None
    bio: str | None
    has_private_forwards: bool | None
    has_restricted_voice_and_video_messages: bool | None
    join_to_send_messages: bool | None
    join_by_request: bool | None
    description: str | None
    invite_link: str | None
    pinned_message: Message | None
    permissions: ChatPermissions | None
    accepted_gift_types: AcceptedGiftTypes
    can_send_paid_media: bool | None
    slow_mode_delay: int | None
    unrestrict_boost_count: int | None
    message_auto_delete_time: int | None
    has_aggressive_anti_spam_enabled: bool | None
    has_hidden_members: bool | None
    has_protected_content: bool | None
    has_visible_history: bool | None
    sticker_set_name: str | None
    can_set_sticker_set: bool | None
    custom_emoji_sticker_set_name: str | None
    linked_chat_id: int | None
    location: ChatLocation | None
    rating: UserRating | None
    first_profile_audio: Audio | None
    unique_gift_colors: UniqueGiftColors | None
    paid_message_star_count: int | None
    guard_bot: User | None
    community: Community | None

class Message(Object):
    message_id: int
    message_thread_id: int | None
    direct_messages_topic: DirectMessagesTopic | None
    from_user: User | None
    sender_chat: Chat | None
    sender_boost_count: int | None
    sender_business_bot: User | None
    sender_tag: str | None
    date: int
    guest_query_id: str | None
    business_connection_id: str | None
    chat: Chat
    forward_origin: MessageOrigin | None
    is_topic_message: bool | None
    is_automatic_forward: bool | None
    reply_to_message: Message | None
    external_reply: ExternalReplyInfo | None
    quote: TextQuote | None
    reply_to_story: Story | None
    reply_to_checklist_task_id: int | None
    reply_to_poll_option_id: str | None
    via_bot: User | None
    guest_bot_caller_user: User | None
    guest_bot_caller_chat: Chat | None
    edit_date: int | None
    has_protected_content: bool | None
    is_from_offline: bool | None
    is_paid_post: bool | None
    media_group_id: str | None
    author_signature: str | None
    paid_star_count: int | None
    text: str | None
    entities: list[MessageEntity] | None
    link_preview_options: LinkPreviewOptions | None
    suggested_post_info: SuggestedPostInfo | None
    effect_id: str | None
    rich_message: RichMessage | None
    animation: Animation | None
    audio: Audio | None
    document: Document | None
    live_photo: LivePhoto | None
    paid_media: PaidMediaInfo | None
    photo: list[PhotoSize] | None
    sticker: Sticker | None
    story: Story | None
    video: Video | None
    video_note: VideoNote | None
    voice: Voice | None
    caption: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    has_media_spoiler: bool | None
    checklist: Checklist | None
    contact: Contact | None
    dice: Dice | None
    game: Game | None
    poll: Poll | None
    venue: Venue | None
    location: Location | None
    new_chat_members: list[User] | None
    left_chat_member: User | None
    chat_owner_left: ChatOwnerLeft | None
    chat_owner_changed: ChatOwnerChanged | None
    new_chat_title: str | None
    new_chat_photo: list[PhotoSize] | None
    delete_chat_photo: bool | None
    group_chat_created: bool | None
    supergroup_chat_created: bool | None
    channel_chat_created: bool | None
    message_auto_delete_timer_changed: MessageAutoDeleteTimerChanged | None
    migrate_to_chat_id: int | None
    migrate_from_chat_id: int | None
    pinned_message: MaybeInaccessibleMessage | None
    invoice: Invoice | None
    successful_payment: SuccessfulPayment | None
    refunded_payment: RefundedPayment | None
    users_shared: UsersShared | None
    chat_shared: ChatShared | None
    gift: GiftInfo | None
    unique_gift: UniqueGiftInfo | None
    gift_upgrade_sent: GiftInfo | None
    connected_website: str | None
    write_access_allowed: WriteAccessAllowed | None
    passport_data: PassportData | None
    proximity_alert_triggered: ProximityAlertTriggered | None
    boost_added: ChatBoostAdded | None
    chat_background_set: ChatBackground | None
    checklist_tasks_done: ChecklistTasksDone | None
    checklist_tasks_added: ChecklistTasksAdded | None
    direct_message_price_changed: DirectMessagePriceChanged | None
    forum_topic_created: ForumTopicCreated | None
    forum_topic_edited: ForumTopicEdited | None
    forum_topic_closed: ForumTopicClosed | None
    forum_topic_reopened: ForumTopicReopened | None
    general_forum_topic_hidden: GeneralForumTopicHidden | None
    general_forum_topic_unhidden: GeneralForumTopicUnhidden | None
    giveaway_created: GiveawayCreated | None
    giveaway: Giveaway | None
    giveaway_winners: GiveawayWinners | None
    giveaway_completed: GiveawayCompleted | None
    managed_bot_created: ManagedBotCreated | None
    paid_message_price_changed: PaidMessagePriceChanged | None
    poll_option_added: PollOptionAdded | None
    poll_option_deleted: PollOptionDeleted | None
    suggested_post_approved: SuggestedPostApproved | None
    suggested_post_approval_failed: SuggestedPostApprovalFailed | None
    suggested_post_declined: SuggestedPostDeclined | None
    suggested_post_paid: SuggestedPostPaid | None
    suggested_post_refunded: SuggestedPostRefunded | None
    video_chat_scheduled: VideoChatScheduled | None
    video_chat_started: VideoChatStarted | None
    video_chat_ended: VideoChatEnded | None
    video_chat_participants_invited: VideoChatParticipantsInvited | None
    web_app_data: WebAppData | None
    reply_markup: InlineKeyboardMarkup | None
    receiver_user: User | None
    ephemeral_message_id: int | None
    community_chat_added: CommunityChatAdded | None
    community_chat_removed: CommunityChatRemoved | None
    community_chat_joined: CommunityChatJoined | None

class MessageId(Object):
    message_id: int

class InaccessibleMessage(Object):
    chat: Chat
    message_id: int
    date: int

class MaybeInaccessibleMessage(Object):
    message_id: int
    message_thread_id: int | None
    direct_messages_topic: DirectMessagesTopic | None
    from_user: User | None
    sender_chat: Chat | None
    sender_boost_count: int | None
    sender_business_bot: User | None
    sender_tag: str | None
    date: int
    guest_query_id: str | None
    business_connection_id: str | None
    chat: Chat
    forward_origin: MessageOrigin | None
    is_topic_message: bool | None
    is_automatic_forward: bool | None
    reply_to_message: Message | None
    external_reply: ExternalReplyInfo | None
    quote: TextQuote | None
    reply_to_story: Story | None
    reply_to_checklist_task_id: int | None
    reply_to_poll_option_id: str | None
    via_bot: User | None
    guest_bot_caller_user: User | None
    guest_bot_caller_chat: Chat | None
    edit_date: int | None
    has_protected_content: bool | None
    is_from_offline: bool | None
    is_paid_post: bool | None
    media_group_id: str | None
    author_signature: str | None
    paid_star_count: int | None
    text: str | None
    entities: list[MessageEntity] | None
    link_preview_options: LinkPreviewOptions | None
    suggested_post_info: SuggestedPostInfo | None
    effect_id: str | None
    rich_message: RichMessage | None
    animation: Animation | None
    audio: Audio | None
    document: Document | None
    live_photo: LivePhoto | None
    paid_media: PaidMediaInfo | None
    photo: list[PhotoSize] | None
    sticker: Sticker | None
    story: Story | None
    video: Video | None
    video_note: VideoNote | None
    voice: Voice | None
    caption: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    has_media_spoiler: bool | None
    checklist: Checklist | None
    contact: Contact | None
    dice: Dice | None
    game: Game | None
    poll: Poll | None
    venue: Venue | None
    location: Location | None
    new_chat_members: list[User] | None
    left_chat_member: User | None
    chat_owner_left: ChatOwnerLeft | None
    chat_owner_changed: ChatOwnerChanged | None
    new_chat_title: str | None
    new_chat_photo: list[PhotoSize] | None
    delete_chat_photo: bool | None
    group_chat_created: bool | None
    supergroup_chat_created: bool | None
    channel_chat_created: bool | None
    message_auto_delete_timer_changed: MessageAutoDeleteTimerChanged | None
    migrate_to_chat_id: int | None
    migrate_from_chat_id: int | None
    pinned_message: MaybeInaccessibleMessage | None
    invoice: Invoice | None
    successful_payment: SuccessfulPayment | None
    refunded_payment: RefundedPayment | None
    users_shared: UsersShared | None
    chat_shared: ChatShared | None
    gift: GiftInfo | None
    unique_gift: UniqueGiftInfo | None
    gift_upgrade_sent: GiftInfo | None
    connected_website: str | None
    write_access_allowed: WriteAccessAllowed | None
    passport_data: PassportData | None
    proximity_alert_triggered: ProximityAlertTriggered | None
    boost_added: ChatBoostAdded | None
    chat_background_set: ChatBackground | None
    checklist_tasks_done: ChecklistTasksDone | None
    checklist_tasks_added: ChecklistTasksAdded | None
    direct_message_price_changed: DirectMessagePriceChanged | None
    forum_topic_created: ForumTopicCreated | None
    forum_topic_edited: ForumTopicEdited | None
    forum_topic_closed: ForumTopicClosed | None
    forum_topic_reopened: ForumTopicReopened | None
    general_forum_topic_hidden: GeneralForumTopicHidden | None
    general_forum_topic_unhidden: GeneralForumTopicUnhidden | None
    giveaway_created: GiveawayCreated | None
    giveaway: Giveaway | None
    giveaway_winners: GiveawayWinners | None
    giveaway_completed: GiveawayCompleted | None
    managed_bot_created: ManagedBotCreated | None
    paid_message_price_changed: PaidMessagePriceChanged | None
    poll_option_added: PollOptionAdded | None
    poll_option_deleted: PollOptionDeleted | None
    suggested_post_approved: SuggestedPostApproved | None
    suggested_post_approval_failed: SuggestedPostApprovalFailed | None
    suggested_post_declined: SuggestedPostDeclined | None
    suggested_post_paid: SuggestedPostPaid | None
    suggested_post_refunded: SuggestedPostRefunded | None
    video_chat_scheduled: VideoChatScheduled | None
    video_chat_started: VideoChatStarted | None
    video_chat_ended: VideoChatEnded | None
    video_chat_participants_invited: VideoChatParticipantsInvited | None
    web_app_data: WebAppData | None
    reply_markup: InlineKeyboardMarkup | None
    receiver_user: User | None
    ephemeral_message_id: int | None
    community_chat_added: CommunityChatAdded | None
    community_chat_removed: CommunityChatRemoved | None
    community_chat_joined: CommunityChatJoined | None

class MessageEntity(Object):
    type: str
    offset: int
    length: int
    url: str | None
    user: User | None
    language: str | None
    custom_emoji_id: str | None
    unix_time: int | None
    date_time_format: str | None

class TextQuote(Object):
    text: str
    entities: list[MessageEntity] | None
    position: int
    is_manual: bool | None

class ExternalReplyInfo(Object):
    origin: MessageOrigin
    chat: Chat | None
    message_id: int | None
    link_preview_options: LinkPreviewOptions | None
    animation: Animation | None
    audio: Audio | None
    document: Document | None
    live_photo: LivePhoto | None
    paid_media: PaidMediaInfo | None
    photo: list[PhotoSize] | None
    sticker: Sticker | None
    story: Story | None
    video: Video | None
    video_note: VideoNote | None
    voice: Voice | None
    has_media_spoiler: bool | None
    checklist: Checklist | None
    contact: Contact | None
    dice: Dice | None
    game: Game | None
    giveaway: Giveaway | None
    giveaway_winners: GiveawayWinners | None
    invoice: Invoice | None
    location: Location | None
    poll: Poll | None
    venue: Venue | None

class ReplyParameters(Object):
    message_id: int
    chat_id: int | str | None
    allow_sending_without_reply: bool | None
    quote: str | None
    quote_parse_mode: str | None
    quote_entities: list[MessageEntity] | None
    quote_position: int | None
    checklist_task_id: int | None
    poll_option_id: str | None
    ephemeral_message_id: int | None

class MessageOrigin(Object):
    type: str
    date: int
    sender_user: User | None
    sender_user_name: str | None
    sender_chat: Chat | None
    author_signature: str | None
    chat: Chat | None
    message_id: int | None

class MessageOriginUser(Object):
    type: str
    date: int
    sender_user: User

class MessageOriginHiddenUser(Object):
    type: str
    date: int
    sender_user_name: str

class MessageOriginChat(Object):
    type: str
    date: int
    sender_chat: Chat
    author_signature: str | None

class MessageOriginChannel(Object):
    type: str
    date: int
    chat: Chat
    message_id: int
    author_signature: str | None

class PhotoSize(Object):
    file_id: str
    file_unique_id: str
    width: int
    height: int
    file_size: int | None

class Animation(Object):
    file_id: str
    file_unique_id: str
    width: int
    height: int
    duration: int
    thumbnail: PhotoSize | None
    file_name: str | None
    mime_type: str | None
    file_size: int | None

class Audio(Object):
    file_id: str
    file_unique_id: str
    duration: int
    performer: str | None
    title: str | None
    file_name: str | None
    mime_type: str | None
    file_size: int | None
    thumbnail: PhotoSize | None

class Document(Object):
    file_id: str
    file_unique_id: str
    thumbnail: PhotoSize | None
    file_name: str | None
    mime_type: str | None
    file_size: int | None

class LivePhoto(Object):
    photo: list[PhotoSize] | None
    file_id: str
    file_unique_id: str
    width: int
    height: int
    duration: int
    mime_type: str | None
    file_size: int | None

class Story(Object):
    chat: Chat
    id: int

class VideoQuality(Object):
    file_id: str
    file_unique_id: str
    width: int
    height: int
    codec: str
    file_size: int | None

class Video(Object):
    file_id: str
    file_unique_id: str
    width: int
    height: int
    duration: int
    thumbnail: PhotoSize | None
    cover: list[PhotoSize] | None
    start_timestamp: int | None
    qualities: list[VideoQuality] | None
    file_name: str | None
    mime_type: str | None
    file_size: int | None

class VideoNote(Object):
    file_id: str
    file_unique_id: str
    length: int
    duration: int
    thumbnail: PhotoSize | None
    file_size: int | None

class Voice(Object):
    file_id: str
    file_unique_id: str
    duration: int
    mime_type: str | None
    file_size: int | None

class PaidMediaInfo(Object):
    star_count: int
    paid_media: list[PaidMedia]

class PaidMedia(Object):
    type: str
    live_photo: LivePhoto | None
    photo: list[PhotoSize] | None
    width: int | None
    height: int | None
    duration: int | None
    video: Video | None

class PaidMediaLivePhoto(Object):
    type: str
    live_photo: LivePhoto

class PaidMediaPhoto(Object):
    type: str
    photo: list[PhotoSize]

class PaidMediaPreview(Object):
    type: str
    width: int | None
    height: int | None
    duration: int | None

class PaidMediaVideo(Object):
    type: str
    video: Video

class Contact(Object):
    phone_number: str
    first_name: str
    last_name: str | None
    user_id: int | None
    vcard: str | None

class Dice(Object):
    emoji: str
    value: int

class Link(Object):
    url: str

class PollMedia(Object):
    animation: Animation | None
    audio: Audio | None
    document: Document | None
    link: Link | None
    live_photo: LivePhoto | None
    location: Location | None
    photo: list[PhotoSize] | None
    sticker: Sticker | None
    venue: Venue | None
    video: Video | None

class InputPollMedia(Object):
    type: str
    media: str | None
    thumbnail: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    width: int | None
    height: int | None
    duration: int | None
    has_spoiler: bool | None
    performer: str | None
    title: str | None
    disable_content_type_detection: bool | None
    photo: str | None
    latitude: float | None
    longitude: float | None
    horizontal_accuracy: float | None
    address: str | None
    foursquare_id: str | None
    foursquare_type: str | None
    google_place_id: str | None
    google_place_type: str | None
    cover: str | None
    start_timestamp: int | None
    supports_streaming: bool | None

class InputPollOptionMedia(Object):
    type: str
    media: str | None
    thumbnail: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    width: int | None
    height: int | None
    duration: int | None
    has_spoiler: bool | None
    url: str | None
    photo: str | None
    latitude: float | None
    longitude: float | None
    horizontal_accuracy: float | None
    emoji: str | None
    title: str | None
    address: str | None
    foursquare_id: str | None
    foursquare_type: str | None
    google_place_id: str | None
    google_place_type: str | None
    cover: str | None
    start_timestamp: int | None
    supports_streaming: bool | None

class PollOption(Object):
    persistent_id: str
    text: str
    text_entities: list[MessageEntity] | None
    media: PollMedia | None
    voter_count: int
    added_by_user: User | None
    added_by_chat: Chat | None
    addition_date: int | None

class InputPollOption(Object):
    text: str
    text_parse_mode: str | None
    text_entities: list[MessageEntity] | None
    media: InputPollOptionMedia | None

class PollAnswer(Object):
    poll_id: str
    voter_chat: Chat | None
    user: User | None
    option_ids: list[int]
    option_persistent_ids: list[str]

class Poll(Object):
    id: str
    question: str
    question_entities: list[MessageEntity] | None
    options: list[PollOption]
    total_voter_count: int
    is_closed: bool
    is_anonymous: bool
    type: str
    allows_multiple_answers: bool
    allows_revoting: bool
    members_only: bool
    country_codes: list[str] | None
    correct_option_ids: list[int] | None
    explanation: str | None
    explanation_entities: list[MessageEntity] | None
    explanation_media: PollMedia | None
    open_period: int | None
    close_date: int | None
    description: str | None
    description_entities: list[MessageEntity] | None
    media: PollMedia | None

class ChecklistTask(Object):
    id: int
    text: str
    text_entities: list[MessageEntity] | None
    completed_by_user: User | None
    completed_by_chat: Chat | None
    completion_date: int | None

class Checklist(Object):
    title: str
    title_entities: list[MessageEntity] | None
    tasks: list[ChecklistTask]
    others_can_add_tasks: bool | None
    others_can_mark_tasks_as_done: bool | None

class InputChecklistTask(Object):
    id: int
    text: str
    parse_mode: str | None
    text_entities: list[MessageEntity] | None

class InputChecklist(Object):
    title: str
    parse_mode: str | None
    title_entities: list[MessageEntity] | None
    tasks: list[InputChecklistTask]
    others_can_add_tasks: bool | None
    others_can_mark_tasks_as_done: bool | None

class ChecklistTasksDone(Object):
    checklist_message: Message | None
    marked_as_done_task_ids: list[int] | None
    marked_as_not_done_task_ids: list[int] | None

class ChecklistTasksAdded(Object):
    checklist_message: Message | None
    tasks: list[ChecklistTask]

class Location(Object):
    latitude: float
    longitude: float
    horizontal_accuracy: float | None
    live_period: int | None
    heading: int | None
    proximity_alert_radius: int | None

class Venue(Object):
    location: Location
    title: str
    address: str
    foursquare_id: str | None
    foursquare_type: str | None
    google_place_id: str | None
    google_place_type: str | None

class WebAppData(Object):
    data: str
    button_text: str

class ProximityAlertTriggered(Object):
    traveler: User
    watcher: User
    distance: int

class MessageAutoDeleteTimerChanged(Object):
    message_auto_delete_time: int

class ManagedBotCreated(Object):
    bot: User

class ManagedBotUpdated(Object):
    user: User
    bot: User

class PollOptionAdded(Object):
    poll_message: MaybeInaccessibleMessage | None
    option_persistent_id: str
    option_text: str
    option_text_entities: list[MessageEntity] | None

class PollOptionDeleted(Object):
    poll_message: MaybeInaccessibleMessage | None
    option_persistent_id: str
    option_text: str
    option_text_entities: list[MessageEntity] | None

class ChatBoostAdded(Object):
    boost_count: int

class BackgroundFill(Object):
    type: str
    color: int | None
    top_color: int | None
    bottom_color: int | None
    rotation_angle: int | None
    colors: list[int] | None

class BackgroundFillSolid(Object):
    type: str
    color: int

class BackgroundFillGradient(Object):
    type: str
    top_color: int
    bottom_color: int
    rotation_angle: int

class BackgroundFillFreeformGradient(Object):
    type: str
    colors: list[int]

class BackgroundType(Object):
    type: str
    fill: BackgroundFill | None
    dark_theme_dimming: int | None
    document: Document | None
    is_blurred: bool | None
    is_moving: bool | None
    intensity: int | None
    is_inverted: bool | None
    theme_name: str | None

class BackgroundTypeFill(Object):
    type: str
    fill: BackgroundFill
    dark_theme_dimming: int

class BackgroundTypeWallpaper(Object):
    type: str
    document: Document
    dark_theme_dimming: int
    is_blurred: bool | None
    is_moving: bool | None

class BackgroundTypePattern(Object):
    type: str
    document: Document
    fill: BackgroundFill
    intensity: int
    is_inverted: bool | None
    is_moving: bool | None

class BackgroundTypeChatTheme(Object):
    type: str
    theme_name: str

class ChatBackground(Object):
    type: BackgroundType

class ForumTopicCreated(Object):
    name: str
    icon_color: int
    icon_custom_emoji_id: str | None
    is_name_implicit: bool | None

class ForumTopicClosed(Object):
    ...

class ForumTopicEdited(Object):
    name: str | None
    icon_custom_emoji_id: str | None

class ForumTopicReopened(Object):
    ...

class GeneralForumTopicHidden(Object):
    ...

class GeneralForumTopicUnhidden(Object):
    ...

class SharedUser(Object):
    user_id: int
    first_name: str | None
    last_name: str | None
    username: str | None
    photo: list[PhotoSize] | None

class UsersShared(Object):
    request_id: int
    users: list[SharedUser]

class ChatShared(Object):
    request_id: int
    chat_id: int
    title: str | None
    username: str | None
    photo: list[PhotoSize] | None

class WriteAccessAllowed(Object):
    from_request: bool | None
    web_app_name: str | None
    from_attachment_menu: bool | None

class VideoChatScheduled(Object):
    start_date: int

class VideoChatStarted(Object):
    ...

class VideoChatEnded(Object):
    duration: int

class VideoChatParticipantsInvited(Object):
    users: list[User]

class PaidMessagePriceChanged(Object):
    paid_message_star_count: int

class DirectMessagePriceChanged(Object):
    are_direct_messages_enabled: bool
    direct_message_star_count: int | None

class SuggestedPostApproved(Object):
    suggested_post_message: Message | None
    price: SuggestedPostPrice | None
    send_date: int

class SuggestedPostApprovalFailed(Object):
    suggested_post_message: Message | None
    price: SuggestedPostPrice

class SuggestedPostDeclined(Object):
    suggested_post_message: Message | None
    comment: str | None

class SuggestedPostPaid(Object):
    suggested_post_message: Message | None
    currency: str
    amount: int | None
    star_amount: StarAmount | None

class SuggestedPostRefunded(Object):
    suggested_post_message: Message | None
    reason: str

class GiveawayCreated(Object):
    prize_star_count: int | None

class Giveaway(Object):
    chats: list[Chat]
    winners_selection_date: int
    winner_count: int
    only_new_members: bool | None
    has_public_winners: bool | None
    prize_description: str | None
    country_codes: list[str] | None
    prize_star_count: int | None
    premium_subscription_month_count: int | None

class GiveawayWinners(Object):
    chat: Chat
    giveaway_message_id: int
    winners_selection_date: int
    winner_count: int
    winners: list[User]
    additional_chat_count: int | None
    prize_star_count: int | None
    premium_subscription_month_count: int | None
    unclaimed_prize_count: int | None
    only_new_members: bool | None
    was_refunded: bool | None
    prize_description: str | None

class GiveawayCompleted(Object):
    winner_count: int
    unclaimed_prize_count: int | None
    giveaway_message: Message | None
    is_star_giveaway: bool | None

class LinkPreviewOptions(Object):
    is_disabled: bool | None
    url: str | None
    prefer_small_media: bool | None
    prefer_large_media: bool | None
    show_above_text: bool | None

class SuggestedPostPrice(Object):
    currency: str
    amount: int

class SuggestedPostInfo(Object):
    state: str
    price: SuggestedPostPrice | None
    send_date: int | None

class SuggestedPostParameters(Object):
    price: SuggestedPostPrice | None
    send_date: int | None

class DirectMessagesTopic(Object):
    topic_id: int
    user: User | None

class UserProfilePhotos(Object):
    total_count: int
    photos: list[list[PhotoSize]]

class UserProfileAudios(Object):
    total_count: int
    audios: list[Audio]

class File(Object):
    file_id: str
    file_unique_id: str
    file_size: int | None
    file_path: str | None

class WebAppInfo(Object):
    url: str

class ReplyKeyboardMarkup(Object):
    keyboard: list[list[KeyboardButton]]
    is_persistent: bool | None
    resize_keyboard: bool | None
    one_time_keyboard: bool | None
    input_field_placeholder: str | None
    selective: bool | None
    force_reply: bool | None

class KeyboardButton(Object):
    text: str
    icon_custom_emoji_id: str | None
    style: str | None
    request_users: KeyboardButtonRequestUsers | None
    request_chat: KeyboardButtonRequestChat | None
    request_managed_bot: KeyboardButtonRequestManagedBot | None
    request_contact: bool | None
    request_location: bool | None
    request_poll: KeyboardButtonPollType | None
    web_app: WebAppInfo | None

class KeyboardButtonRequestUsers(Object):
    request_id: int
    user_is_bot: bool | None
    user_is_premium: bool | None
    max_quantity: int | None
    request_name: bool | None
    request_username: bool | None
    request_photo: bool | None

class KeyboardButtonRequestChat(Object):
    request_id: int
    chat_is_channel: bool
    chat_is_forum: bool | None
    chat_has_username: bool | None
    chat_is_created: bool | None
    user_administrator_rights: ChatAdministratorRights | None
    bot_administrator_rights: ChatAdministratorRights | None
    bot_is_member: bool | None
    request_title: bool | None
    request_username: bool | None
    request_photo: bool | None

class KeyboardButtonRequestManagedBot(Object):
    request_id: int
    suggested_name: str | None
    suggested_username: str | None

class KeyboardButtonPollType(Object):
    type: str | None

class ReplyKeyboardRemove(Object):
    remove_keyboard: bool
    selective: bool | None

class InlineKeyboardMarkup(Object):
    inline_keyboard: list[list[InlineKeyboardButton]]
    force_reply: bool | None

class InlineKeyboardButton(Object):
    text: str
    icon_custom_emoji_id: str | None
    style: str | None
    url: str | None
    callback_data: str | None
    web_app: WebAppInfo | None
    login_url: LoginUrl | None
    switch_inline_query: str | None
    switch_inline_query_current_chat: str | None
    switch_inline_query_chosen_chat: SwitchInlineQueryChosenChat | None
    copy_text: CopyTextButton | None
    callback_game: CallbackGame | None
    pay: bool | None
    disabled: DisabledButton | None

class LoginUrl(Object):
    url: str
    forward_text: str | None
    bot_username: str | None
    request_write_access: bool | None

class SwitchInlineQueryChosenChat(Object):
    query: str | None
    allow_user_chats: bool | None
    allow_bot_chats: bool | None
    allow_group_chats: bool | None
    allow_channel_chats: bool | None

class CopyTextButton(Object):
    text: str

class CallbackQuery(Object):
    id: str
    from_user: User
    message: MaybeInaccessibleMessage | None
    inline_message_id: str | None
    chat_instance: str
    data: str | None
    game_short_name: str | None

class ForceReply(Object):
    force_reply: bool
    input_field_placeholder: str | None
    selective: bool | None

class ChatPhoto(Object):
    small_file_id: str
    small_file_unique_id: str
    big_file_id: str
    big_file_unique_id: str

class ChatInviteLink(Object):
    invite_link: str
    creator: User
    creates_join_request: bool
    is_primary: bool
    is_revoked: bool
    name: str | None
    expire_date: int | None
    member_limit: int | None
    pending_join_request_count: int | None
    subscription_period: int | None
    subscription_price: int | None

class ChatAdministratorRights(Object):
    is_anonymous: bool
    can_manage_chat: bool
    can_delete_messages: bool
    can_manage_video_chats: bool
    can_restrict_members: bool
    can_promote_members: bool
    can_change_info: bool
    can_invite_users: bool
    can_post_stories: bool
    can_edit_stories: bool
    can_delete_stories: bool
    can_post_messages: bool | None
    can_edit_messages: bool | None
    can_pin_messages: bool | None
    can_manage_topics: bool | None
    can_manage_direct_messages: bool | None
    can_manage_tags: bool | None
    can_send_welcome_messages: bool

class ChatMemberUpdated(Object):
    chat: Chat
    from_user: User
    date: int
    old_chat_member: ChatMember
    new_chat_member: ChatMember
    invite_link: ChatInviteLink | None
    via_join_request: bool | None
    via_chat_folder_invite_link: bool | None

class ChatMember(Object):
    status: str
    user: User
    is_anonymous: bool | None
    custom_title: str | None
    can_be_edited: bool | None
    can_manage_chat: bool | None
    can_delete_messages: bool | None
    can_manage_video_chats: bool | None
    can_restrict_members: bool | None
    can_promote_members: bool | None
    can_change_info: bool | None
    can_invite_users: bool | None
    can_post_stories: bool | None
    can_edit_stories: bool | None
    can_delete_stories: bool | None
    can_post_messages: bool | None
    can_edit_messages: bool | None
    can_pin_messages: bool | None
    can_manage_topics: bool | None
    can_manage_direct_messages: bool | None
    can_manage_tags: bool | None
    can_send_welcome_messages: bool | None
    tag: str | None
    until_date: int | None
    is_member: bool | None
    can_send_messages: bool | None
    can_send_audios: bool | None
    can_send_documents: bool | None
    can_send_photos: bool | None
    can_send_videos: bool | None
    can_send_video_notes: bool | None
    can_send_voice_notes: bool | None
    can_send_polls: bool | None
    can_send_other_messages: bool | None
    can_add_web_page_previews: bool | None
    can_react_to_messages: bool | None
    can_edit_tag: bool | None

class ChatMemberOwner(Object):
    status: str
    user: User
    is_anonymous: bool
    custom_title: str | None

class ChatMemberAdministrator(Object):
    status: str
    user: User
    can_be_edited: bool
    is_anonymous: bool
    can_manage_chat: bool
    can_delete_messages: bool
    can_manage_video_chats: bool
    can_restrict_members: bool
    can_promote_members: bool
    can_change_info: bool
    can_invite_users: bool
    can_post_stories: bool
    can_edit_stories: bool
    can_delete_stories: bool
    can_post_messages: bool | None
    can_edit_messages: bool | None
    can_pin_messages: bool | None
    can_manage_topics: bool | None
    can_manage_direct_messages: bool | None
    can_manage_tags: bool | None
    custom_title: str | None
    can_send_welcome_messages: bool

class ChatMemberMember(Object):
    status: str
    tag: str | None
    user: User
    until_date: int | None

class ChatMemberRestricted(Object):
    status: str
    tag: str | None
    user: User
    is_member: bool
    can_send_messages: bool
    can_send_audios: bool
    can_send_documents: bool
    can_send_photos: bool
    can_send_videos: bool
    can_send_video_notes: bool
    can_send_voice_notes: bool
    can_send_polls: bool
    can_send_other_messages: bool
    can_add_web_page_previews: bool
    can_react_to_messages: bool
    can_edit_tag: bool
    can_change_info: bool
    can_invite_users: bool
    can_pin_messages: bool
    can_manage_topics: bool
    until_date: int

class ChatMemberLeft(Object):
    status: str
    user: User

class ChatMemberBanned(Object):
    status: str
    user: User
    until_date: int

class ChatJoinRequest(Object):
    chat: Chat
    from_user: User
    user_chat_id: int
    date: int
    bio: str | None
    invite_link: ChatInviteLink | None
    query_id: str | None

class ChatPermissions(Object):
    can_send_messages: bool | None
    can_send_audios: bool | None
    can_send_documents: bool | None
    can_send_photos: bool | None
    can_send_videos: bool | None
    can_send_video_notes: bool | None
    can_send_voice_notes: bool | None
    can_send_polls: bool | None
    can_send_other_messages: bool | None
    can_add_web_page_previews: bool | None
    can_react_to_messages: bool | None
    can_edit_tag: bool | None
    can_change_info: bool | None
    can_invite_users: bool | None
    can_pin_messages: bool | None
    can_manage_topics: bool | None

class Birthdate(Object):
    day: int
    month: int
    year: int | None

class BusinessIntro(Object):
    title: str | None
    message: str | None
    sticker: Sticker | None

class BusinessLocation(Object):
    address: str
    location: Location | None

class BusinessOpeningHoursInterval(Object):
    opening_minute: int
    closing_minute: int

class BusinessOpeningHours(Object):
    time_zone_name: str
    opening_hours: list[BusinessOpeningHoursInterval]

class UserRating(Object):
    level: int
    rating: int
    current_level_rating: int
    next_level_rating: int | None

class StoryAreaPosition(Object):
    x_percentage: float
    y_percentage: float
    width_percentage: float
    height_percentage: float
    rotation_angle: float
    corner_radius_percentage: float

class LocationAddress(Object):
    country_code: str
    state: str | None
    city: str | None
    street: str | None

class StoryAreaType(Object):
    type: str
    latitude: float | None
    longitude: float | None
    address: LocationAddress | None
    reaction_type: ReactionType | None
    is_dark: bool | None
    is_flipped: bool | None
    url: str | None
    temperature: float | None
    emoji: str | None
    background_color: int | None
    name: str | None

class StoryAreaTypeLocation(Object):
    type: str
    latitude: float
    longitude: float
    address: LocationAddress | None

class StoryAreaTypeSuggestedReaction(Object):
    type: str
    reaction_type: ReactionType
    is_dark: bool | None
    is_flipped: bool | None

class StoryAreaTypeLink(Object):
    type: str
    url: str

class StoryAreaTypeWeather(Object):
    type: str
    temperature: float
    emoji: str
    background_color: int

class StoryAreaTypeUniqueGift(Object):
    type: str
    name: str

class StoryArea(Object):
    position: StoryAreaPosition
    type: StoryAreaType

class ChatLocation(Object):
    location: Location
    address: str

class ReactionType(Object):
    type: str
    emoji: str | None
    custom_emoji_id: str | None

class ReactionTypeEmoji(Object):
    type: str
    emoji: str

class ReactionTypeCustomEmoji(Object):
    type: str
    custom_emoji_id: str

class ReactionTypePaid(Object):
    type: str

class ReactionCount(Object):
    type: ReactionType
    total_count: int

class MessageReactionUpdated(Object):
    chat: Chat
    message_id: int
    user: User | None
    actor_chat: Chat | None
    date: int
    old_reaction: list[ReactionType]
    new_reaction: list[ReactionType]

class MessageReactionCountUpdated(Object):
    chat: Chat
    message_id: int
    date: int
    reactions: list[ReactionCount]

class ForumTopic(Object):
    message_thread_id: int
    name: str
    icon_color: int
    icon_custom_emoji_id: str | None
    is_name_implicit: bool | None

class GiftBackground(Object):
    center_color: int
    edge_color: int
    text_color: int

class Gift(Object):
    id: str
    sticker: Sticker
    star_count: int
    upgrade_star_count: int | None
    is_premium: bool | None
    has_colors: bool | None
    total_count: int | None
    remaining_count: int | None
    personal_total_count: int | None
    personal_remaining_count: int | None
    background: GiftBackground | None
    unique_gift_variant_count: int | None
    publisher_chat: Chat | None

class Gifts(Object):
    gifts: list[Gift]

class UniqueGiftModel(Object):
    name: str
    sticker: Sticker
    rarity_per_mille: int
    rarity: str | None

class UniqueGiftSymbol(Object):
    name: str
    sticker: Sticker
    rarity_per_mille: int

class UniqueGiftBackdropColors(Object):
    center_color: int
    edge_color: int
    symbol_color: int
    text_color: int

class UniqueGiftBackdrop(Object):
    name: str
    colors: UniqueGiftBackdropColors
    rarity_per_mille: int

class UniqueGiftColors(Object):
    model_custom_emoji_id: str
    symbol_custom_emoji_id: str
    light_theme_main_color: int
    light_theme_other_colors: list[int]
    dark_theme_main_color: int
    dark_theme_other_colors: list[int]

class UniqueGift(Object):
    gift_id: str
    base_name: str
    name: str
    number: int
    model: UniqueGiftModel
    symbol: UniqueGiftSymbol
    backdrop: UniqueGiftBackdrop
    is_premium: bool | None
    is_burned: bool | None
    is_from_blockchain: bool | None
    colors: UniqueGiftColors | None
    publisher_chat: Chat | None

class GiftInfo(Object):
    gift: Gift
    owned_gift_id: str | None
    convert_star_count: int | None
    prepaid_upgrade_star_count: int | None
    is_upgrade_separate: bool | None
    can_be_upgraded: bool | None
    text: str | None
    entities: list[MessageEntity] | None
    is_private: bool | None
    unique_gift_number: int | None

class UniqueGiftInfo(Object):
    gift: UniqueGift
    origin: str
    last_resale_currency: str | None
    last_resale_amount: int | None
    owned_gift_id: str | None
    transfer_star_count: int | None
    next_transfer_date: int | None
    text: str | None
    entities: list[MessageEntity] | None
    is_private: bool | None

class OwnedGift(Object):
    type: str
    gift: Gift | UniqueGift
    owned_gift_id: str | None
    sender_user: User | None
    send_date: int
    text: str | None
    entities: list[MessageEntity] | None
    is_private: bool | None
    is_saved: bool | None
    can_be_upgraded: bool | None
    was_refunded: bool | None
    convert_star_count: int | None
    prepaid_upgrade_star_count: int | None
    is_upgrade_separate: bool | None
    unique_gift_number: int | None
    can_be_transferred: bool | None
    transfer_star_count: int | None
    next_transfer_date: int | None

class OwnedGiftRegular(Object):
    type: str
    gift: Gift
    owned_gift_id: str | None
    sender_user: User | None
    send_date: int
    text: str | None
    entities: list[MessageEntity] | None
    is_private: bool | None
    is_saved: bool | None
    can_be_upgraded: bool | None
    was_refunded: bool | None
    convert_star_count: int | None
    prepaid_upgrade_star_count: int | None
    is_upgrade_separate: bool | None
    unique_gift_number: int | None

class OwnedGiftUnique(Object):
    type: str
    gift: UniqueGift
    owned_gift_id: str | None
    sender_user: User | None
    send_date: int
    is_saved: bool | None
    can_be_transferred: bool | None
    transfer_star_count: int | None
    next_transfer_date: int | None

class OwnedGifts(Object):
    total_count: int
    gifts: list[OwnedGift]
    next_offset: str | None

class BotAccessSettings(Object):
    is_access_restricted: bool
    added_users: list[User] | None

class AcceptedGiftTypes(Object):
    unlimited_gifts: bool
    limited_gifts: bool
    unique_gifts: bool
    premium_subscription: bool
    gifts_from_channels: bool

class StarAmount(Object):
    amount: int
    nanostar_amount: int | None

class BotCommand(Object):
    command: str
    description: str
    is_ephemeral: bool | None

class BotCommandScope(Object):
    type: str
    chat_id: int | str | None
    user_id: int | None

class BotCommandScopeDefault(Object):
    type: str

class BotCommandScopeAllPrivateChats(Object):
    type: str

class BotCommandScopeAllGroupChats(Object):
    type: str

class BotCommandScopeAllChatAdministrators(Object):
    type: str

class BotCommandScopeChat(Object):
    type: str
    chat_id: int | str

class BotCommandScopeChatAdministrators(Object):
    type: str
    chat_id: int | str

class BotCommandScopeChatMember(Object):
    type: str
    chat_id: int | str
    user_id: int

class BotName(Object):
    name: str

class BotDescription(Object):
    description: str

class BotShortDescription(Object):
    short_description: str

class MenuButton(Object):
    type: str
    text: str | None
    web_app: WebAppInfo | None

class MenuButtonCommands(Object):
    type: str

class MenuButtonWebApp(Object):
    type: str
    text: str
    web_app: WebAppInfo

class MenuButtonDefault(Object):
    type: str

class ChatBoostSource(Object):
    source: str
    user: User | None
    giveaway_message_id: int | None
    prize_star_count: int | None
    is_unclaimed: bool | None

class ChatBoostSourcePremium(Object):
    source: str
    user: User

class ChatBoostSourceGiftCode(Object):
    source: str
    user: User

class ChatBoostSourceGiveaway(Object):
    source: str
    giveaway_message_id: int
    user: User | None
    prize_star_count: int | None
    is_unclaimed: bool | None

class ChatBoost(Object):
    boost_id: str
    add_date: int
    expiration_date: int
    source: ChatBoostSource

class ChatBoostUpdated(Object):
    chat: Chat
    boost: ChatBoost

class ChatBoostRemoved(Object):
    chat: Chat
    boost_id: str
    remove_date: int
    source: ChatBoostSource

class ChatOwnerLeft(Object):
    new_owner: User | None

class ChatOwnerChanged(Object):
    new_owner: User

class UserChatBoosts(Object):
    boosts: list[ChatBoost]

class BusinessBotRights(Object):
    can_reply: bool | None
    can_read_messages: bool | None
    can_delete_sent_messages: bool | None
    can_delete_all_messages: bool | None
    can_edit_name: bool | None
    can_edit_bio: bool | None
    can_edit_profile_photo: bool | None
    can_edit_username: bool | None
    can_change_gift_settings: bool | None
    can_view_gifts_and_stars: bool | None
    can_convert_gifts_to_stars: bool | None
    can_transfer_and_upgrade_gifts: bool | None
    can_transfer_stars: bool | None
    can_manage_stories: bool | None
    can_delete_outgoing_messages: bool | None

class BusinessConnection(Object):
    id: str
    user: User
    user_chat_id: int
    date: int
    rights: BusinessBotRights | None
    is_enabled: bool

class BusinessMessagesDeleted(Object):
    business_connection_id: str
    chat: Chat
    message_ids: list[int]

class SentWebAppMessage(Object):
    inline_message_id: str | None

class SentGuestMessage(Object):
    inline_message_id: str

class PreparedInlineMessage(Object):
    id: str
    expiration_date: int

class PreparedKeyboardButton(Object):
    id: str

class ResponseParameters(Object):
    migrate_to_chat_id: int | None
    retry_after: int | None

class InputMedia(Object):
    type: str
    media: str
    thumbnail: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    width: int | None
    height: int | None
    duration: int | None
    has_spoiler: bool | None
    performer: str | None
    title: str | None
    disable_content_type_detection: bool | None
    photo: str | None
    cover: str | None
    start_timestamp: int | None
    supports_streaming: bool | None

class InputMediaAnimation(Object):
    type: str
    media: str
    thumbnail: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    width: int | None
    height: int | None
    duration: int | None
    has_spoiler: bool | None

class InputMediaAudio(Object):
    type: str
    media: str
    thumbnail: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    duration: int | None
    performer: str | None
    title: str | None

class InputMediaDocument(Object):
    type: str
    media: str
    thumbnail: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    disable_content_type_detection: bool | None

class InputMediaLink(Object):
    type: str
    url: str

class InputMediaLivePhoto(Object):
    type: str
    media: str
    photo: str
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    has_spoiler: bool | None

class InputMediaLocation(Object):
    type: str
    latitude: float
    longitude: float
    horizontal_accuracy: float | None

class InputMediaPhoto(Object):
    type: str
    media: str
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    has_spoiler: bool | None

class InputMediaSticker(Object):
    type: str
    media: str
    emoji: str | None

class InputMediaVenue(Object):
    type: str
    latitude: float
    longitude: float
    title: str
    address: str
    foursquare_id: str | None
    foursquare_type: str | None
    google_place_id: str | None
    google_place_type: str | None

class InputMediaVideo(Object):
    type: str
    media: str
    thumbnail: str | None
    cover: str | None
    start_timestamp: int | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    width: int | None
    height: int | None
    duration: int | None
    supports_streaming: bool | None
    has_spoiler: bool | None

class InputFile(Object):
    ...

class InputPaidMedia(Object):
    type: str
    media: str
    photo: str | None
    thumbnail: str | None
    cover: str | None
    start_timestamp: int | None
    width: int | None
    height: int | None
    duration: int | None
    supports_streaming: bool | None

class InputPaidMediaLivePhoto(Object):
    type: str
    media: str
    photo: str

class InputPaidMediaPhoto(Object):
    type: str
    media: str

class InputPaidMediaVideo(Object):
    type: str
    media: str
    thumbnail: str | None
    cover: str | None
    start_timestamp: int | None
    width: int | None
    height: int | None
    duration: int | None
    supports_streaming: bool | None

class InputProfilePhoto(Object):
    type: str
    photo: str | None
    animation: str | None
    main_frame_timestamp: float | None

class InputProfilePhotoStatic(Object):
    type: str
    photo: str

class InputProfilePhotoAnimated(Object):
    type: str
    animation: str
    main_frame_timestamp: float | None

class InputStoryContent(Object):
    type: str
    photo: str | None
    video: str | None
    duration: float | None
    cover_frame_timestamp: float | None
    is_animation: bool | None

class InputStoryContentPhoto(Object):
    type: str
    photo: str

class InputStoryContentVideo(Object):
    type: str
    video: str
    duration: float | None
    cover_frame_timestamp: float | None
    is_animation: bool | None

class Sticker(Object):
    file_id: str
    file_unique_id: str
    type: str
    width: int
    height: int
    is_animated: bool
    is_video: bool
    thumbnail: PhotoSize | None
    emoji: str | None
    set_name: str | None
    premium_animation: File | None
    mask_position: MaskPosition | None
    custom_emoji_id: str | None
    needs_repainting: bool | None
    file_size: int | None

class StickerSet(Object):
    name: str
    title: str
    sticker_type: str
    stickers: list[Sticker]
    thumbnail: PhotoSize | None

class MaskPosition(Object):
    point: str
    x_shift: float
    y_shift: float
    scale: float

class InputSticker(Object):
    sticker: str
    format: str
    emoji_list: list[str]
    mask_position: MaskPosition | None
    keywords: list[str] | None

class RichMessage(Object):
    blocks: list[RichBlock]
    is_rtl: bool | None

class InputRichMessage(Object):
    html: str | None
    markdown: str | None
    is_rtl: bool | None
    skip_entity_detection: bool | None
    blocks: list[InputRichBlock] | None
    media: list[InputRichMessageMedia] | None

class RichText(Object):
    type: str
    text: RichText | None
    unix_time: int | None
    date_time_format: str | None
    user: User | None
    custom_emoji_id: str | None
    alternative_text: str | None
    expression: str | None
    url: str | None
    email_address: str | None
    phone_number: str | None
    bank_card_number: str | None
    username: str | None
    hashtag: str | None
    cashtag: str | None
    bot_command: str | None
    name: str | None
    anchor_name: str | None
    reference_name: str | None
    button: RichMessageButton | None

class RichTextBold(Object):
    type: str
    text: RichText

class RichTextItalic(Object):
    type: str
    text: RichText

class RichTextUnderline(Object):
    type: str
    text: RichText

class RichTextStrikethrough(Object):
    type: str
    text: RichText

class RichTextSpoiler(Object):
    type: str
    text: RichText

class RichTextDateTime(Object):
    type: str
    text: RichText
    unix_time: int
    date_time_format: str

class RichTextTextMention(Object):
    type: str
    text: RichText
    user: User

class RichTextSubscript(Object):
    type: str
    text: RichText

class RichTextSuperscript(Object):
    type: str
    text: RichText

class RichTextMarked(Object):
    type: str
    text: RichText

class RichTextCode(Object):
    type: str
    text: RichText

class RichTextCustomEmoji(Object):
    type: str
    custom_emoji_id: str
    alternative_text: str

class RichTextMathematicalExpression(Object):
    type: str
    expression: str

class RichTextUrl(Object):
    type: str
    text: RichText
    url: str

class RichTextEmailAddress(Object):
    type: str
    text: RichText
    email_address: str

class RichTextPhoneNumber(Object):
    type: str
    text: RichText
    phone_number: str

class RichTextBankCardNumber(Object):
    type: str
    text: RichText
    bank_card_number: str

class RichTextMention(Object):
    type: str
    text: RichText
    username: str

class RichTextHashtag(Object):
    type: str
    text: RichText
    hashtag: str

class RichTextCashtag(Object):
    type: str
    text: RichText
    cashtag: str

class RichTextBotCommand(Object):
    type: str
    text: RichText
    bot_command: str

class RichTextAnchor(Object):
    type: str
    name: str

class RichTextAnchorLink(Object):
    type: str
    text: RichText
    anchor_name: str

class RichTextReference(Object):
    type: str
    text: RichText
    name: str

class RichTextReferenceLink(Object):
    type: str
    text: RichText
    reference_name: str

class RichBlockCaption(Object):
    text: RichText
    credit: RichText | None

class RichBlockTableCell(Object):
    text: RichText | None
    is_header: bool | None
    colspan: int | None
    rowspan: int | None
    align: str
    valign: str

class RichBlockListItem(Object):
    label: str
    blocks: list[RichBlock]
    has_checkbox: bool | None
    is_checked: bool | None
    value: int | None
    type: str | None

class RichBlock(Object):
    type: str
    text: RichText | None
    size: int | None
    language: str | None
    expression: str | None
    name: str | None
    blocks: list[RichBlock] | None
    credit: RichText | None
    caption: RichBlockCaption | RichText | None
    cells: list[list[RichBlockTableCell]] | None
    is_bordered: bool | None
    is_striped: bool | None
    is_compact: bool | None
    summary: RichText | None
    is_open: bool | None
    location: Location | None
    zoom: int | None
    width: int | None
    height: int | None
    animation: Animation | None
    has_spoiler: bool | None
    audio: Audio | None
    photo: list[PhotoSize] | None
    video: Video | None
    voice_note: Voice | None
    document: Document | None
    buttons: list[RichMessageButton] | None
    align: str | None

class RichBlockParagraph(Object):
    type: str
    text: RichText

class RichBlockSectionHeading(Object):
    type: str
    text: RichText
    size: int

class RichBlockPreformatted(Object):
    type: str
    text: RichText
    language: str | None

class RichBlockFooter(Object):
    type: str
    text: RichText

class RichBlockDivider(Object):
    type: str

class RichBlockMathematicalExpression(Object):
    type: str
    expression: str

class RichBlockAnchor(Object):
    type: str
    name: str

class RichBlockList(Object):
    type: str

class RichBlockBlockQuotation(Object):
    type: str
    blocks: list[RichBlock]
    credit: RichText | None

class RichBlockPullQuotation(Object):
    type: str
    text: RichText
    credit: RichText | None

class RichBlockCollage(Object):
    type: str
    blocks: list[RichBlock]
    caption: RichBlockCaption | None

class RichBlockSlideshow(Object):
    type: str
    blocks: list[RichBlock]
    caption: RichBlockCaption | None

class RichBlockTable(Object):
    type: str
    cells: list[list[RichBlockTableCell]]
    is_bordered: bool | None
    is_striped: bool | None
    caption: RichText | None
    is_compact: bool | None

class RichBlockDetails(Object):
    type: str
    summary: RichText
    blocks: list[RichBlock]
    is_open: bool | None

class RichBlockMap(Object):
    type: str
    location: Location
    zoom: int
    width: int
    height: int
    caption: RichBlockCaption | None

class RichBlockAnimation(Object):
    type: str
    animation: Animation
    has_spoiler: bool | None
    caption: RichBlockCaption | None

class RichBlockAudio(Object):
    type: str
    audio: Audio
    caption: RichBlockCaption | None

class RichBlockPhoto(Object):
    type: str
    photo: list[PhotoSize]
    has_spoiler: bool | None
    caption: RichBlockCaption | None

class RichBlockVideo(Object):
    type: str
    video: Video
    has_spoiler: bool | None
    caption: RichBlockCaption | None

class RichBlockVoiceNote(Object):
    type: str
    voice_note: Voice
    caption: RichBlockCaption | None

class RichBlockThinking(Object):
    type: str
    text: RichText

class InlineQuery(Object):
    id: str
    from_user: User
    query: str
    offset: str
    chat_type: str | None
    location: Location | None

class InlineQueryResultsButton(Object):
    text: str
    web_app: WebAppInfo | None
    start_parameter: str | None

class InlineQueryResult(Object):
    type: str
    id: str
    audio_file_id: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None
    title: str | None
    document_file_id: str | None
    description: str | None
    gif_file_id: str | None
    show_caption_above_media: bool | None
    mpeg4_file_id: str | None
    photo_file_id: str | None
    sticker_file_id: str | None
    video_file_id: str | None
    voice_file_id: str | None
    url: str | None
    thumbnail_url: str | None
    thumbnail_width: int | None
    thumbnail_height: int | None
    audio_url: str | None
    performer: str | None
    audio_duration: int | None
    phone_number: str | None
    first_name: str | None
    last_name: str | None
    vcard: str | None
    game_short_name: str | None
    document_url: str | None
    mime_type: str | None
    gif_url: str | None
    gif_width: int | None
    gif_height: int | None
    gif_duration: int | None
    thumbnail_mime_type: str | None
    latitude: float | None
    longitude: float | None
    horizontal_accuracy: float | None
    live_period: int | None
    heading: int | None
    proximity_alert_radius: int | None
    mpeg4_url: str | None
    mpeg4_width: int | None
    mpeg4_height: int | None
    mpeg4_duration: int | None
    photo_url: str | None
    photo_width: int | None
    photo_height: int | None
    address: str | None
    foursquare_id: str | None
    foursquare_type: str | None
    google_place_id: str | None
    google_place_type: str | None
    video_url: str | None
    video_width: int | None
    video_height: int | None
    video_duration: int | None
    voice_url: str | None
    voice_duration: int | None

class InlineQueryResultArticle(Object):
    type: str
    id: str
    title: str
    input_message_content: InputMessageContent
    reply_markup: InlineKeyboardMarkup | None
    url: str | None
    description: str | None
    thumbnail_url: str | None
    thumbnail_width: int | None
    thumbnail_height: int | None

class InlineQueryResultPhoto(Object):
    type: str
    id: str
    photo_url: str
    thumbnail_url: str
    photo_width: int | None
    photo_height: int | None
    title: str | None
    description: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultGif(Object):
    type: str
    id: str
    gif_url: str
    gif_width: int | None
    gif_height: int | None
    gif_duration: int | None
    thumbnail_url: str
    thumbnail_mime_type: str | None
    title: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultMpeg4Gif(Object):
    type: str
    id: str
    mpeg4_url: str
    mpeg4_width: int | None
    mpeg4_height: int | None
    mpeg4_duration: int | None
    thumbnail_url: str
    thumbnail_mime_type: str | None
    title: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultVideo(Object):
    type: str
    id: str
    video_url: str
    mime_type: str
    thumbnail_url: str
    title: str
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    video_width: int | None
    video_height: int | None
    video_duration: int | None
    description: str | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultAudio(Object):
    type: str
    id: str
    audio_url: str
    title: str
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    performer: str | None
    audio_duration: int | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultVoice(Object):
    type: str
    id: str
    voice_url: str
    title: str
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    voice_duration: int | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultDocument(Object):
    type: str
    id: str
    title: str
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    document_url: str
    mime_type: str
    description: str | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None
    thumbnail_url: str | None
    thumbnail_width: int | None
    thumbnail_height: int | None

class InlineQueryResultLocation(Object):
    type: str
    id: str
    latitude: float
    longitude: float
    title: str
    horizontal_accuracy: float | None
    live_period: int | None
    heading: int | None
    proximity_alert_radius: int | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None
    thumbnail_url: str | None
    thumbnail_width: int | None
    thumbnail_height: int | None

class InlineQueryResultVenue(Object):
    type: str
    id: str
    latitude: float
    longitude: float
    title: str
    address: str
    foursquare_id: str | None
    foursquare_type: str | None
    google_place_id: str | None
    google_place_type: str | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None
    thumbnail_url: str | None
    thumbnail_width: int | None
    thumbnail_height: int | None

class InlineQueryResultContact(Object):
    type: str
    id: str
    phone_number: str
    first_name: str
    last_name: str | None
    vcard: str | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None
    thumbnail_url: str | None
    thumbnail_width: int | None
    thumbnail_height: int | None

class InlineQueryResultGame(Object):
    type: str
    id: str
    game_short_name: str
    reply_markup: InlineKeyboardMarkup | None

class InlineQueryResultCachedPhoto(Object):
    type: str
    id: str
    photo_file_id: str
    title: str | None
    description: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultCachedGif(Object):
    type: str
    id: str
    gif_file_id: str
    title: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultCachedMpeg4Gif(Object):
    type: str
    id: str
    mpeg4_file_id: str
    title: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultCachedSticker(Object):
    type: str
    id: str
    sticker_file_id: str
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultCachedDocument(Object):
    type: str
    id: str
    title: str
    document_file_id: str
    description: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultCachedVideo(Object):
    type: str
    id: str
    video_file_id: str
    title: str
    description: str | None
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    show_caption_above_media: bool | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultCachedVoice(Object):
    type: str
    id: str
    voice_file_id: str
    title: str
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InlineQueryResultCachedAudio(Object):
    type: str
    id: str
    audio_file_id: str
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    reply_markup: InlineKeyboardMarkup | None
    input_message_content: InputMessageContent | None

class InputMessageContent(Object):
    message_text: str | None
    parse_mode: str | None
    entities: list[MessageEntity] | None
    link_preview_options: LinkPreviewOptions | None
    rich_message: InputRichMessage | None
    latitude: float | None
    longitude: float | None
    horizontal_accuracy: float | None
    live_period: int | None
    heading: int | None
    proximity_alert_radius: int | None
    title: str | None
    address: str | None
    foursquare_id: str | None
    foursquare_type: str | None
    google_place_id: str | None
    google_place_type: str | None
    phone_number: str | None
    first_name: str | None
    last_name: str | None
    vcard: str | None
    description: str | None
    payload: str | None
    provider_token: str | None
    currency: str | None
    prices: list[LabeledPrice] | None
    max_tip_amount: int | None
    suggested_tip_amounts: list[int] | None
    provider_data: str | None
    photo_url: str | None
    photo_size: int | None
    photo_width: int | None
    photo_height: int | None
    need_name: bool | None
    need_phone_number: bool | None
    need_email: bool | None
    need_shipping_address: bool | None
    send_phone_number_to_provider: bool | None
    send_email_to_provider: bool | None
    is_flexible: bool | None

class InputTextMessageContent(Object):
    message_text: str
    parse_mode: str | None
    entities: list[MessageEntity] | None
    link_preview_options: LinkPreviewOptions | None

class InputRichMessageContent(Object):
    rich_message: InputRichMessage

class InputLocationMessageContent(Object):
    latitude: float
    longitude: float
    horizontal_accuracy: float | None
    live_period: int | None
    heading: int | None
    proximity_alert_radius: int | None

class InputVenueMessageContent(Object):
    latitude: float
    longitude: float
    title: str
    address: str
    foursquare_id: str | None
    foursquare_type: str | None
    google_place_id: str | None
    google_place_type: str | None

class InputContactMessageContent(Object):
    phone_number: str
    first_name: str
    last_name: str | None
    vcard: str | None

class InputInvoiceMessageContent(Object):
    title: str
    description: str
    payload: str
    provider_token: str | None
    currency: str
    prices: list[LabeledPrice]
    max_tip_amount: int | None
    suggested_tip_amounts: list[int] | None
    provider_data: str | None
    photo_url: str | None
    photo_size: int | None
    photo_width: int | None
    photo_height: int | None
    need_name: bool | None
    need_phone_number: bool | None
    need_email: bool | None
    need_shipping_address: bool | None
    send_phone_number_to_provider: bool | None
    send_email_to_provider: bool | None
    is_flexible: bool | None

class ChosenInlineResult(Object):
    result_id: str
    from_user: User
    location: Location | None
    inline_message_id: str | None
    query: str

class LabeledPrice(Object):
    label: str
    amount: int

class Invoice(Object):
    title: str
    description: str
    start_parameter: str
    currency: str
    total_amount: int

class ShippingAddress(Object):
    country_code: str
    state: str
    city: str
    street_line1: str
    street_line2: str
    post_code: str

class OrderInfo(Object):
    name: str | None
    phone_number: str | None
    email: str | None
    shipping_address: ShippingAddress | None

class ShippingOption(Object):
    id: str
    title: str
    prices: list[LabeledPrice]

class SuccessfulPayment(Object):
    currency: str
    total_amount: int
    invoice_payload: str
    subscription_expiration_date: int | None
    is_recurring: bool | None
    is_first_recurring: bool | None
    shipping_option_id: str | None
    order_info: OrderInfo | None
    telegram_payment_charge_id: str
    provider_payment_charge_id: str

class RefundedPayment(Object):
    currency: str
    total_amount: int
    invoice_payload: str
    telegram_payment_charge_id: str
    provider_payment_charge_id: str | None

class ShippingQuery(Object):
    id: str
    from_user: User
    invoice_payload: str
    shipping_address: ShippingAddress

class PreCheckoutQuery(Object):
    id: str
    from_user: User
    currency: str
    total_amount: int
    invoice_payload: str
    shipping_option_id: str | None
    order_info: OrderInfo | None

class PaidMediaPurchased(Object):
    from_user: User
    paid_media_payload: str

class RevenueWithdrawalState(Object):
    type: str
    date: int | None
    url: str | None

class RevenueWithdrawalStatePending(Object):
    type: str

class RevenueWithdrawalStateSucceeded(Object):
    type: str
    date: int
    url: str

class RevenueWithdrawalStateFailed(Object):
    type: str

class AffiliateInfo(Object):
    affiliate_user: User | None
    affiliate_chat: Chat | None
    commission_per_mille: int
    amount: int
    nanostar_amount: int | None

class TransactionPartner(Object):
    type: str
    transaction_type: str | None
    user: User | None
    affiliate: AffiliateInfo | None
    invoice_payload: str | None
    subscription_period: int | None
    paid_media: list[PaidMedia] | None
    paid_media_payload: str | None
    gift: Gift | None
    premium_subscription_duration: int | None
    chat: Chat | None
    sponsor_user: User | None
    commission_per_mille: int | None
    withdrawal_state: RevenueWithdrawalState | None
    request_count: int | None

class TransactionPartnerUser(Object):
    type: str
    transaction_type: str
    user: User
    affiliate: AffiliateInfo | None
    invoice_payload: str | None
    subscription_period: int | None
    paid_media: list[PaidMedia] | None
    paid_media_payload: str | None
    gift: Gift | None
    premium_subscription_duration: int | None

class TransactionPartnerChat(Object):
    type: str
    chat: Chat
    gift: Gift | None

class TransactionPartnerAffiliateProgram(Object):
    type: str
    sponsor_user: User | None
    commission_per_mille: int

class TransactionPartnerFragment(Object):
    type: str
    withdrawal_state: RevenueWithdrawalState | None

class TransactionPartnerTelegramAds(Object):
    type: str

class TransactionPartnerTelegramApi(Object):
    type: str
    request_count: int

class TransactionPartnerOther(Object):
    type: str

class StarTransaction(Object):
    id: str
    amount: int
    nanostar_amount: int | None
    date: int
    source: TransactionPartner | None
    receiver: TransactionPartner | None

class StarTransactions(Object):
    transactions: list[StarTransaction]

class PassportData(Object):
    data: list[EncryptedPassportElement]
    credentials: EncryptedCredentials

class PassportFile(Object):
    file_id: str
    file_unique_id: str
    file_size: int
    file_date: int

class EncryptedPassportElement(Object):
    type: str
    data: str | None
    phone_number: str | None
    email: str | None
    files: list[PassportFile] | None
    front_side: PassportFile | None
    reverse_side: PassportFile | None
    selfie: PassportFile | None
    translation: list[PassportFile] | None
    hash: str

class EncryptedCredentials(Object):
    data: str
    hash: str
    secret: str

class PassportElementError(Object):
    source: str
    type: str
    field_name: str | None
    data_hash: str | None
    message: str
    file_hash: str | None
    file_hashes: list[str] | None
    element_hash: str | None

class PassportElementErrorDataField(Object):
    source: str
    type: str
    field_name: str
    data_hash: str
    message: str

class PassportElementErrorFrontSide(Object):
    source: str
    type: str
    file_hash: str
    message: str

class PassportElementErrorReverseSide(Object):
    source: str
    type: str
    file_hash: str
    message: str

class PassportElementErrorSelfie(Object):
    source: str
    type: str
    file_hash: str
    message: str

class PassportElementErrorFile(Object):
    source: str
    type: str
    file_hash: str
    message: str

class PassportElementErrorFiles(Object):
    source: str
    type: str
    file_hashes: list[str]
    message: str

class PassportElementErrorTranslationFile(Object):
    source: str
    type: str
    file_hash: str
    message: str

class PassportElementErrorTranslationFiles(Object):
    source: str
    type: str
    file_hashes: list[str]
    message: str

class PassportElementErrorUnspecified(Object):
    source: str
    type: str
    element_hash: str
    message: str

class Game(Object):
    title: str
    description: str
    photo: list[PhotoSize]
    text: str | None
    text_entities: list[MessageEntity] | None
    animation: Animation | None

class CallbackGame(Object):
    ...

class GameHighScore(Object):
    position: int
    user: User
    score: int

class EphemeralMessageParameters(Object):
    receiver_user_id: int
    callback_query_id: str | None
    replace_callback_query_message: bool | None

class BotSubscriptionUpdated(Object):
    user: User
    invoice_payload: str
    state: str

class Community(Object):
    id: int
    name: str

class CommunityChatAdded(Object):
    community: Community

class CommunityChatJoined(Object):
    community: Community

class CommunityChatRemoved(Object):
    ...

class DisabledButton(Object):
    ...

class InputRichBlock(Object):
    type: str
    text: RichText | None
    size: int | None
    language: str | None
    expression: str | None
    name: str | None
    blocks: list[InputRichBlock] | None
    credit: RichText | None
    caption: RichBlockCaption | RichText | None
    cells: list[list[RichBlockTableCell]] | None
    is_bordered: bool | None
    is_striped: bool | None
    is_compact: bool | None
    summary: RichText | None
    is_open: bool | None
    location: Location | None
    zoom: int | None
    width: int | None
    height: int | None
    animation: InputMediaAnimation | None
    audio: InputMediaAudio | None
    document: InputMediaDocument | None
    photo: InputMediaPhoto | None
    video: InputMediaVideo | None
    voice_note: InputMediaVoiceNote | None
    buttons: list[RichMessageButton] | None
    align: str | None

class InputRichMessageMedia(Object):
    id: str
    media: InputMediaAnimation | InputMediaAudio | InputMediaDocument | InputMediaPhoto | InputMediaVideo | InputMediaVoiceNote

class MessageGenerationStopped(Object):
    chat: Chat
    message_thread_id: int | None
    draft_id: int

class RichBlockButtons(Object):
    type: str
    buttons: list[RichMessageButton]
    align: str | None

class RichBlockDocument(Object):
    type: str
    document: Document
    caption: RichBlockCaption | None

class RichBlockExpandableBlockQuotation(Object):
    type: str
    text: RichText
    credit: RichText | None

class RichTextButton(Object):
    type: str
    button: RichMessageButton

class InputMediaVoiceNote(Object):
    type: str
    media: InputFile | str
    caption: str | None
    parse_mode: str | None
    caption_entities: list[MessageEntity] | None
    duration: int | None

class InputRichBlockAnchor(Object):
    type: str
    name: str

class InputRichBlockAnimation(Object):
    type: str
    animation: InputMediaAnimation
    caption: RichBlockCaption | None

class InputRichBlockAudio(Object):
    type: str
    audio: InputMediaAudio
    caption: RichBlockCaption | None

class InputRichBlockBlockQuotation(Object):
    type: str
    blocks: list[InputRichBlock]
    credit: RichText | None

class InputRichBlockButtons(Object):
    type: str
    buttons: list[RichMessageButton]
    align: str | None

class InputRichBlockCollage(Object):
    type: str
    blocks: list[InputRichBlock]
    caption: RichBlockCaption | None

class InputRichBlockDetails(Object):
    type: str
    summary: RichText
    blocks: list[InputRichBlock]
    is_open: bool | None

class InputRichBlockDivider(Object):
    type: str

class InputRichBlockDocument(Object):
    type: str
    document: InputMediaDocument
    caption: RichBlockCaption | None

class InputRichBlockExpandableBlockQuotation(Object):
    type: str
    text: RichText
    credit: RichText | None

class InputRichBlockFooter(Object):
    type: str
    text: RichText

class InputRichBlockList(Object):
    type: str

class InputRichBlockMap(Object):
    type: str
    location: Location
    zoom: int
    width: int
    height: int
    caption: RichBlockCaption | None

class InputRichBlockMathematicalExpression(Object):
    type: str
    expression: str

class InputRichBlockParagraph(Object):
    type: str
    text: RichText

class InputRichBlockPhoto(Object):
    type: str
    photo: InputMediaPhoto
    caption: RichBlockCaption | None

class InputRichBlockPreformatted(Object):
    type: str
    text: RichText
    language: str | None

class InputRichBlockPullQuotation(Object):
    type: str
    text: RichText
    credit: RichText | None

class InputRichBlockSectionHeading(Object):
    type: str
    text: RichText
    size: int

class InputRichBlockSlideshow(Object):
    type: str
    blocks: list[InputRichBlock]
    caption: RichBlockCaption | None

class InputRichBlockTable(Object):
    type: str
    cells: list[list[RichBlockTableCell]]
    is_bordered: bool | None
    is_striped: bool | None
    is_compact: bool | None
    caption: RichText | None

class InputRichBlockThinking(Object):
    type: str
    text: RichText

class InputRichBlockVideo(Object):
    type: str
    video: InputMediaVideo
    caption: RichBlockCaption | None

class InputRichBlockVoiceNote(Object):
    type: str
    voice_note: InputMediaVoiceNote
    caption: RichBlockCaption | None

class RichMessageButton(Object):
    text: RichText
    style: str | None
    url: str | None
    callback_data: str | None
    web_app: WebAppInfo | None
    login_url: LoginUrl | None
    switch_inline_query: str | None
    switch_inline_query_current_chat: str | None
    switch_inline_query_chosen_chat: SwitchInlineQueryChosenChat | None
    copy_text: CopyTextButton | None
    disabled: DisabledButton | None

class InputRichBlockListItem(Object):
    blocks: list[InputRichBlock]
    has_checkbox: bool | None
    is_checked: bool | None
    value: int | None
    type: str | None
