"""Cards: paid media, checklists, rich messages, files that are only an address."""

from __future__ import annotations

from typing import Any

import pytest

from anzol.simulator import Running
from tests.browsers import PHONE, overflow
from tests.simulator.page.bot import PollingBot
from tests.simulator.page.tools import expect, said, tell

pytestmark = pytest.mark.slow

LIST = {
    "title": "Before the trip",
    "others_can_mark_tasks_as_done": True,
    "tasks": [
        {"id": 1, "text": "Buy <b>tickets</b>", "parse_mode": "HTML"},
        {"id": 2, "text": "Water the plants, all of them, and the neighbours' too"},
    ],
}


def boxes_overlap(page: Any, text: str, card: str) -> bool:
    """Whether the time of a bubble stands on the words of its card."""
    return page.evaluate(
        """([text, card]) => {
          const bubble = [...document.querySelectorAll(".bubble")].findLast(
            (one) => one.querySelector(card) && one.textContent.includes(text));
          const time = bubble.querySelector(".meta").getBoundingClientRect();
          const range = document.createRange();
          range.selectNodeContents(bubble.querySelector(card));
          return [...range.getClientRects()].some((box) =>
            box.left < time.right && box.right > time.left &&
            box.top < time.bottom && box.bottom > time.top && box.width > 0);
        }""",
        [text, card],
    )


def test_a_checklist_shows_its_tasks_and_their_marks(
    open_page: Any, running: Running, bot: PollingBot
) -> None:
    connection = tell(running, "business", bot="4242:test", **{"from": 1002})["id"]
    place = {"business_connection_id": connection, "chat_id": 1001}
    tell(running, "send", **place, text="What should I do?", **{"from": 1001})
    page = open_page(viewport=PHONE)
    page.click(".chat-row:has-text('Ana with Person 1002')")
    expect(page.locator("#chat-title")).to_contain_text("a business account's chat")
    sent = bot.call("sendChecklist", **place, checklist=LIST)
    card = page.locator(".checklist")
    expect(card).to_contain_text("Before the trip")
    expect(card.locator("b, strong", has_text="tickets")).to_be_visible()
    expect(card).to_contain_text("0 of 2 done")
    assert not boxes_overlap(page, "Before", ".checklist")
    card.get_by_role("checkbox", name="Water").click()
    expect(card).to_contain_text("1 of 2 done")
    expect(card.get_by_role("checkbox", name="Water")).to_be_checked()
    expect(card.get_by_role("checkbox", name="tickets")).not_to_be_checked()
    expect(page.locator(".service").last).to_contain_text("Ana marked “Water the plants")
    card.get_by_role("checkbox", name="Water").click()
    expect(card).to_contain_text("0 of 2 done")
    edited = {**LIST, "others_can_mark_tasks_as_done": False}
    place["message_id"] = sent["message_id"]
    bot.call("editMessageChecklist", checklist=edited, **place)
    expect(card.get_by_role("checkbox", name="Water")).to_be_disabled()
    assert overflow(page) <= 0


def test_paid_media_shows_its_price_and_opens_when_bought(
    open_page: Any, running: Running, bot: PollingBot
) -> None:
    page = open_page(viewport=PHONE)
    media = [{"type": "photo", "media": f"http://example.com/{n}.jpg"} for n in range(2)]
    bot.call("sendPaidMedia", chat_id=1001, star_count=5, media=media, caption="From the sea")
    paid = page.locator(".paid")
    expect(paid).to_contain_text("Unlock for 5 Stars")
    expect(paid.locator(".cell")).to_have_count(2)
    expect(said(page, "From the sea")).to_be_visible()
    expect(page.locator(".paid-items")).to_have_css("filter", "blur(18px)")
    paid.get_by_role("button", name="Unlock").click()
    expect(page.locator(".paid-price")).to_have_text("5 Stars")
    expect(page.locator(".paid-items")).to_have_css("filter", "none")
    assert overflow(page) <= 0
    page.reload()
    expect(page.locator(".paid-price")).to_have_text("5 Stars")


def test_other_cards_leave_room_for_the_time(
    open_page: Any, running: Running, bot: PollingBot
) -> None:
    page = open_page(viewport=PHONE)
    name = "a_rather_long_name_of_a_game_to_play_here"
    tell(running, "bot", bot="4242:test", games=[{"short_name": name}])
    bot.call("sendGame", chat_id=1001, game_short_name=name)
    bot.call("sendRichMessage", chat_id=1001, rich_message={"html": "<p>Words</p>\n<p>More</p>"})
    expect(page.locator(".rich")).to_contain_text("More")
    assert not boxes_overlap(page, "a_rather_long", ".invoice")
    assert not boxes_overlap(page, "Words", ".rich")


def test_a_photo_that_is_only_an_address_has_a_placeholder(open_page: Any, bot: PollingBot) -> None:
    page = open_page()
    bot.call("sendPhoto", chat_id=1001, photo="http://example.com/far.jpg", caption="Far")
    expect(page.locator(".unseen")).to_contain_text("an address, not fetched")
    expect(page.locator(".bubble img")).to_have_count(0)
