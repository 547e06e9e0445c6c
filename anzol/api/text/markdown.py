"""Parse `parse_mode=MarkdownV2` and the older `Markdown` the way Telegram does."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anzol.api.errors import TextError

from .entities import Entity, utf16_length, utf16_slice
from .hypertext import link

RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
MARKS = {"*": "bold", "_": "italic", "~": "strikethrough", "__": "underline", "||": "spoiler"}
MARK_OF = {kind: mark for mark, kind in MARKS.items()} | {
    "code": "`",
    "pre": "```",
    "text_link": "]",
    "custom_emoji": "]",
}
NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
}


@dataclass
class Open:
    """An entity that waits for its end."""

    kind: str
    offset: int
    begin: int
    language: str = ""


class MarkdownParser:
    """One pass over a MarkdownV2 text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.out: list[str] = []
        self.offset = 0
        self.open: list[Open] = []
        self.quote: Open | None = None
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        """Return plain text and entities. Raises `TextError`."""
        while self.at < len(self.text):
            self.step()
        if self.open:
            last = self.open[-1]
            raise self.refused(f"Can't find end of {NAMES[last.kind]} entity", last.begin)
        self.end_quote()
        return "".join(self.out), self.entities

    def step(self) -> None:
        """Read one character or one mark."""
        char, inner = self.text[self.at], self.open[-1].kind if self.open else ""
        following = self.text[self.at + 1 : self.at + 2]
        if char == "\\" and following and 0 < ord(following) <= 126:
            self.at += 1
            return self.emit(following)
        if char not in (RESERVED if inner not in ("code", "pre") else "`"):
            return self.plain(char)
        if inner and self.closes(inner):
            return self.end()
        if self.at_line_start() and inner == "":
            opened = re.compile(r"(\*\*)?>").match(self.text, self.at)
            if opened:
                self.at = opened.end()
                self.quote = self.quote or Open("blockquote", self.offset, self.at)
                return None
        return self.begin(char)

    def plain(self, char: str) -> None:
        """Copy a character; a line that does not begin with > ends the quote."""
        self.emit(char)
        if char == "\n" and self.quote and not self.open:
            if self.text[self.at : self.at + 1] == ">":
                self.at += 1
            else:
                self.end_quote()

    def emit(self, char: str) -> None:
        """Append one character of plain text."""
        self.out.append(char)
        self.offset += 1 + (ord(char) > 0xFFFF)
        self.at += 1

    def at_line_start(self) -> bool:
        """Return whether a quote may begin here."""
        return not self.out or self.out[-1] == "\n"

    def closes(self, kind: str) -> bool:
        """Return whether the mark here ends the innermost entity."""
        mark = MARK_OF[kind]
        if kind == "italic" and self.text.startswith("__", self.at):
            return False
        return self.text.startswith(mark, self.at)

    def begin(self, char: str) -> None:
        """Open the entity whose mark is here; any other reserved character is refused."""
        begin, text = self.at, self.text
        if text.startswith("```", begin):
            return self.begin_pre(begin)
        if self.quote and not self.open and re.compile(r"\|\|[ ]*(\n|$)").match(text, begin):
            self.at += 2
            return self.end_quote("expandable_blockquote")
        mark = text[begin : begin + 2] if text[begin : begin + 2] in MARKS else char
        kind = MARKS.get(mark) or {"[": "text_link", "`": "code"}.get(char)
        if text.startswith("![", begin):
            kind, mark = "custom_emoji", "!["
        if kind is None:
            raise TextError(
                f"can't parse entities: Character '{char}' is reserved and must be escaped "
                "with the preceding '\\'"
            )
        self.at += len(mark)
        self.open.append(Open(kind, self.offset, begin))
        return None

    def begin_pre(self, begin: int) -> None:
        """Open a code block and read its language."""
        match = re.compile(r"```(?:([^\s`]+)(?=\s))?(\r\n|\n\r|\n|\r)?").match(self.text, begin)
        assert match  # the caller saw the three backticks
        self.at = match.end()
        self.open.append(Open("pre", self.offset, begin, match[1] or ""))

    def end(self) -> None:
        """Close the innermost entity and append it when it covers something."""
        last = self.open.pop()
        self.at += len(MARK_OF[last.kind])
        entity: Entity = {
            "type": last.kind,
            "offset": last.offset,
            "length": self.offset - last.offset,
        }
        if last.kind in ("text_link", "custom_emoji"):
            entity |= self.target(last)
        if last.language:
            entity["language"] = last.language
        if entity["length"] and entity["type"]:
            self.entities.append(entity)

    def target(self, last: Open) -> Entity:
        """Read the address in parentheses after a link's text."""
        if self.text[self.at : self.at + 1] != "(":
            if last.kind == "custom_emoji":
                raise self.refused("Custom emoji entity must contain a tg://emoji URL", last.begin)
            return link(utf16_slice("".join(self.out), last.offset)) or {"type": ""}
        begin = self.at + 1
        match = re.compile(r"((?:\\.|[^)\\])*)\)", re.S).match(self.text, begin)
        if not match:
            what = "a custom emoji URL" if last.kind == "custom_emoji" else "a URL"
            raise self.refused(f"Can't find end of {what}", begin)
        self.at = match.end()
        url = re.sub(r"\\([\x01-\x7e])", r"\1", match[1])
        if last.kind == "text_link":
            return link(url) or {"type": ""}
        emoji = re.fullmatch(r"tg://emoji\?id=(\d+)", url)
        if not emoji:
            raise self.refused("Invalid custom emoji URL specified", begin)
        return {"custom_emoji_id": emoji[1]}

    def end_quote(self, kind: str = "blockquote") -> None:
        """Append the quote that ends here."""
        if self.quote and self.offset > self.quote.offset:
            length = self.offset - self.quote.offset
            if self.out[-1] == "\n" and self.at < len(self.text):
                length -= 1
            self.entities.append({"type": kind, "offset": self.quote.offset, "length": length})
        self.quote = None

    def refused(self, text: str, at: int) -> TextError:
        """Return the refusal with its place in bytes."""
        return TextError(
            f"can't parse entities: {text} at byte offset {len(self.text[:at].encode())}"
        )


OLD_MARK = re.compile(r"\\([_*`\[])|```(?:([^\s`]+)(?=\s))?\n?|[_*`\[]")


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
            byte = len(text[: match.start()].encode())
            raise TextError(
                f"can't parse entities: Can't find end of the entity starting at byte offset {byte}"
            )
        body, offset = text[at:stop], utf16_length(out)
        at = stop + len(mark)
        entity: Entity = {"type": "", "offset": offset, "length": utf16_length(body)}
        if mark == "[":
            target = re.compile(r"\(([^)]*)\)").match(text, at)
            at = target.end() if target else at
            entity |= link(target[1]) if target else {}
        else:
            entity["type"] = {"*": "bold", "_": "italic", "`": "code", "```": "pre"}[mark]
        if mark == "```" and match[2]:
            entity["language"] = match[2]
        out += body
        if entity["type"] and entity["length"]:
            entities.append(entity)
    return out + text[at:], entities


def parse_markdown(text: str) -> tuple[str, list[Entity]]:
    """Return plain text and entities of a MarkdownV2 text. Raises `TextError`."""
    return MarkdownParser(text).parse()
