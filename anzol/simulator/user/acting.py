"""What people do in a chat: press, react, block, read."""

from __future__ import annotations

import re
from typing import Any
from zlib import crc32

from ..api.errors import bad
from ..world.chats import Chat
from ..world.events import decode
from ..world.posting import post_from_person
from ..world.queries import ask_bot, wait_for_answer
from ..world.reacting import set_reaction
from ..world.views import bot_user
from .routes import UserRequest, route

Json = dict[str, Any]

PLAIN_ACTIONS = (
    "url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "web_app",
    "login_url",
    "pay",
)


@route("/press", waits=True)
def press(req: UserRequest) -> Json:
    world = req.world
    with world:
        chat, person = req.chat, req.person
        message = req.message(chat) if req.get("message_id") else None
        button = find_button(chat, message, str(req.get("button", "")))
        if "callback_data" not in button and "callback_game" not in button:
            return press_other(req, chat, person, button)
        assert message  # inline buttons are found on a message only
        query = callback(req, chat, person, message, button)
    result: Json = {"callback_query": query}
    wait = req.seconds("wait", 0)
    answer = wait_for_answer(world, query["id"], wait) if wait else None
    return {**result, "answer": answer} if answer else result


def find_button(chat: Chat, message: Json | None, wanted: str) -> Json:
    """Return the button with this data or text. Raises Refused 400 that names those there are."""
    rows: list[list[Json]] = []
    if message:
        rows += message.get("reply_markup", {}).get("inline_keyboard", [])
        extra = chat.extras.get(message["message_id"], {}).get("reply_markup", {})
        rows += extra.get("keyboard", [])
    if chat.keyboard:
        rows += chat.keyboard.get("keyboard", [])
    buttons = [button for row in rows for button in row]
    for field in ("callback_data", "text"):
        for button in buttons:
            if button.get(field) == wanted:
                return button
    names = ", ".join(repr(button["text"]) for button in buttons) or "none"
    raise bad(f"no button {wanted!r} here; there are: {names}")


def press_other(req: UserRequest, chat: Chat, person: Json, button: Json) -> Json:
    """Press a button that sends the bot no query."""
    for action in PLAIN_ACTIONS:
        if action in button:
            return {action: button[action]}
    if button.get("request_contact"):
        contact = {"phone_number": "+15550100", "first_name": person["first_name"]}
        content: Json = {"contact": {**contact, "user_id": person["id"]}}
    elif button.get("request_location"):
        content = {"location": {"latitude": 38.7223, "longitude": -9.1393}}
    else:
        content = {"text": button["text"]}
    keyboard = chat.keyboard
    if keyboard and keyboard.get("one_time_keyboard"):
        chat.keyboard = None
    return {"message": post_from_person(req.world, chat, person, content)}


def callback(req: UserRequest, chat: Chat, person: Json, message: Json, button: Json) -> Json:
    """Push a callback query to the bot whose button it is and return it."""
    owner = chat.extras.get(message["message_id"], {}).get("bot")
    if owner is None:
        raise bad("no bot listens to this button")
    bot = req.world.bots[owner]
    payload: Json = {"from": person}
    inline_id = chat.extras[message["message_id"]].get("inline_message_id")
    if inline_id:
        payload["inline_message_id"] = inline_id
    else:
        payload["message"] = message
    payload["chat_instance"] = str(crc32(repr(chat.key).encode()) << 31)
    if "callback_game" in button:
        payload["game_short_name"] = chat.extras[message["message_id"]].get("game", "")
    else:
        payload["data"] = button["callback_data"]
    place = {"chat_id": chat.id, "message_id": message["message_id"]}
    return ask_bot(req.world, bot, "callback_query", person, payload, 150, place)


@route("/react")
def react(req: UserRequest) -> bool:
    chat, person = req.chat, req.person
    message = req.message(chat)
    given = req.get("reaction") or []
    given = [given] if isinstance(given, str) else given
    new = [{"type": "emoji", "emoji": r} if isinstance(r, str) else r for r in given]
    set_reaction(req.world, chat, message, person, new)
    return True


@route("/read")
def read(req: UserRequest) -> bool:
    chat = req.chat
    if chat.unread:
        chat.unread = 0
        req.world.show(
            chat
        )  # unread counts change with every message, which the page counts itself
    return True


@route("/block")
def block(req: UserRequest) -> bool:
    world, bot, person = req.world, req.bot, req.person
    blocked = bool(req.get("blocked", True))
    if blocked == (person["id"] in bot.blocked_by):
        return True
    bot.blocked_by ^= {person["id"]}
    chat = world.private_chat(bot, person["id"])
    states: list[Json] = [{"user": bot_user(bot.user), "status": "member"}]
    states.append({"user": bot_user(bot.user), "status": "kicked", "until_date": 0})
    old, new = states if blocked else reversed(states)
    change = {"chat": chat.info, "from": person, "date": world.clock.date()}
    world.push(bot, "my_chat_member", {**change, "old_chat_member": old, "new_chat_member": new})
    return True


@route("/update")
def update(req: UserRequest) -> Any:
    given = req.get("update")
    if not isinstance(given, dict):
        raise bad("update is a JSON object, an Update")
    kinds = [field for field in given if field != "update_id"]
    if len(kinds) != 1 or not re.fullmatch(r"[a-z_]+", kinds[0]):
        raise bad("an Update has exactly one field beside update_id, such as message")
    bot = req.bot
    if isinstance(given.get("update_id"), int) and given["update_id"] >= bot.updates.next_id:
        bot.updates.next_id = given["update_id"]
    stored = req.world.push(bot, kinds[0], given[kinds[0]], forced=True)
    if stored is None:
        raise bad("the update is too large, or too many are pending")
    return {"update_id": stored.id, kinds[0]: given[kinds[0]]}


LONGEST_ERROR = 65_536  # characters of a traceback that are kept


@route("/outcome")
def outcome(req: UserRequest) -> bool:
    """Log what became of an update on the bot's own server: handler, time, error."""
    error = req.get("error")
    req.world.log.add(
        "outcome",
        req.bot.id,
        update_id=req.number("update_id"),
        handler=str(req.get("handler") or ""),
        seconds=req.seconds("seconds", 0),
        outcome=str(req.get("outcome") or "done"),
        error=str(error)[-LONGEST_ERROR:] if error else None,
    )
    return True


@route("/resend")
def resend(req: UserRequest) -> Any:
    entries = req.world.log.find(req.bot.id, 0, req.number("update_id"), 10_000)
    original = next((entry for entry in entries if entry["kind"] == "update"), None)
    if original is None:
        raise bad("this update is no longer in the log")
    content = req.get("update") or decode(original["update"])
    content = {k: v for k, v in content.items() if k != "update_id"}
    return update(UserRequest(req.world, {"bot": req.get("bot"), "update": content}))
