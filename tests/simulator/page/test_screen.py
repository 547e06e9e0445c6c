"""Reloads, phones, themes, long chats, hostile text, restarts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from anzol.simulator import Running, start
from tests.browsers import PHONE, new_page, overflow
from tests.simulator.page.bot import PollingBot, demo
from tests.simulator.page.tools import expect, lightness, said, say, tell

pytestmark = pytest.mark.slow


def test_everything_is_there_after_a_reload(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    page.click("#inspector-toggle")
    say(page, "Remember me")
    expect(said(page, "echo Remember me")).to_be_visible()
    page.fill("#text", "half a sentence")
    page.reload()
    expect(said(page, "echo Remember me")).to_be_visible()
    expect(page.locator(".record", has_text="Remember me")).to_be_visible()
    expect(page.locator("#text")).to_have_value("half a sentence")


def test_a_phone_shows_one_column(open_page: Any, bot: PollingBot) -> None:
    page = open_page(viewport=PHONE)
    page.click("#big-action")
    expect(said(page, "Welcome aboard")).to_be_visible()
    expect(page.locator("#chats")).to_be_hidden()
    say(page, "unbroken" * 40)
    bot.call("sendMessage", chat_id=1001, text=f"<pre>{'x = 1; ' * 40}</pre>", parse_mode="HTML")
    expect(page.locator("pre")).to_be_visible()
    assert overflow(page) <= 0
    page.click("#inspector-toggle")
    expect(page.locator("#conversation")).to_be_hidden()
    page.locator(".record").first.click()
    assert overflow(page) <= 0
    page.click("[aria-label='Close the inspector']")
    page.click("#back")
    expect(page.locator(".chat-row")).to_have_count(1)
    assert overflow(page) <= 0


def test_a_phones_list_stays_open_until_a_chat_is_chosen(open_page: Any, bot: PollingBot) -> None:
    page = open_page(viewport=PHONE)
    page.click("#back")
    row = page.locator(".chat-row")
    for text in ("One", "Two", "Three"):
        bot.call("sendMessage", chat_id=1001, text=text)
        expect(row).to_contain_text(text)
        expect(page.locator("#conversation")).to_be_hidden()
    row.click()
    expect(said(page, "Three")).to_be_visible()


def test_a_row_that_changes_while_it_is_pressed_opens_its_chat(
    open_page: Any, running: Running, bot: PollingBot
) -> None:
    tell(running, "chat", type="group", title="Crew", bots=[4242])
    page = open_page(viewport=PHONE)
    row = page.locator("[data-key='4242:1001']")
    bot.call("sendMessage", chat_id=1001, text="One")
    expect(row).to_contain_text("One")
    row.hover()
    page.mouse.down()
    bot.call("sendMessage", chat_id=1001, text="Two")
    expect(row).to_contain_text("Two")
    page.mouse.up()
    expect(said(page, "Two")).to_be_visible()


def test_the_first_bot_opens_when_it_appears(open_page: Any, running: Running) -> None:
    page = open_page(viewport=PHONE)
    bot = PollingBot(running.url, demo)
    expect(page.locator("#chat-title")).to_contain_text("Bot 4242")
    bot.stop()


def test_the_theme_follows_the_system_and_the_switch(open_page: Any, bot: PollingBot) -> None:
    page = open_page(color_scheme="dark")
    assert lightness(page) < 80
    page.click("#main-menu")
    page.get_by_role("menuitem", name="Light theme").click()
    assert lightness(page) > 200
    page.reload()
    assert lightness(page) > 200
    assert lightness(open_page(color_scheme="light")) > 200


@pytest.mark.attack
def test_html_in_a_message_or_a_name_stays_text(
    open_page: Any, running: Running, bot: PollingBot
) -> None:
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    tell(running, "person", id=1001, first_name=evil[:60])
    tell(running, "bot", bot=4242, first_name=evil[:60])
    page = open_page()
    say(page, evil)
    expect(said(page, f"echo {evil}")).to_be_visible()
    link = {
        "type": "text_link",
        "offset": 0,
        "length": 4,
        "url": "javascript:document.title='owned'",
    }
    bot.call("sendMessage", chat_id=1001, text="here", entities=[link])
    expect(page.locator(".text", has_text=re.compile("^here"))).to_be_visible()
    page.locator(".text", has_text=re.compile("^here")).click()
    assert page.locator("img[src=x], a[href^=javascript], .bubble script").count() == 0
    assert "owned" not in page.title()


def test_a_long_chat_keeps_few_nodes(open_page: Any, running: Running) -> None:
    for number in range(400):
        tell(running, "send", bot="4242:test", chat_id=1001, text=f"message number {number}")
    page = open_page()
    expect(said(page, "message number 399")).to_be_visible()
    assert page.locator("article").count() <= 100
    page.evaluate("document.getElementById('log').scrollTop = 0")
    expect(said(page, "message number 250")).to_be_attached()
    top = page.evaluate("document.getElementById('log').scrollTop")
    assert top > 0, "older messages must not move the ones being read"
    page.click("#to-end")
    expect(said(page, "message number 399")).to_be_in_viewport()
    assert page.locator("article").count() <= 100


def test_a_restarted_simulator_is_found_again(browser: Any) -> None:
    first = start(port=0)
    tell(first, "send", bot="4242:test", chat_id=1001, text="before")
    with new_page(browser) as page:
        page.goto(first.page_url)
        expect(said(page, "before")).to_be_visible()
        first.stop()
        expect(page.locator("#offline")).to_be_visible()
        again = start(port=first.port)
        try:
            tell(again, "send", bot="4242:test", chat_id=1001, text="after")
            expect(said(page, "after")).to_be_visible()
            expect(page.locator("#offline")).to_be_hidden()
        finally:
            again.stop()
