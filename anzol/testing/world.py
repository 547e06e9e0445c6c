"""Updates run through a router as the server runs them, but at once: retries, session, remembered replies."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from itertools import count
from typing import Any

from anzol.api.client import Bot
from anzol.api.errors import Retry
from anzol.bot.context import Context
from anzol.bot.router import Router
from anzol.bot.run import run

from .clock import Clock
from .samples import check_value
from .telegram import Telegram

FIRST_USER = 1001
ATTEMPTS = 5
SCHEDULE = (1.0, 4.0, 15.0, 60.0)
MOST = 1000  # tries that were not counted as failures


class World:
    """One router, its bot, and everybody who writes to it."""

    def __init__(self, router: Router) -> None:
        self.router = router
        self.clock = Clock()
        self.telegram = Telegram(self.clock)
        self.bot = Bot(
            "4242:testing", transport=self.telegram, sleep=self.clock.sleep, clock=self.clock
        )
        self.states: dict[str, dict[str, Any]] = {}
        self.users: dict[str, dict[str, Any]] = {}
        self.updates = 0

    def deliver(
        self, kind: str, payload: dict[str, Any], album: list[dict[str, Any]] | None = None
    ) -> bool:
        """Run one update and tell whether its handler took the whole `album`; what it raises for good comes out here."""
        self.updates += 1
        update = {"update_id": self.updates, kind: payload}
        check_value("Update", update, "the update")
        if kind not in self.router.allowed_updates():
            return False  # Telegram does not send what no handler wants
        body = json.dumps(update)
        calls: dict[int, tuple[str, str, str]] = {}
        attempt = 1
        for _ in range(MOST):
            try:
                return self._run(body, calls, album or [], last_try=attempt >= ATTEMPTS)
            except Retry as again:
                planned = SCHEDULE[min(attempt, len(SCHEDULE)) - 1]
                self.clock.sleep(planned if again.after is None else again.after)
                attempt += again.counted
        raise AssertionError(f"The handler asked {MOST} times to be run again.")

    def user(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        """The user of that name, made when there is none yet."""
        new = {"id": FIRST_USER + len(self.users), "is_bot": False, "first_name": name}
        return self.users.setdefault(name, new | fields)

    def _run(
        self,
        body: str,
        calls: dict[int, tuple[str, str, str]],
        album: list[dict[str, Any]],
        *,
        last_try: bool,
    ) -> bool:
        states = deepcopy(self.states)
        taken: list[dict[str, Any]] = []

        def take() -> list[dict[str, Any]]:
            taken.extend(deepcopy(album))
            return taken

        ctx = Context(
            json.loads(body),
            self.bot.remembering(_once(calls)),
            state=lambda key: states.setdefault(key, {}),
            album=take,
        )
        run(self.router, ctx, last_try=last_try)
        for key, state in states.items():
            _check_json(state, f"The state {key}")
        self.states = states
        return bool(taken)


def _once(
    calls: dict[int, tuple[str, str, str]],
) -> Callable[[str, str, Callable[[], Any]], Any]:
    """Remember the answers of an update's calls by their order, for its next try."""
    places = count()

    def once(method: str, digest: str, send: Callable[[], Any]) -> Any:
        place = next(places)
        if place in calls:
            if calls[place][:2] == (method, digest):
                return json.loads(calls[place][2])
            for other in [other for other in calls if other >= place]:
                del calls[other]
        result = send()
        calls[place] = (method, digest, json.dumps(result))
        return result

    return once


def _check_json(state: dict[str, Any], where: str) -> None:
    if json.loads(json.dumps(state)) != state:
        raise TypeError(f"{where} holds what JSON does not keep as it is: {state!r}")
