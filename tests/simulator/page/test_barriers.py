"""What keeps people out who see little, hear little or use no mouse: looked for by axe in each state of the page."""

from __future__ import annotations

from typing import Any

import pytest

from anzol.simulator import Running
from tests.browsers import DESK, PHONE, barriers
from tests.simulator.page.bot import PollingBot
from tests.simulator.page.tools import expect, said, say, tell

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_chat_keeps_nobody_out(
    open_page: Any, running: Running, bot: PollingBot, scheme: str, size: dict[str, int]
) -> None:
    tell(running, "chat", type="group", title="Crew", bots=[4242])
    place = {"bot": "4242", "chat_id": 1001}
    page = open_page(viewport=size, color_scheme=scheme)
    assert barriers(page) == []
    page.click("[data-key='4242:1001']")
    tell(running, "send", **place, text="/start")
    expect(said(page, "Welcome aboard")).to_be_visible()
    keyboard = {"keyboard": [[{"text": "Tides"}, {"text": "Weather"}]]}
    text = "<b>b</b> <i>i</i> <code>c</code> <pre>p</pre> <a href='http://example.com'>a</a> <tg-spoiler>s</tg-spoiler>"
    bot.call("sendMessage", chat_id=1001, text=text, parse_mode="HTML", reply_markup=keyboard)
    options = [{"text": "Saturday"}, {"text": "Sunday"}]
    bot.call("sendPoll", chat_id=1001, question="Which day?", options=options)
    bot.call("sendPhoto", chat_id=1001, photo="http://example.com/far.jpg", caption="Far")
    say(page, "Good morning")
    expect(said(page, "echo Good morning")).to_be_visible()
    assert barriers(page) == []
    page.click("#chat-menu")
    expect(page.get_by_role("menu")).to_be_visible()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.click("#chat-title")
    expect(page.locator("dialog[open]")).to_be_visible()
    assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_inspector_keeps_nobody_out(
    open_page: Any, running: Running, bot: PollingBot, scheme: str
) -> None:
    page = open_page(viewport=DESK, color_scheme=scheme)
    say(page, "Good morning")
    expect(said(page, "echo Good morning")).to_be_visible()
    tell(running, "faults", method="sendMessage", error_code=429, times=1)
    page.click("#inspector-toggle")
    page.locator(".record").first.click()
    for tab in page.locator("#inspector [role=tab]").all():
        tab.click()
        assert barriers(page) == [], tab.inner_text()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_first_steps_keep_nobody_out(open_page: Any, size: Any) -> None:
    page = open_page(viewport=size)
    assert barriers(page) == []
    page.click("text=Create one here")
    expect(page.locator("dialog[open]")).to_be_visible()
    assert barriers(page) == []
    page.evaluate("document.querySelector('dialog button').replaceChildren()")
    assert "button-name" in barriers(page)[0]  # what this is able to see
