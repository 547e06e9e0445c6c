"""Odd JSON, which anyone may send: the page shows what it can and goes on."""

from __future__ import annotations

from typing import Any

import pytest

from anzol.simulator import Running
from tests.simulator.page.bot import PollingBot
from tests.simulator.page.tools import expect, said, say, tell

pytestmark = pytest.mark.slow

ODD_UPDATES: list[dict[str, Any]] = [
    {"message": {"text": "no chat"}},
    {"message": None},
    {"message": "x"},
    {"message": {"message_id": 1, "chat": {"id": [1]}, "new_chat_members": 3}},
    {"callback_query": {"message": "x", "data": {"a": 1}}},
    {"callback_query": {"from": {"id": {}}}},
    {"chat_member": {"new_chat_member": {"status": "member"}}},
    {"message_reaction": {"new_reaction": 7}},
    {"something_new": [1]},
]
ODD_MESSAGES: list[dict[str, Any]] = [
    {"photo": []},
    {"poll": 5},
    {"new_chat_members": "x"},
    {"forward_origin": None, "text": "x", "entities": 4},
    {"text": {"not": "text"}},
    {"message_id": "x", "date": "y", "chat": 1, "text": "kept apart"},
    {"contact": None},
]


def test_an_odd_update_does_not_silence_the_inspector(open_page: Any, running: Running) -> None:
    PollingBot(running.url, lambda bot, update: None).stop()
    live = open_page()
    live.click("#inspector-toggle")
    say(live, "before")
    for update in ODD_UPDATES:
        tell(running, "update", bot="4242", update=update)
    say(live, "after")
    for page in (live, open_page()):
        if page is not live:
            page.click("#inspector-toggle")
        expect(page.locator(".record[data-kind=update]")).to_have_count(len(ODD_UPDATES) + 2)
        expect(page.locator(".record", has_text="after")).to_be_visible()
        expect(page.locator(".toast")).to_have_count(0)
        for record in page.locator(".record[data-kind=update] > summary").all():
            record.click()
        expect(page.locator(".record[open] .json").last).to_be_visible()
        page.get_by_role("tab", name="Timeline").click()
        expect(page.locator(".lanes svg")).to_be_visible()


def test_an_odd_message_does_not_empty_the_chat(open_page: Any, running: Running) -> None:
    PollingBot(running.url, lambda bot, update: None).stop()
    page = open_page()
    say(page, "before")
    for message in ODD_MESSAGES:
        tell(running, "send", bot="4242", chat_id=1001, message=message)
    say(page, "after")
    expect(said(page, "after")).to_be_visible()
    expect(said(page, "kept apart")).to_be_visible()
    page.reload()
    expect(said(page, "after")).to_be_visible()
    expect(said(page, "before")).to_be_visible()
