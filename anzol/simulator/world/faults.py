"""Trouble on demand: the next calls of a method fail, take long, or lose their answer."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from ..api.errors import PREFIXES, Refused, bad
from ..api.schema import METHODS
from .events import Feed

Json = dict[str, Any]

DESCRIPTIONS = {
    400: "chat not found",
    403: "bot was blocked by the user",
    500: "restart",
}


@dataclass
class Fault:
    """A fault that the next `times` calls of a method meet; with 0 times, until removed."""

    id: int
    method: str = "*"
    times: int = 1
    bot: int | None = None
    error_code: int = 0
    description: str = ""
    retry_after: int = 5
    latency: float = 0.0
    cut: bool = False
    lose: bool = False

    def fits(self, bot: int, method: str) -> bool:
        """Return whether it applies to this call."""
        return self.method.lower() in ("*", method.lower()) and self.bot in (None, bot)

    def refusal(self) -> Refused | None:
        """Return the error it answers with, if it is that kind of fault."""
        if not self.error_code:
            return None
        if self.error_code == 429:
            seconds = self.retry_after
            return Refused(429, f"retry after {seconds}", retry_after=seconds)
        text = self.description or DESCRIPTIONS.get(self.error_code, "")
        prefix = PREFIXES.get(self.error_code, "Error") + ": "
        return Refused(self.error_code, text.removeprefix(prefix))


NUMBERS: dict[str, type] = {"times": int, "error_code": int, "retry_after": int, "latency": float}
LONGEST = 600  # seconds


def check(fault: Fault) -> None:
    """Raise Refused for a fault that no call could meet, or that resembles no answer of Telegram's."""
    if fault.method != "*" and str(fault.method).lower() not in METHODS:
        raise bad(f"method is one of the Bot API's or *, not {fault.method!r}")
    if fault.error_code and not 400 <= fault.error_code <= 599:
        raise bad(f"error_code is 400 to 599, not {fault.error_code}")
    if fault.times < 0:
        raise bad("times is how many calls it meets; 0 is until removed")
    if not 0 <= fault.latency <= LONGEST:
        raise bad(f"latency is 0 to {LONGEST} seconds")
    if not 0 <= fault.retry_after <= 86_400:
        raise bad("retry_after is 0 to 86400 seconds")
    if not isinstance(fault.description, str):
        raise bad("description is a text")
    if not (fault.error_code or fault.latency or fault.cut or fault.lose):
        raise bad("a fault needs error_code, latency, cut or lose")


class Faults:
    """The active faults, oldest first."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._lock = threading.Lock()
        self._active: list[Fault] = []
        self._last = 0

    def __bool__(self) -> bool:
        return bool(self._active)

    def all(self) -> list[Json]:
        """Return the active faults."""
        with self._lock:
            return [vars(fault).copy() for fault in self._active]

    def change(self, body: Json) -> list[Json]:
        """Add, remove or clear, as the body says. Raises Refused 400 for what it does not understand."""
        with self._lock:
            if body.get("clear"):
                self._active.clear()
            elif "remove" in body:
                self._active = [f for f in self._active if f.id != body["remove"]]
            else:
                self._active.append(self._read(body))
        return self._tell()

    def _read(self, body: Json) -> Fault:
        known = {k: v for k, v in body.items() if k in Fault.__dataclass_fields__ and k != "id"}
        try:
            for name, kind in NUMBERS.items():
                if name in known:
                    known[name] = kind(known[name] or 0)
            if known.get("bot") is not None:
                known["bot"] = int(str(known["bot"]).partition(":")[0])
        except (TypeError, ValueError, OverflowError):
            raise bad("times, bot, error_code, retry_after and latency are numbers") from None
        fault = Fault(self._last + 1, **known)
        check(fault)
        self._last += 1
        return fault

    def take(self, bot: int, method: str) -> Fault | None:
        """Return the fault this call meets and count it down."""
        if not self._active:
            return None
        with self._lock:
            fault = next((f for f in self._active if f.fits(bot, method)), None)
            if fault is None:
                return None
            if fault.times == 1:
                self._active.remove(fault)
            elif fault.times:
                fault.times -= 1
        self._tell()
        return fault

    def _tell(self) -> list[Json]:
        faults = self.all()
        self._feed.publish("faults", faults=faults)
        return faults
