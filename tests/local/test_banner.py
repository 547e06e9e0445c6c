from __future__ import annotations

import io
import json
import shlex
import subprocess
import sys

import pytest

from anzol.local import banner


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_the_curl_line_is_one_shell_command_with_an_update():
    line = banner.sample_curl("http://127.0.0.1:8000/webhook", "s3cret")
    assert "\n" not in line
    words = shlex.split(line.replace("$(date +%s)", "1767225600").replace("$RANDOM", "7"))
    assert words[:4] == ["curl", "-X", "POST", "http://127.0.0.1:8000/webhook"]
    update = json.loads(words[words.index("-d") + 1])
    assert update["message"]["chat"]["id"] == 1001
    # The shell itself, for the quotes around the date.
    echoed = subprocess.run(
        ["sh", "-c", line.replace("curl", "printf '%s\\n'", 1)], capture_output=True, text=True
    )
    assert isinstance(json.loads(echoed.stdout.splitlines()[-1])["update_id"], int)


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
    banner.public("some_bot", None)
    assert "https://t.me/some_bot" in screen.getvalue()


def test_an_old_terminal_gets_question_marks_instead_of_an_error(monkeypatch):
    old = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", old)
    with banner.step("Waiting"):
        pass
    old.flush()
    assert b"? Waiting" in old.buffer.getvalue()


def test_two_pastes_within_a_second_are_two_updates():
    line = banner.sample_curl("http://127.0.0.1:8000/webhook", "s3cret")
    printed = line.replace("curl", "printf '%s\\n'", 1)
    pasted = subprocess.run(
        ["bash", "-c", f"{printed}; {printed}"], capture_output=True, text=True
    ).stdout
    updates = [json.loads(text) for text in pasted.splitlines() if text.startswith("{")]
    assert len({update["update_id"] for update in updates}) == 2
