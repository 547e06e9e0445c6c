"""Parse `parse_mode=MarkdownV2` and the older `Markdown` the way Telegram does, with its error texts.

https://core.telegram.org/bots/api#markdownv2-style
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from anzol.api.errors import TextError

from .entities import Entity, order, utf16_length
from .links import read_link, read_symbol

RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
# The longer mark is asked for first.
OPENING = {
    "```": "pre",
    "__": "underline",
    "||": "spoiler",
    "![": "symbol",
    "_": "italic",
    "*": "bold",
    "~": "strikethrough",
    "[": "text_link",
    "`": "code",
}
CLOSING = {kind: mark for mark, kind in OPENING.items()} | {"text_link": "]", "symbol": "]"}
NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "symbol": "CustomEmoji",
    "blockquote": "BlockQuote",
}
# A language, which a blank ends, and one line break in any of its forms.
LANGUAGE = re.compile(r"(?:([^\s`]+)(?=\s))?(?:\r\n|\n\r|\n|\r)?")
ADDRESS = re.compile(r"\(((?:\\[\x01-\x7e]|[^)])*+)\)", re.DOTALL)
ESCAPED = re.compile(r"\\([\x01-\x7e])", re.DOTALL)


@dataclass
class Open:
    """An entity that waits for its end: where it began in what is shown, and where its mark stands."""

    kind: str
    offset: int
    part: int
    begin: int
    language: str = ""


class MarkdownParser:
    """One pass over a MarkdownV2 text. A quote is open from its first `>` to the end of a line that none follows."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.out: list[str] = []
        self.offset = 0
        self.open: list[Open] = []
        self.quoted = False
        self.may_quote = True
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        """Return plain text and entities. Raises `TextError`."""
        while self.at < len(self.text):
            self.step()
        if self.quoted:
            self.end_of_text()
        if self.open:
            raise self.unclosed(self.open[-1])
        return "".join(self.out), order(self.entities)

    def step(self) -> None:
        """Read one character or one mark."""
        char, inner = self.text[self.at], self.open[-1].kind if self.open else ""
        escaped = ESCAPED.match(self.text, self.at)
        if escaped:
            self.emit(escaped[1], len(escaped[0]), is_break=escaped[1] == "\n")
        elif char not in ("`" if inner in ("code", "pre") else RESERVED):
            self.emit(char)
        elif self.closes(char, inner):
            self.end(char)
        else:
            self.begin(char)

    def emit(self, char: str, size: int = 1, *, is_break: bool = False) -> None:
        """Append one character of plain text, which `size` characters stood for."""
        self.out.append(char)
        self.offset += 1 + (char > "\uffff")
        self.at += size
        if char != "\r":
            self.may_quote = is_break

    def closes(self, char: str, kind: str) -> bool:
        """Return whether the mark here ends the innermost entity, or a line break the quote."""
        if not kind:
            return False
        if self.quoted and char == "\n" and not self.text.startswith(">", self.at + 1):
            return True
        if kind == "italic" and self.text.startswith("__", self.at):
            return False
        return kind != "blockquote" and self.text.startswith(CLOSING[kind], self.at)

    def begin(self, char: str) -> None:
        """Open the entity whose mark is here; any other reserved character is refused."""
        mark = next((mark for mark in OPENING if self.text.startswith(mark, self.at)), "")
        if char == "\n":
            self.emit(char, is_break=True)
        elif char == ">" and self.may_quote:
            if not self.quoted:
                self.push("blockquote", char)
            else:
                self.at += 1
            self.quoted = True
        elif not mark:
            raise TextError(
                f"can't parse entities: Character '{char}' is reserved and must be escaped "
                "with the preceding '\\'"
            )
        else:
            self.push(OPENING[mark], mark)
            if mark == "```":
                match = LANGUAGE.match(self.text, self.at)
                assert match  # it may be empty
                self.open[-1].language = match[1] or ""
                self.at = match.end()

    def push(self, kind: str, mark: str) -> None:
        """Open an entity."""
        self.open.append(Open(kind, self.offset, len(self.out), self.at))
        self.at += len(mark)

    def end(self, char: str) -> None:
        """Close the innermost entity and append it when it covers something."""
        if char == "\n":
            self.end_quote()
            return
        last = self.open.pop()
        self.at += len(CLOSING[last.kind])
        found: Entity = {"type": last.kind}
        if last.kind == "text_link":
            found = read_link(self.address() if self.has_address() else "".join(self.out[last.part :]))  # fmt: skip
        elif last.kind == "symbol":
            if not self.has_address():
                raise TextError(
                    "can't parse entities: The entity must contain a tg://emoji or tg://time URL"
                )
            found = read_symbol(self.address())
        elif last.language:
            found["language"] = last.language
        self.append(last, found)

    def append(self, last: Open, found: Entity) -> None:
        """Append an entity from where it began to here."""
        length = self.offset - last.offset
        if found and length:
            kind = found.pop("type")
            self.entities.append({"type": kind, "offset": last.offset, "length": length, **found})

    def end_quote(self) -> None:
        """Close the quote at the end of its last line; `||` before the break makes it expandable."""
        expands = self.is_expandable(self.at)
        last = self.open.pop()
        if last.kind != "blockquote":
            raise self.unclosed(last)
        self.emit("\n", is_break=True)
        self.quoted = False
        self.append(last, {"type": "expandable_blockquote" if expands else "blockquote"})

    def end_of_text(self) -> None:
        """Close the quote that the text ends with."""
        expands = self.is_expandable(len(self.text))
        if self.open[-1].kind == "blockquote":
            self.append(
                self.open.pop(), {"type": "expandable_blockquote" if expands else "blockquote"}
            )

    def is_expandable(self, end: int) -> bool:
        """Return whether the innermost spoiler is nothing but the `||` before a place, and drop it then."""
        last = self.open[-1]
        gap = end - last.begin
        expands = last.kind == "spoiler" and (
            gap == 2 or (gap == 3 and end < len(self.text) and self.text[end - 1] == "\r")
        )
        if expands:
            self.open.pop()
        return expands

    def has_address(self) -> bool:
        """Return whether parentheses follow."""
        return self.text.startswith("(", self.at)

    def address(self) -> str:
        """Read the address in parentheses."""
        match = ADDRESS.match(self.text, self.at)
        if not match:
            raise self.refused("Can't find end of a URL", self.at + 1)
        self.at = match.end()
        return ESCAPED.sub(r"\1", match[1])

    def unclosed(self, last: Open) -> TextError:
        """Return the refusal of an entity without an end."""
        name = "PreCode" if last.language else NAMES[last.kind]
        return self.refused(f"Can't find end of {name} entity", last.begin)

    def refused(self, text: str, at: int) -> TextError:
        """Return the refusal with its place in bytes."""
        byte = len(self.text[:at].encode("utf-8", "surrogatepass"))
        return TextError(f"can't parse entities: {text} at byte offset {byte}")


OLD_MARK = re.compile(r"\\([_*`\[])|```(?:([^\s`]+)(?=\s))?(?:\r\n|\n\r|\n|\r)?|[_*`\[]")
OLD_KINDS = {"*": "bold", "_": "italic", "`": "code", "```": "pre"}


def parse_old_markdown(text: str) -> tuple[str, list[Entity]]:
    """Return plain text and entities of the older Markdown, which knows no nesting. Raises `TextError`."""
    out, entities, at = "", [], 0
    while match := OLD_MARK.search(text, at):
        out += text[at : match.start()]
        at = match.end()
        if match[1]:
            out += match[1]
            continue
        mark = "```" if match[0].startswith("```") else match[0]
        stop = text.find("]" if mark == "[" else mark, at)
        if stop < 0:
            byte = len(text[: match.start()].encode("utf-8", "surrogatepass"))
            raise TextError(
                f"can't parse entities: Can't find end of the entity starting at byte offset {byte}"
            )
        body, offset = text[at:stop], utf16_length(out)
        at = stop + len(mark)
        found: Entity = {"type": OLD_KINDS.get(mark)}
        if mark == "[":
            # An address without an end goes on to the end of the text.
            target = re.compile(r"\(([^)]*)\)?").match(text, at)
            at = target.end() if target else at
            found = read_link(target[1] if target else body)
        if match[2]:
            found["language"] = match[2]
        out += body
        if found and body:
            kind = found.pop("type")
            entities.append({"type": kind, "offset": offset, "length": utf16_length(body), **found})
    return out + text[at:], order(entities)


def parse_markdown(text: str) -> tuple[str, list[Entity]]:
    """Return plain text and entities of a MarkdownV2 text. Raises `TextError`."""
    return MarkdownParser(text).parse()
