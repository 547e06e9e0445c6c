"""Who the bot is: getMe, names, commands, menu button, default rights."""

from __future__ import annotations

import json
import re
from typing import Any

from ...world.membership import ADMIN_RIGHTS, CHANNEL_RIGHTS, GROUP_RIGHTS
from ..calls import Call, method
from ..errors import bad

Json = dict[str, Any]

COMMON_RIGHTS = ["is_anonymous", *(right for right in ADMIN_RIGHTS if right != "can_be_edited")]
TEXTS = {
    "setMyDescription": ("description", 512),
    "setMyShortDescription": ("short_description", 120),
    "setMyName": ("name", 64),
}


@method("getMe")
def get_me(call: Call) -> Json:
    """Return the bot's User with what only itself is told."""
    return call.bot.user


@method("logOut", "close")
def log_out(call: Call) -> bool:
    """Do nothing and succeed: there is no other server to move to."""
    return True


def scope_key(call: Call) -> str:
    """Return a key for the scope and language of a commands call. Raises Refused."""
    scope = call.get("scope") or {"type": "default"}
    if scope.get("type", "").startswith("chat") and "chat_id" not in scope:
        raise bad("chat_id is empty")
    return json.dumps([scope, call.get("language_code", "")], sort_keys=True)


@method("setMyCommands")
def set_my_commands(call: Call) -> bool:
    """Set the commands for a scope and a language."""
    commands = call.get("commands", [])
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        command["command"] = command["command"].lstrip("/")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    key = scope_key(call)
    scope, language = json.loads(key)
    entry = {"scope": scope, "language_code": language, "commands": commands}
    call.bot.set(commands={**call.bot.settings.get("commands", {}), key: entry})
    return True


@method("deleteMyCommands")
def delete_my_commands(call: Call) -> bool:
    """Remove the commands of a scope and a language."""
    stored, key = call.bot.settings.get("commands", {}), scope_key(call)
    call.bot.set(commands={k: entry for k, entry in stored.items() if k != key})
    return True


@method("getMyCommands")
def get_my_commands(call: Call) -> list[Json]:
    """Return the commands of exactly this scope and language."""
    stored = call.bot.settings.get("commands", {}).get(scope_key(call))
    return list(stored["commands"]) if stored else []


@method(*TEXTS)
def set_my_text(call: Call) -> bool:
    """Set the bot's name or description in a language."""
    field, limit = TEXTS[call.method]
    text = call.get(field, "")
    if len(text) > limit:
        raise bad(f"BOT_{field.upper()}_TOO_LONG" if field != "name" else "BOT_TITLE_INVALID")
    language = call.get("language_code", "")
    call.bot.set(**{field: {**call.bot.settings.get(field, {}), language: text}})
    if field == "name" and not language and text:
        call.bot.user = {**call.bot.user, "first_name": text}
    return True


@method("getMyDescription", "getMyShortDescription", "getMyName")
def get_my_text(call: Call) -> Json:
    """Return the bot's name or description in a language, else the one for all."""
    field = TEXTS[call.method.replace("get", "set", 1)][0]
    texts = call.bot.settings.get(field, {})
    default = call.bot.user["first_name"] if field == "name" else ""
    return {field: texts.get(call.get("language_code", "")) or texts.get("") or default}


@method("setChatMenuButton")
def set_chat_menu_button(call: Call) -> bool:
    """Set the menu button of one private chat, or of all."""
    button = call.get("menu_button") or {"type": "default"}
    chat_id = menu_owner(call)
    if chat_id:
        buttons = call.bot.settings.get("menu_buttons", {})
        call.bot.set(menu_buttons={**buttons, str(chat_id): button})
    else:
        call.bot.set(menu_button=button)
    return True


def menu_owner(call: Call) -> int:
    """Return whose menu button a call is about; 0 for everybody's. Raises Refused 400."""
    number: int = call.get("chat_id") or 0
    if number < 0:
        raise bad("invalid chat_id specified")
    if number and number not in call.world.people:
        raise bad("user not found")
    return number


@method("getChatMenuButton")
def get_chat_menu_button(call: Call) -> Json:
    """Return the menu button of one private chat, or of all."""
    settings = call.bot.settings
    own = settings.get("menu_buttons", {}).get(str(menu_owner(call)))
    button: Json = own or settings.get("menu_button") or {"type": "commands"}
    return button


@method("setMyDefaultAdministratorRights")
def set_default_rights(call: Call) -> bool:
    """Set the rights that the bot asks for when it is added as an administrator."""
    kind = "channel_rights" if call.get("for_channels") else "group_rights"
    call.bot.set(**{kind: call.get("rights")})
    return True


@method("getMyDefaultAdministratorRights")
def get_default_rights(call: Call) -> Json:
    """Return the rights that the bot asks for when it is added as an administrator."""
    channel = bool(call.get("for_channels"))
    set_before = call.bot.settings.get("channel_rights" if channel else "group_rights") or {}
    names = [*COMMON_RIGHTS, *(CHANNEL_RIGHTS if channel else GROUP_RIGHTS)]
    rights = {name: bool(set_before.get(name)) for name in names}
    if channel:
        rights["is_anonymous"] = False  # nobody is anonymous there: the channel itself speaks
    rights["can_manage_voice_chats"] = rights["can_manage_video_chats"]
    return rights
