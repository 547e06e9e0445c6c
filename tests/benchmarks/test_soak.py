"""What a long run judges: the answers of a chat, and the memory of a process."""

from __future__ import annotations

import importlib
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.handlers import soaked
from benchmarks.soak.memory import ENOUGH, Memory
from benchmarks.soak.traffic import Talk, Verdict
from benchmarks.soak.trouble import Trouble


def talk(wanted: list[str], came: list[str]) -> Any:
    return SimpleNamespace(
        person=SimpleNamespace(chat_id=1, texts=came), wanted={"text": wanted}, silent={}
    )


def judged(wanted: list[str], came: list[str]) -> Verdict:
    verdict = Verdict()
    verdict.judge(talk(wanted, came))
    return verdict


def test_every_answer_once_and_in_order_is_what_was_promised():
    assert judged(["1", "2"], ["Hello", "1", "2"]).is_kept


def test_an_answer_that_did_not_come_is_lost():
    verdict = judged(["1", "2", "3"], ["1", "3"])
    assert (verdict.lost, verdict.disordered, verdict.is_kept) == (1, 0, False)
    assert verdict.examples == ["1: '2' was not answered"]


def test_answers_that_changed_places_are_out_of_order():
    verdict = judged(["1", "2", "3"], ["2", "1", "3"])
    assert (verdict.lost, verdict.disordered, verdict.is_kept) == (0, 2, False)


def test_an_answer_that_nobody_waited_for_any_more_makes_no_other_late():
    assert judged(["2", "3"], ["1", "2", "3"]).is_kept
    assert judged(["2", "3"], ["1", "3", "2"]).disordered == 2


def test_an_answer_that_came_twice_is_counted():
    verdict = judged(["1", "2"], ["1", "1", "2"])
    assert (verdict.doubled, verdict.is_kept) == (1, True)


class Customer:
    """Somebody whose last order's invoice comes only now, before that of the order which is being made."""

    def __init__(self) -> None:
        self.chat_id = self.id = 1
        self.telegram = self
        self.token = "1:token"
        self.paid: list[int] = []
        self._messages: list[dict[str, Any]] = []

    def send(self, text: str) -> dict[str, Any]:
        number = int(text.removeprefix("buy "))
        self._messages = [
            {"message_id": 11, "invoice": {"title": f"Number {number - 1}"}},
            {"message_id": 12, "invoice": {"title": f"Number {number}"}},
        ]
        return {"message_id": 10}

    def get(self, *_: object, **__: object) -> list[dict[str, Any]]:
        return self._messages

    def do(self, deed: str, **fields: Any) -> None:
        self.paid.append(fields["message_id"])


def test_an_order_is_paid_by_its_own_invoice():
    customer = Customer()
    talk = Talk(customer, pause=0, seed=1)  # type: ignore[arg-type]
    talk._number = 7
    talk._pay()
    assert customer.paid == [12]
    assert talk.wanted["pay"] == ["paid 7"]


class Life:
    """A process whose memory follows `size(seconds)`, looked at every ten seconds."""

    def __init__(self, seconds: float, size: Any) -> None:
        self.now = 0.0
        self.memory = Memory(lambda: {1: size(self.now)}, clock=lambda: self.now)
        while self.now < seconds:
            self.memory.look()
            self.now += 10


def test_a_process_that_grows_is_seen():
    growth = Life(3 * ENOUGH, lambda now: 50 + 12 * now / 3600).memory.growth()
    assert growth is not None
    assert growth.hourly == pytest.approx(12)


def test_what_it_takes_while_it_becomes_warm_is_no_growth():
    growth = Life(3 * ENOUGH, lambda now: 50 + min(now, ENOUGH) / 100).memory.growth()
    assert growth is not None
    assert growth.hourly == pytest.approx(0)


def test_a_short_life_says_nothing_of_growth():
    memory = Life(ENOUGH, lambda now: 50 + now).memory
    assert memory.growth() is None
    assert str(memory) == "Memory of a process: 640 MB at most."


def test_its_plot_is_written_as_svg_and_png(tmp_path):
    pytest.importorskip("matplotlib")
    memory = Life(60, lambda now: 50).memory
    assert {path.name for path in memory.draw(tmp_path, [(5, "kill -9")], "today")} == {
        "soak.svg",
        "soak.png",
    }
    assert "minutes; today" in (tmp_path / "soak.svg").read_text(encoding="utf-8")


class Scene:
    """A server and its Telegram that bear everything; after 60 troubles they want calm, after 60 more it is over."""

    token = "1:token"

    def __init__(self) -> None:
        self.over = threading.Event()
        self.trouble = Trouble(self, self, pause=0)  # type: ignore[arg-type]

    def happen(self, *_: object, **__: object) -> None:
        self.trouble.is_calm = len(self.trouble.happened) >= 60
        if len(self.trouble.happened) >= 120:
            self.over.set()

    kill_one = roll = restart = fail_next = post = happen


def test_no_process_is_ended_once_it_is_to_be_calm(monkeypatch):
    monkeypatch.setattr("benchmarks.soak.trouble.OUTAGE", (0, 0))
    scene = Scene()
    scene.trouble.start()
    assert scene.over.wait(60)
    scene.trouble.stop()
    kinds = [kind for _, kind in scene.trouble.happened]
    ends, fails = {"kill -9", "rolling restart", "restart"}, {"outage", "429", "500"}
    assert set(kinds[:60]) == ends | fails
    assert set(kinds[60:120]) == fails


def test_an_update_comes_again_once_whichever_process_runs_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = [soaked.is_new("1 47"), soaked.is_new("1 47"), soaked.is_new("2 47")]
    importlib.reload(soaked)  # as in another process
    assert [*first, soaked.is_new("1 47")] == [True, False, True, False]
