"""The operator's page in a real browser: it fits a phone, its buttons work, nothing else runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from anzol import Router
from anzol.queue import Again
from anzol.server.updates import task_of
from anzol.settings import Settings
from tests.browsers import DESK, PHONE, barriers, expect, new_page, overflow
from tests.fakes import FakeTransport, message, press
from tests.processes import PATIENCE, eventually
from tests.servers import create_app, listening

pytestmark = pytest.mark.slow
KEY = "operator-key-0123456789"

router = Router()


@router.text("bad")
def bad(ctx: Any) -> None:
    raise ValueError(
        f"no forecast for {'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch'}"
    )


@router.text("slow")
def slow(ctx: Any) -> None:
    raise Again(600)


@router.on("message")
def fine(ctx: Any) -> None:
    pass


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """An app with some of everything in its inbox."""
    app = create_app(replace(settings, api_key=KEY, handlers=__name__, drain_seconds=1))
    telegram = FakeTransport()
    telegram.answers["getWebhookInfo"] = {
        "url": "https://a-rather-long-host-name.example.org/webhook",
        "pending_update_count": 0,
    }
    app.extensions["anzol"].bot.transport = telegram
    inbox = app.extensions["anzol"].queue
    texts = ["hello", "bad", "bad", "slow", "hello"]
    updates = [message(text, update_id=n, chat_id=n) for n, text in enumerate(texts, 1)]
    for update in [*updates, press("like:7", update_id=99, chat_id=1)]:
        inbox.put_and_wait(task_of(123456, update, json.dumps(update).encode()), PATIENCE)
    yield app
    inbox.stop()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with listening(app, app.extensions["anzol"].settings) as (_, (host, port)):
        yield f"http://{host}:{port}/admin"


@pytest.fixture(params=[(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")])
def page(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    """A signed-in page; the test fails when the browser had something to complain about."""
    size, scheme = request.param
    complaints: list[str] = []
    with new_page(browser, viewport=size, color_scheme=scheme) as page:
        page.on("console", lambda line: complaints.append(line.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        page.get_by_label("API_KEY").fill(KEY)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Dead letters")).to_be_visible()
        yield page
    assert complaints == []


def test_everything_fits_and_is_told(page: Any):
    assert overflow(page) <= 0
    assert barriers(page) == []
    expect(page.get_by_text("no forecast for").first).to_be_visible()
    expect(page.get_by_text("a-rather-long-host-name.example.org")).to_be_visible()
    expect(page.get_by_role("heading", name="Busy chats")).to_be_visible()
    page.get_by_role("link", name="dead").first.click()
    expect(page.get_by_text("Traceback (most recent call last)")).to_be_visible()
    assert overflow(page) <= 0
    assert barriers(page) == []


def test_one_is_run_again_and_the_others_are_deleted(page: Any, app: Flask):
    inbox = app.extensions["anzol"].queue
    page.get_by_role("link", name="dead").first.click()
    page.get_by_role("button", name="Run it again").click()
    expect(page.get_by_role("status")).to_have_text("1 opened again.")
    eventually(lambda: inbox.counts()["dead"] == 2)
    page.get_by_role("link", name="Refresh").click()
    page.get_by_text("Delete all").click()
    assert overflow(page) <= 0
    page.get_by_role("button", name="Delete them").click()
    expect(page.get_by_role("status")).to_have_text("2 deleted.")
    assert inbox.counts()["dead"] == 0


def test_signing_out_leaves_the_form(page: Any):
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("API_KEY")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("API_KEY")).to_be_visible()
