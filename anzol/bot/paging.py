"""Long lists a page at a time, with a row of arrows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from .reply import Button

T = TypeVar("T")


def paged(
    items: Sequence[T], page: int, data: Callable[[int], str], *, size: int = 8
) -> tuple[Sequence[T], list[Button]]:
    """Return the items of a page, counted from 0, and a row of buttons to the first, previous, next and last page.

    `data(page)` makes the data of each. A page that does not exist (any more) is the nearest one that does; a list of
    one page has no buttons.
    """
    last = max(0, (len(items) - 1) // size)
    page = min(max(page, 0), last)
    here = items[page * size : (page + 1) * size]
    if not last:
        return here, []
    row = [
        *([("« 1", 0)] if page > 1 else []),
        *([(f"‹ {page}", page - 1)] if page else []),
        (f"· {page + 1} ·", page),
        *([(f"{page + 2} ›", page + 1)] if page < last else []),
        *([(f"{last + 1} »", last)] if page < last - 1 else []),
    ]
    return here, [(label, data(to)) for label, to in row]
