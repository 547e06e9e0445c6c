from __future__ import annotations

from typing import Any

import pytest
from flask import (
    Flask,
    appcontext_popped,
    appcontext_pushed,
    appcontext_tearing_down,
    current_app,
    g,
    has_app_context,
)

from anzol.server import appcontext
from anzol.server.appcontext import RunContext, contexts_of


@pytest.fixture(params=["ours", "flask's"])
def app(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Flask:
    if request.param == "flask's":  # as with a Flask that keeps its current context elsewhere
        monkeypatch.setattr(appcontext, "CURRENT", None)
    return Flask("host")


def test_each_run_has_the_app_and_a_g_of_its_own(app: Flask):
    contexts = contexts_of(app)
    with contexts():
        assert current_app.name == "host"
        g.number = 1
        with app.app_context():
            assert "number" not in g
        assert g.number == 1
    assert not has_app_context()
    with contexts():
        assert "number" not in g


def test_what_the_app_tears_down_hears_of_the_error(app: Flask):
    heard: list[Any] = []
    app.teardown_appcontext(lambda error: heard.append((error, g.number)))
    contexts = contexts_of(app)
    with contexts():
        g.number = 1
    bad = ValueError("bad")
    with pytest.raises(ValueError, match="bad"), contexts():
        g.number = 2
        raise bad
    assert heard == [(None, 1), (bad, 2)]
    assert not has_app_context()


def test_a_teardown_that_fails_leaves_no_context_behind(app: Flask):
    def fail(error: BaseException | None) -> None:
        raise RuntimeError("cannot close")

    app.teardown_appcontext(fail)
    with pytest.raises(RuntimeError, match="cannot close"), contexts_of(app)():
        pass
    assert not has_app_context()


def test_flasks_signals_are_sent_to_who_receives_them(app: Flask):
    heard: list[str] = []
    signals = {
        "pushed": appcontext_pushed,
        "tearing down": appcontext_tearing_down,
        "popped": appcontext_popped,
    }
    receivers = [
        (signal, lambda sender, name=name, **_: heard.append(f"{name} {sender.name}"))
        for name, signal in signals.items()
    ]
    contexts = contexts_of(app)
    with contexts():
        pass
    for signal, receiver in receivers:
        signal.connect(receiver, app)
    try:
        with contexts():
            heard.append("run")
    finally:
        for signal, receiver in receivers:
            signal.disconnect(receiver, app)
    assert heard == ["pushed host", "run", "tearing down host", "popped host"]


def test_this_flask_keeps_its_context_where_we_look():
    assert isinstance(contexts_of(Flask("host"))(), RunContext)
