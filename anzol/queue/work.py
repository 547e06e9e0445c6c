"""Work: one update in the hands of a handler."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from .base import Key
from .calls import Calls
from .operations import Forget, Operation, Record
from .state import State
from .store import Store


class Desk(Protocol):
    """Where work comes from: reading at once, writing with the next transaction."""

    def reading(self) -> AbstractContextManager[Store]: ...
    def submit(self, operation: Operation) -> None: ...


class Work:
    """One update. Times are epoch seconds, `attempt` counts from 1, `body` is as received."""

    __slots__ = (
        "_absorbed",
        "_calls",
        "_states",
        "attempt",
        "body",
        "bot",
        "desk",
        "expires",
        "kind",
        "lane",
        "received",
        "seq",
        "settled",
        "update_id",
    )

    def __init__(self, row: tuple[Any, ...], desk: Desk) -> None:
        self.seq: int
        self.bot: int
        self.update_id: int
        self.lane: str
        self.kind: str
        self.body: bytes
        self.received: float
        self.expires: float | None
        (
            self.seq,
            self.bot,
            self.update_id,
            self.lane,
            self.kind,
            self.body,
            self.received,
            attempts,
            self.expires,
        ) = row
        self.attempt: int = attempts + 1
        self.settled = False  # the writer is about to mark it done: its calls need no record
        self.desk = desk
        self._states: dict[str, State] = {}
        self._absorbed: set[int] = set()
        self._calls: Calls | None = None

    def __repr__(self) -> str:
        return f"<Work {self.seq}: update {self.update_id} of bot {self.bot}, {self.lane}, attempt {self.attempt}>"

    @property
    def key(self) -> Key:
        return self.bot, self.lane

    def state(self, name: str) -> State:
        """Return the state kept under `name`, such as "chat:5"; changes commit when the handler returns."""
        if name not in self._states:
            self._states[name] = State(name, lambda: self._read_state(name))
        return self._states[name]

    def once(self, method: str, digest: str, send: Callable[[], Any]) -> Any:
        """Return what `send` returned when an earlier attempt made the same call at this place, else send.

        Calls are told apart by their order, `method` and `digest` (of the parameters). The result, JSON,
        is recorded without waiting: a crash in the milliseconds before the next commit forgets it.
        """
        if self._calls is None:
            self._calls = Calls(self._read_calls, self._record, self._forget)
        return self._calls.once(method, digest, send)

    def following(self) -> list[Work]:
        """Return the open updates that wait behind this one in its lane, oldest first."""
        with self.desk.reading() as store:
            return [Work(row, self.desk) for row in store.following(self.key, self.seq)]

    def absorb(self, seqs: Iterable[int]) -> None:
        """Mark these followers done together with this update, in the same transaction."""
        self._absorbed.update(seqs)

    def absorbed(self) -> list[int]:
        return sorted(self._absorbed)

    def changes(self) -> dict[str, tuple[dict[str, Any], set[str]]]:
        """Return what changed in each state: the keys set and the keys removed."""
        changes = {name: state.changes() for name, state in self._states.items()}
        return {name: change for name, change in changes.items() if any(change)}

    def may_have_calls(self) -> bool:
        """Tell whether calls may be recorded; those of a run that died with its process go with the update's row."""
        return self._calls is not None or self.attempt > 1

    def _read_state(self, name: str) -> dict[str, Any]:
        with self.desk.reading() as store:
            return store.state(self.bot, name)

    def _read_calls(self) -> list[Any]:
        with self.desk.reading() as store:
            return store.calls(self.seq)

    def _record(self, place: int, method: str, digest: str, result: str) -> None:
        self.desk.submit(Record(self, place, method, digest, result))

    def _forget(self, place: int) -> None:
        self.desk.submit(Forget(self, place))
