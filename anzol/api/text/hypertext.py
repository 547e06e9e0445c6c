"""Parse `parse_mode=HTML` the way Telegram does, with its error texts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from anzol.api.errors import TextError

from .entities import Entity, utf16_length, utf16_slice

SIMPLE = {
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
    "code": "code",
    "pre": "pre",
}
OTHERS = {"a", "span", "tg-emoji", "blockquote", "tg-time"}
CHARACTER = re.compile(r"&(?:#(\d{1,8})|#x([0-9a-f]{1,8})|(lt|gt|amp|quot));", re.I)
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPECIAL = re.compile("[<&]")
NAME = re.compile(r"</?([^\s>/]*)")
BETWEEN = re.compile(r"[\s/]*")
BLANKS = re.compile(r"\s*")
ATTRIBUTE = re.compile(r"\s*([a-z0-9_-]+)(\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?", re.I)


@dataclass
class Open:
    """A tag that waits for its end."""

    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


class HtmlParser:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.out: list[str] = []
        self.offset = 0
        self.open: list[Open] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        """Return plain text and entities. Raises `TextError`."""
        while self.at < len(self.text):
            stop = SPECIAL.search(self.text, self.at)
            self.emit(self.text[self.at : stop.start() if stop else len(self.text)])
            self.at = stop.start() if stop else len(self.text)
            if stop:
                self.character() if stop[0] == "&" else self.tag()
        if self.open:
            raise self.refused(
                f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"'
            )
        for entity in self.entities:
            if (
                entity["type"] == "code"
            ):  # only a `<pre>` around it makes it a block of that language
                entity.pop("language", None)
        return "".join(self.out), self.entities

    def emit(self, text: str) -> None:
        """Append plain text."""
        self.out.append(text)
        self.offset += utf16_length(text)

    def character(self) -> None:
        """Decode a character reference; an unknown one is text."""
        match = CHARACTER.match(self.text, self.at)
        if not match:
            self.emit("&")
            self.at += 1
            return
        self.emit(decode(match) or match[0])
        self.at = match.end()

    def tag(self) -> None:
        """Read a start or an end tag."""
        begin = self.at
        name = NAME.match(self.text, begin)
        assert name  # the text at `begin` starts with "<"
        tag = name[1].lower()
        self.at = name.end()
        if name[0].startswith("</"):
            return self.end_tag(tag, begin)
        if tag not in SIMPLE and tag not in OTHERS:
            raise self.refused(f'Unsupported start tag "{tag}"', begin)
        attributes = self.attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self.refused('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(Open(tag, self.offset, attributes))
        return None

    def attributes(self, tag: str, begin: int) -> dict[str, str]:
        """Read up to the closing bracket."""
        found: dict[str, str] = {}
        while True:
            self.at = BETWEEN.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.at >= len(self.text):
                raise self.refused(f'Unclosed start tag "{tag}"', begin)
            if self.text[self.at] == ">":
                self.at += 1
                return found
            match = ATTRIBUTE.match(self.text, self.at)
            if not match:
                raise self.refused(f'Empty attribute name in the tag "{tag}"', begin)
            value = next((part for part in match.groups()[2:] if part is not None), "")
            found.setdefault(match[1].lower(), CHARACTER.sub(lambda m: decode(m) or m[0], value))
            self.at = match.end()

    def end_tag(self, tag: str, begin: int) -> None:
        """Close the innermost tag; another name is refused."""
        if not self.open:
            raise self.refused("Unexpected end tag", begin)
        last = self.open.pop()
        self.at = BLANKS.match(self.text, self.at).end()  # type: ignore[union-attr]
        if self.text[self.at : self.at + 1] != ">":
            raise self.refused("Unclosed end tag", begin)
        if tag and tag != last.tag:
            raise TextError(
                f"can't parse entities: Unmatched end tag at byte offset {self.byte(begin)}, "
                f'expected "</{last.tag}>", found "</{tag}>"'
            )
        self.at += 1
        if self.offset > last.offset:
            self.close(last)

    def close(self, tag: Open) -> None:
        """Append the entity of a finished tag."""
        entity: Entity = {"offset": tag.offset, "length": self.offset - tag.offset}
        kind = SIMPLE.get(tag.tag)
        language = tag.attributes.get("class", "")
        if tag.tag == "code" and language.startswith("language-"):
            entity["language"] = language.removeprefix("language-")
        if kind == "pre" and self.entities and is_inside_code(self.entities[-1], entity):
            entity["language"] = self.entities.pop()["language"]
        if tag.tag == "a":
            target = link(tag.attributes.get("href") or self.covered(tag.offset))
            if not target:
                return
            entity |= target
        elif tag.tag == "span":
            kind = "spoiler"
        elif tag.tag == "tg-emoji":
            kind, entity["custom_emoji_id"] = "custom_emoji", tag.attributes.get("emoji-id", "0")
        elif tag.tag == "blockquote":
            kind = "expandable_blockquote" if "expandable" in tag.attributes else "blockquote"
        elif tag.tag == "tg-time":
            kind, entity["unix_time"] = "date_time", number(tag.attributes.get("unix", ""))
        self.entities.append({"type": kind or entity.pop("type"), **entity})

    def covered(self, offset: int) -> str:
        """Return the text written since an offset."""
        return utf16_slice("".join(self.out), offset)

    def byte(self, at: int) -> int:
        """Return a position as Telegram counts it, in bytes."""
        return len(self.text[:at].encode())

    def refused(self, text: str, at: int | None = None) -> TextError:
        """Return the refusal, with its place where there is one."""
        where = "" if at is None else f" at byte offset {self.byte(at)}"
        return TextError(f"can't parse entities: {text}{where}")


def number(text: str) -> int:
    """Return a number as the server reads it: the digits at its beginning, 0 without any."""
    match = re.match(r"\s*(-?\d{1,18})", text)
    return int(match[1]) if match else 0


def decode(match: re.Match[str]) -> str:
    """Return the character of a reference; empty for an impossible one."""
    if match[3]:
        return NAMED[match[3].lower()]
    code = int(match[1]) if match[1] else int(match[2], 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def is_inside_code(code: Entity, pre: Entity) -> bool:
    """Return whether `<pre><code class="language-x">` are one block."""
    same = (code["offset"], code["length"]) == (pre["offset"], pre["length"])
    return same and code["type"] == "code" and "language" in code


def link(url: str) -> Entity:
    """Return a link's entity fields; tg://user?id= mentions a person, what is no address gives nothing."""
    match = re.fullmatch(r"tg://user\?id=(\d+)", url)
    if match:
        return {"type": "text_mention", "user": {"id": int(match[1])}}
    if not re.match(r"[a-z][a-z0-9+-]*:", url, re.I):
        url = f"http://{url}"
    if not re.fullmatch(
        r"(https?|ftp|ton)://[^\s/]*[\w\]][^\s]*|tg:[^\s]+|mailto:[^\s]+", url, re.I
    ):
        return {}
    host = re.match(r"(https?|ftp)://([^/?#]*)", url, re.I)
    if host and host.end() == len(url):
        url += "/"
    return {"type": "text_link", "url": url}


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """Return plain text and entities of an HTML text. Raises `TextError`."""
    return HtmlParser(text).parse()
