"""The outbox: what is stored is sent once, in order of priority, at Telegram's pace, and accounted for."""

from __future__ import annotations

import time

import pytest
import requests

from anzol.api.limits import BULK
from anzol.api.text import html
from anzol.push.outbox import Failure, Sent
from anzol.push.push import Push
from tests.processes import eventually

from .outbox_world import FIRST, Post

pytestmark = pytest.mark.usefixtures("brisk")


def message(chat: int, text: str, **more: object) -> Push:
    return Push("sendMessage", {"chat_id": chat, "text": text}, **more)  # type: ignore[arg-type]


def settled(post: Post, batch: str) -> dict[str, int]:
    def look() -> dict[str, int] | None:
        counts = post.outbox.counts(batch)
        return None if counts["waiting"] else counts

    found = eventually(look, 60, lambda: post.outbox.counts(batch))
    return {state: number for state, number in found.items() if number}


def test_a_push_is_sent_and_its_number_kept(post: Post):
    batch = post.outbox.put([Push("send_message", {"chat_id": FIRST, "text": html("<b>Hi</b>")})])
    assert settled(post, batch) == {"sent": 1}
    assert post.texts(FIRST) == ["Hi"]
    assert list(post.outbox.sent(batch)) == [Sent(FIRST, (1,), "sendMessage")]


def test_the_same_batch_is_stored_once(post: Post):
    for _ in range(2):
        post.outbox.put([message(FIRST, "once"), message(FIRST, "and after it")], batch="order-7")
    assert settled(post, "order-7") == {"sent": 2}
    assert post.texts(FIRST) == ["once", "and after it"]


def test_who_blocked_the_bot_is_left_out_until_they_write_again(post: Post):
    post.people(2)
    post.block(FIRST)
    batch = post.outbox.put([message(FIRST, "a"), message(FIRST + 1, "a")])
    assert settled(post, batch) == {"sent": 1, "failed": 1}
    assert list(post.outbox.failures(batch)) == [
        Failure(f"chat:{FIRST}", "gone: Forbidden: bot was blocked by the user")
    ]
    assert post.outbox.gone() == {FIRST} and post.gone == [FIRST]
    calls = len(post.world.log._entries)
    again = post.outbox.put([message(FIRST, "b")])
    assert settled(post, again) == {"failed": 1}
    assert len(post.world.log._entries) == calls, "nobody asks Telegram again"


def test_what_telegram_refuses_is_reported(post: Post, caplog: pytest.LogCaptureFixture):
    batch = post.outbox.put(
        [
            message(FIRST, "<b>", key="one"),
            Push("deleteMessage", {"chat_id": FIRST, "message_id": 99}),
        ]
    )
    assert settled(post, batch) == {"sent": 1, "failed": 1}
    (failure,) = post.outbox.failures(batch)
    assert failure.reason.startswith("refused: 400 Bad Request: message to delete not found")
    assert f"push {batch} is refused: 400 Bad Request: message to delete not found" in caplog.text


def test_a_broadcast_keeps_the_pace_and_a_prompt_message_goes_past_it(post: Post):
    people = post.people(121)[:-1]
    started = time.monotonic()
    batch = post.outbox.broadcast(Push("sendMessage", {"text": "news"}, priority=BULK), people)
    eventually(lambda: post.outbox.counts(batch)["sent"] >= 10)
    prompt = post.outbox.put([message(people[-1] + 1, "your taxi is here")])
    assert settled(post, prompt) == {"sent": 1}
    assert post.outbox.counts(batch)["sent"] < 90
    assert settled(post, batch) == {"sent": 120}
    assert time.monotonic() - started > 2.8
    assert post.overruns() == 0
    assert all(post.texts(person) == ["news"] for person in people)


def test_a_chat_gets_a_short_burst_and_then_one_a_second(post: Post):
    batch = post.outbox.put([message(FIRST, str(number)) for number in range(8)])
    started = time.monotonic()
    assert settled(post, batch) == {"sent": 8}
    assert time.monotonic() - started > 3.0
    assert post.texts(FIRST) == [str(number) for number in range(8)]
    assert post.overruns() == 0


def test_a_broadcast_is_cancelled_held_and_resumed(post: Post):
    people = post.people(2500)  # over a minute's, however slowly these steps are taken
    batch = post.outbox.broadcast(Push("sendMessage", {"text": "news"}, priority=BULK), people)
    eventually(lambda: post.outbox.counts(batch)["sent"] >= 5)
    assert post.outbox.hold(batch) > 500
    counts = eventually(
        lambda: found if not (found := post.outbox.counts(batch))["waiting"] else None
    )
    assert counts["held"] + counts["sent"] == 2500
    assert post.outbox.resume(batch) == counts["held"]
    eventually(lambda: post.outbox.counts(batch)["sent"] > counts["sent"])
    assert post.outbox.cancel(batch) > 500
    found = settled(post, batch)
    assert found["sent"] + found["cancelled"] == 2500
    assert sum(len(post.texts(person)) for person in people) == found["sent"]


def test_what_is_too_late_is_not_sent(post: Post):
    now = post.queue.now()
    batch = post.outbox.put(
        [message(FIRST, "soon", due=now + 0.2), message(FIRST, "stale", due=now - 60, ttl=30)]
    )
    assert settled(post, batch) == {"sent": 1, "expired": 1}
    assert post.texts(FIRST) == ["soon"]


@pytest.mark.parametrize(
    ("push", "told"),
    [
        (("sendMesage", {"chat_id": 1}), "did you mean 'sendMessage'"),
        (("getMe", {}), "nobody would read its answer"),
        (("sendMessage", {"chat_id": 1, "text": "a"}, None, -1.0), "ttl has value -1.0"),
    ],
)
def test_what_cannot_be_stored_says_why(push: tuple, told: str):
    with pytest.raises(ValueError, match=told):
        Push(*push)


def test_files_wait_as_paths_and_not_as_bytes(post: Post, tmp_path):
    with pytest.raises(TypeError, match="give a Path, a URL or a file_id"):
        post.outbox.put([Push("sendDocument", {"chat_id": FIRST, "document": b"abc"})])
    with pytest.raises(ValueError, match="there is no file"):
        post.outbox.put([Push("sendDocument", {"chat_id": FIRST, "document": tmp_path / "no"})])
    file = tmp_path / "list.txt"
    file.write_text("1")
    for forged in ({"anzol:file": str(file)}, [{"media": {"anzol:file": str(file)}}]):
        with pytest.raises(ValueError, match="which is not for others"):
            post.outbox.put([Push("sendDocument", {"chat_id": FIRST, "document": forged})])
    batch = post.outbox.put([Push("sendDocument", {"chat_id": FIRST, "document": file})])
    assert settled(post, batch) == {"sent": 1}


def test_a_flood_of_one_chat_holds_back_that_chat_and_no_other(post: Post):
    post.people(2)
    for _ in range(2):
        settled(post, post.outbox.put([message(FIRST, "before")]))
    post.world.faults.change({"method": "sendMessage", "error_code": 429, "retry_after": 3})
    started = time.monotonic()
    held = post.outbox.put([message(FIRST, "after")])
    eventually(lambda: not post.world.faults.all())
    free = post.outbox.put([message(FIRST + 1, "at once")])
    assert settled(post, free) == {"sent": 1}
    assert post.outbox.counts(held)["waiting"] == 1
    assert settled(post, held) == {"sent": 1}
    assert time.monotonic() - started > 2.5
    assert post.texts(FIRST) == ["before", "before", "after"]


def test_a_group_that_has_moved_is_followed_from_then_on(post: Post):
    with post.world:
        group = post.world.add_chat({"title": "Team", "type": "group"})
        group.set_member(1001, {"status": "creator"})
        group.set_member(post.account.id, {"status": "member"})
        post.world.person(1001)
    requests.post(
        f"{post.telegram.url}/user/migrate",
        json={"bot": str(post.account.id), "chat_id": group.id, "from": 1001},
        timeout=30,
    ).raise_for_status()
    for text in ("first", "second"):
        batch = post.outbox.put([message(group.id, text)])
        assert settled(post, batch) == {"sent": 1}
        (sent,) = post.outbox.sent(batch)
        assert sent.chat is not None and int(sent.chat) < -1_000_000_000_000
        post.bot.moved.clear()  # as in a new process
    assert post.texts(int(sent.chat)) == ["first", "second"]


def test_an_outage_is_nobodys_failure(post: Post):
    people = post.people(10)
    post.world.faults.change({"method": "*", "error_code": 502, "times": 0})  # until removed
    batch = post.outbox.put([message(person, "news") for person in people])
    eventually(lambda: post.bot.reach.state != "well")
    post.world.faults.change({"clear": True})
    assert settled(post, batch) == {"sent": 10}
    assert all(post.texts(person) == ["news"] for person in people)
