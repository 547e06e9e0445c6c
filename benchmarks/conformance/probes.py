"""The probes: each asks one question of a bot that has just been started."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bots import TOKEN
from benchmarks.conformance.subject import Answer, Subject, press, text


@dataclass(frozen=True)
class Outcome:
    """Whether a bot kept what a probe asks for, and what was seen."""

    good: bool
    seen: str


@dataclass(frozen=True)
class Probe:
    """One question; `waits` when nothing but time passes while it is asked, so that all bots may be asked at once."""

    name: str
    question: str
    rule: str
    run: Callable[[Subject], Outcome]
    waits: bool = False


OUTAGE = 180.0  # seconds
PROBES: dict[str, Probe] = {}
Run = Callable[[Subject], Outcome]


def probe(question: str, rule: str, *, waits: bool = False) -> Callable[[Run], Run]:
    """Add a probe: its question, and what makes it green."""

    def add(run: Run) -> Run:
        name = run.__name__.replace("_", "-")
        PROBES[name] = Probe(name, question, rule, run, waits)
        return run

    return add


def times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")


# --------------------------------------------------------------------- receiving


@probe(
    "200 for a handler of two seconds", "within 0.5 s, so that the connection is free for others"
)
def slow_handler(bot: Subject) -> Outcome:
    answer = bot.deliver(text("/slow 2 a"))[0]
    return Outcome(answer.seconds < 0.5, f"{answer.seconds:.2f} s")


@probe("The same update twice", "the handler runs once")
def duplicate(bot: Subject) -> Outcome:
    update = text("hello")
    bot.deliver(update)
    bot.came("echo hello")
    bot.deliver(update)
    bot.wait(lambda: bot.api.texts().count("echo hello") > 1, 1.5)
    ran = bot.api.texts().count("echo hello")
    return Outcome(ran == 1, f"ran {times(ran)}")


@probe(
    "Two messages of one chat, the first one slow", "answered in the order in which they were sent"
)
def order(bot: Subject) -> Outcome:
    bot.deliver_aside(text("/slow 1.5 a"), text("b"))
    bot.wait(lambda: len(bot.api.texts()) == 2, 10)
    right = bot.api.texts() == ["slow a", "echo b"]
    return Outcome(right, "in order" if right else "the second first")


@probe(
    "A message beside 60 chats with slow handlers", "answered within a second, on 40 connections"
)
def beside(bot: Subject) -> Outcome:
    bot.deliver(text("warm", chat=900))
    bot.came("echo warm", 10)
    for chat in range(60):
        bot.deliver_aside(text("/slow 3 x", chat=100 + chat))
    time.sleep(0.5)  # they are on their way
    began = time.monotonic()
    bot.deliver_aside(text("hello", chat=901))
    bot.came("echo hello", 30)
    waited = time.monotonic() - began
    return Outcome(waited < 1, f"{waited:.1f} s")


@probe("A Stop button beside a running handler of its chat", "answered within a second")
def stop(bot: Subject) -> Outcome:
    bot.deliver(text("warm"))
    bot.came("echo warm", 10)
    bot.deliver_aside(text("/slow 4 a"))
    time.sleep(0.5)  # it runs
    began = time.monotonic()
    bot.deliver_aside(press("stop"))
    bot.wait(lambda: bot.api.called("answercallbackquery"), 10)
    waited = time.monotonic() - began
    return Outcome(waited < 1, f"{waited:.1f} s")


@probe(
    "A kind of update that is newer than the library",
    "200, so that it does not come again and again",
)
def unknown_kind(bot: Subject) -> Outcome:
    answer = bot.post({"update_id": 7, "brand_new_kind": {"id": 1}})
    return Outcome(200 <= answer.status < 300, str(answer.status))


# ----------------------------------------------------------------------- failing


@probe("A handler that raises", "no storm of retries from Telegram, and the log has the traceback")
def error(bot: Subject) -> Outcome:
    answer = bot.post(text("/raise"))
    logged = bot.wait(lambda: "on purpose" in bot.output(), 3)
    alive = not bot.ended()
    good = alive and 200 <= answer.status < 300 and logged
    return Outcome(
        good, f"{answer.status}{'' if logged else ', not logged'}{'' if alive else ', ended'}"
    )


@probe(
    "An update whose handler takes the process along, under a supervisor",
    "others are answered, and it is put away after five crashes at most",
)
def poison(bot: Subject) -> Outcome:
    bot.deliver_aside(text("/kill"))
    crashes = 0
    while crashes < 8 and bot.wait(bot.ended, 8):
        crashes += 1
        bot.start()
        if crashes == 1:
            bot.deliver_aside(text("hello", chat=2))
    answered = bot.came("echo hello", 5)
    seen = f"{crashes} {'crash' if crashes == 1 else 'crashes'}"
    return Outcome(answered and crashes <= 5, f"{seen}{'' if answered else ', others unanswered'}")


@probe("A reply fails with 500 after another was sent", "both arrive, each once")
def retried_reply(bot: Subject) -> Outcome:
    failed: list[str] = []

    def fail_once(method: str, params: dict[str, str]) -> tuple[int, dict[str, object]] | None:
        if method != "sendmessage" or not params["text"].startswith("two") or failed:
            return None
        failed.append(method)
        description = "Internal Server Error"
        return 500, {"ok": False, "error_code": 500, "description": description}

    bot.api.fault = fail_once
    bot.deliver_aside(text("/twice x"))
    bot.came("two x", 12)
    time.sleep(0.5)  # for what comes twice
    one, two = (bot.api.texts().count(f"{word} x") for word in ("one", "two"))
    return Outcome((one, two) == (1, 1), f"first {times(one)}, second {times(two)}")


@probe("Telegram says 429, retry after a second", "the reply arrives, once")
def flood(bot: Subject) -> Outcome:
    failed: list[str] = []

    def fail_once(method: str, params: dict[str, str]) -> tuple[int, dict[str, object]] | None:
        if method != "sendmessage" or failed:
            return None
        failed.append(method)
        answer = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1"}
        return 429, {**answer, "parameters": {"retry_after": 1}}

    bot.api.fault = fail_once
    bot.deliver_aside(text("hello"))
    bot.came("echo hello", 8)
    time.sleep(0.5)  # for what comes twice
    came = bot.api.texts().count("echo hello")
    return Outcome(came == 1, f"arrived {times(came)}")


@probe(
    "Telegram is out of reach for three minutes",
    "what was written meanwhile is answered, in order",
    waits=True,
)
def outage(bot: Subject) -> Outcome:
    bot.deliver(text("before"))
    bot.came("echo before")
    time.sleep(0.5)  # its answer is on the way back, and would be lost
    bot.api.close()
    chats = range(11, 16)
    for chat in chats:
        bot.deliver_aside(text(f"first {chat}", chat), text(f"second {chat}", chat))
    time.sleep(OUTAGE)
    bot.api.open()
    bot.wait(lambda: len(bot.api.texts()) >= 11, 60)
    texts = bot.api.texts()
    expected = {f"echo {word} {chat}" for word in ("first", "second") for chat in chats}
    came = len(expected & set(texts))
    ordered = all(
        texts.index(f"echo first {chat}") < texts.index(f"echo second {chat}")
        for chat in chats
        if {f"echo first {chat}", f"echo second {chat}"} <= set(texts)
    )
    doubled = len(texts) - len(set(texts))
    seen = f"{came} of 10{'' if ordered else ', out of order'}"
    seen += f", {doubled} doubled" if doubled else ""
    return Outcome(came == 10 and ordered and not doubled, seen)


@probe("The token in the log after an outage", "it is not there")
def token_in_log(bot: Subject) -> Outcome:
    bot.api.close()
    bot.deliver_aside(text("hello"))
    time.sleep(4)  # some tries
    shown = TOKEN.partition(":")[2] in bot.output()
    bot.api.open()
    return Outcome(not shown, "shown" if shown else "not shown")


# ------------------------------------------------------------------------ ending


def ended(bot: Subject, number: signal.Signals) -> Outcome:
    """End the process while a handler runs, start it again, and count the replies."""
    bot.deliver(text("warm"))
    bot.came("echo warm", 10)
    bot.deliver_aside(text("/slow 2 a"))
    time.sleep(0.7)  # it runs
    bot.end(number)
    bot.start()
    bot.came("slow a", 10)
    time.sleep(0.5)  # for what comes twice
    came = bot.api.texts().count("slow a")
    return Outcome(came == 1, f"answered {times(came)}")


@probe("SIGTERM while a handler runs, and a new start", "its reply arrives, once")
def sigterm(bot: Subject) -> Outcome:
    return ended(bot, signal.SIGTERM)


@probe("SIGKILL while a handler runs, and a new start", "its reply arrives, once")
def sigkill(bot: Subject) -> Outcome:
    return ended(bot, signal.SIGKILL)


# ---------------------------------------------------------------------- strangers


@probe(
    "A request without the secret, with a wrong one, with one that is not ASCII",
    "4xx for each, and nothing runs",
)
def wrong_secret(bot: Subject) -> Outcome:
    if TOKEN in bot.path:  # the path is the secret
        path = bot.path.replace(TOKEN, "1:wrong")
        answers = [bot.post(text("hello"), path=path)]
    else:
        secrets: tuple[str | bytes | None, ...] = (None, "wrong", "sécret".encode())
        answers = [bot.post(text("hello"), secret=secret) for secret in secrets]
    ran = bot.wait(lambda: "echo hello" in bot.api.texts(), 0.5)
    return Outcome(refused(answers) and not ran, statuses(answers))


@probe(
    "Bodies that are no update: broken JSON, a list, no update_id",
    "4xx for each, no traceback in the log",
)
def malformed(bot: Subject) -> Outcome:
    bodies = (b'{"update_id": 1, "mess', b"[1, 2]", b'{"message": {}}')
    answers = [bot.post(None, body=body) for body in bodies]
    traced = bot.wait(lambda: "Traceback" in bot.output() or "    at " in bot.output(), 0.5)
    return Outcome(
        refused(answers) and not traced, statuses(answers) + (", traceback" if traced else "")
    )


@probe("A body of 200 MB", "refused, and memory grows by less than 20 MB")
def huge_body(bot: Subject) -> Outcome:
    before = memory(bot.process.pid)
    answer = bot.post(None, body=b'{"update_id": 1, "x": "' + b"x" * 200_000_000 + b'"}')
    grown = memory(bot.process.pid, "VmHWM") - before
    good = (answer.status == 0 or 400 <= answer.status < 500) and grown < 20
    return Outcome(good, f"{answer.status or 'closed'}, +{max(0, grown):.0f} MB")


def refused(answers: list[Answer]) -> bool:
    return all(400 <= answer.status < 500 for answer in answers)


def statuses(answers: list[Answer]) -> str:
    return ", ".join(str(answer.status or "closed") for answer in answers)


def memory(pid: int, name: str = "VmRSS") -> float:
    """Return megabytes of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))
