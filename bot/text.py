"""Text as Telegram takes it: safe HTML, and long text in pieces that keep their tags."""

from __future__ import annotations

import re
from html import unescape

from markupsafe import Markup

LIMIT = 4096
CAPTION_LIMIT = 1024
# A tag, a character reference, or one character: what Telegram counts as 0, 1 and 1.
TOKEN = re.compile(r"<(/?)(\w[\w-]*)[^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);|.", re.DOTALL)


def html(template: str, *args: object, **kwargs: object) -> Markup:
    """Format HTML whose arguments are escaped: `html("Hi <b>{}</b>", name)`.

    The tags that Telegram knows: https://core.telegram.org/bots/api#html-style
    """
    return Markup(template).format(*args, **kwargs)


def plain(text: str) -> str:
    """The text of a piece of HTML without its tags."""
    if not isinstance(text, Markup):
        return text
    return unescape(re.sub(r"<[^>]+>", "", text))


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Cut text into pieces of at most `limit` characters as Telegram counts them, after parsing.

    Cuts stand at a paragraph, else a line, else a blank, where there is one in the last half of the piece. `Markup`
    stays `Markup`: tags open at a cut are closed there and opened again in the next piece.
    """
    if isinstance(text, Markup):
        return [Markup(piece) for piece in _split_html(str(text), limit)]
    pieces = []
    while len(text) > limit:
        cut = _cut(text[: limit + 1], limit)
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip("\n ")
    return [*pieces, text]


def _cut(window: str, limit: int) -> int:
    """Where to end a piece that may be `limit` long; `window` shows one character more."""
    for mark in ("\n\n", "\n", " "):
        found = window.rfind(mark, limit // 2)
        if found > 0:
            return found
    return limit


def _split_html(text: str, limit: int) -> list[str]:
    tokens = [(match[0], match[2], bool(match[1])) for match in TOKEN.finditer(text)]
    pieces: list[str] = []
    open_tags: list[tuple[str, str]] = []
    start = 0
    while start < len(tokens):
        end = _piece_end(tokens, start, limit)
        opening = "".join(whole for whole, _ in open_tags)
        body = tokens[start:end]
        for whole, tag, closes in body:
            if tag and closes:
                open_tags = open_tags[:-1]
            elif tag:
                open_tags = [*open_tags, (whole, tag)]
        closing = "".join(f"</{tag}>" for _, tag in reversed(open_tags))
        pieces.append(opening + "".join(whole for whole, _, _ in body) + closing)
        start = end
        while start < len(tokens) and end < len(tokens) and tokens[start][0] in "\n ":
            start += 1
    return [piece for piece in pieces if plain(Markup(piece)).strip()] or [text]


def _piece_end(tokens: list[tuple[str, str, bool]], start: int, limit: int) -> int:
    """The index after the last token of the piece that begins at `start`."""
    shown = [index for index in range(start, len(tokens)) if not tokens[index][1]][: limit + 1]
    if len(shown) <= limit:
        return len(tokens)
    window = "".join(tokens[index][0][0] for index in shown)
    return shown[_cut(window, limit)]
