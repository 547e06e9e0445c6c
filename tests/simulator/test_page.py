"""The chat page in a real browser, with a real bot on the other side."""

from __future__ import annotations

import base64
import re
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator import Running, start
from tests.simulator.page_bot import PollingBot, demo

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="no /usr/bin/chromium: apt install chromium"
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
expect = playwright.expect
expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def running() -> Iterator[Running]:
    running = start(port=0)
    yield running
    running.stop()


@pytest.fixture
def bot(running: Running) -> Iterator[PollingBot]:
    bot = PollingBot(running.url, demo)
    yield bot
    bot.stop()


@pytest.fixture
def open_page(browser: Any, running: Running) -> Iterator[Any]:
    """Open the page as its own visitor; errors in its scripts fail the test."""
    contexts, errors = [], []

    def open_page(**options: Any) -> Any:
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(running.page_url)
        page.wait_for_selector("#app[data-ready]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def tell(running: Running, path: str, **body: Any) -> Any:
    """Post to the user side."""
    answer = requests.post(f"{running.url}/user/{path}", json=body, timeout=10).json()
    assert answer["ok"], answer
    return answer["result"]


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def say(page: Any, text: str) -> None:
    """Write in the composer and press Enter."""
    page.fill("#text", text)
    page.press("#text", "Enter")


def said(page: Any, text: str) -> Any:
    """The bubbles that hold this text."""
    return page.locator(".bubble", has_text=text)


def drop(page: Any, pictures: list[bytes]) -> None:
    """Drop files on the conversation, as a hand with a mouse does."""
    encoded = [base64.b64encode(picture).decode() for picture in pictures]
    page.evaluate(
        """(pictures) => {
          const transfer = new DataTransfer();
          pictures.forEach((text, index) => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            transfer.items.add(new File([bytes], `${index}.png`, { type: "image/png" }));
          });
          const target = document.getElementById("log");
          for (const type of ["dragenter", "dragover", "drop"]) {
            const options = { bubbles: true, cancelable: true, dataTransfer: transfer };
            target.dispatchEvent(new DragEvent(type, options));
          }
        }""",
        encoded,
    )


def overflow(page: Any) -> int:
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


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
    page.wait_for_function(loaded)


def test_two_people_in_a_group(open_page: Any, running: Running, bot: PollingBot) -> None:
    rui = tell(running, "person", first_name="Rui")["id"]
    chat = tell(running, "chat", type="group", title="Crew", members=[rui], bots=[4242])
    ana_page = open_page()
    rui_page = open_page()
    rui_page.click("#who")
    rui_page.get_by_role("menuitemradio", name="Rui").click()
    for page in (ana_page, rui_page):
        page.click(".chat-row:has-text('Crew')")
        expect(page.locator("#chat-title")).to_contain_text("3 members")
    say(ana_page, "Who brings the boat?")
    theirs = rui_page.locator("article:not(.own)", has_text="Who brings the boat?").first
    expect(theirs.locator(".sender")).to_have_text("Ana")
    say(rui_page, "Me")
    expect(said(ana_page, "echo Rui: Me")).to_be_visible()
    expect(rui_page.locator("article.own")).to_have_count(1)
    assert ana_page.url.endswith(f"#0:{chat['id']}")


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


def test_a_blocked_bot_is_restarted(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    say(page, "Hello")
    page.click("#chat-menu")
    page.get_by_role("menuitem", name="Block the bot").click()
    expect(page.locator("#compose")).to_be_hidden()
    refused = bot.call("sendMessage", chat_id=1001, text="Are you there?")
    assert refused["error_code"] == 403
    page.click("#big-action:has-text('Restart')")
    expect(said(page, "Welcome aboard")).to_be_visible()


def test_a_migrated_group_is_followed(open_page: Any, running: Running, bot: PollingBot) -> None:
    tell(running, "chat", type="group", title="Crew", bots=[4242])
    page = open_page()
    page.click(".chat-row:has-text('Crew')")
    before = page.url
    page.click("#chat-menu")
    page.get_by_role("menuitem", name="Make it a supergroup").click()
    page.wait_for_url(lambda url: url != before)
    expect(page.locator("#chat-title")).to_contain_text("Crew")
    expect(page.locator(".chat-row:has-text('Crew')")).to_have_count(1)


def test_the_inspector_sends_an_update_again(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    page.click("#inspector-toggle")
    say(page, "Hello")
    record = page.locator(".record", has_text="Hello").first
    expect(record).to_contain_text("1 call")
    record.click()
    expect(record.locator(".call")).to_contain_text("sendMessage")
    record.get_by_role("button", name="Resend", exact=True).click()
    expect(said(page, "echo Hello")).to_have_count(2)
    expect(page.locator(".record[data-kind=update]")).to_have_count(2)
    record = page.locator(".record[open]")
    record.get_by_role("button", name="Edit and resend").click()
    page.locator("dialog textarea").fill(
        page.locator("dialog textarea").input_value().replace('"Hello"', '"Goodbye"')
    )
    page.click("dialog >> text=Resend >> nth=-1")
    expect(said(page, "echo Goodbye")).to_be_visible()
    page.fill(".filter", "goodbye sendmessage")
    expect(page.locator(".record")).to_have_count(1)


def test_an_update_is_saved_as_a_sample(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    page.click("#inspector-toggle")
    say(page, "Hello")
    expect(said(page, "echo Hello")).to_be_visible()
    page.locator(".tick").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as sample").click()
    assert download.value.suggested_filename == "message.json"
    assert '"text": "Hello"' in Path(download.value.path()).read_text(encoding="utf-8")


def test_an_update_is_copied_as_a_test_and_as_curl(open_page: Any, bot: PollingBot) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.click("#big-action")
    page.click("text=Like")
    expect(said(page, "You like it")).to_be_visible()
    page.click("#inspector-toggle")
    page.locator(".record", has_text="callback_query").click()
    expect(page.locator(".record[open] .call")).to_have_count(2)
    page.get_by_role("button", name="Copy as test").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[4:] == [
        "def test_like():",
        '    client = bot.testing.client(router).as_user("Ana")',
        '    client.send("/start")',
        '    client.click("Like")',
        '    assert client.texts == ["You like it"]',
    ]
    page.locator(".record[open]").get_by_role("button", name="Copy as curl").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl -s http://127.0.0.1:")
    before = len(requests.get(f"{bot.url}/user/log?limit=1000", timeout=10).json()["result"])
    subprocess.run(["sh", "-c", copied], check=True, capture_output=True, timeout=10)
    after = len(requests.get(f"{bot.url}/user/log?limit=1000", timeout=10).json()["result"])
    assert after > before


def test_a_fault_is_shown_and_spent(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    page.click("#inspector-toggle")
    page.get_by_role("tab", name="Faults").click()
    page.select_option("[name=effect]", "403")
    page.click("text=Add the fault")
    expect(page.locator("#fault-strip")).to_contain_text("sendMessage → 403")
    say(page, "Can you hear me?")
    expect(page.locator("#fault-strip")).to_be_hidden()
    page.get_by_role("tab", name="Updates").click()
    page.locator(".record", has_text="Can you hear me?").click()
    expect(page.locator(".call")).to_contain_text("403")
    expect(said(page, "echo")).to_have_count(0)


def test_a_webhook_that_fails_is_seen_failing(open_page: Any, running: Running) -> None:
    refusing = f"{running.url}/nothing-here"
    answer = requests.post(
        f"{running.url}/bot4242:test/setWebhook", json={"url": refusing}, timeout=10
    ).json()
    assert answer["ok"], answer
    page = open_page()
    say(page, "Is anybody there?")
    tick = page.locator(".tick")
    expect(tick).to_have_attribute("data-tick", "retrying")
    expect(page.locator("#chat-title")).to_contain_text("does not take updates")
    tick.click()
    delivery = page.locator(".delivery").first
    expect(delivery).to_contain_text("404")
    page.get_by_role("tab", name="Timeline").click()
    expect(page.locator(".lanes .bar-bad").first).to_be_attached()


def test_a_bot_that_does_not_run_is_named(open_page: Any, running: Running) -> None:
    tell(running, "send", bot="4242:test", chat_id=1001, text="Anybody?")
    page = open_page()
    expect(page.locator("#chat-title")).to_contain_text("not running", timeout=15_000)


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


def lightness(page: Any) -> int:
    """How light the page's background is: 0 to 255."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return max(int(part) for part in re.findall(r"\d+", colour)[:3])


def test_the_theme_follows_the_system_and_the_switch(open_page: Any, bot: PollingBot) -> None:
    page = open_page(color_scheme="dark")
    assert lightness(page) < 80
    page.click("#main-menu")
    page.get_by_role("menuitem", name="Light theme").click()
    assert lightness(page) > 200
    page.reload()
    assert lightness(page) > 200
    assert lightness(open_page(color_scheme="light")) > 200


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
    page = browser.new_page()
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
        page.close()
        again.stop()
