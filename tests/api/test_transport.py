"""Calls over real HTTP: what goes out, what comes back, and that the token stays here."""

from __future__ import annotations

import io
import json
import logging
import socket
import ssl
import traceback
from email import message_from_bytes
from pathlib import Path

import pytest

from anzol import ApiError, Bot, NetworkError, TooLarge
from anzol.api.envelope import read_answer
from anzol.api.errors import BadAnswer, ChatMigrated, Forbidden, RetryAfter, Unauthorized
from anzol.api.transport import Transport
from tests.api.conftest import TOKEN, BotApi, answer, cut, refuse

SECRET = TOKEN.partition(":")[2]


def parts(headers: dict[str, str], body: bytes) -> dict[str, tuple[str | None, bytes]]:
    """The parts of a multipart body: name → file name, content."""
    whole = message_from_bytes(f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode() + body)
    return {
        part.get_param("name", header="Content-Disposition"): (
            part.get_filename(),
            part.get_payload(decode=True),
        )
        for part in whole.get_payload()
    }


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


NOT_TELEGRAMS = [
    (200, b"<html>Please sign in</html>", False),
    (302, b"<html>Moved</html>", False),
    (429, b"<html>Slow down</html>", False),
    (502, b"<html>Bad gateway</html>", False),
    (504, b"<html>Gateway timeout</html>", True),
    (200, b"", True),
    (200, b"\xff", True),
    (200, b"[1]", True),
    (200, b'{"ok":true}', True),
    (200, b'{"ok":"yes","result":1}', True),
    (200, b'{"ok":true,"result":{"message_id":', True),
    (200, b'{"ok":true,"result":' + b"[" * 1000 + b"]" * 1000 + b"}", True),
    (200, b'{"ok":true,"result":' + b'{"a":' * 300 + b"1" + b"}" * 300 + b"}", True),
    (200, b'{"ok":false}', False),
    (400, b'{"ok":false,"error_code":"x","description":"odd"}', False),
    (400, b'{"ok":false,"error_code":true,"description":"odd"}', False),
    (400, b'{"ok":false,"error_code":400,"description":["odd"]}', False),
    (400, b'{"ok":false,"error_code":400,"description":"odd","parameters":[1]}', False),
    (400, b'{"ok":false,"error_code":400,"parameters":{"migrate_to_chat_id":"x"}}', False),
    (429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":-5}}', False),
    (429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":"abc"}}', False),
    (429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":[3]}}', False),
    (429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":1e400}}', False),
    (429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":99999999999}}', False),
]


@pytest.mark.parametrize(("status", "body", "sent"), NOT_TELEGRAMS)
def test_an_answer_that_is_not_telegrams_is_one_kind_of_error(
    api: BotApi, status: int, body: bytes, sent: bool
):
    api.script = [answer(body, status)]
    transport = Transport(TOKEN, api.url)
    with pytest.raises(BadAnswer, match="without Telegram's JSON") as caught:
        transport.request("sendMessage", {}, {})
    assert (caught.value.status, caught.value.sent) == (status, sent)
    transport.close()


def test_a_deep_but_plausible_answer_is_read(api: BotApi, bot: Bot):
    api.result = json.loads('{"reply_to_message":' * 90 + '{"text":"[[[["}' + "}" * 90)
    assert bot.call("getChat", chat_id=1).reply_to_message.reply_to_message


@pytest.mark.parametrize(
    ("code", "parameters", "kind"),
    [
        (400, {}, ApiError),
        (401, {}, Unauthorized),
        (403, {}, Forbidden),
        (429, {"retry_after": 3}, RetryAfter),
        (429, {}, RetryAfter),
        (400, {"migrate_to_chat_id": -1001}, ChatMigrated),
    ],
)
def test_every_refusal_has_its_class(code: int, parameters: dict[str, int], kind: type[ApiError]):
    envelope = {"ok": False, "error_code": code, "description": "no", "parameters": parameters}
    with pytest.raises(ApiError) as caught:
        read_answer("sendMessage", code, json.dumps(envelope).encode())
    assert type(caught.value) is kind
    assert (caught.value.code, caught.value.parameters) == (code, parameters)


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


def test_no_error_and_no_log_line_holds_the_token(api: BotApi, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "urllib3")
    api.script = [cut, say_nothing, refuse(400, "Bad Request"), answer(b"{")]
    for expected, transport in failures(api):
        with pytest.raises((ApiError, NetworkError), match=expected) as caught:
            transport.request("sendMessage", {"chat_id": 1}, {})
        error = caught.value
        seen = [str(error), repr(error), repr(error.args), repr(vars(error))]
        seen += traceback.format_exception(error)
        assert error.__cause__ is None and error.__context__ is None
        assert SECRET not in "".join(seen)
        transport.close()
    assert "sendMessage" in caplog.text  # urllib3 did log the requests
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
    assert [method for method, _, _ in api.requests] == ["getMe"]
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


def test_certificates_are_verified(api: BotApi, monkeypatch: pytest.MonkeyPatch):
    certificate = Path(__file__).parent / "localhost.pem"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    api.socket = context.wrap_socket(api.socket, server_side=True)
    url = api.url.replace("http:", "https:")
    distrusting = Transport(TOKEN, url)
    with pytest.raises(NetworkError, match="TLS failed") as caught:
        distrusting.request("getMe", {}, {})
    assert not caught.value.sent
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    trusting = Transport(TOKEN, url)
    assert trusting.request("getMe", {}, {}) is True
    for transport in (distrusting, trusting):
        transport.close()


def test_files_go_as_multipart_beside_their_fields(api: BotApi, bot: Bot, tmp_path: Path):
    path = tmp_path / 'say "hi".txt'
    path.write_bytes(b"from disk")
    bot.send_document(
        7, path, caption="ä", reply_markup={"inline_keyboard": []}, disable_notification=True
    )
    _, headers, body = api.requests[0]
    got = parts(headers, body)
    assert got["chat_id"] == (None, b"7")
    assert got["caption"] == (None, "ä".encode())
    assert json.loads(got["reply_markup"][1]) == {"inline_keyboard": []}
    assert got["disable_notification"] == (None, b"true")
    assert got["document"] == ("say %22hi%22.txt", b"from disk")


@pytest.mark.parametrize(
    ("file", "name", "content"),
    [
        (b"bytes", "file", b"bytes"),
        (("cat.jpg", b"named"), "cat.jpg", b"named"),
        (io.BytesIO(b"stream"), "file", b"stream"),
        (("s.txt", io.BytesIO(b"both")), "s.txt", b"both"),
    ],
)
def test_every_sort_of_file_arrives(api: BotApi, bot: Bot, file: object, name: str, content: bytes):
    bot.send_photo(7, file)
    assert parts(*api.requests[0][1:])["photo"] == (name, content)


def test_a_file_inside_an_album_is_attached(api: BotApi, bot: Bot):
    media = [{"type": "photo", "media": b"one"}, {"type": "photo", "media": "an-id"}]
    bot.send_media_group(7, media)
    got = parts(*api.requests[0][1:])
    assert json.loads(got["media"][1])[0]["media"] == "attach://file0"
    assert json.loads(got["media"][1])[1]["media"] == "an-id"
    assert got["file0"][1] == b"one"
    assert media[0]["media"] == b"one"


def test_a_stream_that_cannot_go_back_is_sent_again_after_a_failure(api: BotApi, bot: Bot):
    class Pipe(io.RawIOBase):
        name = "/tmp/pipe.bin"

        def __init__(self) -> None:
            self.blocks = [b"only ", b"once"]

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:
            block = self.blocks.pop(0) if self.blocks else b""
            buffer[: len(block)] = block
            return len(block)

    api.script = [refuse(502, "Bad Gateway")]
    bot.send_document(7, Pipe())
    assert [parts(*request[1:])["document"] for request in api.requests] == [
        ("pipe.bin", b"only once")
    ] * 2


def test_a_given_stream_is_left_open_where_it_was(api: BotApi, bot: Bot):
    stream = io.BytesIO(b"skip me, send me")
    stream.seek(9)
    bot.send_document(7, stream)
    assert parts(*api.requests[0][1:])["document"][1] == b"send me"
    assert stream.tell() == 9


def test_a_file_opened_as_text_is_refused(bot: Bot, tmp_path: Path):
    path = tmp_path / "text.txt"
    path.write_text("x")
    with path.open() as stream, pytest.raises(TypeError, match="open files for Telegram with 'rb'"):
        bot.send_document(7, stream)


class Zeros(io.RawIOBase):
    """A large file that is nowhere; it notices how much of it is read at once."""

    def __init__(self, size: int) -> None:
        self.size, self.place, self.largest = size, 0, 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place = offset + (0, self.place, self.size)[whence]
        return self.place

    def read(self, size: int = -1) -> bytes:
        self.largest = max(self.largest, self.size if size < 0 else size)
        block = bytes(min(size, self.size - self.place))
        self.place += len(block)
        return block


def test_a_large_upload_is_never_whole_in_memory(api: BotApi, bot: Bot):
    seen = 0

    def count(stream: io.BufferedReader, length: int) -> bytes:
        nonlocal seen
        while seen < length:
            seen += len(stream.read(min(65536, length - seen)))
        return b""

    api.read = count
    file = Zeros(40 * 1024 * 1024)
    bot.send_document(7, file)
    assert seen > file.size
    assert file.largest <= 1024 * 1024


def serve_file(api: BotApi, content: bytes, path: str = "documents/a b.txt") -> dict[str, object]:
    file = {"file_id": "F", "file_unique_id": "U", "file_path": path}
    api.result = file
    api.files[path.replace(" ", "%20")] = answer(content)
    return {"document": file | {"file_name": "a b.txt"}}


def test_a_download_lands_in_a_folder_under_its_name(api: BotApi, bot: Bot, tmp_path: Path):
    from anzol.api.downloads import file_in, save_download

    message = serve_file(api, b"content")
    assert save_download(bot, file_in(message), tmp_path) == tmp_path / "a b.txt"
    assert (tmp_path / "a b.txt").read_bytes() == b"content"
    assert api.sent() == [{"file_id": "F"}]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/shadow", "shadow"),
        ("..", "U"),
        ("", "U"),
        ("a\x00b\n.txt", "a_b_.txt"),
        ("x" * 300 + ".txt", "x" * 96 + ".txt"),
    ],
)
def test_a_name_chosen_by_the_sender_stays_in_the_folder(
    api: BotApi, bot: Bot, tmp_path: Path, given: str, kept: str
):
    from anzol.api.downloads import save_download

    message = serve_file(api, b"content")
    path = save_download(bot, message["document"] | {"file_name": given}, tmp_path)
    assert path == tmp_path / kept
    assert list(tmp_path.iterdir()) == [path]


def test_a_download_that_is_too_large_leaves_nothing(api: BotApi, bot: Bot, tmp_path: Path):
    from anzol.api.downloads import save_download

    message = serve_file(api, b"x" * 200_000)
    with pytest.raises(TooLarge, match="max_size=100000"):
        save_download(bot, message["document"], tmp_path, max_size=100_000)
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_breaks_off_is_a_network_error(api: BotApi, bot: Bot, tmp_path: Path):
    from anzol.api.downloads import save_download

    def half(handler: object) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.close_connection = True

    message = serve_file(api, b"")
    api.files["documents/a%20b.txt"] = half
    with pytest.raises(NetworkError, match="broke before the end") as caught:
        save_download(bot, message["document"], tmp_path)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert list(tmp_path.iterdir()) == []


def test_a_local_server_has_the_file_on_this_disk(api: BotApi, bot: Bot, tmp_path: Path):
    from anzol.api.downloads import open_download

    stored = tmp_path / "stored.bin"
    stored.write_bytes(b"local")
    file = serve_file(api, b"", path=str(stored))["document"]
    with open_download(bot, file) as stream:
        assert stream.read() == b"local"
