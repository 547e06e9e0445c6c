from __future__ import annotations

import io
import json
import logging
import os
import threading
from pathlib import Path

import pytest

from anzol.api.errors import ApiError, HandlerError
from anzol.server import logs

SECRET = "123456:hidden-token"


@pytest.fixture
def stream(log_as_before: None) -> io.StringIO:
    return io.StringIO()


def tell(text: str, **fields: object) -> None:
    """Log a line with fields of its own, as each update has one."""
    log = logging.getLogger("anzol")
    log.handle(logs.Line(log.name, logging.INFO, text, fields))


def test_a_line_has_time_level_and_name(stream):
    logs.setup("INFO", "text", (), stream)
    logging.getLogger("anzol").info("hello %s", "there")
    stamp, level, rest = stream.getvalue().split(" ", 2)
    assert (level, rest) == ("INFO", "anzol: hello there\n")
    assert len(stamp) == 8


def test_json_is_one_object_per_line(stream):
    logs.setup("INFO", "json", (), stream)
    logging.getLogger("anzol").warning("two\nlines")
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


def test_a_secret_that_json_escapes_is_hidden_too(stream):
    quoted = 'key-with-"quotes"-and-\\'
    logs.setup("INFO", "json", (quoted,), stream)
    tell(f"the key is {quoted}", lane=quoted)
    entry = json.loads(stream.getvalue())
    assert entry["message"] == f"the key is {logs.HIDDEN}"
    assert entry["lane"] == logs.HIDDEN


def test_what_json_does_not_know_is_shown_as_its_text(stream):
    class Colour(str):
        def __str__(self) -> str:
            return "a colour"

    logs.setup("INFO", "json", (), stream)
    tell("painted", colour=Colour("red"), path=Path("wall"), number=1, nothing=None)
    entry = json.loads(stream.getvalue())
    shown = [entry[name] for name in ("colour", "path", "number", "nothing")]
    assert shown == ["a colour", "wall", 1, None]


def test_lines_about_an_update_carry_its_number(stream):
    logs.setup("INFO", "json", (), stream)
    with logs.about(update=7):
        logging.getLogger("handlers").info("one")
        with logs.about(call=1):
            tell("two", waited_ms=5, lane="chat:1")
    logging.getLogger("other").info("three")
    one, two, three = (json.loads(line) for line in stream.getvalue().splitlines())
    assert one["update"] == 7
    assert (two["update"], two["call"], two["waited_ms"], two["lane"]) == (7, 1, 5, "chat:1")
    assert "update" not in three


def test_text_has_the_fields_at_the_end(stream):
    logs.setup("INFO", "text", (), stream)
    with logs.about(update=7):
        tell("done", ran_ms=3)
    assert stream.getvalue().endswith("anzol: done  update=7 ran_ms=3\n")


def test_anybodys_formatter_can_write_such_a_line(caplog, stream):
    handler = logging.StreamHandler(stream)
    names = "asctime created filename funcName levelname levelno lineno module msecs message name pathname process "
    names += "processName relativeCreated thread threadName taskName"
    handler.setFormatter(
        logging.Formatter(" ".join(f"{name}=%({name})s" for name in names.split()))
    )
    logging.getLogger().addHandler(handler)
    with caplog.at_level("INFO"):
        tell("done 100 %", ran_ms=3)
    assert "message=done 100 %" in stream.getvalue()
    assert f"process={os.getpid()} " in stream.getvalue()
    logging.Formatter("%(process)d %(thread)d %(lineno)d %(levelno)d %(relativeCreated)d").format(
        caplog.records[0]
    )
    assert "levelname=INFO" in stream.getvalue()
    assert caplog.records[0].getMessage() == "done 100 %"


def test_each_line_is_written_at_once(tmp_path, stream):
    with open(tmp_path / "log", "w", encoding="utf-8") as stream:
        logs.setup("INFO", "text", (), stream)
        tell("done", ran_ms=3)
        assert (tmp_path / "log").read_text(encoding="utf-8").endswith("anzol: done  ran_ms=3\n")
    with open(tmp_path / "log", "w", encoding="utf-8", buffering=1) as stream:  # as standard error
        logs.setup("INFO", "text", (), stream)
        tell("done", ran_ms=3)
        assert (tmp_path / "log").read_text(encoding="utf-8").endswith("anzol: done  ran_ms=3\n")


def test_threads_do_not_share_what_they_are_about(stream):
    logs.setup("INFO", "json", (), stream)

    def beside() -> None:
        logging.getLogger("other").info("beside")

    with logs.about(update=7):
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join()
    assert "update" not in json.loads(stream.getvalue())


def test_levels_below_are_silent(stream):
    logs.setup("WARNING", "text", (), stream)
    logging.getLogger("anzol").info("quiet")
    assert stream.getvalue() == ""


def test_a_terminal_gets_colours(stream):
    stream.isatty = lambda: True
    logs.setup("INFO", "text", (), stream)
    logging.getLogger("anzol").error("red")
    assert "\033[31mred" in stream.getvalue()


STEERS = "\x1b[2Jname\r\nforged line\x9b31m\u202etxt\x07\ud800"


@pytest.mark.attack
@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_user_wrote_steers_no_terminal_and_forges_no_line(form, stream):
    logs.setup("INFO", form, (), stream)
    tell("ran", lane=STEERS, update=7)
    (line,) = stream.getvalue().splitlines()
    assert line.isprintable()
    assert "name" in line


def test_a_message_of_several_lines_stays_so():
    assert logs.printable("one\n\ttwo\x1b", lines=True) == "one\n\ttwo\\x1b"
    assert logs.printable("grüße 👋 один") == "grüße 👋 один"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (HandlerError("The data of button 'my private words' is 65 bytes."), "HandlerError"),
        (ValueError("my private words"), "ValueError"),
        (
            ApiError("sendMessage", 400, "Bad Request: button URL 'my private words' is invalid"),
            "ApiError: sendMessage: 400 Bad Request: button URL … is invalid",
        ),
        (
            ApiError("sendMessage", 400, 'can\'t parse entities: Unsupported start tag "private"'),
            "ApiError: sendMessage: 400 can't parse entities: Unsupported start tag …",
        ),
    ],
)
def test_an_exception_is_told_without_what_it_quotes(error, told):
    assert logs.describe(error) == told
