"""The operator's page of pushes, topics and jobs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from anzol import Router, Topic, subscriptions
from anzol.settings import Settings
from anzol.simulator.running import Running
from tests.browsers import PHONE, barriers, expect, overflow
from tests.server.pushing import KEY, Pushing
from tests.servers import listening

pytestmark = pytest.mark.usefixtures("brisk")


@pytest.fixture
def server(simulated: Running, settings: Settings) -> Iterator[Pushing]:
    router = Router()
    router.include(subscriptions(Topic("news", "The <b>news</b>")))
    made = Pushing(simulated, settings, router)
    made.people(7)
    yield made
    made.stop()


def sign_in(server: Pushing) -> str:
    page = server.client.post("/admin/sign-in", data={"key": KEY}, follow_redirects=True).text
    found = re.search(r'name="form_token" value="(\w+)"', page)
    assert found
    return found[1]


def test_the_page_shows_topics_and_pushes(server: Pushing):
    sign_in(server)
    assert "None yet" in server.client.get("/admin/push").text
    server.anzol.first.audience.subscribe("news", 7)
    number = server.post("/push", {"topic": "news", "text": "secret words"}).json["id"]
    server.wait_for(7, "secret words")
    server.idle()
    page = server.client.get("/admin/push").text
    assert number in page and "1 sent" in page
    assert "The &lt;b&gt;news" in page and "secret words" not in page


def test_its_buttons_hold_back_go_on_and_cancel(server: Pushing):
    token = sign_in(server)
    number = server.post("/push", {"chat_id": 7, "text": "x", "delay": 3600}).json["id"]
    form: dict[str, Any] = {"form_token": token, "of": server.anzol.bot.id, "batch": number}
    for action, state in (("hold", "held"), ("resume", "waiting"), ("cancel", "cancelled")):
        answer = server.client.post(f"/admin/{action}", data=form)
        assert answer.status_code == 303
        assert server.anzol.outbox.counts(number)[state] == 1
        assert f"1 {state}" in server.client.get("/admin/push").text


def test_who_is_not_signed_in_changes_nothing(server: Pushing):
    number = server.post("/push", {"chat_id": 7, "text": "x", "delay": 3600}).json["id"]
    form = {"of": server.anzol.bot.id, "batch": number}
    assert server.client.post("/admin/cancel", data=form).status_code == 403
    assert "API_KEY" in server.client.get("/admin/push").text
    assert server.anzol.outbox.counts(number)["waiting"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_can_be_used_by_everybody(server: Pushing, browser: Any, scheme: str):
    for delay in (0, 3600):
        server.post("/push", {"chat_id": 7, "text": "x", "delay": delay})
    server.wait_for(7, "x")
    with listening(server.app, server.settings) as (_, (host, port)):
        context = browser.new_context(viewport=PHONE, color_scheme=scheme)
        page = context.new_page()
        page.goto(f"http://{host}:{port}/admin")
        page.fill("#key", KEY)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Push").click()
        expect(page.get_by_role("button", name="Hold back")).to_be_visible()
        assert overflow(page) <= 0
        page.get_by_role("button", name="Hold back").click()
        expect(page.get_by_role("button", name="Go on")).to_be_visible()
        assert barriers(page) == []
        context.close()
