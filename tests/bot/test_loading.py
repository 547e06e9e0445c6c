"""Importing a bot: its mistakes come as one line with the author's file and line."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from anzol import HandlerError
from anzol.bot.loading import load_router


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def write(text: str) -> str:
        (tmp_path / "author_bot.py").write_text(text)
        importlib.invalidate_caches()
        return "author_bot"

    yield write
    for name in set(sys.modules) - before:
        if name.startswith("author"):
            del sys.modules[name]


HEAD = "from anzol import Router\nrouter = Router()\n"


@pytest.mark.parametrize(
    ("source", "explained"),
    [
        ("x = 1\n", r"author_bot has no `router`; write `from anzol import Router`"),
        ("router = (\n", r"author_bot\.py:1: SyntaxError"),
        ("import no_such_module_anywhere\n", r"author_bot\.py:1: ModuleNotFoundError: No module named"),
        ("\n\n1 / 0\n", r"author_bot\.py:3: ZeroDivisionError"),
        (HEAD + "router.on('mesage')\n", r"author_bot\.py:3: 'mesage' is no update kind; did you mean"),
        (HEAD + "@router.on('message')\ndef f():\n    pass\n", r"author_bot\.py:3 f\(\) .*Write def f\(ctx\)"),
    ],
)  # fmt: skip
def test_mistakes_are_one_line(write: Callable[[str], str], source: str, explained: str):
    with pytest.raises(HandlerError, match=explained) as caught:
        load_router(write(source))
    assert "\n" not in str(caught.value) or "SyntaxError" in explained  # its code and a caret
    assert caught.value.__cause__ is None


def test_a_path_that_is_no_module():
    with pytest.raises(HandlerError, match="HANDLERS is 'nothing.there', but there is no module"):
        load_router("nothing.there")


def test_the_source_is_not_scanned(write: Callable[[str], str]):
    source = HEAD + (
        "class Desk:\n    def ask(self, text, then):\n        return then\n\n"
        "@router.on('message')\ndef f(ctx):\n    Desk().ask('?', then='nobody')\n"
    )
    assert load_router(write(source)).states() == frozenset()


def test_python_says_itself_what_was_meant(write: Callable[[str], str]):
    with pytest.raises(HandlerError, match=r"NameError: .*Did you mean: 'router'\?"):
        load_router(write("router = 1\nrouters.x()\n"))
    with pytest.raises(HandlerError) as caught:
        load_router(write("router = Router(\n"))
    first, code, caret = str(caught.value).splitlines()
    assert "SyntaxError: '(' was never closed" in first
    assert code.strip() == "router = Router("
    assert caret.strip() == "^"
