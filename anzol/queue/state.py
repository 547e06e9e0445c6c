"""State: what handlers keep between updates, a mapping of JSON values that commits with the update."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, MutableMapping
from math import isfinite
from typing import Any


class State(MutableMapping[str, Any]):
    """The state of one key, loaded on first use; changes are committed when the handler has returned."""

    def __init__(self, name: str, load: Callable[[], dict[str, Any]]) -> None:
        self._name, self._load = name, load
        self._values: dict[str, Any] | None = None
        self._before: dict[str, str] = {}

    def _current(self) -> dict[str, Any]:
        if self._values is None:
            self._values = self._load()
            self._before = {key: json.dumps(value) for key, value in self._values.items()}
        return self._values

    def __getitem__(self, key: str) -> Any:
        return self._current()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"state {self._name} has text keys only, not {key!r}.")
        refuse_other_than_json(value, f"state {self._name}[{key!r}]")
        self._current()[key] = value

    def __delitem__(self, key: str) -> None:
        del self._current()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current())

    def __len__(self) -> int:
        return len(self._current())

    def __repr__(self) -> str:
        return f"<State {self._name}>"

    def changes(self) -> tuple[dict[str, Any], set[str]]:
        """Return the top-level keys that were set or changed inside, and those that were removed."""
        if self._values is None:
            return {}, set()
        changed = {}
        for key, value in self._values.items():
            refuse_other_than_json(value, f"state {self._name}[{key!r}]")
            text = json.dumps(value)
            if text != self._before.get(key):
                # A copy: the handler's own objects may change again before the commit.
                changed[key] = json.loads(text)
        return changed, self._before.keys() - self._values.keys()


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
