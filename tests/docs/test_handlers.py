"""The author's guide: each of its sections is run, with the assertions that stand in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from anzol.testing import client

DOCS = Path(__file__).parent.parent.parent / "docs"
GUIDE = DOCS / "handlers.md"
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections(name: str) -> list[str]:
    """The sections of a page, each beginning with its title."""
    return re.split(r"^## ", (DOCS / name).read_text("utf-8"), flags=re.MULTILINE)[1:]


SECTIONS = sections("handlers.md")
CONCURRENCY = [section for section in sections("concurrency.md") if CODE.search(section)]


@pytest.mark.parametrize(
    "section", SECTIONS + CONCURRENCY, ids=lambda text: text.partition("\n")[0]
)
def test_the_examples_of_a_section_work(section: str, telegram: Any):
    namespace: dict[str, Any] = {"client": client, "__name__": "guide"}
    blocks = CODE.findall(section)
    assert blocks
    for block in blocks:
        exec(compile(block, str(GUIDE), "exec"), namespace)
    if "test_start" in namespace:
        namespace["test_start"](telegram)


def test_every_public_name_is_in_the_guide():
    import anzol

    text = GUIDE.read_text("utf-8")
    unexplained = {
        "Anzol",
        "Bot",
        "HandlerError",
        "Settings",
        "SettingsError",
        "setting",
        "__version__",
    }
    missing = [name for name in anzol.__all__ if name not in text and name not in unexplained]
    assert missing == []


def test_the_contents_lead_somewhere():
    text = GUIDE.read_text("utf-8")
    anchors = {
        title.lower().replace(" ", "-") for title in re.findall(r"^## (.*)$", text, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) == anchors
