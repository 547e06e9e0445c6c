"""sendMessage and the other messages without a file."""

from __future__ import annotations

from typing import Any

from ...world.chats import GENERAL_THREAD
from ...world.previews import with_preview
from ..calls import Call, method
from ..errors import bad
from ..texts import read_text
from .sending import is_read, send

Json = dict[str, Any]

DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}


@method("sendMessage")
def send_message(call: Call) -> Json:
    """Send a text."""
    chat = call.chat()
    content = read_text(call.arguments)
    return send(call, with_preview(content, call.get("link_preview_options")), chat)


@method("sendLocation")
def send_location(call: Call) -> Json:
    """Send a place, a live one for as long as it says."""
    return send(call, {"location": read_location(call)})


def read_location(call: Call) -> Json:
    """Return the Location of a call. Raises Refused for a place that is not on Earth."""
    latitude, longitude = call.get("latitude", 0.0), call.get("longitude", 0.0)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong latitude or longitude specified")
    location: Json = {"latitude": latitude, "longitude": longitude}
    for field in ("horizontal_accuracy", "live_period", "heading", "proximity_alert_radius"):
        if call.get(field):
            location[field] = call.get(field)
    return location


@method("sendVenue")
def send_venue(call: Call) -> Json:
    """Send a place with its name and address."""
    location = read_location(call)
    venue = {"location": location, "title": call.get("title"), "address": call.get("address")}
    for field in ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type"):
        if call.get(field):
            venue[field] = call.get(field)
    return send(call, {"venue": venue, "location": location})


@method("sendContact")
def send_contact(call: Call) -> Json:
    """Send somebody's phone number."""
    fields = ("phone_number", "first_name", "last_name", "vcard")
    contact = {field: call.get(field) for field in fields if call.get(field)}
    if "phone_number" not in contact:
        raise bad("phone number is empty")
    if "first_name" not in contact:
        raise bad("first name is empty")
    return send(call, {"contact": contact})


@method("sendDice")
def send_dice(call: Call) -> Json:
    """Throw a die and send it."""
    emoji = call.get("emoji", "🎲")
    if emoji not in DICE:
        raise bad("wrong dice emoji specified")
    return send(
        call, {"dice": {"emoji": emoji, "value": call.world.random.randint(1, DICE[emoji])}}
    )


ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "record_audio",
    "upload_audio",
    "upload_document",
    "choose_sticker",
    "find_location",
    "pick_up_location",
    "record_video_note",
    "upload_video_note",
    "cancel",
}


@method("sendChatAction")
def send_chat_action(call: Call) -> bool:
    """Show for five seconds what the bot is doing."""
    chat, world = call.chat(), call.world
    action = str(call.get("action", "")).lower()
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    thread = call.get("message_thread_id")
    if thread and is_read(call, chat) and thread != GENERAL_THREAD and not chat.topic(thread):
        raise bad("message thread not found")
    until = 0.0 if action == "cancel" else world.clock.now() + 5
    doing = {"bot": call.bot.id, "action": action, "until": until}
    chat.actions = {**chat.actions, call.bot.id: doing}
    world.feed.publish(
        "action", bot=chat.bot, chat_id=chat.id, by=call.bot.id, action=action, until=until
    )
    return True


@method("sendMessageDraft", "sendRichMessageDraft")
def send_message_draft(call: Call) -> bool:
    """Show a message that is still being written in a private chat."""
    chat = call.chat()
    if chat.type != "private":
        raise bad("TEXTDRAFT_PEER_INVALID")
    content = read_text(call.arguments) if call.get("text") else {"text": ""}
    call.world.feed.publish(
        "draft", bot=chat.bot, chat_id=chat.id, draft_id=call.get("draft_id"), **content
    )
    return True
