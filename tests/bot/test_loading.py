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
        (HEAD + "router.on('mesage')\n", r"author_bot\.py:3: 'mesage' is not a known update kind; did you mean"),
        (HEAD + "router.on('photo')\n", r"author_bot\.py:3: 'photo' is not an update kind; did you mean 'message:photo'\?"),
        (HEAD + "router.on('message:text:foo')\n", r"author_bot\.py:3: 'text' of a message has no fields; 'foo' cannot"),
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


def test_a_file_in_place_of_a_module_is_told_with_its_module(write: Callable[[str], str]):
    with pytest.raises(HandlerError, match="the file 'author_bot.py'; write its module, 'author_b"):
        load_router(f"{write(HEAD)}.py")


def test_the_source_is_not_scanned(write: Callable[[str], str]):
    source = HEAD + (
        "class Desk:\n    def ask(self, text, then):\n        return then\n\n"
        "@router.on('message')\ndef f(ctx):\n    Desk().ask('?', then='nobody')\n"
    )
    assert load_router(write(source)).selection.states == frozenset()


def test_python_says_itself_what_was_meant(write: Callable[[str], str]):
    with pytest.raises(HandlerError, match=r"NameError: .*Did you mean: 'router'\?"):
        load_router(write("router = 1\nrouters.x()\n"))
    with pytest.raises(HandlerError) as caught:
        load_router(write("router = Router(\n"))
    first, code, caret = str(caught.value).splitlines()
    assert "SyntaxError: '(' was never closed" in first
    assert code.strip() == "router = Router("
    assert caret.strip() == "^"


SHADOWED = {
    "a catch-all before a command": (
        "@router.on('message')\ndef echo(ctx):\n    pass\n\n@router.command('go')\ndef go(ctx):\n    pass\n",
        ["author_bot.py:7 go() never runs: author_bot.py:3 echo() comes before it and takes its updates."],
    ),
    "an album after a photo": (
        "@router.on('message:photo')\ndef one(ctx):\n    pass\n\n@router.album\ndef all(ctx, messages):\n    pass\n",
        ["author_bot.py:7 all() misses some albums: author_bot.py:3 one() comes before it and takes their parts."],
    ),
    "a wide button before a narrow one": (
        "@router.button('like:{id}')\ndef wide(ctx, id):\n    pass\n\n"
        "@router.button('like:{id:int}')\ndef narrow(ctx, id):\n    pass\n",
        ["author_bot.py:7 narrow() never runs: author_bot.py:3 wide() comes before it and takes its updates."],
    ),
    "a pattern before a text of it": (
        "@router.text(regex='^H')\ndef any(ctx):\n    pass\n\n@router.text('Hi')\ndef hi(ctx):\n    pass\n",
        ["author_bot.py:7 hi() never runs: author_bot.py:3 any() comes before it and takes its updates."],
    ),
    "two that take all kinds of a third": (
        "@router.on('message:text')\ndef a(ctx):\n    pass\n\n@router.on('message:photo')\ndef b(ctx):\n    pass\n\n"
        "@router.on('message:photo message:text', lambda ctx: True)\ndef c(ctx):\n    pass\n",
        ["author_bot.py:11 c() never runs: author_bot.py:7 b() comes before it and takes its updates."],
    ),
    "a kind that does not exist": (
        "@router.on('brand_new')\ndef a(ctx):\n    pass\n",
        ["author_bot.py:3 a() waits for the update kind 'brand_new', which the Bot API 10.1 does not have."],
    ),
    "a field that does not exist": (
        "@router.on('message:zzz')\ndef a(ctx):\n    pass\n",
        ["author_bot.py:3 a() waits for the field 'zzz' of message, which the Bot API 10.1 does not have."],
    ),
    "the right order": (
        "@router.command('go')\ndef go(ctx):\n    pass\n\n@router.album\ndef all(ctx, messages):\n    pass\n\n"
        "@router.button('like:{id:int}')\ndef narrow(ctx, id):\n    pass\n\n"
        "@router.button('like:{id}')\ndef wide(ctx, id):\n    pass\n\n"
        "@router.text(regex='^H')\ndef any(ctx):\n    pass\n\n@router.state('x')\ndef x(ctx):\n    pass\n\n"
        "@router.on('message', lambda ctx: False)\ndef some(ctx):\n    pass\n\n"
        "@router.on('message:photo')\ndef one(ctx):\n    pass\n\n@router.on('message')\ndef echo(ctx):\n    pass\n",
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHADOWED)
def test_what_never_runs_is_told_at_the_start(
    write: Callable[[str], str], name: str, caplog, monkeypatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    source, lines = SHADOWED[name]
    assert load_router(write(HEAD + source))
    assert caplog.messages == lines


def test_a_file_that_nobody_lists_is_told_at_the_start(
    write: Callable[[str], str], caplog, monkeypatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    write("")
    package = tmp_path / "author_package"
    package.mkdir()
    for name in ("listed", "forgotten", "half"):
        (package / f"{name}.py").write_text(HEAD)
    (package / "helper.py").write_text("import author_package.half\n")
    (package / "__init__.py").write_text(
        f"from . import helper, listed\n{HEAD}router.include(listed.router)\n"
    )
    load_router("author_package")
    assert caplog.messages == [
        "author_package/forgotten.py is never imported: list it in author_package/__init__.py, or delete it.",
        "author_package/half.py has a router that is not included: add half.router in author_package/__init__.py.",
    ]
