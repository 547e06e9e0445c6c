"""Methods for what few bots have: verification, managed bots, suggested posts, prepared messages."""

from __future__ import annotations

import secrets
from typing import Any

from ...world.posting import post_service, replace_message
from ...world.views import bot_user
from ..calls import Call, method
from ..errors import bad, forbidden
from ..inline import read_result
from .buttons import TOO_OLD

Json = dict[str, Any]


def person(call: Call) -> int:
    """Return the person a call is about. Raises Refused 400."""
    number: int = call.get("user_id", 0)
    if number not in call.world.people:
        raise bad("user not found" if number > 0 else "invalid user_id specified")
    return number


@method("getUserProfileAudios")
def get_user_profile_audios(call: Call) -> Json:
    """Return no audios: nobody here has any on the profile."""
    person(call)
    return {"total_count": 0, "audios": []}


@method("getUserPersonalChatMessages")
def get_user_personal_chat_messages(call: Call) -> list[Json]:
    """Return the newest messages of the channel on a person's profile, the newest first."""
    chat = call.world.personal_chat(person(call))
    if call.get("limit", 0) <= 0:
        raise bad("limit must be positive")
    if chat is None:
        raise bad("the user has no personal chat")
    return [*chat.messages.values()][::-1][: min(call.get("limit"), 20)]


@method("setUserEmojiStatus")
def set_user_emoji_status(call: Call) -> bool:
    """Set the emoji status of a person who has allowed it."""
    account = call.world.account(person(call))
    if not account.details.get("emoji_status_access"):
        raise forbidden("USER_PERMISSION_DENIED")
    fields = ("emoji_status_custom_emoji_id", "emoji_status_expiration_date")
    account.set(emoji_status={name: call.get(name) for name in fields if call.get(name)})
    return True


@method("verifyUser", "verifyChat", "removeUserVerification", "removeChatVerification")
def verify(call: Call) -> Json:
    """Refuse to verify: no organization runs a bot here."""
    if call.method.endswith(("User", "UserVerification")):
        person(call)
    else:
        call.chat()
    raise bad("BOT_VERIFIER_FORBIDDEN")


@method(
    "getManagedBotToken",
    "replaceManagedBotToken",
    "getManagedBotAccessSettings",
    "setManagedBotAccessSettings",
)
def managed_bot(call: Call) -> Any:
    """Return or change the token or the access settings of a bot that this one manages."""
    number = call.get("user_id", 0)
    managed = call.world.bots.get(number)
    if managed is None or managed.settings.get("manager") != call.bot.id:
        raise bad("BOT_INVALID")
    if call.method == "replaceManagedBotToken":
        managed.token = f"{number}:{secrets.token_urlsafe(26)}"
    if call.method.endswith("Token"):
        return managed.token
    if call.method == "setManagedBotAccessSettings":
        added = [n for n in call.get("added_user_ids") or [] if n in call.world.people]
        managed.set(restricted=call.get("is_access_restricted"), added=added)
        return True
    users = [call.world.user(n) for n in managed.settings.get("added", [])]
    return {
        "is_access_restricted": bool(managed.settings.get("restricted")),
        **({"added_users": users} if users else {}),
    }


@method("answerChatJoinRequestQuery", "sendChatJoinRequestWebApp", "answerGuestQuery")
def answer_unknown_query(call: Call) -> Json:
    """Refuse: nobody can ask such questions here."""
    raise bad(TOO_OLD)  # nobody can ask these questions here


@method("approveSuggestedPost", "declineSuggestedPost")
def decide_suggested_post(call: Call) -> bool:
    """Approve or decline a post that was suggested to a channel."""
    chat = call.chat()
    approves = call.method == "approveSuggestedPost"
    message = call.message(chat, "approve" if approves else "decline")
    info = message.get("suggested_post_info")
    if info is None or info["state"] != "pending":
        raise bad("message is not a pending suggested post")
    state = "approved" if approves else "declined"
    replace_message(call.world, chat, {**message, "suggested_post_info": {**info, "state": state}})
    details: Json = {"suggested_post_message": message}
    if approves:
        details["send_date"] = call.get("send_date") or call.world.clock.date()
    elif call.get("comment"):
        details["comment"] = call.get("comment")
    said = {f"suggested_post_{state}": details}
    post_service(call.world, chat, bot_user(call.bot.user), said)
    return True


PREPARED_SECONDS = 86_400


@method("savePreparedInlineMessage")
def save_prepared_inline_message(call: Call) -> Json:
    """Keep an inline result for a day, for a Mini App to share."""
    person(call)
    result: Json = call.get("result", {})
    read_result(call.world, call.bot, result)
    number, until = secrets.token_urlsafe(12), call.world.clock.date() + PREPARED_SECONDS
    call.world.queries[number] = {
        "kind": "inline_query",
        "bot": call.bot.id,
        "query": "",
        "answer": {"results": [result]},
    }
    return {"id": number, "expiration_date": until}


@method("savePreparedKeyboardButton")
def save_prepared_keyboard_button(call: Call) -> Json:
    """Keep a button for a Mini App to show."""
    person(call)
    button: Json = call.get("button", {})
    if not any(
        button.get(name) for name in ("request_users", "request_chat", "request_managed_bot")
    ):
        raise bad("KEYBOARD_BUTTON_INVALID")
    number = secrets.token_urlsafe(12)
    call.bot.set(prepared={**call.bot.settings.get("prepared", {}), number: button})
    return {"id": number}


@method("setPassportDataErrors")
def set_passport_data_errors(call: Call) -> bool:
    """Refuse: nobody here has a Passport."""
    person(call)
    raise bad("DATA_HASH_NOT_FOUND" if call.get("errors") else "errors are empty")
