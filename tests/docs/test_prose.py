"""Code in the pages' prose: what no block holds is there as well, and every block is in a page that a test runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask

from anzol import Anzol, Bot, Context, Router
from anzol.settings import Settings
from tests.fakes import FakeTransport, message

ROOT = Path(__file__).parent.parent.parent
PAGES = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
# Who runs the Python of which pages.
RUN = {
    "tests/docs/test_handlers.py": [
        *("handlers.md", "recipes.md", "dialogs.md", "access.md", "languages.md", "selling.md"),
        "concurrency.md",
    ],
    "tests/docs/test_push.py": ["push.md"],
    "tests/docs/test_hosting.py": ["hosting.md"],
    "tests/docs/test_coming_from.py": ["coming-from.md"],
    "tests/test_readme.py": ["settings.md"],
}
# Other libraries' own, what a page's example makes, and the module `anzol.bot`.
NOT_OURS = {
    "coming-from.md": {"ctx.match", "ctx.msg"},
    "handlers.md": {"ctx.basket"},
}


def test_every_page_with_python_is_run():
    run = [page for pages in RUN.values() for page in pages]
    assert sorted(run) == sorted(page for page, text in PAGES.items() if "```python" in text)
    for test, pages in RUN.items():
        source = (ROOT / test).read_text("utf-8")
        assert all(f'"{page}"' in source or f"/{page}" in source for page in pages), test


@pytest.mark.parametrize("page", PAGES)
def test_what_prose_calls_on_a_context_or_a_router_is_there(page: str):
    router = Router()
    has: dict[str, Any] = {
        "ctx": Context(message("hi"), Bot("4242:abcdefghijklmnop", transport=FakeTransport())),
        "router": router,
    }
    named = set(re.findall(r"\b((?:ctx|router)\.[a-z_]+)", PAGES[page]))
    missing = {
        name
        for name in named - NOT_OURS.get(page, set())
        for owner, _, attribute in [name.partition(".")]
        if not hasattr(has[owner], attribute)
    }
    assert not missing


@pytest.fixture
def commands(settings: Settings) -> click.Group:
    app = Flask("anzol", static_folder=None)
    Anzol(app, Router(), settings)
    return app.cli


def test_every_option_of_a_flask_command_is_there(commands: click.Group):
    seen = 0
    pages = {**PAGES, "README.md": (ROOT / "README.md").read_text("utf-8")}
    for page, text in pages.items():
        for words, rest in re.findall(r"\bflask ((?:[a-z]+ ?){1,2})([^`\n|]*)", text):
            command: Any = commands
            for word in words.split():
                command = getattr(command, "commands", {}).get(word, command)
            assert command is not commands, f"{page}: flask {words}"
            known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
            for option in re.findall(r"(?<![\w-])--[a-z][\w-]*", rest):
                seen += 1
                assert option in known, f"{page}: flask {words}{rest}"
    assert seen > 10
