"""A Flask app's context for each update: made anew where somebody would notice, else kept by its thread."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import (
    Flask,
    appcontext_popped,
    appcontext_pushed,
    appcontext_tearing_down,
    current_app,
    has_app_context,
)
from flask import g as flask_g
from flask.globals import app_ctx

from anzol.server.contexts import Contexts

# Runs a function in the one thread of a worker.
Work = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def app() -> Flask:
    return Flask("host")


@pytest.fixture
def contexts(app: Flask) -> Contexts:
    return Contexts(app)


@pytest.fixture
def work() -> Iterator[Work]:
    with ThreadPoolExecutor(1) as pool:
        yield lambda function: pool.submit(function).result(60)


def context_of(contexts: Contexts) -> Any:
    with contexts():
        return app_ctx._get_current_object()


def test_a_thread_keeps_its_context(contexts: Contexts, work: Work):
    first, second = (work(lambda: context_of(contexts)) for _ in range(2))
    assert first is second
    with ThreadPoolExecutor(1) as another:
        assert another.submit(context_of, contexts).result(60) is not first
    assert not has_app_context()


def test_each_block_finds_g_empty(contexts: Contexts, work: Work):
    def block() -> bool:
        with contexts():
            assert current_app.name == "host"
            found = "number" in flask_g
            flask_g.number = 1
            return found

    assert [work(block) for _ in range(3)] == [False, False, False]


def test_what_a_block_leaves_in_g_goes_with_it(contexts: Contexts, work: Work):
    class Large:
        """Something that takes memory."""

    def block() -> weakref.ref[Large]:
        with contexts():
            flask_g.large = Large()
            return weakref.ref(flask_g.large)

    assert work(block)() is None


@pytest.mark.parametrize(
    "signal", [appcontext_pushed, appcontext_tearing_down, appcontext_popped], ids=lambda s: s.name
)
def test_who_listens_hears_of_each_block(app: Flask, contexts: Contexts, work: Work, signal: Any):
    heard: list[str] = []

    def hear(sender: Flask, **more: Any) -> None:
        heard.append(threading.current_thread().name)

    kept = work(lambda: context_of(contexts))
    with signal.connected_to(hear, app):
        others = [work(lambda: context_of(contexts)) for _ in range(2)]
    assert len(heard) == 2
    assert kept not in others
    assert work(lambda: context_of(contexts)) is kept
    assert len(heard) == 2


def test_what_is_to_be_torn_down_is_torn_down_with_each_block(
    app: Flask, contexts: Contexts, work: Work
):
    seen: list[Any] = []

    def block(number: int) -> None:
        with contexts():
            assert "number" not in flask_g
            flask_g.number = number

    work(lambda: block(1))
    app.teardown_appcontext(lambda error: seen.append(flask_g.number))
    for number in (2, 3):
        work(lambda number=number: block(number))
    assert seen == [2, 3]


def test_an_error_passes_and_the_next_block_is_as_ever(contexts: Contexts, work: Work):
    def block() -> None:
        with contexts():
            flask_g.number = 1
            raise LookupError("in the block")

    with pytest.raises(LookupError, match="in the block"):
        work(block)
    assert not work(lambda: "number" in g_of(contexts))


def test_a_context_that_a_block_has_left_is_refused_as_by_flask(
    app: Flask, contexts: Contexts, work: Work
):
    def block(contexts: Callable[[], Any]) -> None:
        with contexts():
            app.app_context().push()

    for makers in (app.app_context, contexts):
        with pytest.raises(AssertionError, match="Popped wrong app context"):
            work(lambda makers=makers: block(makers))
        assert not work(has_app_context)
    assert not work(lambda: "number" in g_of(contexts))


def g_of(contexts: Contexts) -> list[str]:
    with contexts():
        return list(flask_g)
