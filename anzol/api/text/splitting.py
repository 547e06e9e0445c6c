"""Splitting long text into messages: cut where a reader would, with its formatting, and no character torn."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from anzol.api.errors import TextError

from .entities import Entity, FormattedText, order, utf16_length
from .formatted import LIMIT, is_too_long, parse
from .graphemes import is_boundary
from .markup import HasHtml, is_html, plain

# More entities of a message are dropped by Telegram without a word.
MOST_ENTITIES = 100
# So short a text cannot hold more than MOST_ENTITIES pairs of marks.
SHORT = 2 * MOST_ENTITIES

Text = str | HasHtml | FormattedText


def read_text(
    text: Text, parse_mode: str | None = None, entities: Sequence[Entity] | None = None
) -> FormattedText:
    """Return a text as its author meant it: parsed, or as plain text where Telegram could not parse it."""
    if isinstance(text, FormattedText):
        return text
    try:
        if is_html(text):
            return parse(str(text.__html__()), "HTML")
        return parse(str(text), parse_mode or "", entities)
    except TextError:
        return FormattedText(plain(text), [])


def fits(
    text: Text,
    limit: int = LIMIT,
    parse_mode: str | None = None,
    entities: Sequence[Entity] | None = None,
) -> bool:
    """Return whether Telegram accepts a text as it stands, in one message."""
    if isinstance(text, FormattedText):
        raw, is_plain = text.text, False
    else:
        raw = str(text.__html__() if is_html(text) else text)
        is_plain = not (is_html(text) or parse_mode or entities)
    if utf16_length(raw) <= (limit if is_plain else min(limit, SHORT)) and not entities:
        return True  # parsing only makes a text shorter
    found = read_text(text, parse_mode, entities)
    return (
        utf16_length(found.text) <= limit
        and len(found.entities) <= MOST_ENTITIES
        and not is_too_long(raw)
    )


def split(
    text: Text,
    limit: int = LIMIT,
    *,
    first: int | None = None,
    parse_mode: str | None = None,
    entities: Sequence[Entity] | None = None,
) -> list[Text]:
    """Cut a text into pieces of at most `limit` UTF-16 units and 100 entities; the `first` may have another limit.

    A text that Telegram takes in one message is returned as it stands, the pieces of a longer one as `FormattedText`;
    each may be given to any call. Cuts stand at a paragraph, else a line, else a blank, where there is one in the last
    half of the piece; the breaks and the blank there go. What spans a cut is formatted on both sides of it. When text is
    added at the end, all pieces but the last stay as they were.
    """
    if fits(text, first or limit, parse_mode, entities):
        return [text]
    whole = read_text(text, parse_mode, entities)
    ruler = Ruler(whole.text)
    inner = order(whole.entities)
    pieces: list[Text] = [
        FormattedText(whole.text[start:end], _clip(inner, ruler, start, end))
        for start, end in _cuts(whole.text, inner, ruler, first or limit, limit)
    ]
    return pieces or [text]


class Ruler:
    """Positions in a text, counted in characters and in UTF-16 units."""

    def __init__(self, text: str) -> None:
        self._offsets: list[int] | None = None
        if len(text) != utf16_length(text):
            self._offsets = [0, *accumulate(1 + (character > "\uffff") for character in text)]

    def offset(self, index: int) -> int:
        """Return the offset in UTF-16 units of the character at `index`."""
        return index if self._offsets is None else self._offsets[index]

    def index(self, offset: int) -> int:
        """Return the last place that is not after `offset`."""
        return offset if self._offsets is None else bisect_right(self._offsets, offset) - 1


def _cuts(
    text: str, entities: list[Entity], ruler: Ruler, first: int, limit: int
) -> Iterator[tuple[int, int]]:
    """Yield where each piece starts and ends, in characters; blank ones are left out, Telegram refuses them."""
    start, size = 0, first
    while start < len(text):
        end, following = _cut(text, entities, ruler, start, size)
        if text[start:end].strip():
            yield start, end
            size = limit
        start = following


def _cut(
    text: str, entities: list[Entity], ruler: Ruler, start: int, limit: int
) -> tuple[int, int]:
    """Return where the piece that starts at `start` ends, and where the next one starts."""
    end = min(ruler.index(ruler.offset(start) + limit), len(text))
    end = min(end, _end_of_entities(entities, ruler, start, end))
    if end == len(text):
        return end, end
    for mark in ("\n\n", "\n", " "):
        place = text.rfind(mark, start + (end - start) // 2, end + 1)
        while place > start and text[place - 1] == "\n":
            place -= 1
        following = _skip(text, place, mark[0])
        if place > start and is_boundary(text, place) and is_boundary(text, following):
            return place, following
    whole = end
    while whole > start and not is_boundary(text, whole):
        whole -= 1
    # One character of more code points than a message holds is torn after all.
    end = whole if whole > start else max(end, start + 1)
    return end, end


def _skip(text: str, start: int, mark: str) -> int:
    """Leave out the line breaks at a cut, or its one blank; indentation stays."""
    end = start + 1
    while mark == "\n" and end < len(text) and text[end] == "\n":
        end += 1
    return end


def _end_of_entities(entities: list[Entity], ruler: Ruler, start: int, end: int) -> int:
    """Return the end of a piece that has no more entities than a message may have."""
    begin, stop = ruler.offset(start), ruler.offset(end)
    inside = [e for e in entities if e["offset"] < stop and e["offset"] + e["length"] > begin]
    if len(inside) <= MOST_ENTITIES:
        return end
    place = ruler.index(inside[MOST_ENTITIES]["offset"])
    return place if place > start else end


def _clip(entities: list[Entity], ruler: Ruler, start: int, end: int) -> list[Entity]:
    """Return the parts of the entities that lie in a piece, with their positions in it."""
    begin, stop = ruler.offset(start), ruler.offset(end)
    inside = []
    for entity in entities:
        left = max(entity["offset"], begin)
        right = min(entity["offset"] + entity["length"], stop)
        if right > left:
            inside.append({**entity, "offset": left - begin, "length": right - left})
    return inside[:MOST_ENTITIES]
