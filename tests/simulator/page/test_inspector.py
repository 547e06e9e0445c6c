"""What the inspector shows, and what it does."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests

from anzol import Reply, Router, keyboard
from anzol.simulator import Running
from tests.simulator.page.bot import PollingBot
from tests.simulator.page.tools import comes_true, expect, said, say, tell

pytestmark = pytest.mark.slow


def test_the_inspector_sends_an_update_again(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    page.click("#inspector-toggle")
    say(page, "Hello")
    record = page.locator(".record", has_text="Hello").first
    expect(record).to_contain_text("1 call")
    record.click()
    expect(record.locator(".call")).to_contain_text("sendMessage")
    first = record.get_attribute("data-id")
    record.get_by_role("button", name="Resend", exact=True).click()
    expect(said(page, "echo Hello")).to_have_count(2)
    expect(page.locator(".record[data-kind=update]")).to_have_count(2)
    record = page.locator(".record[open]")  # the new one alone
    expect(record).not_to_have_attribute("data-id", first)
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
    tick = page.locator(".tick").first
    expect(tick).to_have_attribute("data-tick", "delivered")  # the page has its record
    tick.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as sample").click()
    assert download.value.suggested_filename == "text.json"
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
        '    client = anzol.testing.client(router).as_user("Ana")',
        '    client.send("/start")',
        '    client.click("Like")',
        '    assert client.texts == ["You like it"]',
    ]
    page.locator(".record[open]").get_by_role("button", name="Copy as curl").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl -s http://127.0.0.1:")
    before = len(requests.get(f"{bot.url}/user/log?limit=1000", timeout=60).json()["result"])
    subprocess.run(["sh", "-c", copied], check=True, capture_output=True, timeout=10)
    after = len(requests.get(f"{bot.url}/user/log?limit=1000", timeout=60).json()["result"])
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


TRACEBACK = """Traceback (most recent call last):
  File "handlers/weather.py", line 14, in weather
    temperature = CITIES[city]
KeyError: 'Atlantis'
"""


def newest_update(running: Running) -> int:
    entries = requests.get(f"{running.url}/user/log", timeout=60).json()["result"]
    return max(entry["update_id"] for entry in entries if entry["kind"] == "update")


def test_a_handlers_failure_is_red_with_its_traceback_and_noted_in_the_chat(
    open_page: Any, running: Running, bot: PollingBot
):
    page = open_page()
    page.click("#inspector-toggle")
    say(page, "/weather Atlantis")
    expect(said(page, "echo /weather")).to_be_visible()
    failed = {"handler": "weather", "seconds": 0.5, "outcome": "dead", "error": TRACEBACK}
    tell(running, "outcome", bot=4242, update_id=newest_update(running), **failed)
    note = page.locator(".failure")
    expect(note).to_have_text("The handler weather failed: KeyError: 'Atlantis'")
    expect(page.locator(".tick").last).to_have_attribute("data-tick", "failed")
    record = page.locator(".record", has_text="Atlantis")
    expect(record).to_have_attribute("data-status", "failed")
    expect(record.locator(".badge.bad")).to_have_text("KeyError")
    note.locator("button").click()
    expect(page.locator(".traceback")).to_contain_text("temperature = CITIES[city]")
    expect(page.locator(".outcome")).to_contain_text("500 ms")
    page.reload()
    expect(page.locator(".failure")).to_be_visible()


def test_an_update_that_ended_well_says_who_took_it(
    open_page: Any, running: Running, bot: PollingBot
):
    page = open_page()
    page.click("#inspector-toggle")
    say(page, "Hello")
    expect(said(page, "echo Hello")).to_be_visible()
    took = {"handler": "echo", "seconds": 0.004, "outcome": "done", "error": None}
    tell(running, "outcome", bot=4242, update_id=newest_update(running), **took)
    record = page.locator(".record", has_text="Hello")
    expect(record).to_have_attribute("data-status", "done")
    record.click()
    expect(record.locator(".outcome")).to_contain_text("echo")
    expect(page.locator(".failure")).to_have_count(0)


def test_records_name_their_chat_and_are_chosen_by_chat_kind_and_outcome(
    open_page: Any, running: Running, bot: PollingBot
):
    tell(running, "send", bot="4242:test", chat_id=1001, text="alone")
    group = tell(running, "chat", type="supergroup", title="Club", bots=["4242:test"])["id"]
    tell(running, "send", bot="4242:test", chat_id=group, text="together")
    page = open_page()
    page.click("#inspector-toggle")
    records = page.locator(".record")
    expect(records.locator(".record-place", has_text="Club")).to_have_count(3)
    page.get_by_label("Chat", exact=True).select_option("Club")
    expect(records).to_have_count(3)
    page.get_by_label("Kind").select_option("message")
    expect(records).to_have_count(2)
    page.get_by_label("Outcome").select_option("done")
    expect(records).to_have_count(2)
    page.get_by_label("Chat", exact=True).select_option("Ana")
    expect(records).to_have_count(1)
    expect(records).to_contain_text("alone")


def test_the_bots_own_calls_are_folded_away(open_page: Any, running: Running, bot: PollingBot):
    bot.call("setMyName", name="Weather")
    bot.call("setMyName", name="Weather bot")
    bot.call("sendMessage", chat_id=99, text="to nobody")
    page = open_page()
    page.click("#inspector-toggle")
    refused = page.locator(".record[data-status=refused]")
    expect(refused).to_contain_text("chat not found")
    folded = page.locator(".folded-calls")
    expect(folded).to_contain_text("setMyName ×2")
    expect(page.locator(".record")).to_have_count(1)
    folded.locator("button").click()
    expect(page.locator(".record", has_text="setMyName")).to_have_count(2)


def test_a_push_is_one_record_with_its_calls(open_page: Any, running: Running, bot: PollingBot):
    for chat, text in ((1001, "News"), (99, "News"), (1001, "More news")):
        requests.post(
            f"{running.url}/bot4242:test/sendMessage",
            json={"chat_id": chat, "text": text},
            headers={"X-Anzol-Push": "order%207"},
            timeout=60,
        )
    page = open_page()
    page.click("#inspector-toggle")
    record = page.locator(".record[data-kind=push]")
    expect(record).to_have_count(1)
    expect(record.locator(".record-type")).to_have_text("push order 7")
    expect(record).to_contain_text("2 sent")
    expect(record).to_contain_text("1 refused")
    record.locator("summary").first.click()
    expect(record.locator(".call")).to_have_count(3)
    expect(record.locator(".call", has_text="chat not found")).to_have_count(1)
    page.get_by_label("Kind").select_option("pushes")
    expect(page.locator(".record")).to_have_count(1)


def test_warnings_stand_at_the_call_and_limits_are_switched_on(
    open_page: Any, running: Running, bot: PollingBot
):
    page = open_page()
    page.click("#inspector-toggle")
    say(page, "Hello")
    expect(said(page, "echo Hello")).to_be_visible()
    bot.call("sendMessage", chat_id=1001, text="x", prase_mode="HTML")
    record = page.locator(".record", has_text="Hello")
    expect(record.locator(".badge.warn")).to_be_visible()
    record.locator("summary").first.click()
    record.locator(".call:has(.badge.warn) summary").click()
    expect(record.locator(".warning")).to_contain_text("did you mean parse_mode?")
    page.get_by_role("tab", name="Faults").click()
    page.get_by_label("Answer 429 over Telegram's limits").check()
    comes_true(page, "async () => (await (await fetch('/user/flood')).json()).result.enforced")
    page.get_by_role("button", name="+ an hour").click()
    expect(page.locator(".toast")).to_contain_text("an hour ahead")


def test_a_message_for_another_person_is_not_seen(
    open_page: Any, running: Running, bot: PollingBot
):
    rui = tell(running, "person", first_name="Rui")["id"]
    group = tell(
        running, "chat", type="supergroup", title="Crew", members=[rui], bots=["4242:test"]
    )["id"]
    page = open_page()
    page.click(".chat-row:has-text('Crew')")
    for receiver, text in ((rui, "for Rui"), (1001, "for Ana")):
        to = {"receiver_user_id": receiver}
        bot.call("sendMessage", chat_id=group, text=text, ephemeral_message_parameters=to)
    expect(said(page, "for Ana")).to_contain_text("Only you see this")
    expect(said(page, "for Rui")).to_have_count(0)


def test_a_session_is_saved_as_a_test_that_passes(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    say(page, "/start")
    page.click("text=Like")
    expect(said(page, "You like it")).to_be_visible()
    page.click("#inspector-toggle")
    expect(page.locator(".record", has_text="callback_query")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save what is listed as a test").click()
    assert download.value.suggested_filename == "test_session.py"
    saved = Path(download.value.path()).read_text()
    assert [line.strip() for line in saved.splitlines()[4:] if line] == [
        "def test_session():",
        "first = anzol.testing.client(router)",
        'ana = first.as_user("Ana")',
        'ana.send("/start")',
        'assert ana.texts == ["Welcome aboard"]',
        'ana.click("Like")',
        'assert ana.texts == ["You like it"]',
    ]
    router = Router()
    router.command("start")(lambda ctx: Reply("Welcome aboard", keyboard(("Like", "like"))))
    router.button("like")(lambda ctx: ctx.edit("You like it"))
    namespace: dict[str, Any] = {"router": router}
    exec(saved.replace("from handlers import router", ""), namespace)
    namespace["test_session"]()


def test_updates_of_a_real_bot_are_delivered_here(
    open_page: Any, bot: PollingBot, tmp_path: Path
) -> None:
    lines = tmp_path / "bot.log"
    ben = {"id": 77, "is_bot": False, "first_name": "Ben"}
    update = {
        "update_id": 5,
        "message": {
            "message_id": 3,
            "date": 1_700_000_000,
            "chat": {"id": 77, "type": "private", "first_name": "Ben"},
            "from": ben,
            "text": "from elsewhere",
        },
    }
    lines.write_text(f"started\n12:00:01 INFO {json.dumps(update)}\n")
    page = open_page()
    page.click("#main-menu")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Import updates").click()
    chooser.value.set_files(lines)
    expect(said(page, "echo")).to_be_visible()
    expect(page.locator("#chat-title")).to_contain_text("Bot 4242")
