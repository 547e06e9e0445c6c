"""Files on their way up: as multipart beside their fields, and recognised when a call is made again."""

from __future__ import annotations

import io
import json
import os
import tempfile
from email import message_from_bytes
from pathlib import Path

import pytest

from anzol import Bot
from anzol.api.uploads import digest
from tests.api.conftest import BotApi, refuse


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


def test_order_of_parameters_does_not_count_but_values_do():
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_files_are_told_apart_by_size_only(tmp_path: Path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"abc")
    other.write_bytes(b"xyz")
    same = {
        digest({"photo": file}) for file in (one, other, b"abc", io.BytesIO(b"123"), ("n", b"abc"))
    }
    with tempfile.TemporaryFile() as file:
        file.write(b"987")
        file.seek(0)
        same.add(digest({"photo": file}))
    assert len(same) == 2  # a tuple is a list to JSON: its name counts too
    assert digest({"photo": b"abcd"}) not in same


def test_a_stream_without_an_end_to_look_at():
    reading, writing = os.pipe()
    os.close(writing)
    with open(reading, "rb") as pipe:
        assert digest({"document": pipe})


def test_what_is_no_parameter():
    with pytest.raises(TypeError, match="object cannot be sent"):
        digest({"a": object()})
