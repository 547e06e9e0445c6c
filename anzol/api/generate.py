"""Write what this package knows of the Bot API: `schema.json` for the program, `.pyi` stubs for editors.

    python -m anzol.api.generate path/to/api.json [path/to/@grammyjs/types]

The first input is a machine-readable description of https://core.telegram.org/bots/api: `methods` and `types`, each
with `name`, `fields` (`name`, `types`, `required`) and `returns` or `subtypes`. The second, TypeScript declarations,
adds what is newer (declarations.py). Only names, types and flags are taken. docs/bot-api.md has every step.
"""

from __future__ import annotations

import json
import keyword
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .declarations import add_newer
from .methods import POSITIONAL, snake_case

HERE = Path(__file__).parent
PRIMITIVES = {"Integer": "int", "String": "str", "Boolean": "bool", "Float": "float"}
HEADER = "# Written by anzol/api/generate.py from the {version} description. Do not edit.\n"

# What an editor shows for the methods that bots use most.
HOVER: dict[str, str] = {
    "getMe": "The bot's own user: a cheap way to see whether the token works.",
    "getUpdates": "Fetch updates by long polling; refused while a webhook is set.",
    "setWebhook": "Have updates delivered to `url` from now on; a refused call removes the webhook there was.",
    "deleteWebhook": "Stop delivery to the webhook; waiting updates stay unless `drop_pending_updates`.",
    "getWebhookInfo": "Where updates are delivered, how many wait, and the last delivery error.",
    "sendMessage": "Send a text of up to 4096 characters.",
    "sendPhoto": "Send a picture: a file, an https address or a file_id; Telegram compresses it.",
    "sendDocument": "Send a file of any type as it is.",
    "sendVideo": "Send a video that plays in the chat.",
    "sendAnimation": "Send a GIF, or a silent video that loops like one.",
    "sendAudio": "Send music, shown in the player with title and performer.",
    "sendVoice": "Send a voice message: OGG with OPUS, MP3 or M4A.",
    "sendSticker": "Send a sticker.",
    "sendMediaGroup": "Send two to ten pictures, videos, documents or tracks as one album.",
    "sendLocation": "Send a point on the map; with `live_period` one that can be moved later.",
    "sendContact": "Send a phone number with a name.",
    "sendPoll": 'Send a poll or, with `type="quiz"`, a question with a right answer.',
    "sendDice": "Send a die, a dart or another emoji whose value Telegram rolls.",
    "sendChatAction": 'Show "typing…" or its like for five seconds, or until the next message.',
    "forwardMessage": "Send a message on to another chat, with its origin shown.",
    "copyMessage": "Send a message on to another chat as if the bot had written it.",
    "editMessageText": "Change the text of a message, and its buttons; without `reply_markup` the buttons go.",
    "editMessageCaption": "Change the caption under a file, and the buttons.",
    "editMessageMedia": "Put another file in the place of a message's file.",
    "editMessageReplyMarkup": "Change only the buttons under a message.",
    "deleteMessage": "Delete a message: the bot's own, or anybody's where it has the right, up to 48 hours old.",
    "pinChatMessage": "Pin a message at the top of its chat.",
    "answerCallbackQuery": "End a pressed button's waiting sign; with `text` show a notice, with `show_alert` a dialog.",
    "answerInlineQuery": "Offer up to 50 results to a user who is typing `@bot ...`.",
    "answerPreCheckoutQuery": "Accept or refuse a payment within ten seconds.",
    "getFile": "Where a file can be downloaded for an hour; up to 20 MB from Telegram's own servers.",
    "getChat": "What is known about a chat: title, description, pinned message, permissions.",
    "getChatMember": "A user's standing in a chat: creator, administrator, member, restricted, left or kicked.",
    "banChatMember": "Remove a user from a group or channel and keep them out.",
    "unbanChatMember": "Let a banned user join again; without `only_if_banned` a member is removed.",
    "restrictChatMember": "Take rights from a user in a supergroup, for a time or for good.",
    "setMyCommands": "Set the commands that Telegram's menu shows.",
    "setMessageReaction": "Put the bot's reaction on a message, or take it away with an empty list.",
}

Fields = dict[str, str]


def main(argv: list[str]) -> int:
    """Read the descriptions named on the command line, rewrite the three files, print what the second adds."""
    if len(argv) not in (2, 3):
        print(f"usage: {(__doc__ or '').splitlines()[2].strip()}", file=sys.stderr)
        return 2
    table = build_table(json.loads(Path(argv[1]).read_text(encoding="utf-8")))
    if len(argv) == 3:
        folder = Path(argv[2])
        package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        table["newer"] = f"{package['name']} {package['version']}"
        print(*add_newer(table, folder), sep="\n")
    (HERE / "schema.json").write_text(render_schema(table), encoding="utf-8")
    (HERE / "methods.pyi").write_text(render_methods(table), encoding="utf-8")
    (HERE / "types.pyi").write_text(render_types(table), encoding="utf-8")
    print(f"{table['version']}: {len(table['methods'])} methods, {len(table['types'])} types")
    return 0


def build_table(description: dict[str, Any]) -> dict[str, Any]:
    """Reduce the description to names, types and required flags.

    A field is a string such as `"!Integer|String"`: alternatives joined by `|`, `Array of X` as `[X]`, `!` = required.
    """
    methods = {
        method["name"]: {
            "params": compact_fields(method.get("fields", [])),
            "returns": "|".join(map(compact_type, method["returns"])),
        }
        for method in each(description["methods"])
    }
    types: dict[str, Any] = {}
    for kind in each(description["types"]):
        subtypes = kind.get("subtypes")
        types[kind["name"]] = (
            [compact_type(s) for s in subtypes]
            if subtypes
            else compact_fields(kind.get("fields", []))
        )
    return {"version": description["version"], "methods": methods, "types": types}


def each(group: Any) -> Iterable[dict[str, Any]]:
    """Return the members of a group, which some descriptions write as an object and some as a list."""
    return group.values() if isinstance(group, dict) else group


def compact_fields(fields: list[dict[str, Any]]) -> Fields:
    """Return name → type, with a leading `!` where the field is required."""
    return {
        field["name"]: ("!" if field["required"] else "")
        + "|".join(map(compact_type, field["types"]))
        for field in fields
    }


def compact_type(name: str) -> str:
    """Return `Array of X` as `[X]`."""
    prefix = "Array of "
    return f"[{compact_type(name.removeprefix(prefix))}]" if name.startswith(prefix) else name


def render_schema(table: dict[str, Any]) -> str:
    """Return the table as JSON, a line for each method and type, so that the next version's diff can be read."""
    lines = ["{", f'"version": {json.dumps(table["version"])},']
    if "newer" in table:
        lines.append(f'"newer": {json.dumps(table["newer"])},')
    for group in ("methods", "types"):
        entries = [
            f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in table[group].items()
        ]
        lines += [f'"{group}": {{', ",\n".join(entries), "}" + ("," if group == "methods" else "")]
    return "\n".join([*lines, "}"]) + "\n"


def render_methods(table: dict[str, Any]) -> str:
    """Return the stub of `methods.py`, with a typed signature for each method in both spellings."""
    lines = [
        HEADER.format(version=table["version"]) + "from collections.abc import Sequence",
        "from pathlib import Path",
        "from typing import Any, IO",
        "",
        "from . import types",
        "from .text import Text",
        "",
        "InputFile = Path | bytes | IO[bytes]",
        "POSITIONAL: dict[str, tuple[str, ...]]",
        "",
        "def snake_case(name: str) -> str: ...",
        "def schema() -> dict[str, Any]: ...",
        "def find(name: str) -> str | None: ...",
        "def returns(method: str) -> str: ...",
        "def look_up(name: str) -> tuple[str, str]: ...",
        "def resolve(name: str) -> str: ...",
        "def check(method: str, params: dict[str, Any]) -> None: ...",
        "def did_you_mean(name: str, known: Any) -> str: ...",
        "",
        "class Methods:",
        "    def call(self, method: str, /, **params: Any) -> Any: ...",
        "    def call_known(self, method: str, params: dict[str, Any]) -> Any: ...",
    ]
    for name, method in table["methods"].items():
        lines += render_method(name, method)
    return "\n".join(lines) + "\n"


def render_method(name: str, method: dict[str, Any]) -> list[str]:
    """Return the lines of one method."""
    fields = {
        field: spec for field, spec in method["params"].items() if not keyword.iskeyword(field)
    }
    positional = POSITIONAL.get(name, ())
    ordered = [
        *positional,
        *sorted((f for f in fields if f not in positional), key=lambda f: fields[f][0] != "!"),
    ]
    parts = ["self"]
    for index, field in enumerate(ordered):
        if index == len(positional):
            parts.append("*")
        # `editMessageText` and its kin take one of two optional keys; a positional shortcut always means the first.
        required = fields[field][0] == "!"
        # A text with entities beside it may be html(), or text with entities of its own.
        companion = "entities" if field == "text" else f"{field}_entities"
        kind = "Text" if companion in fields else param_type(fields[field])
        parts.append(f"{field}: {kind}" + ("" if required else " | None = None"))
    python_name = snake_case(name)
    signature = f"    def {python_name}({', '.join(parts)}) -> {result_type(method['returns'])}:"
    body = (
        f'        """{HOVER[name]}\n\n        https://core.telegram.org/bots/api#{name.lower()}"""'
        if name in HOVER
        else "        ..."
    )
    alias = [f"    {name} = {python_name}"] if name != python_name else []
    return [signature, body, *alias]


def param_type(spec: str) -> str:
    """Return the annotation of a parameter: a JSON object may be one of our types or a plain dict."""
    names = []
    for part in spec.lstrip("!").split("|"):
        if part.startswith("["):
            names.append(f"Sequence[{param_type(part[1:-1])}]")
        elif part in PRIMITIVES:
            names.append(PRIMITIVES[part])
        elif part == "InputFile":
            names.append("InputFile")
        else:
            names += [f"types.{part}", "dict[str, Any]"]
        if part == "InputPollOption":  # a plain text is an option, too
            names.append("str")
    return " | ".join(dict.fromkeys(names))


def result_type(spec: str, prefix: str = "types.") -> str:
    """Return the annotation of a value that comes from Telegram."""
    names = []
    for part in spec.lstrip("!").split("|"):
        if part.startswith("["):
            names.append(f"list[{result_type(part[1:-1], prefix)}]")
        else:
            names.append(PRIMITIVES.get(part) or prefix + part)
    return " | ".join(dict.fromkeys(names))


def render_types(table: dict[str, Any]) -> str:
    """Return the stub of `types.py`, a class for each type."""
    lines = [
        HEADER.format(version=table["version"]) + "from typing import Any",
        "",
        "class Object(dict[str, Any]):",
        "    def __init__(self, *args: Any, **fields: Any) -> None: ...",
        "    _fields: dict[str, str]",
        "",
        "def wrap(spec: str, value: Any) -> Any: ...",
        "def class_of(spec: str) -> type[Object]: ...",
        "",
    ]
    for name, fields in table["types"].items():
        members = merge_subtypes(table["types"], fields) if isinstance(fields, list) else fields
        attributes = [render_field(f, s) for f, s in members.items() if f not in dir(dict)]
        lines += [f"class {name}(Object):", *(attributes or ["    ..."]), ""]
    return "\n".join(lines)


def render_field(field: str, spec: str) -> str:
    """Return the line of one attribute."""
    name = "from_user" if field == "from" else field
    return f"    {name}: {result_type(spec, '')}" + ("" if spec[0] == "!" else " | None")


def merge_subtypes(types: dict[str, Any], subtypes: list[str]) -> Fields:
    """Return all fields of a union's members; required where each member requires it, with every type it may have."""
    members = [types[name] for name in subtypes if isinstance(types.get(name), dict)]
    merged: Fields = {}
    for field in dict.fromkeys(field for member in members for field in member):
        specs = [member[field] for member in members if field in member]
        alternatives = "|".join(
            dict.fromkeys(part for spec in specs for part in spec.lstrip("!").split("|"))
        )
        required = len(specs) == len(members) and all(spec[0] == "!" for spec in specs)
        merged[field] = ("!" if required else "") + alternatives
    return merged


if __name__ == "__main__":
    sys.exit(main(sys.argv))
