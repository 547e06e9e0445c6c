"""Sessions: what handlers keep between tasks, a mapping of JSON values that commits with the task."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, MutableMapping
from json.encoder import encode_basestring_ascii
from json.scanner import make_scanner
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
CONTAINERS = list, dict  # what can change inside
# What json.loads() comes to, in a tenth of the time: it looks for space before and behind, where json.dumps() puts none.
SCAN = make_scanner(json.JSONDecoder())  # type: ignore[arg-type]


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

    # What most runs leave as it is, so that it need not be set for each.
    _reads = 0
    _is_whole = False  # all keys were read
    _whole: int | None = None  # characters of all that is stored, once that is needed
    _grown = 0  # characters by which all of that exceeds what is stored
    has_ended = False  # refuses assignments: they would come too late to be stored

    def __init__(
        self,
        name: str,
        stored: Stored,
        known: Callable[[str], Value] = lambda key: UNKNOWN,
    ) -> None:
        self._name, self._stored, self._known = name, stored, known
        # As they were read; None for a key that is not there.
        self._texts: dict[str, str | None] = {}
        self._values: dict[str, Any] = {}  # parsed or assigned; MISSING when deleted
        self._written: dict[str, str] = {}  # the JSON of what was assigned, "" when deleted

    def _text(self, key: str) -> str | None:
        text = self._texts.get(key, UNKNOWN)
        if text is UNKNOWN:
            if self._is_whole:
                return None
            text = self._known(key)
            if text is UNKNOWN:
                text = self._read(key)
            self._texts[key] = text
        return text

    def _read(self, key: str) -> str | None:
        # Most handlers ask for a key or two, which costs a fifth of reading forty; a database over a network is spared a
        # journey for each of many.
        if self._reads >= SINGLE:
            return self._all().get(key)
        self._reads += 1
        return self._stored.value(key)

    def _all(self) -> dict[str, str | None]:
        if not self._is_whole:
            # What was read before stays as it was: a change is compared with what its handler has seen.
            self._texts = {**self._stored.values(), **self._texts}
            self._is_whole = True
        return self._texts

    # A mapping's own raises and catches an error for a key that is not there.
    def get(self, key: str, default: Any = None) -> Any:
        """Return a value, `default` where there is none."""
        value = self._values.get(key, UNKNOWN)
        if value is UNKNOWN:
            text = self._texts.get(key, UNKNOWN)
            if text is UNKNOWN:
                text = self._text(key)
            if text is None:
                return default
            try:
                value, end = SCAN(text, 0)
            except (StopIteration, ValueError):
                end = -1
            if end != len(text):  # somebody else has stored it, by hand
                value = json.loads(text)
            self._values[key] = value
        return default if value is MISSING else value

    def __getitem__(self, key: str) -> Any:
        value = self.get(key, MISSING)
        if value is MISSING:
            raise KeyError(key)
        return value

    # One function with all that an assignment takes mostly: each one more is cold in the processor's caches, and costs
    # as much as what it does.
    def __setitem__(self, key: str, value: Any) -> None:
        if self.has_ended:
            self._refuse_late()
        if not isinstance(key, str):
            raise TypeError(f"state {self._name} has text keys only, not {key!r}.")
        dump = SCALARS.get(type(value))
        text = self._dump(key, value) if dump is None else dump(value)
        before = self._written.get(key)
        if before is None:
            before = self._text(key) or ""
        if len(text) != len(before):  # else the session is as large as before
            self._resize(key, before, text)
        self._values[key], self._written[key] = value, text

    def __delitem__(self, key: str) -> None:
        if self.has_ended:
            self._refuse_late()
        if key not in self:
            raise KeyError(key)
        self._resize(key, self._written.get(key) or self._text(key) or "", "")
        self._values[key], self._written[key] = MISSING, ""

    def __contains__(self, key: object) -> bool:
        value = self._values.get(key, UNKNOWN)  # type: ignore[call-overload]
        if value is UNKNOWN:
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
        found, texts, written = [], self._texts, self._written
        for key, value in self._values.items():
            if isinstance(value, CONTAINERS):
                after: str | None = self._changed(key, value)
            elif key in written:
                after = written[key] or None
            else:
                continue  # read only
            before = texts.get(key)
            if after != before:
                found.append(Change(key, before, after))
        return found

    def _changed(self, key: str, value: Any) -> str:
        """Return the JSON of what may have changed inside, and so grown, since it was read or assigned."""
        text, before = self._dump(key, value), self._texts.get(key) or ""
        if text != before:
            self._resize(key, self._written.get(key) or before, text)
            self._written[key] = text
        return text

    def revert(self) -> None:
        """Forget what was changed: the values are the stored ones again."""
        self._values, self._written, self._grown = {}, {}, 0

    def _dump(self, key: str, value: Any) -> str:
        refuse_other_than_json(value, f"state {self._name}[{key!r}]")
        return json.dumps(value)

    def _refuse_late(self) -> None:
        raise RuntimeError(
            f"state {self._name} is changed after its update has ended, so that is not stored. "
            "Change it in the handler, or in an update of its own."
        )

    def _resize(self, key: str, before: str, text: str) -> None:
        """Count how a key's JSON has grown; raise ValueError when that makes the session too large. "" is no key."""
        was = len(key) + len(before) if before else 0
        size = len(key) + len(text) if text else 0
        # What does not grow may stay: it was stored before there was a limit, or by another run. Then nothing needs to
        # be known of the other keys.
        if size > was:
            if self._whole is None:
                self._whole = self._stored.size()
            whole = self._whole + self._grown - was + size
            if whole > LIMIT:
                raise ValueError(
                    f"state {self._name}[{key!r}] has {size:,} characters of JSON, with its other keys "
                    f"{whole:,}. A session holds {LIMIT:,}: keep large things in a file or a "
                    "database of yours."
                )
        self._grown += size - was


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
