from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

import logs

SECRET = "123456:hidden-token"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:], level = kept
    root.setLevel(level)


def test_a_line_has_time_level_and_name(stream):
    logs.setup("INFO", "text", (), stream)
    logging.getLogger("gancho").info("hello %s", "there")
    stamp, level, rest = stream.getvalue().split(" ", 2)
    assert (level, rest) == ("INFO", "gancho: hello there\n")
    assert len(stamp) == 8


def test_json_is_one_object_per_line(stream):
    logs.setup("INFO", "json", (), stream)
    logging.getLogger("gancho").warning("two\nlines")
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["message"] == "two\nlines"
    assert json.loads(line)["level"] == "WARNING"


@pytest.mark.parametrize("form", ["text", "json"])
def test_secrets_are_hidden_in_text_arguments_and_tracebacks(stream, form):
    logs.setup("DEBUG", form, (SECRET, ""), stream)
    try:
        raise ValueError(f"https://api.telegram.org/bot{SECRET}/getMe")
    except ValueError:
        logging.getLogger("any").exception("failed: %s", SECRET)
    assert SECRET not in stream.getvalue()
    assert logs.HIDDEN in stream.getvalue()


def test_levels_below_are_silent(stream):
    logs.setup("WARNING", "text", (), stream)
    logging.getLogger("gancho").info("quiet")
    assert stream.getvalue() == ""


def test_a_terminal_gets_colours(stream):
    stream.isatty = lambda: True
    logs.setup("INFO", "text", (), stream)
    logging.getLogger("gancho").error("red")
    assert "\033[31mred" in stream.getvalue()
