"""State that reports its own changes, so that no caller can forget to save or show one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NoReturn


class Watched:
    """An object whose attributes are frozen when they are set, and whose setting is reported.

    A list or a dictionary is changed by setting a new one: `chat.pinned = [*chat.pinned, 7]`. Changing
    it in place raises TypeError, since nobody would be told.
    """

    UNSHOWN: ClassVar[frozenset[str]] = frozenset()  # saved, but the page need not hear of it
    PASSING: ClassVar[frozenset[str]] = frozenset()  # neither saved, nor shown, nor frozen

    def watch(self, report: Callable[[bool], None]) -> None:
        """Call `report(shown)` after every change."""
        object.__setattr__(self, "_report", report)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.PASSING:
            object.__setattr__(self, name, value)
            return
        if type(value) is not int:  # counters change with every message
            if isinstance(value, Watched):
                value.watch(self._changed)
            value = freeze(value)
        object.__setattr__(self, name, value)
        report = self.__dict__.get("_report")
        if report:
            report(name not in self.UNSHOWN)

    def _changed(self, shown: bool) -> None:
        report = self.__dict__.get("_report")
        if report:
            report(shown)


def freeze(value: Any) -> Any:
    """Return `value` with its dictionaries, lists and sets made immutable, all the way down."""
    kind = type(value)
    if kind is dict:
        return FrozenDict((key, freeze(inner)) for key, inner in value.items())
    if kind is list:
        return FrozenList(freeze(inner) for inner in value)
    if kind is set:
        return frozenset(value)
    return value


def _refuse(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
    raise TypeError("this is watched state: set a changed copy instead of changing it in place")


def _copied(self: Any) -> Any:
    return type(self), (list(self.items()) if isinstance(self, dict) else list(self),)


class FrozenDict(dict[Any, Any]):
    """A dictionary that cannot be changed; `|` and `{**it}` make an ordinary copy."""

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse
    __reduce__ = _copied


class FrozenList(list[Any]):
    """A list that cannot be changed; `[*it]` makes an ordinary copy."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse
    __reduce__ = _copied
