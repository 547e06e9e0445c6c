"""The operator's page: who gets in, what it shows, what its buttons do."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anzol.queue import Queue
from anzol.server.updates import task_of
from anzol.settings import Settings
from tests.fakes import FakeTransport, message
from tests.servers import create_app

KEY = "operator-key-0123456789"
BROKEN = """
from anzol import Router

router = Router()
works = []

@router.text("bad")
def bad(ctx):
    if not works:
        raise ValueError("the <b>weather</b> is broken")

@router.on("message")
def fine(ctx):
    pass
"""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (tmp_path / "admin_bot.py").write_text(BROKEN)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "admin_bot", raising=False)
    return replace(settings, api_key=KEY, handlers="admin_bot", drain_seconds=1)


@pytest.fixture
def app(settings: Settings) -> Flask:
    app = create_app(settings)
    telegram = FakeTransport()
    telegram.answers["getWebhookInfo"] = {
        "url": "https://bot.example.org/webhook",
        "pending_update_count": 17,
        "last_error_date": int(time.time()) - 120,
        "last_error_message": "Read timeout expired",
    }
    app.extensions["anzol"].bot.transport = telegram
    return app


@pytest.fixture
def inbox(app: Flask) -> Iterator[Queue]:
    inbox: Queue = app.extensions["anzol"].queue
    yield inbox
    inbox.stop()


def receive(inbox: Queue, text: str, update_id: int) -> None:
    update = message(text, update_id=update_id)
    inbox.put_and_wait(task_of(123456, update, json.dumps(update).encode()), 10)


def sign_in(client: FlaskClient) -> str:
    """Sign in and return the form token of the page."""
    answer = client.post("/admin/sign-in", data={"key": KEY}, follow_redirects=True)
    return form_token(answer.text)


def form_token(page: str) -> str:
    return re.search(r'name="form_token" value="(\w+)"', page)[1]


PATHS = ["/admin", "/admin/style.css", "/admin/updates/1"]


@pytest.mark.parametrize("path", PATHS)
def test_without_an_api_key_there_is_no_page(settings: Settings, path: str):
    client = create_app(replace(settings, api_key="")).test_client()
    assert client.get(path).status_code == 404
    assert client.post("/admin/sign-in", data={"key": ""}).status_code == 404


def test_who_is_not_signed_in_sees_a_form_and_nothing_else(client: FlaskClient, inbox: Queue):
    receive(inbox, "bad", 1)
    for path in ("/admin", "/admin/updates/1"):
        page = client.get(path)
        assert page.status_code == 200
        assert 'name="key"' in page.text
        assert "weather" not in page.text


def test_the_cookie_is_for_this_page_alone_and_out_of_scripts_reach(client: FlaskClient):
    answer = client.post(
        "/admin/sign-in", data={"key": KEY}, base_url="https://bot.example.org", buffered=True
    )
    assert answer.status_code == 303
    (cookie,) = SimpleCookie(answer.headers["Set-Cookie"]).values()
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/admin"
    assert KEY not in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_on_this_machine_plain_http_is_enough(client: FlaskClient, host: str):
    answer = client.post("/admin/sign-in", data={"key": KEY}, base_url=f"http://{host}")
    assert "Secure" not in answer.headers["Set-Cookie"]


def test_a_cookie_that_is_not_kept_is_explained(client: FlaskClient):
    assert "over https" in client.get("/admin?in=1").text


@pytest.mark.attack
@pytest.mark.parametrize("key", ["", "wrong", KEY + "x", KEY[:-1], "ключ", "\ud800"])
def test_a_wrong_key_does_not_get_in(client: FlaskClient, key: str):
    answer = client.post("/admin/sign-in", data={"key": key.encode("utf-8", "surrogatepass")})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert 'name="key"' in client.get("/admin").text


@pytest.mark.attack
def test_who_guesses_keys_is_slowed_down(client: FlaskClient):
    public = {"REMOTE_ADDR": "8.8.4.4"}
    for _ in range(10):
        client.post("/admin/sign-in", data={"key": "wrong"}, environ_overrides=public)
    answer = client.post("/admin/sign-in", data={"key": "wrong"}, environ_overrides=public)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    answer = client.post("/admin/sign-in", data={"key": KEY}, environ_overrides=public)
    assert answer.status_code == 303


@pytest.mark.attack
@pytest.mark.parametrize("value", ["", "x", "x.y.z", "AAAA.BBBB.CCCC"])
def test_a_forged_cookie_does_not_get_in(client: FlaskClient, value: str):
    client.set_cookie("anzol_admin", value, path="/admin")
    assert 'name="key"' in client.get("/admin").text


@pytest.mark.attack
def test_a_cookie_of_another_key_does_not_get_in(settings: Settings, client: FlaskClient):
    sign_in(client)
    cookie = client.get_cookie("anzol_admin", path="/admin")
    other = create_app(replace(settings, api_key=KEY + "-new")).test_client()
    other.set_cookie("anzol_admin", cookie.value, path="/admin")
    assert 'name="key"' in other.get("/admin").text


def test_dead_letters_are_shown_with_their_traceback_and_run_again(
    client: FlaskClient, inbox: Queue
):
    import admin_bot

    receive(inbox, "bad", 1)
    receive(inbox, "good", 2)
    token = sign_in(client)
    page = client.get("/admin").text
    assert "ValueError: the &lt;b&gt;weather&lt;/b&gt; is broken" in page
    seq = re.search(r"/admin/updates/(\d+)", page)[1]
    detail = client.get(f"/admin/updates/{seq}").text
    assert "Traceback" in detail
    assert "admin_bot.py" in detail
    assert "&#34;text&#34;: &#34;bad&#34;" in detail
    admin_bot.works.append(True)
    answer = client.post("/admin/retry", data={"form_token": token, "seq": seq})
    assert answer.status_code == 303
    assert "1 opened again" in client.get(answer.location).text
    inbox.stop()
    assert inbox.counts()["dead"] == 0


def test_dead_letters_are_deleted(client: FlaskClient, inbox: Queue):
    receive(inbox, "bad", 1)
    token = sign_in(client)
    answer = client.post("/admin/delete", data={"form_token": token, "state": "dead"})
    assert "1 deleted" in client.get(answer.location).text
    assert inbox.counts()["dead"] == 0


@pytest.mark.parametrize("state", ["open", "done", "", "x"])
def test_only_what_is_over_is_deleted(client: FlaskClient, inbox: Queue, state: str):
    receive(inbox, "good", 1)
    token = sign_in(client)
    answer = client.post("/admin/delete", data={"form_token": token, "state": state})
    assert answer.status_code == 400
    assert inbox.counts()["done"] == 1


ACTIONS = ["retry", "retry-all", "delete", "sign-out"]


@pytest.mark.attack
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("token", ["", "0" * 64, "ü"])
def test_a_form_of_another_site_does_nothing(
    client: FlaskClient, inbox: Queue, action: str, token: str
):
    receive(inbox, "bad", 1)
    sign_in(client)
    data = {"form_token": token, "seq": "1", "state": "dead"}
    assert client.post(f"/admin/{action}", data=data).status_code == 403
    assert inbox.counts()["dead"] == 1
    assert "Dead letters" in client.get("/admin").text


@pytest.mark.attack
@pytest.mark.parametrize("action", ACTIONS)
def test_buttons_are_no_links(client: FlaskClient, action: str):
    sign_in(client)
    assert client.get(f"/admin/{action}").status_code == 405


@pytest.mark.attack
def test_a_form_token_is_of_one_session(client: FlaskClient, app: Flask, inbox: Queue):
    receive(inbox, "bad", 1)
    stolen = sign_in(app.test_client())
    sign_in(client)
    answer = client.post("/admin/delete", data={"form_token": stolen, "state": "dead"})
    assert answer.status_code == 403


def test_signing_out_ends_the_session(client: FlaskClient):
    token = sign_in(client)
    client.post("/admin/sign-out", data={"form_token": token})
    assert 'name="key"' in client.get("/admin").text


@pytest.mark.attack
def test_nothing_on_the_page_may_run_or_be_framed(client: FlaskClient):
    sign_in(client)
    answer = client.get("/admin")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_address_with_a_slash_leads_to_the_page(client: FlaskClient):
    assert client.get("/admin/").location == "/admin"


def test_what_telegram_says_of_the_webhook_is_shown(client: FlaskClient):
    sign_in(client)
    page = client.get("/admin").text
    assert "https://bot.example.org/webhook" in page
    assert ">17<" in page
    assert "2 min ago" in page
    assert "Read timeout expired" in page


@pytest.mark.attack
def test_what_cannot_be_sent_as_it_is_is_shown_as_escapes(client: FlaskClient, inbox: Queue):
    bad = message("bad", update_id=77, caption="\ud800 alone")
    inbox.put_and_wait(task_of(123456, bad, json.dumps(bad).encode()), 10)
    sign_in(client)
    (entry,) = inbox.list("dead")
    assert "\\ud800 alone" in client.get(f"/admin/updates/{entry.seq}").text
    assert client.get(f"/admin/updates/{10**30}").status_code == 404


def test_an_update_that_is_not_there_is_not_found(client: FlaskClient, inbox: Queue):
    inbox.start()
    sign_in(client)
    page = client.get("/admin/updates/99")
    assert page.status_code == 404
    assert "There is none by that number" in page.text


def test_a_database_that_cannot_be_used_is_told(settings: Settings, tmp_path: Path):
    url = f"sqlite:///{tmp_path}/nowhere/x.db"
    app = create_app(replace(settings, database_url=url))
    app.extensions["anzol"].bot.transport = FakeTransport()
    client = app.test_client()
    sign_in(client)
    assert "cannot be stored" in client.get("/admin").text
