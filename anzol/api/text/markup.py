"""`html("Hi <b>{}</b>", name)`: text with formatting, whose arguments are escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import LiteralString, Protocol, TypeGuard

from markupsafe import Markup, escape

from anzol.api.errors import TextError

from .entities import FormattedText
from .hypertext import CHARACTER, decode, parse_html

TAG = re.compile(r"</?\w[^>]*>")


class HasHtml(Protocol):
    """An object that can give its own HTML: `Html`, and `Markup` of Jinja and Flask."""

    def __html__(self) -> str: ...


class Html:
    """Text with Telegram's HTML, safe to send: what was put into it is escaped.

    It is no `str` on purpose. Inside an f-string, or joined by a `str`, it would become text with visible tags, and
    nobody could tell its own tags from a user's; there it is an error instead that says what to write. `+` keeps it
    whole and escapes plain text, `html(", ").join(parts)` joins, `html("… {} …", part)` puts it into another one.
    `Html(source)` trusts a source that is not a literal, such as a translation.
    """

    __slots__ = ("source",)

    def __init__(self, source: str) -> None:
        self.source = str(source)

    def __html__(self) -> Markup:
        return Markup(self.source)

    def __str__(self) -> str:
        """Return the text as a chat shows it, for logs and for people."""
        return plain(self)

    def __repr__(self) -> str:
        return f"html({self.source!r})"

    def __format__(self, spec: str) -> str:
        raise TypeError(
            f"html() inside an f-string loses its formatting; write html('… {{}} …', part) instead "
            f"(part is {self!r})."
        )

    def __eq__(self, other: object) -> bool:
        return self.source == other.__html__() if is_html(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.source)

    def __bool__(self) -> bool:
        return bool(self.source)

    def __add__(self, other: str | HasHtml) -> Html:
        if not isinstance(other, str) and not is_html(other):
            return NotImplemented
        return Html(self.__html__() + escape(other))

    def __radd__(self, other: str | HasHtml) -> Html:
        if not isinstance(other, str) and not is_html(other):
            return NotImplemented
        return Html(escape(other) + self.__html__())

    def join(self, parts: Iterable[str | HasHtml]) -> Html:
        """Return the parts with this between them; each that is not HTML is escaped."""
        return Html(self.__html__().join(parts))


def html(template: LiteralString | HasHtml, *args: object, **kwargs: object) -> Html:
    """Return HTML whose arguments are escaped: `html("Hi <b>{}</b>", name)`.

    The template is trusted, so it is a literal: html(f"<b>{name}</b>") would let a user write tags. The tags that
    Telegram knows: https://core.telegram.org/bots/api#html-style
    """
    source = template.__html__() if is_html(template) else template
    return Html(Markup(source).format(*args, **kwargs))


def is_html(value: object) -> TypeGuard[HasHtml]:
    """Return whether a value is HTML and no plain text."""
    return hasattr(value, "__html__")


def plain(text: str | HasHtml | FormattedText) -> str:
    """Return a text as a chat shows it: HTML without its tags, also where Telegram could not parse it."""
    if isinstance(text, FormattedText):
        return text.text
    if not is_html(text):
        return str(text)
    source = str(text.__html__())
    try:
        return parse_html(source)[0]
    except TextError:
        return CHARACTER.sub(lambda match: decode(match) or match[0], TAG.sub("", source))
