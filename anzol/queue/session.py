"""Sessions: what handlers keep between tasks, a mapping of JSON values that commits with the task."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, MutableMapping
from json.encoder import encode_basestring_ascii
from math import isfinite
from typing import Any, NamedTuple, Protocol

from .known import UNKNOWN, Value

LIMIT = 1024 * 1024  # characters of JSON in one session: more makes each of its updates slow
SINGLE = 2  # keys of a session that are read one by one
MISSING = object()
# What JSON takes as it is and nobody can change inside, with what makes its JSON: json.dumps() does the same, and takes
# ten times as long to come to it.
SCALARS: dict[type, Callable[[Any], str]] = {
    int: int.__repr__,
    str: encode_basestring_ascii,
    bool: lambda value: "true" if value else "false",
    type(None): lambda value: "null",
}


class Change(NamedTuple):
    """One key of a session: its value when the run read it, and its new one; JSON, None for no key."""

    key: str
    before: str | None
    after: str | None


class Stored(Protocol):
    """What is stored under one name: the JSON of each key."""

    def value(self, key: str) -> str | None:
        """Return the JSON of one key, None when it is not there."""

    def values(self) -> dict[str, str]:
        """Return the JSON of every key."""

    def size(self) -> int:
        """Return the length of all keys and their JSON, in characters."""


class State(MutableMapping[str, Any]):
    """The session kept under one name, of which `known(key)` may be told without reading.

    A key is read, and its value parsed, when it is asked for. Changes are committed when the handler has returned; one
    that another lane made meanwhile is noticed then.
    """

    def __init__(
        self,
        name: str,
        stored: Stored,
        known: Callable[[str], Value] = lambda key: UNKNOWN,
    ) -> None:
        self._name, self._stored, self._known = name, stored, known
        self._texts: dict[
            str, str | None
        ] = {}  # as they were read; None for a key that is not there
        self._reads = 0
        self._is_whole = False  # all of them were read
        self._values: dict[str, Any] = {}  # parsed or assigned; MISSING when deleted
        self._scalars: dict[str, str] = {}  # the JSON of what was assigned and cannot change inside
        self._sizes: dict[str, int] = {}  # of what was assigned: a key and its JSON, in characters
        self._whole: int | None = None  # characters of all that is stored, once that is needed
        self._grown = 0  # characters by which all of that exceeds what is stored
        self._ended = False

    def _text(self, key: str) -> str | None:
        if key in self._texts or self._is_whole:
            return self._texts.get(key)
        text = self._known(key)
        if text is UNKNOWN:
            # Most handlers ask for a key or two, which costs a fifth of reading forty; a database over a network is
            # spared a journey for each of many.
            if self._reads >= SINGLE:
                return self._all().get(key)
            self._reads += 1
            text = self._stored.value(key)
        self._texts[key] = text
        return text

    def _all(self) -> dict[str, str | None]:
        if not self._is_whole:
            # What was read before stays as it was: a change is compared with what its handler has seen.
            self._texts = {**self._stored.values(), **self._texts}
            self._is_whole = True
        return self._texts

    def __getitem__(self, key: str) -> Any:
        value = self._values.get(key, self)
        if value is self:
            text = self._text(key)
            if text is None:
                raise KeyError(key)
            value = self._values[key] = json.loads(text)
        if value is MISSING:
            raise KeyError(key)
        return value

    def __setitem__(self, key: str, value: Any) -> None:
        if self._ended:
            self._refuse_late()
        if not isinstance(key, str):
            raise TypeError(f"state {self._name} has text keys only, not {key!r}.")
        dump = SCALARS.get(type(value))
        if dump is None:
            text = self._dump(key, value)
        else:
            text = dump(value)
        self._refuse_large(key, len(key) + len(text))
        self._values[key] = value
        if dump is None:
            self._scalars.pop(key, None)
        else:
            self._scalars[key] = text

    def __delitem__(self, key: str) -> None:
        if self._ended:
            self._refuse_late()
        if key not in self:
            raise KeyError(key)
        self._values[key] = MISSING
        self._scalars.pop(key, None)
        self._grown -= self._size_of(key)
        self._sizes[key] = 0

    def __contains__(self, key: object) -> bool:
        value = self._values.get(key, self)  # type: ignore[call-overload]
        if value is self:
            return isinstance(key, str) and self._text(key) is not None
        return value is not MISSING

    def __iter__(self) -> Iterator[str]:
        found = [key for key, text in self._all().items() if text is not None]
        found += [key for key in self._values if self._texts.get(key) is None]
        return (key for key in found if self._values.get(key) is not MISSING)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"<State {self._name}>"

    def changes(self) -> list[Change]:
        """Return the top-level keys that were set, changed inside, or removed.

        Raise TypeError or ValueError for what became unfit for storing since it was assigned.
        """
        found = []
        for key, value in self._values.items():
            if key not in self._sizes and not isinstance(value, list | dict):
                continue  # read only, and nothing inside that could have changed
            before = self._text(key)
            if value is MISSING:
                after = None
            else:
                after = self._scalars.get(key) or self._dump(key, value)
            if after != before:
                # It may have grown inside since it was assigned.
                if after is not None and self._sizes.get(key) != len(key) + len(after):
                    self._refuse_large(key, len(key) + len(after))
                found.append(Change(key, before, after))
        return found

    def revert(self) -> None:
        """Forget what was changed: the values are the stored ones again."""
        self._values, self._scalars, self._sizes, self._grown = {}, {}, {}, 0

    def end(self) -> None:
        """Refuse assignments from now on: they would come too late to be stored."""
        self._ended = True

    def _dump(self, key: str, value: Any) -> str:
        refuse_other_than_json(value, f"state {self._name}[{key!r}]")
        return json.dumps(value)

    def _refuse_late(self) -> None:
        raise RuntimeError(
            f"state {self._name} is changed after its update has ended, so that is not stored. "
            "Change it in the handler, or in an update of its own."
        )

    def _refuse_large(self, key: str, size: int) -> None:
        before = self._size_of(key)
        # What does not grow may stay: it was stored before there was a limit, or by another run. Then nothing needs to
        # be known of the other keys.
        if size > before and size + self._others(key) > LIMIT:
            raise ValueError(
                f"state {self._name}[{key!r}] has {size:,} characters of JSON, with its other keys "
                f"{size + self._others(key):,}. A session holds {LIMIT:,}: keep large things in a file or a "
                "database of yours."
            )
        self._grown += size - before
        self._sizes[key] = size

    def _others(self, key: str) -> int:
        if self._whole is None:
            self._whole = self._stored.size()
        return self._whole + self._grown - self._size_of(key)

    def _size_of(self, key: str) -> int:
        size = self._sizes.get(key)
        if size is None:
            text = self._text(key)
            size = 0 if text is None else len(key) + len(text)
        return size


def refuse_other_than_json(value: Any, where: str) -> None:
    """Raise TypeError unless `value` comes back from JSON as it went in."""
    match value:
        case None | bool() | int() | str():
            return
        case float() if isfinite(value):
            return
        case list():
            for place, item in enumerate(value):
                refuse_other_than_json(item, f"{where}[{place}]")
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise TypeError(
                        f"{where} has the key {key!r}: JSON objects have text keys only."
                    )
                refuse_other_than_json(item, f"{where}[{key!r}]")
        case _:
            shown = value if isinstance(value, float) else type(value).__name__
            raise TypeError(
                f"{where} is {shown}: keep JSON only (text, numbers, True, False, None, lists, dicts)."
            )
