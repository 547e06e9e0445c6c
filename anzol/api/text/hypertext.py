"""Parse `parse_mode=HTML` the way Telegram does, with its error texts.

https://core.telegram.org/bots/api#html-style
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from anzol.api.errors import TextError

from .entities import Entity, order, utf16_length
from .links import date_time, read_link

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
OTHERS = {"a", "code", "pre", "tg-emoji", "blockquote", "tg-time"}
CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPECIAL = re.compile("[<&]")
# The end of the text is a NUL here, which ends names as a blank does and is none where blanks are skipped.
END = "\0"
BLANKS = re.compile(r"[ \t\r\n\v]*")
TAG_NAME = re.compile(r"[^ \t\r\n\v\0>]*")
ATTRIBUTE_NAME = re.compile(r"[^ \t\r\n\v\0=>/\"']*")
TOKEN = re.compile(r"[A-Za-z0-9.-]*")
TORN = (
    "Text contains invalid Unicode characters after decoding HTML entities, "
    "check for unmatched surrogate code units"
)


@dataclass
class Open:
    """A tag that waits for its end: where it began in what is shown, in UTF-16 units and in parts."""

    tag: str
    offset: int
    part: int
    attributes: dict[str, str] = field(default_factory=dict)


class HtmlParser:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self.text = text.replace(END, " ") + END
        self.at = 0
        self.out: list[str] = []
        self.offset = 0
        self.open: list[Open] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        """Return plain text and entities. Raises `TextError`."""
        last = len(self.text) - 1
        while self.at < last:
            stop = SPECIAL.search(self.text, self.at)
            begin = stop.start() if stop else last
            self.emit(self.text[self.at : begin])
            self.at = begin
            if stop:
                self.character() if stop[0] == "&" else self.tag()
        if self.open:
            tag = self.open[-1].tag
            raise self.refused(f'Can\'t find end tag corresponding to start tag "{tag}"')
        shown = "".join(self.out)
        if any("\ud800" <= character <= "\udfff" for character in shown):
            raise self.refused(TORN)
        for entity in self.entities:
            if entity["type"] == "code":  # only with a <pre> it is a block of that language
                entity.pop("language", None)
        return shown, order(self.entities)

    def emit(self, text: str) -> None:
        """Append plain text."""
        self.out.append(text)
        self.offset += utf16_length(text)

    def character(self) -> None:
        """Decode a character reference; an unknown one is text."""
        match = CHARACTER.match(self.text, self.at)
        decoded = decode(match) if match else ""
        self.emit(decoded or "&")
        self.at = match.end() if match and decoded else self.at + 1

    def tag(self) -> None:
        """Read a start or an end tag."""
        begin = self.at
        if self.text.startswith("</", begin):
            self.end_tag(begin)
            return
        tag = self.read(TAG_NAME, begin + 1).lower()
        if self.text[self.at] == END:
            raise self.refused("Unclosed start tag", begin)
        if tag not in STYLES and tag not in OTHERS:
            raise self.refused(f'Unsupported start tag "{tag}"', begin)
        attributes: dict[str, str] = {}
        while self.text[self.at] != ">":
            self.attribute(tag, begin, attributes)
        self.at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self.refused('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(Open(tag, self.offset, len(self.out), attributes))

    def read(self, pattern: re.Pattern[str], at: int) -> str:
        """Return what a pattern matches at a place, and move past it."""
        match = pattern.match(self.text, at)
        assert match  # each of these patterns matches nothing, too
        self.at = match.end()
        return match[0]

    def attribute(self, tag: str, begin: int, found: dict[str, str]) -> None:
        """Read an attribute, or the blanks before the tag's end."""
        self.read(BLANKS, self.at)
        if self.text[self.at] == ">":
            return
        name = self.read(ATTRIBUTE_NAME, self.at)
        if not name:
            raise self.refused(f'Empty attribute name in the tag "{tag}"', begin)
        self.read(BLANKS, self.at)
        value = ""
        if self.text[self.at] == "=":
            self.read(BLANKS, self.at + 1)
            if self.text[self.at] != END:
                value = self.value(begin)
        if self.text[self.at] == END:
            raise self.refused(f'Unclosed start tag "{tag}"', begin)
        found[name] = value

    def value(self, begin: int) -> str:
        """Read an attribute's value, in quotes or without."""
        quote = self.text[self.at]
        if quote not in "\"'":
            place = self.at
            token = self.read(TOKEN, place).lower()
            if self.text[self.at] not in " \t\r\n\v\0>":
                raise self.refused("Unexpected end of name token", place)
        else:
            stop = self.text.find(quote, self.at + 1)
            raw = self.text[self.at + 1 : stop]
            token = CHARACTER.sub(lambda match: decode(match) or match[0], raw)
            self.at = len(self.text) - 1 if stop < 0 else stop + 1
        if self.text[self.at] == END:
            raise self.refused("Unclosed start tag", begin)
        return token

    def end_tag(self, begin: int) -> None:
        """Close the innermost tag; another name is refused."""
        if not self.open:
            raise self.refused("Unexpected end tag", begin)
        tag = self.read(TAG_NAME, begin + 2).lower()
        self.read(BLANKS, self.at)
        if self.text[self.at] != ">":
            raise self.refused("Unclosed end tag", begin)
        self.at += 1
        last = self.open.pop()
        if tag and tag != last.tag:
            raise TextError(
                f"can't parse entities: Unmatched end tag at byte offset {self.byte(begin)}, "
                f'expected "</{last.tag}>", found "</{tag}>"'
            )
        if self.offset > last.offset:
            self.close(last)

    def close(self, tag: Open) -> None:
        """Append the entity of a finished tag."""
        place = {"offset": tag.offset, "length": self.offset - tag.offset}
        found = self.fields(tag)
        before = self.entities[-1] if self.entities else {"type": ""}
        pair = {before["type"], tag.tag} == {"code", "pre"}
        language = found.get("language") or before.get("language")
        if pair and language and before | place == before:
            self.entities[-1] = {"type": "pre", **place, "language": language}
        elif found:
            self.entities.append({"type": found.pop("type"), **place, **found})

    def fields(self, tag: Open) -> Entity:
        """Return the type of a tag's entity with what belongs to it; nothing where there is none."""
        given = tag.attributes
        if tag.tag in STYLES:
            return {"type": STYLES[tag.tag]}
        if tag.tag == "a":
            return read_link(given.get("href") or "".join(self.out[tag.part :]))
        if tag.tag == "blockquote":
            return {"type": "expandable_blockquote" if "expandable" in given else "blockquote"}
        if tag.tag == "tg-emoji":
            emoji = given.get("emoji-id", "")
            if not re.fullmatch(r"-?[1-9]\d{0,18}", emoji, re.ASCII):
                raise self.refused("Invalid custom emoji identifier specified")
            return {"type": "custom_emoji", "custom_emoji_id": emoji}
        if tag.tag == "tg-time":
            found = date_time(number(given.get("unix", "")), given.get("format", ""))
            return found if found["unix_time"] > 0 else {}
        language = given.get("class", "").partition("language-")
        if tag.tag == "code" and language[1] and not language[0] and language[2]:
            return {"type": "code", "language": language[2]}
        return {"type": tag.tag}

    def byte(self, at: int) -> int:
        """Return a position as Telegram counts it, in bytes."""
        return len(self.text[:at].encode("utf-8", "surrogatepass"))

    def refused(self, text: str, at: int | None = None) -> TextError:
        """Return the refusal, with its place where there is one."""
        where = "" if at is None else f" at byte offset {self.byte(at)}"
        return TextError(f"can't parse entities: {text}{where}")


def decode(match: re.Match[str]) -> str:
    """Return the character of a reference; empty for one that Telegram leaves as it stands."""
    if match[3]:
        return NAMED.get(match[3], "")
    code = int(match[1], 16) if match[1] else int(match[2])
    short = len(match[0].rstrip(";")) < 10
    return chr(code) if short and 0 < code < 0x10FFFF else ""


def number(text: str) -> int:
    """Return a number as the server reads it: the digits at its beginning, 0 without any."""
    match = re.match(r"-?[0-9]{1,10}", text)
    return int(match[0]) if match else 0


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """Return plain text and entities of an HTML text. Raises `TextError`."""
    return HtmlParser(text).parse()
