"""Sessions: what handlers keep between tasks, a mapping of JSON values that commits with the task."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, MutableMapping
from math import isfinite
from typing import Any, NamedTuple

LIMIT = 1024 * 1024  # characters of JSON in one session: more makes each of its updates slow
MISSING = object()


class Change(NamedTuple):
    """One key of a session: its value when the run read it, and its new one; JSON, None for no key."""

    key: str
    before: str | None
    after: str | None


class State(MutableMapping[str, Any]):
    """The session kept under one name; `load` returns the stored JSON of each key.

    It is read on first use, and each value is parsed when it is asked for. Changes are committed when the handler has
    returned; one that another lane made meanwhile is noticed then.
    """

    def __init__(self, name: str, load: Callable[[], dict[str, str]]) -> None:
        self._name, self._load = name, load
        self._stored: dict[str, str] | None = None
        self._values: dict[str, Any] = {}  # parsed or assigned; MISSING when deleted
        self._sizes: dict[str, int] = {}  # of each key and its JSON, in characters
        self._size = 0  # of all of them
        self._ended = False

    def _texts(self) -> dict[str, str]:
        if self._stored is None:
            self._stored = self._load()
            self._measure(self._stored)
        return self._stored

    def _measure(self, texts: dict[str, str]) -> None:
        self._sizes = {key: len(key) + len(text) for key, text in texts.items()}
        self._size = sum(self._sizes.values())

    def __getitem__(self, key: str) -> Any:
        value = self._values.get(key, self)
        if value is self:
            value = self._values[key] = json.loads(self._texts()[key])
        if value is MISSING:
            raise KeyError(key)
        return value

    def __setitem__(self, key: str, value: Any) -> None:
        self._refuse_late()
        if not isinstance(key, str):
            raise TypeError(f"state {self._name} has text keys only, not {key!r}.")
        refuse_other_than_json(value, f"state {self._name}[{key!r}]")
        self._refuse_large(key, len(key) + len(json.dumps(value)))
        self._texts()
        self._values[key] = value

    def __delitem__(self, key: str) -> None:
        self._refuse_late()
        if key not in self:
            raise KeyError(key)
        self._values[key] = MISSING
        self._size -= self._sizes.pop(key, 0)

    def __contains__(self, key: object) -> bool:
        value = self._values.get(key, self)  # type: ignore[call-overload]
        return key in self._texts() if value is self else value is not MISSING

    def __iter__(self) -> Iterator[str]:
        names = [*self._texts(), *(key for key in self._values if key not in self._texts())]
        return (key for key in names if self._values.get(key) is not MISSING)

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
            before = self._texts().get(key)
            if value is MISSING:
                after = None
            else:
                refuse_other_than_json(value, f"state {self._name}[{key!r}]")
                after = json.dumps(value)
            if after != before:
                if after is not None:
                    self._refuse_large(key, len(key) + len(after))
                found.append(Change(key, before, after))
        return found

    def revert(self) -> None:
        """Forget what was changed: the values are the stored ones again."""
        self._values = {}
        if self._stored is not None:
            self._measure(self._stored)

    def end(self) -> None:
        """Refuse assignments from now on: they would come too late to be stored."""
        self._ended = True

    def _refuse_late(self) -> None:
        if self._ended:
            raise RuntimeError(
                f"state {self._name} is changed after its update has ended, so that is not stored. "
                "Change it in the handler, or in an update of its own."
            )

    def _refuse_large(self, key: str, size: int) -> None:
        self._texts()
        before = self._sizes.get(key, 0)
        total = self._size - before + size
        # What shrinks may stay: it was stored before there was a limit, or by another run.
        if total > LIMIT and size > before:
            raise ValueError(
                f"state {self._name}[{key!r}] has {size:,} characters of JSON, with its other keys "
                f"{total:,}. A session holds {LIMIT:,}: keep large things in a file or a database of yours."
            )
        self._sizes[key], self._size = size, total


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
