"""Numbers in the pages are those of the stored results."""

from __future__ import annotations

import pytest

from benchmarks.machine import ROOT
from benchmarks.pages import blocks, fill, pages

PAGE = "Before.\n\n<!-- measured: peers -->\nold\n<!-- end -->\n\nAfter.\n"


def test_a_block_is_written_anew():
    assert fill(PAGE, {"peers": "| new |"}) == PAGE.replace("old", "| new |")


def test_a_block_without_results_and_the_text_around_stay():
    assert fill(PAGE, {"growth": "| new |"}) == PAGE


@pytest.mark.parametrize("page", list(pages()), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_of_a_page_shows_the_stored_results(page):
    text = page.read_text(encoding="utf-8")
    assert fill(text, blocks()) == text, "write them: python -m benchmarks pages"
