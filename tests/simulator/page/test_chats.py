"""Several people, groups, bots that are blocked or do not run."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from anzol.simulator import Running
from tests.browsers import PHONE
from tests.processes import eventually
from tests.simulator.page.bot import PollingBot
from tests.simulator.page.tools import expect, png, said, say, tell

pytestmark = pytest.mark.slow


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


def test_a_bot_that_does_not_run_is_named(open_page: Any, running: Running) -> None:
    tell(running, "send", bot="4242:test", chat_id=1001, text="Anybody?")
    page = open_page()
    expect(page.locator("#chat-title")).to_contain_text("not running")


def test_photos_tags_and_topics_are_shown(
    open_page: Any, running: Running, bot: PollingBot
) -> None:
    picture = {"me": ("me.png", png(160, 160, (200, 60, 60)))}
    url = f"{running.url}/bot4242:test/setMyProfilePhoto"
    fields = {"photo": '{"type": "static", "photo": "attach://me"}'}
    assert requests.post(url, data=fields, files=picture, timeout=60).json()["ok"]
    made = {"type": "supergroup", "title": "Team", "is_forum": True, "members": [1002]}
    group = tell(running, "chat", bot="4242", **made)["id"]
    tell(running, "join", bot="4242", chat_id=group, status="administrator")
    bot.call("setChatMemberTag", chat_id=group, user_id=1002, tag="poet")
    topic = bot.call("createForumTopic", chat_id=group, name="News")["message_thread_id"]
    place = {"bot": "4242", "chat_id": group, "message_thread_id": topic}
    tell(running, "send", **place, text="A line", **{"from": 1002})
    page = open_page(viewport={"width": 1000, "height": 700})
    page.locator(".chat-row", has_text="Team").click()
    expect(said(page, "echo Person 1002: A line")).to_be_visible()
    bubble = said(page, "A line").first
    expect(bubble.locator(".tag")).to_have_text("poet")
    expect(bubble.locator(".topic")).to_have_text("# News")
    expect(page.locator(".service", has_text="created the topic “News”")).to_be_visible()
    expect(page.locator(".side .avatar img")).to_be_visible()
    expect(page.locator(".chat-row .avatar img")).to_have_count(1)
    bot.call("removeMyProfilePhoto")
    expect(page.locator(".chat-row .avatar img")).to_have_count(0)


def test_chats_are_searched(open_page: Any, running: Running, bot: PollingBot):
    for title in ("Sailing", "Chess"):
        tell(running, "chat", type="supergroup", title=title, bots=["4242:test"])
    page = open_page()
    expect(page.locator(".chat-row")).to_have_count(3)
    page.fill("#chat-search", "sail")
    expect(page.locator(".chat-row")).to_have_count(1)
    page.press("#chat-search", "ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#chat-title")).to_contain_text("Sailing")
    page.fill("#chat-search", "nothing like it")
    expect(page.locator("#chat-list")).to_contain_text("No chat has these words.")


def test_a_bot_answers_for_an_account(open_page: Any, running: Running, bot: PollingBot) -> None:
    tell(running, "person", first_name="Rui")
    page = open_page()
    say(page, "hello")
    page.click("#chat-menu")
    page.get_by_role("menuitem", name="Let it answer for my account").click()
    page.select_option("dialog [name=writer]", label="Rui")
    page.get_by_role("button", name="Connect").click()
    row = page.locator(".chat-row", has_text="Rui with Ana")
    expect(row).to_contain_text("Hello!")
    row.click()
    expect(page.locator("#chat-title")).to_contain_text("a business account's chat")


def test_somebody_boosts_and_asks_to_join(
    open_page: Any, running: Running, bot: PollingBot
) -> None:
    rui = tell(running, "person", first_name="Rui")["id"]
    chat = tell(running, "chat", type="supergroup", title="Crew", bots=[4242], **{"from": 1001})
    tell(running, "join", chat_id=chat["id"], bot="4242:test", status="administrator")
    page = open_page()
    page.click(".chat-row:has-text('Crew')")
    page.click("#chat-menu")
    page.get_by_role("menuitem", name="Boost").click()
    expect(page.locator(".toast")).to_have_text("Boosted")
    page.click("#who")
    page.get_by_role("menuitemradio", name="Rui").click()
    page.click(".chat-row:has-text('Crew')")
    page.click("#chat-menu")
    page.get_by_role("menuitem", name="Ask to join").click()

    def asked() -> list[Any]:
        entries = requests.get(f"{running.url}/user/log?limit=1000", timeout=30).json()["result"]
        return [one for one in entries if one.get("type") == "chat_join_request"]

    assert eventually(asked)[0]["update"]["chat_join_request"]["from"]["id"] == rui


def test_a_phone_shows_the_first_steps_below_an_empty_list(open_page: Any) -> None:
    page = open_page(viewport=PHONE)
    page.click("text=Create one here")
    page.press("dialog input >> nth=0", "Enter")
    expect(page.locator("#chat-title")).to_contain_text("Bot 4242")
