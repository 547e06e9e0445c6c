from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from anzol.queue import Unavailable
from anzol.server import webhook
from anzol.settings import Settings
from tests.servers import listening

SECRET = "right-secret"
HEADERS = {webhook.SECRET_HEADER: SECRET}


class Accept:
    """Stands for the inbox: remembers what it got, or cannot store."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, Any], bytes]] = []
        self.full = False

    def __call__(self, update: dict[str, Any], body: bytes) -> None:
        if self.full:
            raise Unavailable("disk full")
        self.got.append((update, body))


@pytest.fixture
def accept() -> Accept:
    return Accept()


@pytest.fixture
def app(accept: Accept) -> Flask:
    app = Flask("test")
    webhook.add_routes(app, path="/webhook", secret=SECRET, accept=accept)
    return app


def test_an_update_is_accepted_with_an_empty_200(client, accept):
    body = b'{"update_id": 7, "message": {}}'
    response = client.post("/webhook", data=body, headers=HEADERS)
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["Content-Length"] == "0"
    assert accept.got == [({"update_id": 7, "message": {}}, body)]


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain", ""]
)
def test_json_is_read_whatever_the_content_type(client, accept, content_type):
    client.post("/webhook", data=b'{"update_id": 7}', headers=HEADERS, content_type=content_type)
    assert accept.got[0][0] == {"update_id": 7}


@pytest.mark.parametrize(
    "given", [None, "", "wrong", "right-secre", "right-secret ", "ünright", "秘密"]
)
def test_without_the_right_secret_nobody_comes_in(client, accept, given):
    headers = {} if given is None else {webhook.SECRET_HEADER: given.encode().decode("latin-1")}
    response = client.post("/webhook", data=b'{"update_id": 7}', headers=headers)
    assert response.status_code == 403
    assert SECRET not in response.text
    assert not accept.got


def test_without_a_configured_secret_nobody_comes_in(accept):
    app = Flask("test")
    webhook.add_routes(app, path="/webhook", secret="", accept=accept)
    response = app.test_client().post("/webhook", data=b"{}", headers={webhook.SECRET_HEADER: ""})
    assert response.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"update_id=7",
        b'{"update_id": 7',
        b"[]",
        b"7",
        b"null",
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": 7.0}',
        b'{"update_id": -1}',
        b'{"update_id": 9223372036854775808}',
        b"\xff\xfe\xfd",
        b"[" * 100_000,
        b'{"update_id": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_update_gets_400_and_one_line(client, accept, body):
    response = client.post("/webhook", data=body, headers=HEADERS)
    assert response.status_code == 400
    assert response.text.count("\n") == 1
    assert not accept.got


def test_the_secret_is_looked_at_before_the_body(client):
    assert client.post("/webhook", data=b"nonsense").status_code == 403


def test_a_body_over_one_mebibyte_gets_413(client, accept):
    limit = 1024 * 1024
    update = b'{"update_id": 7, "x": "%s"}' % (b"x" * (limit - 25))
    assert len(update) == limit
    assert client.post("/webhook", data=update, headers=HEADERS).status_code == 200
    assert client.post("/webhook", data=update + b" ", headers=HEADERS).status_code == 413


def test_what_cannot_be_stored_is_asked_for_again(client, accept):
    accept.full = True
    response = client.post("/webhook", data=b'{"update_id": 7}', headers=HEADERS)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "2"


def test_a_trailing_slash_is_no_redirect(client):
    response = client.post("/webhook/", data=b'{"update_id": 7}', headers=HEADERS)
    assert response.status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_other_methods_are_explained(client, method):
    response = client.open("/webhook", method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    if method != "HEAD":
        assert "Telegram" in response.text


def test_other_addresses_are_not_found(client):
    assert client.get("/").status_code == 404


@pytest.fixture
def connection(app: Flask) -> Iterator[http.client.HTTPConnection]:
    """One kept-alive connection to the app behind waitress as we run it."""
    with listening(app, Settings()) as (_, address):
        connection = http.client.HTTPConnection(*address, timeout=10)
        yield connection
        connection.close()


def test_one_connection_carries_many_updates(connection, accept):
    for number in range(3):
        connection.request("POST", "/webhook", b'{"update_id": %d}' % number, HEADERS)
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"")
        assert response.version == 11
        assert response.headers["Content-Length"] == "0"
        assert response.headers.get("Connection", "keep-alive").lower() != "close"
        assert "Server" not in response.headers
    assert len(accept.got) == 3


def test_a_chunked_body_is_read(connection, accept):
    connection.request("POST", "/webhook", iter([b'{"update', b'_id": 7}']), HEADERS)
    assert connection.getresponse().status == 200
    assert accept.got[0][1] == b'{"update_id": 7}'


def test_a_huge_body_is_refused_before_it_is_read(connection, accept):
    connection.putrequest("POST", "/webhook")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders()
    assert connection.getresponse().status == 413
