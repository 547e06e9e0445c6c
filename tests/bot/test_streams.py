"""Text that grows: drawn at Telegram's pace, continued where it stopped, ended by Stop."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from anzol import Bot, Context, Router, keyboard
from anzol.bot import streams
from anzol.bot.run import run
from anzol.testing import client
from anzol.testing.client import Client
from tests.fakes import FakeTransport, message


def telling(parts: list[str], pause: float = 1.0, **options: Any) -> tuple[Router, list[Any]]:
    """A bot that streams parts, with so many seconds between them; and its streams."""
    router, written = Router(), []

    @router.on("message")
    def tell(ctx: Context):
        with ctx.stream(**options) as out:
            written.append(out)
            for part in parts:
                out.write(part)
                ctx.bot.sleep(pause)

    return router, written


def drafts(bot: Client) -> list[str]:
    return [call.text for call in bot.calls("sendMessageDraft")]


def test_in_a_private_chat_it_is_a_draft_until_it_is_finished():
    ann = client(telling(["One", " two", " three"])[0])
    (sent,) = ann.send("x")
    assert drafts(ann) == ["One", "One two", "One two three"]
    assert len({call.draft_id for call in ann.calls("sendMessageDraft")}) == 1
    assert sent.text == "One two three"
    assert ann.calls("editMessageText") == []


def test_it_is_drawn_once_a_second_with_the_newest_text():
    ann = client(telling([f"{n} " for n in range(25)], pause=0.125)[0])
    ann.send("x")
    assert [text.split()[-1] for text in drafts(ann)] == ["0", "8", "16", "24"]
    assert ann.texts[0].split()[-1] == "24"


def test_in_a_group_it_is_edited_every_three_seconds():
    ann = client(telling([f"{n} " for n in range(7)])[0]).in_group("Team")
    ann.send("x")
    assert ann.texts == ["0 1 2 3 4 5 6"]
    assert [len(call.text.split()) for call in ann.calls("editMessageText")] == [4, 7]


def test_markdown_is_shown_formatted_also_while_it_is_unfinished():
    ann = client(telling(["**bo", "ld** and <b>"])[0])
    (sent,) = ann.send("x")
    first = ann.calls("sendMessageDraft")[0]
    assert (first.text, first.entities[0].type) == ("bo", "bold")
    assert (sent.text, sent.entities[0].type) == ("bold and <b>", "bold")
    ann = client(telling(["**as it is**"], markdown=False)[0])
    assert ann.send("x")[0].text == "**as it is**"


@pytest.mark.parametrize("place", ["private", "group"])
def test_what_does_not_fit_goes_on_in_new_messages(place: str):
    words = [f"word{n} " * 100 for n in range(20)]
    ann = client(telling(words, pause=3.0)[0])
    bot = ann if place == "private" else ann.in_group("Team")
    bot.send("x")
    assert " ".join(bot.texts).split() == "".join(words).split()
    assert all(len(text) <= 4096 for text in bot.texts)
    sent = len(bot.calls("sendMessage"))
    assert sent == len(bot.texts) > 2


def test_a_429_postpones_and_the_newest_text_wins():
    router, _ = telling([f"{n} " for n in range(8)], pause=3.0)
    ann = client(router).in_group("Team")
    ann.fail_next(429, retry_after=10, method="editMessageText")
    ann.send("x")
    assert ann.texts == ["0 1 2 3 4 5 6 7"]
    shown = [call.text.split()[-1] for call in ann.calls("editMessageText")]
    assert shown[0] == "1"
    assert shown[1] == "5"  # ten seconds later, and nothing in between


def test_a_server_without_drafts_gets_a_message():
    ann = client(telling(["One", " two", " three"])[0])
    ann.fail_next(404, "Not Found: method not found", method="sendMessageDraft")
    ann.send("x")
    assert (ann.texts, len(drafts(ann))) == (["One two three"], 1)


def test_nothing_written_is_nothing_sent():
    ann = client(telling(["", "  "], stop="Stop")[0])
    assert ann.send("x") == []
    assert ann.calls("sendMessage") == []


def test_the_finished_message_has_its_keyboard_and_options():
    options = {"keyboard": keyboard(("More", "more")), "disable_notification": True}
    ann = client(telling(["One", " two"], stop="Stop", **options)[0])
    ann.send("x")
    assert (ann.texts, ann.buttons) == (["One two"], ["More"])
    assert ann.calls("sendMessage")[0].disable_notification is True


def test_an_error_leaves_what_was_written_without_the_button():
    router = Router()

    @router.on("message")
    def tell(ctx: Context):
        with ctx.stream(stop="Stop") as out:
            out.write("Half")
            out.write(" more")
            raise LookupError("the model broke")

    ann = client(router)
    with pytest.raises(LookupError):
        ann.send("x")
    assert (ann.texts, ann.buttons) == (["Half more"], [])


def test_a_message_that_the_user_deletes_comes_anew():
    router = Router()

    @router.on("message")
    def tell(ctx: Context):
        with ctx.stream(stop="Stop") as out:
            out.write("One")
            ctx.bot.delete_message(ctx.chat.id, out.messages[0].address.message)
            out.write(" two")

    ann = client(router)
    ann.send("x")
    assert ann.texts == ["One two"]


def test_it_is_written_inside_its_block():
    router = Router()
    router.on("message")(lambda ctx: ctx.stream().write("x"))
    with pytest.raises(RuntimeError, match="with ctx.stream"):
        client(router).send("x")


def endless(ended: list[Any], stop: str = "⏹ Stop") -> Router:
    """A bot that talks until it is stopped."""
    router = Router()

    @router.on("message:text")
    def talk(ctx: Context):
        with ctx.stream(stop=stop) as out:
            go_on = threading.Event()
            for number in range(2000):
                out.write(f"{number} ")
                go_on.wait(0.005)
        ended.append(out.stopped)
        return "Stopped." if out.stopped else "The end."

    return router


def test_stop_ends_it_beside_the_running_handler():
    ended: list[Any] = []
    ann = client(endless(ended))
    with ann.side_by_side():
        ann.send("talk")
        ann.click("⏹ Stop")
        ann.wait_for(lambda: ended)
    assert ended == [True]
    assert ann.texts[-1] == "Stopped."
    assert ann.texts[0].startswith("0 1")
    assert ann.buttons == []
    assert streams.STREAMS._running == {}


def test_stop_ends_it_in_another_process(monkeypatch):
    monkeypatch.setattr(streams.Streams, "press", lambda *_: None)  # it does not run here
    monkeypatch.setattr(streams, "LOOK_SECONDS", 0.0)
    ended: list[Any] = []
    ann = client(endless(ended))
    with ann.side_by_side():
        ann.send("talk")
        ann.click("⏹ Stop")
        ann.wait_for(lambda: ended)
    assert ended == [True]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_telegrams_own_stop_under_a_draft_ends_it(monkeypatch, elsewhere: bool):
    if elsewhere:
        monkeypatch.setattr(streams.Streams, "press_draft", lambda *_: None)
        monkeypatch.setattr(streams, "LOOK_SECONDS", 0.0)
    ended: list[Any] = []
    router = endless(ended, stop="")
    router.on("stopped_message_generation")(lambda ctx: "I heard that.")
    ann = client(router)
    with ann.side_by_side():
        ann.send("talk")
        ann.wait_for(lambda: drafts(ann))
        (draft, *_) = ann.calls("sendMessageDraft")
        ann.update("stopped_message_generation", chat=ann.chat, draft_id=draft.draft_id)
        ann.wait_for(lambda: ended)
    assert draft.can_stop
    assert ended == [True]
    assert {"I heard that.", "Stopped."} < {*ann.texts}


def test_in_a_group_only_who_asked_may_stop_it():
    ended: list[Any] = []
    ann = client(endless(ended)).in_group("Team")
    bob = ann.as_user("Bob").in_group("Team")
    with ann.side_by_side():
        ann.send("talk")
        bob.click("⏹ Stop")
        ann.wait_for(lambda: len(ann.calls("answerCallbackQuery")) == 1)
        assert ended == []
        ann.click("⏹ Stop")
        ann.wait_for(lambda: ended)
    assert ended == [True]


def test_a_run_that_is_repeated_goes_on_in_the_same_message():
    router, tries = Router(), []

    @router.on("message", retry=True)
    def tell(ctx: Context):
        tries.append(1)
        with ctx.stream(stop="Stop") as out:
            out.write(f"Try {len(tries)}")
            if len(tries) == 1:
                raise ConnectionError
            out.write(", done")

    ann = client(router)
    ann.send("x")
    assert ann.texts == ["Try 2, done"]
    assert len(ann.calls("sendMessage")) == 1


def test_a_run_that_is_repeated_after_stop_leaves_what_stands_there():
    states: dict[str, dict[str, Any]] = {"stop:7": {"17": True}}
    telegram = FakeTransport()
    bot = Bot("4242:x", transport=telegram, sleep=lambda _: None)
    ctx = Context(message("x"), bot, lambda key: states.setdefault(key, {}))
    router, written = telling(["a", "b"], stop="Stop")
    run(router, ctx)
    assert written[0].stopped
    assert telegram.calls == []


def test_stops_of_a_chat_do_not_pile_up():
    states: dict[str, dict[str, Any]] = {}
    bot = Bot("4242:x", transport=FakeTransport(), sleep=lambda _: None)
    ctx = Context(message("x"), bot, lambda key: states.setdefault(key, {}))
    ctx.reply("x")
    for number in range(50):
        streams.stop(ctx, number)
    assert list(states["stop:7"]) == [f"{n}" for n in range(42, 50)]


def test_all_streams_of_a_bot_share_its_pace():
    bot = Bot("4242:x", transport=FakeTransport())
    drawn = sum(streams.PACER.take(bot.forgetting(), tick / 1000) for tick in range(1000))
    assert drawn == 25
    waits = [streams.PACER.reserve(bot, 2.0) for _ in range(3)]
    assert waits == pytest.approx([0.0, 0.04, 0.08])
    assert not streams.PACER.take(bot, 2.1)
    assert streams.PACER.take(bot, 2.13)
    assert streams.PACER.take(Bot("4242:x", transport=FakeTransport()), 0.0)


def test_an_operators_cancel_ends_it_too():
    router, written = telling(["a", "b"])
    bot = Bot("4242:x", transport=FakeTransport(), sleep=lambda _: None)
    run(router, Context(message("x"), bot, cancelled=lambda: True))
    assert written[0].stopped


def test_sixty_streams_at_once_keep_telegrams_pace_and_their_order():
    router, words = Router(), [f"{number} " for number in range(40)]
    begun = threading.Barrier(60, timeout=60)

    @router.on("message:text")
    def talk(ctx: Context):
        begun.wait()
        with ctx.stream() as out:
            for word in words:
                out.write(word)
                ctx.bot.sleep(0.05)

    ann = client(router)
    ann.world.flood.enforced = True
    people = [ann.as_user(f"Person {number}") for number in range(60)]
    with ann.side_by_side():
        for person in people:
            person.send("talk")
        ann.wait_for(lambda: all(person.texts for person in people))
    assert {tuple(person.texts) for person in people} == {("".join(words).strip(),)}
    found = ann.world.log.find(None, 0, None, 10_000)
    calls = [one for one in found if one["kind"] == "call"]
    assert len(calls) > 60
    assert [one["method"] for one in calls if one["flood"]] == []
