from __future__ import annotations

import io
import json
import shlex
import sys
from pathlib import Path

import pytest

from anzol.local import banner


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_the_curl_line_is_one_shell_command_that_writes_in_the_chat():
    line = banner.message_curl("http://127.0.0.1:8081/")
    assert "\n" not in line
    curl, url, _, kind, _, body = shlex.split(line)
    assert (curl, url) == ("curl", "http://127.0.0.1:8081/user/send")
    assert kind == "Content-Type: application/json"
    assert json.loads(body) == {
        "bot": 4242,
        "from": 1001,
        "chat_id": 1001,
        "text": "Hello from curl",
    }


@pytest.mark.parametrize("has_file", [True, False])
def test_the_other_line_posts_an_update_to_the_webhook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_file: bool
):
    monkeypatch.chdir(tmp_path)
    if has_file:
        banner.SAMPLE.parent.mkdir(parents=True)
        banner.SAMPLE.write_text("{}")
    line = banner.update_curl("http://127.0.0.1:8000/webhook", "s3cret")
    *curl, header, _, body = shlex.split(line)
    assert curl == ["curl", "-X", "POST", "http://127.0.0.1:8000/webhook", "-H"]
    assert header == "X-Telegram-Bot-Api-Secret-Token: s3cret"
    if has_file:
        assert body == "@examples/updates/text.json"
    else:
        assert json.loads(body)["message"]["from"]["id"] == 1001


def test_the_whole_banner_fits_a_screen(capsys: pytest.CaptureFixture[str]):
    banner.simulator("http://127.0.0.1:8081/", "http://127.0.0.1:8000/webhook", "x" * 64)
    shown = capsys.readouterr().out
    assert sum(max(1, -(-len(line) // 80)) for line in shown.splitlines()) < 24


def test_a_step_is_one_plain_line_in_a_pipe(capsys):
    with banner.step("The tunnel is open"):
        pass
    assert capsys.readouterr().out == "  ✓ The tunnel is open  0.0 s\n"


def test_a_failed_step_is_marked(capsys):
    with pytest.raises(ValueError), banner.step("The tunnel is open"):
        raise ValueError
    assert "✗ The tunnel is open" in capsys.readouterr().out


def test_a_terminal_gets_colours_and_a_spinner(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    with banner.step("Waiting"):
        while "⠙" not in screen.getvalue():
            pass
    assert "\033[32m✓" in screen.getvalue()
    banner.public(["some_bot"], None)
    assert "https://t.me/some_bot" in screen.getvalue()


def test_an_old_terminal_gets_question_marks_instead_of_an_error(monkeypatch):
    old = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", old)
    with banner.step("Waiting"):
        pass
    old.flush()
    assert b"? Waiting" in old.buffer.getvalue()
