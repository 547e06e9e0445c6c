"""The system's Chromium for tests of pages, with time enough for a slow machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.processes import PATIENCE, ROOT

expect.set_options(timeout=PATIENCE * 1000)

__all__ = ["expect"]

AXE = ROOT / "tests/simulator/js/node_modules/axe-core/axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a microphone for voice messages
]


@contextmanager
def chromium(kind: Any, *flags: str) -> Iterator[Any]:
    """A browser that is closed with the context."""
    browser = kind.launch(
        executable_path=str(CHROMIUM), args=[*FLAGS, *flags], timeout=PATIENCE * 1000
    )
    yield browser
    browser.close()


@contextmanager
def new_page(browser: Any, **options: Any) -> Iterator[Any]:
    """A page of a visitor of its own: nothing is shared with the others."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()


def overflow(page: Any) -> int:
    """How many pixels the page is wider than its window."""
    page.wait_for_load_state()  # before its style sheet is there, text is as wide as it likes
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def barriers(page: Any) -> list[str]:
    """What axe finds in the page as it is now that keeps people out: each rule with the elements that break it."""
    if not AXE.exists():
        pytest.skip("no axe: npm ci --prefix tests/simulator/js")
    page.wait_for_load_state()
    # The colours of what fades in are nobody's. Some animations have no end.
    page.evaluate(
        """() => Promise.allSettled(document.getAnimations()
          .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
          .map((one) => one.finished))"""
    )
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [
        f"{rule['impact']} {rule['id']}: {node['html'][:150]} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
