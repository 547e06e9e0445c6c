"""One person writes, presses, sends, votes."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from anzol.simulator import Running
from tests.processes import eventually
from tests.simulator.page.bot import PollingBot
from tests.simulator.page.tools import comes_true, drop, expect, png, said, say, tell

pytestmark = pytest.mark.slow


def test_a_conversation_with_buttons(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    page.click("#big-action")
    expect(said(page, "Welcome aboard").locator("b")).to_have_text("Welcome")
    page.click("text=Rules")
    expect(page.locator("dialog")).to_contain_text("Be kind.")
    page.press("dialog", "Escape")
    page.click("text=Like")
    expect(page.locator(".toast")).to_have_text("Noted")
    expect(said(page, "You like it")).to_contain_text("edited")
    say(page, "Good morning")
    expect(said(page, "echo Good morning")).to_be_visible()
    expect(page.locator(".tick").last).to_have_attribute("data-tick", "delivered")


def test_the_command_menu_completes(open_page: Any, bot: PollingBot) -> None:
    commands = [
        {"command": "start", "description": "Say hello"},
        {"command": "tides", "description": "Today's tides"},
    ]
    bot.call("setMyCommands", commands=commands)
    page = open_page()
    page.fill("#text", "/")
    expect(page.get_by_role("option")).to_have_count(2)
    page.press("#text", "ArrowDown")
    page.press("#text", "Tab")
    expect(page.locator("#text")).to_have_value("/tides ")
    page.press("#text", "Enter")
    expect(said(page, "echo /tides")).to_be_visible()
    page.fill("#text", "/st")
    page.press("#text", "Enter")
    expect(said(page, "Welcome aboard")).to_be_visible()


def test_an_album_dropped_in(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    drop(page, [png(60, 40, (200, 80, 80)), png(50, 50, (80, 200, 80)), png(40, 60, (80, 80, 200))])
    page.fill("dialog [name=caption]", "Three colours")
    page.click("dialog >> text=Send >> nth=-1")
    expect(page.locator(".album img")).to_have_count(3)
    expect(said(page, "Three colours")).to_have_count(1)
    for size in ("60 x 40", "50 x 50", "40 x 60"):
        expect(said(page, size)).to_be_visible()
    loaded = "[...document.querySelectorAll('.album img')].every((image) => image.naturalWidth > 0)"
    comes_true(page, loaded)


def test_reply_edit_react_and_delete(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    say(page, "First")
    expect(said(page, "echo First")).to_be_visible()
    said(page, "echo First").click(button="right")
    page.get_by_role("menuitem", name="Reply").click()
    say(page, "An answer")
    quote = said(page, "An answer").first.locator(".quote")
    expect(quote).to_contain_text("echo First")
    expect(said(page, "echo An answer")).to_be_visible()
    page.press("#text", "ArrowUp")
    expect(page.locator("#text")).to_have_value("An answer")
    say(page, "A better answer")
    expect(said(page, "A better answer")).to_contain_text("edited")
    said(page, "echo First").first.click(button="right")
    page.get_by_role("menuitem", name="React 🔥").click()
    expect(page.locator(".reaction")).to_have_attribute("aria-pressed", "true")
    said(page, "echo An answer").click(button="right")
    page.get_by_role("menuitem", name="Delete").click()
    expect(said(page, "echo An answer")).to_have_count(0)


def test_a_message_is_answered_without_a_mouse(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    say(page, "Hello")
    expect(said(page, "echo Hello")).to_be_visible()
    page.locator("#log").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#answering")).to_contain_text("echo Hello")
    page.keyboard.press("Escape")
    expect(page.locator("#answering")).to_be_hidden()


def test_a_reply_keyboard_sends_its_words(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    keyboard = {"keyboard": [[{"text": "Tides"}, {"text": "Weather"}]], "resize_keyboard": True}
    bot.call("sendMessage", chat_id=1001, text="What now?", reply_markup=keyboard)
    page.click(".reply-button:has-text('Weather')")
    expect(said(page, "echo Weather")).to_be_visible()
    bot.call("sendMessage", chat_id=1001, text="Bye", reply_markup={"remove_keyboard": True})
    expect(page.locator("#reply-keyboard")).to_be_hidden()


def test_typing_is_shown_until_the_message(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    bot.call("sendMessage", chat_id=1001, text="One moment")
    bot.call("sendChatAction", chat_id=1001, action="typing")
    expect(page.locator("#chat-title")).to_contain_text("typing")
    bot.call("sendMessage", chat_id=1001, text="Here it is")
    expect(page.locator("#chat-title")).not_to_contain_text("typing")


def test_a_poll_is_voted_on(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    options = [{"text": "Saturday"}, {"text": "Sunday"}]
    bot.call("sendPoll", chat_id=1001, question="Which day?", options=options)
    page.click(".poll-option:has-text('Sunday')")
    expect(page.locator(".poll-option", has_text="Sunday")).to_contain_text("100%")
    expect(page.locator(".poll-total")).to_have_text("1 vote")


def test_inline_results_are_chosen(open_page: Any, running: Running, bot: PollingBot) -> None:
    tell(running, "bot", bot=4242, supports_inline_queries=True, username="search_bot")
    page = open_page()
    page.fill("#text", "@search_bot boats")
    expect(page.get_by_role("option")).to_have_count(2)
    page.press("#text", "ArrowDown")
    page.press("#text", "Enter")
    expect(said(page, "chosen boats 2").first).to_contain_text("via @search_bot")
    expect(page.locator("#text")).to_have_value("")


def test_an_invoice_is_paid(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    bot.call(
        "sendInvoice",
        chat_id=1001,
        title="Berth B12",
        description="Two nights",
        payload="b12",
        currency="XTR",
        prices=[{"label": "Nights", "amount": 42}],
    )
    expect(said(page, "Berth B12")).to_contain_text("42 Stars")
    page.click(".inline-button")
    expect(page.locator(".service").last).to_have_text("Ana paid 42 Stars")


def test_enter_in_a_dialog_is_ok(open_page: Any, running: Running, bot: PollingBot):
    page = open_page()
    page.click("#main-menu")
    page.get_by_role("menuitem", name="New group").click()
    page.fill("dialog input[name=title]", "Crew")
    page.press("dialog input[name=title]", "Enter")
    expect(page.locator("#chat-title")).to_contain_text("Crew")
    page.click("#main-menu")
    page.get_by_role("menuitem", name="New person").click()
    page.fill("dialog input[name=first_name]", "Rui")
    page.press("dialog input[name=first_name]", "Enter")
    expect(page.locator("#who")).to_contain_text("Rui")
    page.click("#main-menu")
    page.get_by_role("menuitem", name="New person").click()
    page.press("dialog input[name=first_name]", "Enter")  # a name is required
    expect(page.locator("dialog")).to_be_visible()
    page.press("dialog input[name=first_name]", "Escape")
    expect(page.locator("dialog")).to_have_count(0)


def test_enter_sends_the_files_of_a_dialog(open_page: Any, bot: PollingBot):
    page = open_page()
    drop(page, [png(40, 30, (200, 80, 40))])
    page.press("dialog input[name=caption]", "Enter")
    expect(page.locator("article.own img")).to_be_visible()


def test_the_first_reply_keyboard_leaves_the_newest_message_in_sight(
    open_page: Any, running: Running, bot: PollingBot
):
    for number in range(30):
        tell(running, "send", bot="4242:test", chat_id=1001, text=f"line {number}")
    page = open_page(viewport={"width": 900, "height": 600})
    expect(said(page, "echo line 29")).to_be_visible()
    rows = [[{"text": "Yes"}], [{"text": "No"}], [{"text": "Perhaps"}]]
    markup = {"keyboard": rows}
    bot.call("sendMessage", chat_id=1001, text="Choose one", reply_markup=markup)
    expect(page.locator("#reply-keyboard")).to_be_visible()
    expect(said(page, "Choose one")).to_be_in_viewport(ratio=1)
    below = "log.scrollHeight - log.scrollTop - log.clientHeight"
    comes_true(page, f"() => {{ const log = document.getElementById('log'); return {below} < 2 }}")


def test_a_topic_is_read_and_written_in(open_page: Any, running: Running, bot: PollingBot) -> None:
    group = tell(
        running,
        "chat",
        type="supergroup",
        title="Crew",
        is_forum=True,
        bots=[4242],
        **{"from": 1001},
    )
    tell(running, "join", chat_id=group["id"], bot="4242:test", status="administrator")
    news = bot.call("createForumTopic", chat_id=group["id"], name="News")["message_thread_id"]
    bot.call("sendMessage", chat_id=group["id"], text="general words")
    bot.call("sendMessage", chat_id=group["id"], text="fresh", message_thread_id=news)
    page = open_page()
    page.locator(".chat-row", has_text="Crew").click()
    expect(said(page, "general words")).to_be_visible()
    page.get_by_role("button", name="# News").click()
    expect(said(page, "general words")).to_be_hidden()
    expect(said(page, "fresh")).to_be_visible()
    say(page, "in the topic")
    expect(said(page, "in the topic")).to_be_visible()
    written = requests.get(f"{running.url}/user/messages?chat_id={group['id']}", timeout=30).json()[
        "result"
    ]
    assert [m["message_thread_id"] for m in written if m.get("text") == "in the topic"] == [news]
    page.get_by_role("button", name="All topics").click()
    expect(said(page, "general words")).to_be_visible()


def test_a_voice_message_is_recorded(open_page: Any, running: Running, bot: PollingBot) -> None:
    page = open_page(permissions=["microphone"])
    say(page, "hello")
    page.click("#attach")
    page.get_by_role("menuitem", name="Voice message").click()
    expect(page.get_by_role("timer")).to_contain_text("0:01", timeout=30_000)
    page.get_by_role("button", name="Send", exact=True).last.click()

    def voices() -> list[Any]:
        url = f"{running.url}/user/messages?bot=4242&chat_id=1001"
        found = requests.get(url, timeout=30).json()["result"]
        return [message["voice"] for message in found if "voice" in message]

    expect(page.get_by_role("timer")).to_be_hidden()
    voice = eventually(voices, 30)[0]
    assert voice["duration"] >= 1
    assert voice["file_size"] > 100
