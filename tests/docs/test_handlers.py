"""The author's guides: each of their sections is run, with the assertions that stand in it."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from anzol.testing import client

DOCS = Path(__file__).parent.parent.parent / "docs"
GUIDES = ["handlers.md", "recipes.md", "dialogs.md", "access.md", "languages.md", "selling.md"]
CATALOGUE = re.compile(r"^```po\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PUSH = "push.md"  # test_push.py runs it
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections(name: str) -> list[str]:
    """The sections of a page, each beginning with its title."""
    return re.split(r"^## ", (DOCS / name).read_text("utf-8"), flags=re.MULTILINE)[1:]


SECTIONS = [section for guide in GUIDES for section in sections(guide)]
CONCURRENCY = [section for section in sections("concurrency.md") if CODE.search(section)]


@pytest.mark.parametrize(
    "section", SECTIONS + CONCURRENCY, ids=lambda text: text.partition("\n")[0]
)
def test_the_examples_of_a_section_work(
    section: str, telegram: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    guide = ModuleType("guide")
    monkeypatch.setitem(sys.modules, "guide", guide)  # where dataclasses look for their names
    namespace = guide.__dict__
    namespace.update(client=client, __file__=str(tmp_path / "guide.py"))
    for source in CATALOGUE.findall(section):
        compile_catalogue(source, tmp_path / "locale" / "pt" / "LC_MESSAGES" / "messages.mo")
    blocks = CODE.findall(section)
    assert blocks or section.startswith("Elsewhere")
    for block in blocks:
        exec(compile(block, "guide", "exec"), namespace)
    if "test_start" in namespace:
        namespace["test_start"](telegram)


def compile_catalogue(source: str, place: Path) -> None:
    """Do what `pybabel compile` does."""
    place.parent.mkdir(parents=True)
    with place.open("wb") as file:
        write_mo(file, read_po(io.StringIO(source)))


def test_every_public_name_is_in_the_guide():
    import anzol

    text = "".join((DOCS / guide).read_text("utf-8") for guide in [*GUIDES, PUSH])
    unexplained = {
        "Anzol",
        "Bot",
        "EventCtx",  # what mypy takes `ctx` for
        "HandlerError",
        "Settings",
        "SettingsError",
        "setting",
        "__version__",
    }
    missing = [name for name in anzol.__all__ if name not in text and name not in unexplained]
    assert missing == []


@pytest.mark.parametrize("guide", GUIDES)
def test_the_contents_lead_somewhere(guide: str):
    text = (DOCS / guide).read_text("utf-8")
    anchors = {
        re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")
        for title in re.findall(r"^## (.*)$", text, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) == anchors
