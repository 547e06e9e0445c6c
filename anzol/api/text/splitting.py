"""Text as Telegram takes it: safe HTML, and long text in pieces that keep their tags."""

from __future__ import annotations

import re
from html import unescape

from markupsafe import Markup

LIMIT = 4096
CAPTION_LIMIT = 1024
# A tag, a character reference, or one character: what Telegram counts as 0, 1 and 1.
TOKEN = re.compile(r"<(/?)(\w[\w-]*)[^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);|.", re.DOTALL)
TAG = re.compile(r"</?\w[^>]*>")

# What stands there, the tag's name (empty for a character), whether it closes.
Token = tuple[str, str, bool]


def html(template: str, *args: object, **kwargs: object) -> Markup:
    """Format HTML whose arguments are escaped: `html("Hi <b>{}</b>", name)`.

    The tags that Telegram knows: https://core.telegram.org/bots/api#html-style
    """
    return Markup(template).format(*args, **kwargs)


def plain(text: str) -> str:
    """The text of a piece of HTML without its tags."""
    if not isinstance(text, Markup):
        return text
    return unescape(TAG.sub("", str(text)))


def length(text: str) -> int:
    """How long a text is for Telegram: characters after its HTML was parsed."""
    return len(plain(text))


def split(text: str, limit: int = LIMIT, *, first: int | None = None) -> list[str]:
    """Cut text into pieces of at most `limit` characters as Telegram counts them; the `first` may have another limit.

    Cuts stand at a paragraph, else a line, else a blank, where there is one in the last half of the piece; the breaks
    and the blank there go. `Markup` stays `Markup`: tags open at a cut are closed and opened again in the next piece.
    """
    if length(text) <= (first or limit):
        return [text]
    if isinstance(text, Markup):
        tokens = [(match[0], match[2], bool(match[1])) for match in TOKEN.finditer(str(text))]
        return [Markup(piece) for piece in _pieces(tokens, first or limit, limit)]
    return _pieces([(character, "", False) for character in text], first or limit, limit)


def _pieces(tokens: list[Token], first: int, limit: int) -> list[str]:
    pieces: list[str] = []
    open_tags: list[tuple[str, str]] = []
    start = 0
    while start < len(tokens):
        end, after = _cut(tokens, start, limit if pieces else first)
        opening = "".join(whole for whole, _ in open_tags)
        body = tokens[start:end]
        for whole, tag, closes in body:
            if tag and closes:
                open_tags = open_tags[:-1]
            elif tag:
                open_tags = [*open_tags, (whole, tag)]
        closing = "".join(f"</{tag}>" for _, tag in reversed(open_tags))
        text = "".join(whole for whole, _, _ in body)
        if TAG.sub("", text).strip():
            pieces.append(opening + text + closing)
        start = after
    return pieces or ["".join(whole for whole, _, _ in tokens)]


def _cut(tokens: list[Token], start: int, limit: int) -> tuple[int, int]:
    """Where the piece that begins at `start` ends, and where the next one begins."""
    shown: list[int] = []
    for index in range(start, len(tokens)):
        if not tokens[index][1]:
            shown.append(index)
            if len(shown) > limit:
                break
    else:
        return len(tokens), len(tokens)
    window = "".join(tokens[index][0][0] for index in shown)
    for mark in ("\n\n", "\n", " "):
        place = window.rfind(mark, limit // 2)
        while place > 0 and window[place - 1] == "\n":
            place -= 1
        if place > 0:
            return shown[place], _skip(tokens, shown[place], mark[0])
    return shown[limit], shown[limit]


def _skip(tokens: list[Token], start: int, mark: str) -> int:
    """Leave out the line breaks at a cut, or its one blank; indentation stays."""
    end = start + 1
    while mark == "\n" and end < len(tokens) and tokens[end][0] == "\n":
        end += 1
    return end
