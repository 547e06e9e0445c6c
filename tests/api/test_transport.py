"""Calls over real HTTP: what goes out, what comes back, and that the token stays here."""

from __future__ import annotations

import logging
import socket
import ssl
import traceback
from pathlib import Path

import pytest

from anzol import ApiError, Bot, NetworkError
from anzol.api.errors import BadAnswer, ProxyError
from anzol.api.transport import Transport, is_loopback
from tests.api.conftest import TOKEN, BotApi, answer, cut, refuse

CERTIFICATE = Path(__file__).parent / "localhost.pem"
SECRET = TOKEN.partition(":")[2]


def test_a_call_is_json_on_one_kept_connection(api: BotApi, bot: Bot):
    for number in range(3):
        bot.send_message(number, "Olá <b>")
    assert api.sent()[1] == {"chat_id": 1, "text": "Olá <b>"}
    assert api.requests[0][0] == "sendMessage"
    assert len(api.connections) == 1


def test_a_refusal_becomes_an_api_error(api: BotApi, bot: Bot):
    api.script = [refuse(400, "Bad Request: chat not found")]
    with pytest.raises(ApiError) as caught:
        bot.send_message(1, "hi")
    assert (caught.value.code, caught.value.method) == (400, "sendMessage")
    assert str(caught.value) == "sendMessage: 400 Bad Request: chat not found"


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def failures(api: BotApi) -> list[tuple[str, Transport]]:
    return [
        ("cannot connect", Transport(TOKEN, f"http://127.0.0.1:{closed_port()}")),
        ("cannot connect", Transport(TOKEN, "http://no-such-host.invalid")),
        ("before the answer", Transport(TOKEN, api.url)),
        ("read timeout", Transport(TOKEN, api.url, read_timeout=0.01)),
        ("sendMessage: 400", Transport(TOKEN, api.url)),
        ("without Telegram's JSON", Transport(TOKEN, api.url)),
        ("TLS failed", Transport(TOKEN, api.url.replace("http:", "https:"))),
    ]


def say_nothing(handler: object) -> None:
    pass


@pytest.mark.parametrize("files", [{}, {"document": b"x"}], ids=["plain", "with a file"])
def test_no_error_and_no_log_line_holds_the_token(
    api: BotApi, caplog: pytest.LogCaptureFixture, files: dict[str, bytes]
):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "urllib3")
    api.script = [cut, say_nothing, refuse(400, "Bad Request"), answer(b"{")]
    for expected, transport in failures(api):
        with pytest.raises((ApiError, NetworkError), match=expected) as caught:
            transport.request("sendMessage", {"chat_id": 1}, files)
        error = caught.value
        seen = [str(error), repr(error), repr(error.args), repr(vars(error))]
        seen += traceback.format_exception(error)
        assert error.__cause__ is None and error.__context__ is None
        assert SECRET not in "".join(seen)
        transport.close()
    assert ("sendMessage" in caplog.text) is bool(files)  # urllib3 did log the requests
    assert SECRET not in caplog.text


@pytest.mark.parametrize("name", ["send message", "né\r\nX: y", "../getMe", "a?b#c", "\ud800"])
def test_an_odd_method_name_breaks_nothing_and_shows_nothing(api: BotApi, bot: Bot, name: str):
    try:
        bot.call(name)
    except Exception as error:
        assert SECRET not in "".join(traceback.format_exception(error))
    assert all("X" not in headers for _, headers, _ in api.requests)


def test_neither_bot_nor_transport_shows_the_token(bot: Bot):
    assert SECRET not in repr(bot) + repr(bot.transport) + str(bot.me)


def test_whether_a_request_may_have_arrived_is_known(api: BotApi):
    api.script = [cut]
    for transport, sent in (
        (Transport(TOKEN, f"http://127.0.0.1:{closed_port()}"), False),
        (Transport(TOKEN, api.url), True),
    ):
        with pytest.raises(NetworkError) as caught:
            transport.request("sendMessage", {}, {})
        assert caught.value.sent is sent
        transport.close()


def test_the_proxies_of_the_environment_are_read_once(api: BotApi, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", api.url)
    transport = Transport(TOKEN, "http://api.example.org")
    monkeypatch.delenv("HTTP_PROXY")
    transport.request("getMe", {}, {})
    transport.request("sendPhoto", {}, {"photo": b"x"})
    assert [method for method, _, _ in api.requests] == ["getMe", "sendPhoto"]
    assert api.paths[0].startswith("http://api.example.org/bot")
    transport.close()


@pytest.mark.parametrize("base", ["", "/", "/behind/a/proxy", "/behind/a/proxy/"])
def test_a_server_may_be_under_a_path(api: BotApi, base: str):
    transport = Transport(TOKEN, api.url + base)
    transport.request("getMe", {}, {})
    assert api.paths == [f"{base.rstrip('/')}/bot{TOKEN}/getMe"]
    transport.close()


def test_a_redirect_is_not_followed(api: BotApi):
    api.script = [answer({"to": "nowhere"}, 302)]
    transport = Transport(TOKEN, api.url)
    with pytest.raises(BadAnswer, match="HTTP 302"):
        transport.request("sendMessage", {}, {})
    assert len(api.requests) == 1
    transport.close()


def serve_tls(api: BotApi) -> tuple[str, list[bool]]:
    """Put the server under TLS; return its address, and for each connection whether it resumed a session."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    resumed: list[bool] = []

    class Accepted(ssl.SSLSocket):
        def do_handshake(self, block: bool = False) -> None:
            super().do_handshake(block)
            resumed.append(bool(self.session_reused))

    context.sslsocket_class = Accepted
    api.socket = context.wrap_socket(api.socket, server_side=True)
    return api.url.replace("http:", "https:"), resumed


FILES = pytest.mark.parametrize("files", [{}, {"photo": b"x"}], ids=["plain", "with a file"])


@FILES
def test_certificates_are_verified(
    api: BotApi, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]
):
    url, _ = serve_tls(api)
    distrusting = Transport(TOKEN, url)
    with pytest.raises(NetworkError, match="TLS failed") as caught:
        distrusting.request("sendPhoto", {}, files)
    assert not caught.value.sent
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    trusting, elsewhere = Transport(TOKEN, url), Transport(TOKEN, url.replace("127.0.0.1", "localhost"))  # fmt: skip
    assert trusting.request("sendPhoto", {}, files) is True
    with pytest.raises(NetworkError, match="TLS failed"):  # the certificate is another name's
        elsewhere.request("sendPhoto", {}, files)
    for transport in (distrusting, trusting, elsewhere):
        transport.close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_connections_and_sessions_are_reused_under_tls(
    api: BotApi, monkeypatch: pytest.MonkeyPatch, version: ssl.TLSVersion
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    url, resumed = serve_tls(api)
    api.socket.context.maximum_version = version
    transport = Transport(TOKEN, url)
    for _ in range(3):
        transport.request("getMe", {}, {})
    assert len(api.connections) == 1
    transport.close()
    for _ in range(2):
        transport.request("getMe", {}, {})
    assert resumed == [False, True]
    transport.close()


def test_loopback_is_never_asked_through_a_proxy(api: BotApi, monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for host in ("127.0.0.1", "localhost", "LOCALHOST", "127.8.9.1", "simulator.localhost"):
        url = api.url.replace("127.0.0.1", host)
        assert is_loopback(url)
        transport = Transport(TOKEN, url)
        if host in ("127.0.0.1", "localhost"):
            assert transport.request("getMe", {}, {}) is True
            assert transport.request("sendPhoto", {}, {"photo": b"x"}) is True
        transport.close()
    assert is_loopback("http://[::1]:8081") and is_loopback("http://0.0.0.0:8081")
    assert not is_loopback("https://api.telegram.org")


@pytest.mark.parametrize(
    ("proxy", "remedy"),
    [("socks5://127.0.0.1:1080", r"pip install 'requests\[socks\]'"), ("http://", "HTTPS_PROXY=http://host")],
)  # fmt: skip
def test_a_proxy_that_cannot_be_used_is_one_line(
    monkeypatch: pytest.MonkeyPatch, proxy: str, remedy: str
):
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ProxyError, match=remedy) as caught:
        Bot(TOKEN)
    assert caught.value.__cause__ is None
    assert "\n" not in str(caught.value)
