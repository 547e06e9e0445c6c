# Written by anzol/api/generate.py from the Bot API 10.1 description. Do not edit.
from collections.abc import Sequence
from pathlib import Path
from typing import Any, IO

from . import types
from .text import Text

InputFile = Path | bytes | IO[bytes]
POSITIONAL: dict[str, tuple[str, ...]]

def snake_case(name: str) -> str: ...
def schema() -> dict[str, Any]: ...
def find(name: str) -> str | None: ...
def returns(method: str) -> str: ...
def look_up(name: str) -> tuple[str, str]: ...
def resolve(name: str) -> str: ...
def check(method: str, params: dict[str, Any]) -> None: ...
def did_you_mean(name: str, known: Any) -> str: ...

class Methods:
    def call(self, method: str, /, **params: Any) -> Any: ...
    def call_known(self, method: str, params: dict[str, Any]) -> Any: ...
    def get_updates(self, *, offset: int | None = None, limit: int | None = None, timeout: int | None = None, allowed_updates: Sequence[str] | None = None) -> list[types.Update]:
        """Fetch updates by long polling; refused while a webhook is set.

        https://core.telegram.org/bots/api#getupdates"""
    getUpdates = get_updates
    def set_webhook(self, *, url: str, certificate: InputFile | None = None, ip_address: str | None = None, max_connections: int | None = None, allowed_updates: Sequence[str] | None = None, drop_pending_updates: bool | None = None, secret_token: str | None = None) -> bool:
        """Have updates delivered to `url` from now on; a refused call removes the webhook there was.

        https://core.telegram.org/bots/api#setwebhook"""
    setWebhook = set_webhook
    def delete_webhook(self, *, drop_pending_updates: bool | None = None) -> bool:
        """Stop delivery to the webhook; waiting updates stay unless `drop_pending_updates`.

        https://core.telegram.org/bots/api#deletewebhook"""
    deleteWebhook = delete_webhook
    def get_webhook_info(self) -> types.WebhookInfo:
        """Where updates are delivered, how many wait, and the last delivery error.

        https://core.telegram.org/bots/api#getwebhookinfo"""
    getWebhookInfo = get_webhook_info
    def get_me(self) -> types.User:
        """The bot's own user: a cheap way to see whether the token works.

        https://core.telegram.org/bots/api#getme"""
    getMe = get_me
    def log_out(self) -> bool:
        ...
    logOut = log_out
    def close(self) -> bool:
        ...
    def send_message(self, chat_id: int | str, text: Text, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, parse_mode: str | None = None, entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, link_preview_options: types.LinkPreviewOptions | dict[str, Any] | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        """Send a text of up to 4096 characters.

        https://core.telegram.org/bots/api#sendmessage"""
    sendMessage = send_message
    def forward_message(self, chat_id: int | str, from_chat_id: int | str, message_id: int, *, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, video_start_timestamp: int | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None) -> types.Message:
        """Send a message on to another chat, with its origin shown.

        https://core.telegram.org/bots/api#forwardmessage"""
    forwardMessage = forward_message
    def forward_messages(self, chat_id: int | str, from_chat_id: int | str, message_ids: Sequence[int], *, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, disable_notification: bool | None = None, protect_content: bool | None = None) -> list[types.MessageId]:
        ...
    forwardMessages = forward_messages
    def copy_message(self, chat_id: int | str, from_chat_id: int | str, message_id: int, *, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, video_start_timestamp: int | None = None, caption: Text | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, show_caption_above_media: bool | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None) -> types.MessageId:
        """Send a message on to another chat as if the bot had written it.

        https://core.telegram.org/bots/api#copymessage"""
    copyMessage = copy_message
    def copy_messages(self, chat_id: int | str, from_chat_id: int | str, message_ids: Sequence[int], *, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, remove_caption: bool | None = None) -> list[types.MessageId]:
        ...
    copyMessages = copy_messages
    def send_photo(self, chat_id: int | str, photo: InputFile | str, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, caption: Text | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, show_caption_above_media: bool | None = None, has_spoiler: bool | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        """Send a picture: a file, an https address or a file_id; Telegram compresses it.

        https://core.telegram.org/bots/api#sendphoto"""
    sendPhoto = send_photo
    def send_live_photo(self, chat_id: int | str, live_photo: InputFile | str, photo: InputFile | str, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, caption: Text | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, show_caption_above_media: bool | None = None, has_spoiler: bool | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        ...
    sendLivePhoto = send_live_photo
    def send_audio(self, chat_id: int | str, audio: InputFile | str, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, caption: Text | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, duration: int | None = None, performer: str | None = None, title: str | None = None, thumbnail: InputFile | str | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        """Send music, shown in the player with title and performer.

        https://core.telegram.org/bots/api#sendaudio"""
    sendAudio = send_audio
    def send_document(self, chat_id: int | str, document: InputFile | str, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, thumbnail: InputFile | str | None = None, caption: Text | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, disable_content_type_detection: bool | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        """Send a file of any type as it is.

        https://core.telegram.org/bots/api#senddocument"""
    sendDocument = send_document
    def send_video(self, chat_id: int | str, video: InputFile | str, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, duration: int | None = None, width: int | None = None, height: int | None = None, thumbnail: InputFile | str | None = None, cover: InputFile | str | None = None, start_timestamp: int | None = None, caption: Text | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, show_caption_above_media: bool | None = None, has_spoiler: bool | None = None, supports_streaming: bool | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        """Send a video that plays in the chat.

        https://core.telegram.org/bots/api#sendvideo"""
    sendVideo = send_video
    def send_animation(self, chat_id: int | str, animation: InputFile | str, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, duration: int | None = None, width: int | None = None, height: int | None = None, thumbnail: InputFile | str | None = None, caption: Text | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, show_caption_above_media: bool | None = None, has_spoiler: bool | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        """Send a GIF, or a silent video that loops like one.

        https://core.telegram.org/bots/api#sendanimation"""
    sendAnimation = send_animation
    def send_voice(self, chat_id: int | str, voice: InputFile | str, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, caption: Text | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, duration: int | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        """Send a voice message: OGG with OPUS, MP3 or M4A.

        https://core.telegram.org/bots/api#sendvoice"""
    sendVoice = send_voice
    def send_video_note(self, chat_id: int | str, video_note: InputFile | str, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, duration: int | None = None, length: int | None = None, thumbnail: InputFile | str | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        ...
    sendVideoNote = send_video_note
    def send_paid_media(self, chat_id: int | str, star_count: int, media: Sequence[types.InputPaidMedia | dict[str, Any]], *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, payload: str | None = None, caption: Text | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, show_caption_above_media: bool | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None) -> types.Message:
        ...
    sendPaidMedia = send_paid_media
    def send_media_group(self, chat_id: int | str, media: Sequence[types.InputMediaAudio | dict[str, Any]] | Sequence[types.InputMediaDocument | dict[str, Any]] | Sequence[types.InputMediaLivePhoto | dict[str, Any]] | Sequence[types.InputMediaPhoto | dict[str, Any]] | Sequence[types.InputMediaVideo | dict[str, Any]], *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None) -> list[types.Message]:
        """Send two to ten pictures, videos, documents or tracks as one album.

        https://core.telegram.org/bots/api#sendmediagroup"""
    sendMediaGroup = send_media_group
    def send_location(self, chat_id: int | str, latitude: float, longitude: float, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, horizontal_accuracy: float | None = None, live_period: int | None = None, heading: int | None = None, proximity_alert_radius: int | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        """Send a point on the map; with `live_period` one that can be moved later.

        https://core.telegram.org/bots/api#sendlocation"""
    sendLocation = send_location
    def send_venue(self, chat_id: int | str, latitude: float, longitude: float, title: str, address: str, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, foursquare_id: str | None = None, foursquare_type: str | None = None, google_place_id: str | None = None, google_place_type: str | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        ...
    sendVenue = send_venue
    def send_contact(self, chat_id: int | str, phone_number: str, first_name: str, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, last_name: str | None = None, vcard: str | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        """Send a phone number with a name.

        https://core.telegram.org/bots/api#sendcontact"""
    sendContact = send_contact
    def send_poll(self, chat_id: int | str, question: Text, options: Sequence[types.InputPollOption | dict[str, Any] | str], *, business_connection_id: str | None = None, message_thread_id: int | None = None, question_parse_mode: str | None = None, question_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, is_anonymous: bool | None = None, type: str | None = None, allows_multiple_answers: bool | None = None, allows_revoting: bool | None = None, shuffle_options: bool | None = None, allow_adding_options: bool | None = None, hide_results_until_closes: bool | None = None, members_only: bool | None = None, country_codes: Sequence[str] | None = None, correct_option_ids: Sequence[int] | None = None, explanation: Text | None = None, explanation_parse_mode: str | None = None, explanation_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, explanation_media: types.InputPollMedia | dict[str, Any] | None = None, open_period: int | None = None, close_date: int | None = None, is_closed: bool | None = None, description: Text | None = None, description_parse_mode: str | None = None, description_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, media: types.InputPollMedia | dict[str, Any] | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None) -> types.Message:
        """Send a poll or, with `type="quiz"`, a question with a right answer.

        https://core.telegram.org/bots/api#sendpoll"""
    sendPoll = send_poll
    def send_checklist(self, *, business_connection_id: str, chat_id: int | str, checklist: types.InputChecklist | dict[str, Any], disable_notification: bool | None = None, protect_content: bool | None = None, message_effect_id: str | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> types.Message:
        ...
    sendChecklist = send_checklist
    def send_dice(self, chat_id: int | str, emoji: str | None = None, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None) -> types.Message:
        """Send a die, a dart or another emoji whose value Telegram rolls.

        https://core.telegram.org/bots/api#senddice"""
    sendDice = send_dice
    def send_message_draft(self, chat_id: int, draft_id: int, text: Text | None = None, *, message_thread_id: int | None = None, parse_mode: str | None = None, entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, can_stop: bool | None = None, keep_on_stop: bool | None = None) -> bool:
        ...
    sendMessageDraft = send_message_draft
    def send_chat_action(self, chat_id: int | str, action: str, *, business_connection_id: str | None = None, message_thread_id: int | None = None) -> bool:
        """Show "typing…" or its like for five seconds, or until the next message.

        https://core.telegram.org/bots/api#sendchataction"""
    sendChatAction = send_chat_action
    def set_message_reaction(self, chat_id: int | str, message_id: int, reaction: Sequence[types.ReactionType | dict[str, Any]] | None = None, *, is_big: bool | None = None) -> bool:
        """Put the bot's reaction on a message, or take it away with an empty list.

        https://core.telegram.org/bots/api#setmessagereaction"""
    setMessageReaction = set_message_reaction
    def get_user_profile_photos(self, user_id: int, *, offset: int | None = None, limit: int | None = None) -> types.UserProfilePhotos:
        ...
    getUserProfilePhotos = get_user_profile_photos
    def get_user_profile_audios(self, *, user_id: int, offset: int | None = None, limit: int | None = None) -> types.UserProfileAudios:
        ...
    getUserProfileAudios = get_user_profile_audios
    def set_user_emoji_status(self, *, user_id: int, emoji_status_custom_emoji_id: str | None = None, emoji_status_expiration_date: int | None = None) -> bool:
        ...
    setUserEmojiStatus = set_user_emoji_status
    def get_file(self, file_id: str) -> types.File:
        """Where a file can be downloaded for an hour; up to 20 MB from Telegram's own servers.

        https://core.telegram.org/bots/api#getfile"""
    getFile = get_file
    def ban_chat_member(self, chat_id: int | str, user_id: int, *, until_date: int | None = None, revoke_messages: bool | None = None) -> bool:
        """Remove a user from a group or channel and keep them out.

        https://core.telegram.org/bots/api#banchatmember"""
    banChatMember = ban_chat_member
    def unban_chat_member(self, chat_id: int | str, user_id: int, *, only_if_banned: bool | None = None) -> bool:
        """Let a banned user join again; without `only_if_banned` a member is removed.

        https://core.telegram.org/bots/api#unbanchatmember"""
    unbanChatMember = unban_chat_member
    def restrict_chat_member(self, chat_id: int | str, user_id: int, permissions: types.ChatPermissions | dict[str, Any], *, use_independent_chat_permissions: bool | None = None, until_date: int | None = None) -> bool:
        """Take rights from a user in a supergroup, for a time or for good.

        https://core.telegram.org/bots/api#restrictchatmember"""
    restrictChatMember = restrict_chat_member
    def promote_chat_member(self, chat_id: int | str, user_id: int, *, is_anonymous: bool | None = None, can_manage_chat: bool | None = None, can_delete_messages: bool | None = None, can_manage_video_chats: bool | None = None, can_restrict_members: bool | None = None, can_promote_members: bool | None = None, can_change_info: bool | None = None, can_invite_users: bool | None = None, can_post_stories: bool | None = None, can_edit_stories: bool | None = None, can_delete_stories: bool | None = None, can_post_messages: bool | None = None, can_edit_messages: bool | None = None, can_pin_messages: bool | None = None, can_manage_topics: bool | None = None, can_manage_direct_messages: bool | None = None, can_manage_tags: bool | None = None, can_send_welcome_messages: bool | None = None) -> bool:
        ...
    promoteChatMember = promote_chat_member
    def set_chat_administrator_custom_title(self, *, chat_id: int | str, user_id: int, custom_title: str) -> bool:
        ...
    setChatAdministratorCustomTitle = set_chat_administrator_custom_title
    def set_chat_member_tag(self, *, chat_id: int | str, user_id: int, tag: str | None = None) -> bool:
        ...
    setChatMemberTag = set_chat_member_tag
    def ban_chat_sender_chat(self, *, chat_id: int | str, sender_chat_id: int) -> bool:
        ...
    banChatSenderChat = ban_chat_sender_chat
    def unban_chat_sender_chat(self, *, chat_id: int | str, sender_chat_id: int) -> bool:
        ...
    unbanChatSenderChat = unban_chat_sender_chat
    def set_chat_permissions(self, chat_id: int | str, permissions: types.ChatPermissions | dict[str, Any], *, use_independent_chat_permissions: bool | None = None) -> bool:
        ...
    setChatPermissions = set_chat_permissions
    def export_chat_invite_link(self, *, chat_id: int | str) -> str:
        ...
    exportChatInviteLink = export_chat_invite_link
    def create_chat_invite_link(self, *, chat_id: int | str, name: str | None = None, expire_date: int | None = None, member_limit: int | None = None, creates_join_request: bool | None = None) -> types.ChatInviteLink:
        ...
    createChatInviteLink = create_chat_invite_link
    def edit_chat_invite_link(self, *, chat_id: int | str, invite_link: str, name: str | None = None, expire_date: int | None = None, member_limit: int | None = None, creates_join_request: bool | None = None) -> types.ChatInviteLink:
        ...
    editChatInviteLink = edit_chat_invite_link
    def create_chat_subscription_invite_link(self, *, chat_id: int | str, subscription_period: int, subscription_price: int, name: str | None = None) -> types.ChatInviteLink:
        ...
    createChatSubscriptionInviteLink = create_chat_subscription_invite_link
    def edit_chat_subscription_invite_link(self, *, chat_id: int | str, invite_link: str, name: str | None = None) -> types.ChatInviteLink:
        ...
    editChatSubscriptionInviteLink = edit_chat_subscription_invite_link
    def revoke_chat_invite_link(self, *, chat_id: int | str, invite_link: str) -> types.ChatInviteLink:
        ...
    revokeChatInviteLink = revoke_chat_invite_link
    def approve_chat_join_request(self, chat_id: int | str, user_id: int) -> bool:
        ...
    approveChatJoinRequest = approve_chat_join_request
    def decline_chat_join_request(self, chat_id: int | str, user_id: int) -> bool:
        ...
    declineChatJoinRequest = decline_chat_join_request
    def answer_chat_join_request_query(self, *, chat_join_request_query_id: str, result: str) -> bool:
        ...
    answerChatJoinRequestQuery = answer_chat_join_request_query
    def send_chat_join_request_web_app(self, *, chat_join_request_query_id: str, web_app_url: str) -> bool:
        ...
    sendChatJoinRequestWebApp = send_chat_join_request_web_app
    def set_chat_photo(self, *, chat_id: int | str, photo: InputFile) -> bool:
        ...
    setChatPhoto = set_chat_photo
    def delete_chat_photo(self, *, chat_id: int | str) -> bool:
        ...
    deleteChatPhoto = delete_chat_photo
    def set_chat_title(self, chat_id: int | str, title: str) -> bool:
        ...
    setChatTitle = set_chat_title
    def set_chat_description(self, *, chat_id: int | str, description: str | None = None) -> bool:
        ...
    setChatDescription = set_chat_description
    def pin_chat_message(self, chat_id: int | str, message_id: int, *, business_connection_id: str | None = None, disable_notification: bool | None = None) -> bool:
        """Pin a message at the top of its chat.

        https://core.telegram.org/bots/api#pinchatmessage"""
    pinChatMessage = pin_chat_message
    def unpin_chat_message(self, chat_id: int | str, message_id: int | None = None, *, business_connection_id: str | None = None) -> bool:
        ...
    unpinChatMessage = unpin_chat_message
    def unpin_all_chat_messages(self, *, chat_id: int | str) -> bool:
        ...
    unpinAllChatMessages = unpin_all_chat_messages
    def leave_chat(self, chat_id: int | str) -> bool:
        ...
    leaveChat = leave_chat
    def get_chat(self, chat_id: int | str) -> types.ChatFullInfo:
        """What is known about a chat: title, description, pinned message, permissions.

        https://core.telegram.org/bots/api#getchat"""
    getChat = get_chat
    def get_chat_administrators(self, chat_id: int | str, *, return_bots: bool | None = None) -> list[types.ChatMember]:
        ...
    getChatAdministrators = get_chat_administrators
    def get_chat_member_count(self, chat_id: int | str) -> int:
        ...
    getChatMemberCount = get_chat_member_count
    def get_chat_member(self, chat_id: int | str, user_id: int) -> types.ChatMember:
        """A user's standing in a chat: creator, administrator, member, restricted, left or kicked.

        https://core.telegram.org/bots/api#getchatmember"""
    getChatMember = get_chat_member
    def get_user_personal_chat_messages(self, *, user_id: int, limit: int) -> list[types.Message]:
        ...
    getUserPersonalChatMessages = get_user_personal_chat_messages
    def set_chat_sticker_set(self, *, chat_id: int | str, sticker_set_name: str) -> bool:
        ...
    setChatStickerSet = set_chat_sticker_set
    def delete_chat_sticker_set(self, *, chat_id: int | str) -> bool:
        ...
    deleteChatStickerSet = delete_chat_sticker_set
    def get_forum_topic_icon_stickers(self) -> list[types.Sticker]:
        ...
    getForumTopicIconStickers = get_forum_topic_icon_stickers
    def create_forum_topic(self, chat_id: int | str, name: str, *, icon_color: int | None = None, icon_custom_emoji_id: str | None = None) -> types.ForumTopic:
        ...
    createForumTopic = create_forum_topic
    def edit_forum_topic(self, *, chat_id: int | str, message_thread_id: int, name: str | None = None, icon_custom_emoji_id: str | None = None) -> bool:
        ...
    editForumTopic = edit_forum_topic
    def close_forum_topic(self, *, chat_id: int | str, message_thread_id: int) -> bool:
        ...
    closeForumTopic = close_forum_topic
    def reopen_forum_topic(self, *, chat_id: int | str, message_thread_id: int) -> bool:
        ...
    reopenForumTopic = reopen_forum_topic
    def delete_forum_topic(self, *, chat_id: int | str, message_thread_id: int) -> bool:
        ...
    deleteForumTopic = delete_forum_topic
    def unpin_all_forum_topic_messages(self, *, chat_id: int | str, message_thread_id: int) -> bool:
        ...
    unpinAllForumTopicMessages = unpin_all_forum_topic_messages
    def edit_general_forum_topic(self, *, chat_id: int | str, name: str) -> bool:
        ...
    editGeneralForumTopic = edit_general_forum_topic
    def close_general_forum_topic(self, *, chat_id: int | str) -> bool:
        ...
    closeGeneralForumTopic = close_general_forum_topic
    def reopen_general_forum_topic(self, *, chat_id: int | str) -> bool:
        ...
    reopenGeneralForumTopic = reopen_general_forum_topic
    def hide_general_forum_topic(self, *, chat_id: int | str) -> bool:
        ...
    hideGeneralForumTopic = hide_general_forum_topic
    def unhide_general_forum_topic(self, *, chat_id: int | str) -> bool:
        ...
    unhideGeneralForumTopic = unhide_general_forum_topic
    def unpin_all_general_forum_topic_messages(self, *, chat_id: int | str) -> bool:
        ...
    unpinAllGeneralForumTopicMessages = unpin_all_general_forum_topic_messages
    def answer_callback_query(self, callback_query_id: str, text: str | None = None, *, show_alert: bool | None = None, url: str | None = None, cache_time: int | None = None) -> bool:
        """End a pressed button's waiting sign; with `text` show a notice, with `show_alert` a dialog.

        https://core.telegram.org/bots/api#answercallbackquery"""
    answerCallbackQuery = answer_callback_query
    def answer_guest_query(self, guest_query_id: str, result: types.InlineQueryResult | dict[str, Any]) -> types.SentGuestMessage:
        ...
    answerGuestQuery = answer_guest_query
    def get_user_chat_boosts(self, *, chat_id: int | str, user_id: int) -> types.UserChatBoosts:
        ...
    getUserChatBoosts = get_user_chat_boosts
    def get_business_connection(self, *, business_connection_id: str) -> types.BusinessConnection:
        ...
    getBusinessConnection = get_business_connection
    def get_managed_bot_token(self, *, user_id: int) -> str:
        ...
    getManagedBotToken = get_managed_bot_token
    def replace_managed_bot_token(self, *, user_id: int) -> str:
        ...
    replaceManagedBotToken = replace_managed_bot_token
    def get_managed_bot_access_settings(self, *, user_id: int) -> types.BotAccessSettings:
        ...
    getManagedBotAccessSettings = get_managed_bot_access_settings
    def set_managed_bot_access_settings(self, *, user_id: int, is_access_restricted: bool, added_user_ids: Sequence[int] | None = None) -> bool:
        ...
    setManagedBotAccessSettings = set_managed_bot_access_settings
    def set_my_commands(self, commands: Sequence[types.BotCommand | dict[str, Any]], *, scope: types.BotCommandScope | dict[str, Any] | None = None, language_code: str | None = None) -> bool:
        """Set the commands that Telegram's menu shows.

        https://core.telegram.org/bots/api#setmycommands"""
    setMyCommands = set_my_commands
    def delete_my_commands(self, *, scope: types.BotCommandScope | dict[str, Any] | None = None, language_code: str | None = None) -> bool:
        ...
    deleteMyCommands = delete_my_commands
    def get_my_commands(self, *, scope: types.BotCommandScope | dict[str, Any] | None = None, language_code: str | None = None) -> list[types.BotCommand]:
        ...
    getMyCommands = get_my_commands
    def set_my_name(self, *, name: str | None = None, language_code: str | None = None) -> bool:
        ...
    setMyName = set_my_name
    def get_my_name(self, *, language_code: str | None = None) -> types.BotName:
        ...
    getMyName = get_my_name
    def set_my_description(self, *, description: str | None = None, language_code: str | None = None) -> bool:
        ...
    setMyDescription = set_my_description
    def get_my_description(self, *, language_code: str | None = None) -> types.BotDescription:
        ...
    getMyDescription = get_my_description
    def set_my_short_description(self, *, short_description: str | None = None, language_code: str | None = None) -> bool:
        ...
    setMyShortDescription = set_my_short_description
    def get_my_short_description(self, *, language_code: str | None = None) -> types.BotShortDescription:
        ...
    getMyShortDescription = get_my_short_description
    def set_my_profile_photo(self, *, photo: types.InputProfilePhoto | dict[str, Any]) -> bool:
        ...
    setMyProfilePhoto = set_my_profile_photo
    def remove_my_profile_photo(self) -> bool:
        ...
    removeMyProfilePhoto = remove_my_profile_photo
    def set_chat_menu_button(self, *, chat_id: int | None = None, menu_button: types.MenuButton | dict[str, Any] | None = None) -> bool:
        ...
    setChatMenuButton = set_chat_menu_button
    def get_chat_menu_button(self, *, chat_id: int | None = None) -> types.MenuButton:
        ...
    getChatMenuButton = get_chat_menu_button
    def set_my_default_administrator_rights(self, *, rights: types.ChatAdministratorRights | dict[str, Any] | None = None, for_channels: bool | None = None) -> bool:
        ...
    setMyDefaultAdministratorRights = set_my_default_administrator_rights
    def get_my_default_administrator_rights(self, *, for_channels: bool | None = None) -> types.ChatAdministratorRights:
        ...
    getMyDefaultAdministratorRights = get_my_default_administrator_rights
    def get_available_gifts(self) -> types.Gifts:
        ...
    getAvailableGifts = get_available_gifts
    def send_gift(self, *, gift_id: str, user_id: int | None = None, chat_id: int | str | None = None, pay_for_upgrade: bool | None = None, text: str | None = None, text_parse_mode: str | None = None, text_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None) -> bool:
        ...
    sendGift = send_gift
    def gift_premium_subscription(self, *, user_id: int, month_count: int, star_count: int, text: str | None = None, text_parse_mode: str | None = None, text_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None) -> bool:
        ...
    giftPremiumSubscription = gift_premium_subscription
    def verify_user(self, *, user_id: int, custom_description: str | None = None) -> bool:
        ...
    verifyUser = verify_user
    def verify_chat(self, *, chat_id: int | str, custom_description: str | None = None) -> bool:
        ...
    verifyChat = verify_chat
    def remove_user_verification(self, *, user_id: int) -> bool:
        ...
    removeUserVerification = remove_user_verification
    def remove_chat_verification(self, *, chat_id: int | str) -> bool:
        ...
    removeChatVerification = remove_chat_verification
    def read_business_message(self, *, business_connection_id: str, chat_id: int, message_id: int) -> bool:
        ...
    readBusinessMessage = read_business_message
    def delete_business_messages(self, *, business_connection_id: str, message_ids: Sequence[int]) -> bool:
        ...
    deleteBusinessMessages = delete_business_messages
    def set_business_account_name(self, *, business_connection_id: str, first_name: str, last_name: str | None = None) -> bool:
        ...
    setBusinessAccountName = set_business_account_name
    def set_business_account_username(self, *, business_connection_id: str, username: str | None = None) -> bool:
        ...
    setBusinessAccountUsername = set_business_account_username
    def set_business_account_bio(self, *, business_connection_id: str, bio: str | None = None) -> bool:
        ...
    setBusinessAccountBio = set_business_account_bio
    def set_business_account_profile_photo(self, *, business_connection_id: str, photo: types.InputProfilePhoto | dict[str, Any], is_public: bool | None = None) -> bool:
        ...
    setBusinessAccountProfilePhoto = set_business_account_profile_photo
    def remove_business_account_profile_photo(self, *, business_connection_id: str, is_public: bool | None = None) -> bool:
        ...
    removeBusinessAccountProfilePhoto = remove_business_account_profile_photo
    def set_business_account_gift_settings(self, *, business_connection_id: str, show_gift_button: bool, accepted_gift_types: types.AcceptedGiftTypes | dict[str, Any]) -> bool:
        ...
    setBusinessAccountGiftSettings = set_business_account_gift_settings
    def get_business_account_star_balance(self, *, business_connection_id: str) -> types.StarAmount:
        ...
    getBusinessAccountStarBalance = get_business_account_star_balance
    def transfer_business_account_stars(self, *, business_connection_id: str, star_count: int) -> bool:
        ...
    transferBusinessAccountStars = transfer_business_account_stars
    def get_business_account_gifts(self, *, business_connection_id: str, exclude_unsaved: bool | None = None, exclude_saved: bool | None = None, exclude_unlimited: bool | None = None, exclude_limited_upgradable: bool | None = None, exclude_limited_non_upgradable: bool | None = None, exclude_unique: bool | None = None, exclude_from_blockchain: bool | None = None, sort_by_price: bool | None = None, offset: str | None = None, limit: int | None = None) -> types.OwnedGifts:
        ...
    getBusinessAccountGifts = get_business_account_gifts
    def get_user_gifts(self, *, user_id: int, exclude_unlimited: bool | None = None, exclude_limited_upgradable: bool | None = None, exclude_limited_non_upgradable: bool | None = None, exclude_from_blockchain: bool | None = None, exclude_unique: bool | None = None, sort_by_price: bool | None = None, offset: str | None = None, limit: int | None = None) -> types.OwnedGifts:
        ...
    getUserGifts = get_user_gifts
    def get_chat_gifts(self, *, chat_id: int | str, exclude_unsaved: bool | None = None, exclude_saved: bool | None = None, exclude_unlimited: bool | None = None, exclude_limited_upgradable: bool | None = None, exclude_limited_non_upgradable: bool | None = None, exclude_from_blockchain: bool | None = None, exclude_unique: bool | None = None, sort_by_price: bool | None = None, offset: str | None = None, limit: int | None = None) -> types.OwnedGifts:
        ...
    getChatGifts = get_chat_gifts
    def convert_gift_to_stars(self, *, business_connection_id: str, owned_gift_id: str) -> bool:
        ...
    convertGiftToStars = convert_gift_to_stars
    def upgrade_gift(self, *, business_connection_id: str, owned_gift_id: str, keep_original_details: bool | None = None, star_count: int | None = None) -> bool:
        ...
    upgradeGift = upgrade_gift
    def transfer_gift(self, *, business_connection_id: str, owned_gift_id: str, new_owner_chat_id: int, star_count: int | None = None) -> bool:
        ...
    transferGift = transfer_gift
    def post_story(self, *, business_connection_id: str, content: types.InputStoryContent | dict[str, Any], active_period: int, caption: Text | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, areas: Sequence[types.StoryArea | dict[str, Any]] | None = None, post_to_chat_page: bool | None = None, protect_content: bool | None = None) -> types.Story:
        ...
    postStory = post_story
    def repost_story(self, *, business_connection_id: str, from_chat_id: int, from_story_id: int, active_period: int, post_to_chat_page: bool | None = None, protect_content: bool | None = None) -> types.Story:
        ...
    repostStory = repost_story
    def edit_story(self, *, business_connection_id: str, story_id: int, content: types.InputStoryContent | dict[str, Any], caption: Text | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, areas: Sequence[types.StoryArea | dict[str, Any]] | None = None) -> types.Story:
        ...
    editStory = edit_story
    def delete_story(self, *, business_connection_id: str, story_id: int) -> bool:
        ...
    deleteStory = delete_story
    def answer_web_app_query(self, web_app_query_id: str, result: types.InlineQueryResult | dict[str, Any]) -> types.SentWebAppMessage:
        ...
    answerWebAppQuery = answer_web_app_query
    def save_prepared_inline_message(self, *, user_id: int, result: types.InlineQueryResult | dict[str, Any], allow_user_chats: bool | None = None, allow_bot_chats: bool | None = None, allow_group_chats: bool | None = None, allow_channel_chats: bool | None = None) -> types.PreparedInlineMessage:
        ...
    savePreparedInlineMessage = save_prepared_inline_message
    def save_prepared_keyboard_button(self, *, user_id: int, button: types.KeyboardButton | dict[str, Any]) -> types.PreparedKeyboardButton:
        ...
    savePreparedKeyboardButton = save_prepared_keyboard_button
    def edit_message_text(self, *, business_connection_id: str | None = None, chat_id: int | str | None = None, message_id: int | None = None, inline_message_id: str | None = None, text: Text | None = None, parse_mode: str | None = None, entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, link_preview_options: types.LinkPreviewOptions | dict[str, Any] | None = None, rich_message: types.InputRichMessage | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> types.Message | bool:
        """Change the text of a message, and its buttons; without `reply_markup` the buttons go.

        https://core.telegram.org/bots/api#editmessagetext"""
    editMessageText = edit_message_text
    def edit_message_caption(self, *, business_connection_id: str | None = None, chat_id: int | str | None = None, message_id: int | None = None, inline_message_id: str | None = None, caption: Text | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, show_caption_above_media: bool | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> types.Message | bool:
        """Change the caption under a file, and the buttons.

        https://core.telegram.org/bots/api#editmessagecaption"""
    editMessageCaption = edit_message_caption
    def edit_message_media(self, *, media: types.InputMedia | dict[str, Any], business_connection_id: str | None = None, chat_id: int | str | None = None, message_id: int | None = None, inline_message_id: str | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> types.Message | bool:
        """Put another file in the place of a message's file.

        https://core.telegram.org/bots/api#editmessagemedia"""
    editMessageMedia = edit_message_media
    def edit_message_live_location(self, *, latitude: float, longitude: float, business_connection_id: str | None = None, chat_id: int | str | None = None, message_id: int | None = None, inline_message_id: str | None = None, live_period: int | None = None, horizontal_accuracy: float | None = None, heading: int | None = None, proximity_alert_radius: int | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> types.Message | bool:
        ...
    editMessageLiveLocation = edit_message_live_location
    def stop_message_live_location(self, *, business_connection_id: str | None = None, chat_id: int | str | None = None, message_id: int | None = None, inline_message_id: str | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> types.Message | bool:
        ...
    stopMessageLiveLocation = stop_message_live_location
    def edit_message_checklist(self, *, business_connection_id: str, chat_id: int | str, message_id: int, checklist: types.InputChecklist | dict[str, Any], reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> types.Message:
        ...
    editMessageChecklist = edit_message_checklist
    def edit_message_reply_markup(self, *, business_connection_id: str | None = None, chat_id: int | str | None = None, message_id: int | None = None, inline_message_id: str | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> types.Message | bool:
        """Change only the buttons under a message.

        https://core.telegram.org/bots/api#editmessagereplymarkup"""
    editMessageReplyMarkup = edit_message_reply_markup
    def stop_poll(self, chat_id: int | str, message_id: int, *, business_connection_id: str | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> types.Poll:
        ...
    stopPoll = stop_poll
    def approve_suggested_post(self, *, chat_id: int, message_id: int, send_date: int | None = None) -> bool:
        ...
    approveSuggestedPost = approve_suggested_post
    def decline_suggested_post(self, *, chat_id: int, message_id: int, comment: str | None = None) -> bool:
        ...
    declineSuggestedPost = decline_suggested_post
    def delete_message(self, chat_id: int | str, message_id: int) -> bool:
        """Delete a message: the bot's own, or anybody's where it has the right, up to 48 hours old.

        https://core.telegram.org/bots/api#deletemessage"""
    deleteMessage = delete_message
    def delete_messages(self, chat_id: int | str, message_ids: Sequence[int]) -> bool:
        ...
    deleteMessages = delete_messages
    def delete_message_reaction(self, *, chat_id: int | str, message_id: int, user_id: int | None = None, actor_chat_id: int | None = None) -> bool:
        ...
    deleteMessageReaction = delete_message_reaction
    def delete_all_message_reactions(self, *, chat_id: int | str, user_id: int | None = None, actor_chat_id: int | None = None) -> bool:
        ...
    deleteAllMessageReactions = delete_all_message_reactions
    def send_sticker(self, chat_id: int | str, sticker: InputFile | str, *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, emoji: str | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        """Send a sticker.

        https://core.telegram.org/bots/api#sendsticker"""
    sendSticker = send_sticker
    def get_sticker_set(self, name: str) -> types.StickerSet:
        ...
    getStickerSet = get_sticker_set
    def get_custom_emoji_stickers(self, *, custom_emoji_ids: Sequence[str]) -> list[types.Sticker]:
        ...
    getCustomEmojiStickers = get_custom_emoji_stickers
    def upload_sticker_file(self, *, user_id: int, sticker: InputFile, sticker_format: str) -> types.File:
        ...
    uploadStickerFile = upload_sticker_file
    def create_new_sticker_set(self, *, user_id: int, name: str, title: str, stickers: Sequence[types.InputSticker | dict[str, Any]], sticker_type: str | None = None, needs_repainting: bool | None = None) -> bool:
        ...
    createNewStickerSet = create_new_sticker_set
    def add_sticker_to_set(self, *, user_id: int, name: str, sticker: types.InputSticker | dict[str, Any]) -> bool:
        ...
    addStickerToSet = add_sticker_to_set
    def set_sticker_position_in_set(self, *, sticker: str, position: int) -> bool:
        ...
    setStickerPositionInSet = set_sticker_position_in_set
    def delete_sticker_from_set(self, *, sticker: str) -> bool:
        ...
    deleteStickerFromSet = delete_sticker_from_set
    def replace_sticker_in_set(self, *, user_id: int, name: str, old_sticker: str, sticker: types.InputSticker | dict[str, Any]) -> bool:
        ...
    replaceStickerInSet = replace_sticker_in_set
    def set_sticker_emoji_list(self, *, sticker: str, emoji_list: Sequence[str]) -> bool:
        ...
    setStickerEmojiList = set_sticker_emoji_list
    def set_sticker_keywords(self, *, sticker: str, keywords: Sequence[str] | None = None) -> bool:
        ...
    setStickerKeywords = set_sticker_keywords
    def set_sticker_mask_position(self, *, sticker: str, mask_position: types.MaskPosition | dict[str, Any] | None = None) -> bool:
        ...
    setStickerMaskPosition = set_sticker_mask_position
    def set_sticker_set_title(self, *, name: str, title: str) -> bool:
        ...
    setStickerSetTitle = set_sticker_set_title
    def set_sticker_set_thumbnail(self, *, name: str, user_id: int, format: str, thumbnail: InputFile | str | None = None) -> bool:
        ...
    setStickerSetThumbnail = set_sticker_set_thumbnail
    def set_custom_emoji_sticker_set_thumbnail(self, *, name: str, custom_emoji_id: str | None = None) -> bool:
        ...
    setCustomEmojiStickerSetThumbnail = set_custom_emoji_sticker_set_thumbnail
    def delete_sticker_set(self, *, name: str) -> bool:
        ...
    deleteStickerSet = delete_sticker_set
    def send_rich_message(self, chat_id: int | str, rich_message: types.InputRichMessage | dict[str, Any], *, business_connection_id: str | None = None, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | types.ReplyKeyboardMarkup | types.ReplyKeyboardRemove | types.ForceReply | None = None, ephemeral_message_parameters: types.EphemeralMessageParameters | dict[str, Any] | None = None) -> types.Message:
        ...
    sendRichMessage = send_rich_message
    def send_rich_message_draft(self, *, chat_id: int, draft_id: int, rich_message: types.InputRichMessage | dict[str, Any], message_thread_id: int | None = None, can_stop: bool | None = None, keep_on_stop: bool | None = None) -> bool:
        ...
    sendRichMessageDraft = send_rich_message_draft
    def answer_inline_query(self, inline_query_id: str, results: Sequence[types.InlineQueryResult | dict[str, Any]], *, cache_time: int | None = None, is_personal: bool | None = None, next_offset: str | None = None, button: types.InlineQueryResultsButton | dict[str, Any] | None = None) -> bool:
        """Offer up to 50 results to a user who is typing `@bot ...`.

        https://core.telegram.org/bots/api#answerinlinequery"""
    answerInlineQuery = answer_inline_query
    def send_invoice(self, chat_id: int | str, title: str, description: str, payload: str, currency: str, prices: Sequence[types.LabeledPrice | dict[str, Any]], *, message_thread_id: int | None = None, direct_messages_topic_id: int | None = None, provider_token: str | None = None, max_tip_amount: int | None = None, suggested_tip_amounts: Sequence[int] | None = None, start_parameter: str | None = None, provider_data: str | None = None, photo_url: str | None = None, photo_size: int | None = None, photo_width: int | None = None, photo_height: int | None = None, need_name: bool | None = None, need_phone_number: bool | None = None, need_email: bool | None = None, need_shipping_address: bool | None = None, send_phone_number_to_provider: bool | None = None, send_email_to_provider: bool | None = None, is_flexible: bool | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, suggested_post_parameters: types.SuggestedPostParameters | dict[str, Any] | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> types.Message:
        ...
    sendInvoice = send_invoice
    def create_invoice_link(self, title: str, description: str, payload: str, currency: str, prices: Sequence[types.LabeledPrice | dict[str, Any]], *, business_connection_id: str | None = None, provider_token: str | None = None, subscription_period: int | None = None, max_tip_amount: int | None = None, suggested_tip_amounts: Sequence[int] | None = None, provider_data: str | None = None, photo_url: str | None = None, photo_size: int | None = None, photo_width: int | None = None, photo_height: int | None = None, need_name: bool | None = None, need_phone_number: bool | None = None, need_email: bool | None = None, need_shipping_address: bool | None = None, send_phone_number_to_provider: bool | None = None, send_email_to_provider: bool | None = None, is_flexible: bool | None = None) -> str:
        ...
    createInvoiceLink = create_invoice_link
    def answer_shipping_query(self, shipping_query_id: str, ok: bool, *, shipping_options: Sequence[types.ShippingOption | dict[str, Any]] | None = None, error_message: str | None = None) -> bool:
        ...
    answerShippingQuery = answer_shipping_query
    def answer_pre_checkout_query(self, pre_checkout_query_id: str, ok: bool, *, error_message: str | None = None) -> bool:
        """Accept or refuse a payment within ten seconds.

        https://core.telegram.org/bots/api#answerprecheckoutquery"""
    answerPreCheckoutQuery = answer_pre_checkout_query
    def get_my_star_balance(self) -> types.StarAmount:
        ...
    getMyStarBalance = get_my_star_balance
    def get_star_transactions(self, *, offset: int | None = None, limit: int | None = None) -> types.StarTransactions:
        ...
    getStarTransactions = get_star_transactions
    def refund_star_payment(self, user_id: int, telegram_payment_charge_id: str) -> bool:
        ...
    refundStarPayment = refund_star_payment
    def edit_user_star_subscription(self, *, user_id: int, telegram_payment_charge_id: str, is_canceled: bool) -> bool:
        ...
    editUserStarSubscription = edit_user_star_subscription
    def set_passport_data_errors(self, *, user_id: int, errors: Sequence[types.PassportElementError | dict[str, Any]]) -> bool:
        ...
    setPassportDataErrors = set_passport_data_errors
    def send_game(self, chat_id: int | str, game_short_name: str, *, business_connection_id: str | None = None, message_thread_id: int | None = None, disable_notification: bool | None = None, protect_content: bool | None = None, allow_paid_broadcast: bool | None = None, message_effect_id: str | None = None, reply_parameters: types.ReplyParameters | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> types.Message:
        ...
    sendGame = send_game
    def set_game_score(self, *, user_id: int, score: int, force: bool | None = None, disable_edit_message: bool | None = None, chat_id: int | None = None, message_id: int | None = None, inline_message_id: str | None = None) -> types.Message | bool:
        ...
    setGameScore = set_game_score
    def get_game_high_scores(self, *, user_id: int, chat_id: int | None = None, message_id: int | None = None, inline_message_id: str | None = None) -> list[types.GameHighScore]:
        ...
    getGameHighScores = get_game_high_scores
    def edit_ephemeral_message_text(self, *, chat_id: int | str, receiver_user_id: int, ephemeral_message_id: int, text: Text | None = None, parse_mode: str | None = None, entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, link_preview_options: types.LinkPreviewOptions | dict[str, Any] | None = None, rich_message: types.InputRichMessage | dict[str, Any] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> bool:
        ...
    editEphemeralMessageText = edit_ephemeral_message_text
    def edit_ephemeral_message_media(self, *, chat_id: int | str, receiver_user_id: int, ephemeral_message_id: int, media: types.InputMedia | dict[str, Any], reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> bool:
        ...
    editEphemeralMessageMedia = edit_ephemeral_message_media
    def edit_ephemeral_message_caption(self, *, chat_id: int | str, receiver_user_id: int, ephemeral_message_id: int, caption: Text | None = None, show_caption_above_media: bool | None = None, parse_mode: str | None = None, caption_entities: Sequence[types.MessageEntity | dict[str, Any]] | None = None, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> bool:
        ...
    editEphemeralMessageCaption = edit_ephemeral_message_caption
    def edit_ephemeral_message_reply_markup(self, *, chat_id: int | str, receiver_user_id: int, ephemeral_message_id: int, reply_markup: types.InlineKeyboardMarkup | dict[str, Any] | None = None) -> bool:
        ...
    editEphemeralMessageReplyMarkup = edit_ephemeral_message_reply_markup
    def delete_ephemeral_message(self, *, chat_id: int | str, receiver_user_id: int, ephemeral_message_id: int) -> bool:
        ...
    deleteEphemeralMessage = delete_ephemeral_message
