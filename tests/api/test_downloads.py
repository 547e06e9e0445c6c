"""Files on their way down: streamed, bounded, and never outside the folder that was given."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from anzol import Bot, NetworkError, TooLarge
from anzol.api.downloads import FileElsewhere, file_in, open_download, save_download
from tests.api.conftest import TOKEN, BotApi, answer

SECRET = TOKEN.partition(":")[2]


def serve_file(api: BotApi, content: bytes, path: str = "documents/a b.txt") -> dict[str, object]:
    file = {"file_id": "F", "file_unique_id": "U", "file_path": path}
    api.result = file
    api.files[path.replace(" ", "%20")] = answer(content)
    return {"document": file | {"file_name": "a b.txt"}}


def test_a_download_lands_in_a_folder_under_its_name(api: BotApi, bot: Bot, tmp_path: Path):
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
    message = serve_file(api, b"content")
    path = save_download(bot, message["document"] | {"file_name": given}, tmp_path)
    assert path == tmp_path / kept
    assert list(tmp_path.iterdir()) == [path]


def test_a_download_that_is_too_large_leaves_nothing(api: BotApi, bot: Bot, tmp_path: Path):
    message = serve_file(api, b"x" * 200_000)
    with pytest.raises(TooLarge, match="max_size=100000"):
        save_download(bot, message["document"], tmp_path, max_size=100_000)
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_breaks_off_is_a_network_error(api: BotApi, bot: Bot, tmp_path: Path):
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
    stored = tmp_path / "stored.bin"
    stored.write_bytes(b"local")
    file = serve_file(api, b"", path=str(stored))["document"]
    with open_download(bot, file) as stream:
        assert stream.read() == b"local"


def test_a_local_server_on_another_disk_is_explained(api: BotApi, bot: Bot, tmp_path: Path):
    message = serve_file(api, b"", path=str(tmp_path / "not-here.bin"))
    with pytest.raises(FileElsewhere, match="not-here.bin.*No such file.*without --local"):
        save_download(bot, file_in(message), tmp_path)
    assert list(tmp_path.iterdir()) == []
