"""Who, where, which message: shortcuts of `ctx` act there and nowhere else, and name nobody who is anonymous."""

from __future__ import annotations

from typing import Any

import pytest

from anzol import ApiError, Bot, Context, Drop, Reply, Router, keyboard, throttle
from anzol.bot.run import run
from anzol.testing import client
from tests.fakes import FakeTransport, message, press


def context(update: dict[str, Any]) -> tuple[Context, FakeTransport]:
    telegram = FakeTransport()
    return Context(update, Bot("4242:x", transport=telegram, sleep=lambda _: None)), telegram


BUSINESS = message(business_connection_id="B")
BUSINESS = {"update_id": 1, "business_message": BUSINESS["message"]}


def test_a_message_of_a_business_chat_is_deleted_there():
    ctx, telegram = context(BUSINESS)
    ctx.delete()
    assert telegram.calls == [
        ("deleteBusinessMessages", {"business_connection_id": "B", "message_ids": [1]})
    ]


def test_what_is_not_possible_in_a_business_chat_is_not_done_in_the_bots_own():
    ctx, telegram = context(BUSINESS)
    with pytest.raises(TypeError, match="setMessageReaction does not work through a business"):
        ctx.react("👍")
    assert telegram.calls == []


def test_typing_in_a_channels_direct_messages():
    ctx, telegram = context(message(direct_messages_topic={"topic_id": 4}))
    with ctx.typing():
        ctx.reply("x")
    assert telegram.calls == [
        ("sendChatAction", {"chat_id": 7, "action": "typing"}),
        ("sendMessage", {"chat_id": 7, "direct_messages_topic_id": 4, "text": "x"}),
    ]


def test_a_reaction_and_a_press_name_the_message_they_are_about():
    group = {"id": -5, "type": "supergroup"}
    event = {"chat": group, "message_id": 3, "user": {"id": 7}, "date": 1}
    ctx, telegram = context({"update_id": 1, "message_reaction": event})
    ctx.delete()
    pressed, other = context(press("x"))
    pressed.react("👍")
    assert telegram.calls == [("deleteMessage", {"chat_id": -5, "message_id": 3})]
    assert other.calls[0][1]["message_id"] == 5


def asked() -> Router:
    router = Router()
    router.command("ask")(lambda ctx: ctx.ask("Name?", then="name"))
    router.state("name")(lambda ctx: f"Hello {ctx.text}")
    router.on("message")(lambda ctx: None)
    return router


def answer(states: dict[str, dict[str, Any]], **fields: Any) -> list[str]:
    """Run a message of a group through `asked()`; return what was sent."""
    ctx, telegram = context(message(chat={"id": -5, "type": "supergroup"}, **fields))
    ctx.state = lambda key: states.setdefault(key, {})
    run(asked(), ctx)
    return telegram.texts()


CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel"}


def test_two_channels_that_write_in_a_group_are_two():
    states: dict[str, dict[str, Any]] = {}
    one, two = (
        {"from": CHANNEL_BOT, "sender_chat": {"id": n, "type": "channel"}} for n in (-1, -2)
    )
    assert answer(states, text="/ask", **one) == ["Name?"]
    assert answer(states, text="chatter", **two) == []
    assert answer(states, text="One", **one) == ["Hello One"]


def test_a_throttle_counts_each_channel_and_anonymous_administrator_alone():
    guard, passed, states = throttle(1), [], {}
    for number, sender in enumerate((-1, -2, -1)):
        chat = {"id": sender, "type": "channel"}
        fields = {"from": CHANNEL_BOT, "sender_chat": chat}
        ctx, _ = context(message(update_id=number, **fields))
        ctx.state = lambda key: states.setdefault(key, {})
        try:
            guard(ctx)
        except Drop:
            continue
        passed.append(sender)
    assert passed == [-1, -2]


def test_sessions_of_senders_are_their_own():
    states: dict[str, dict[str, Any]] = {}
    for sender in (-1, -2):
        ctx, _ = context(message(**{"from": CHANNEL_BOT, "sender_chat": {"id": sender}}))
        ctx.state = lambda key: states.setdefault(key, {})
        ctx.user_session["seen"] = True
    assert states.keys() == {"user:-1", "user:-2"}


def pressed_in_group(member: dict[str, Any] | Exception) -> tuple[Context, FakeTransport]:
    update = press("x")
    update["callback_query"]["message"]["chat"] = {"id": -5, "type": "supergroup"}
    ctx, telegram = context(update)
    request = telegram.request

    def answering(method: str, *rest: Any) -> Any:
        if method == "getChatMember" and isinstance(member, Exception):
            raise member
        return member if method == "getChatMember" else request(method, *rest)

    telegram.request = answering
    return ctx, telegram


HIDDEN = {"status": "administrator", "is_anonymous": True, "user": {"id": 7}}
REFUSAL = ApiError("getChatMember", 400, "Bad Request: member list is inaccessible")


@pytest.mark.parametrize("member", [HIDDEN, REFUSAL])
def test_an_anonymous_administrator_is_not_named(member: Any):
    ctx, telegram = pressed_in_group(member)
    ctx.ask("Your name?", then="name")
    ((_, sent),) = telegram.calls
    assert sent["text"] == "Your name?"
    assert sent["reply_markup"] == {"force_reply": True}


def test_an_anonymous_administrator_answers_in_the_groups_name():
    states: dict[str, dict[str, Any]] = {}
    ctx, _ = pressed_in_group(HIDDEN)
    ctx.state = lambda key: states.setdefault(key, {})
    ctx.ask("Your name?", then="name")
    group = {"id": -5, "type": "supergroup"}
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    assert answer(states, text="Ann") == []
    assert answer(states, text="X", sender_chat=group, **{"from": anonymous}) == ["Hello X"]


def test_a_join_request_is_answered_to_the_person(telegram):
    router = Router()
    router.on("chat_join_request")(lambda ctx: ctx.ask("Why do you want to join?", then="why"))

    @router.state("why")
    def why(ctx: Context):
        ctx.session["why"] = ctx.text
        return "Thanks."

    ann = telegram(router)
    group = ann.as_user("Bob").in_group("Team")
    group.promote_bot(can_invite_users=True)
    ann.in_group("Team").ask_to_join()
    ann.send("I like it")
    assert ann.texts == ["Why do you want to join?", "Thanks."]
    assert group.texts == []
    assert ann.session == {"why": "I like it"}


def test_a_deleted_question_does_not_kill_the_answer(telegram):
    router = Router()

    @router.command("ask")
    def ask(ctx: Context):
        ctx.delete()
        ctx.ask("Name?", then="name")

    @router.command("quote")
    def quote(ctx: Context):
        number = ctx.message.message_id
        ctx.delete()
        return Reply("quoted", reply_parameters={"message_id": number})

    router.state("name")(lambda ctx: None)
    ann = telegram(router).in_group("Team")
    ann.promote_bot(can_delete_messages=True)
    ann.send("/ask")
    ann.send("/quote")
    assert ann.texts == ["Name?", "quoted"]


def test_an_old_messages_button_after_the_group_has_moved():
    router = Router()
    router.command("menu")(lambda ctx: ctx.reply("Menu", keyboard(("Go", "go"))))

    @router.button("go")
    def go(ctx: Context):
        ctx.edit("Edited")
        ctx.reply("Said", reply_parameters={"message_id": ctx.message.message_id})
        ctx.react("👍")

    old = client(router).in_group("Team", type="group")
    old.send("/menu")
    update = {"id": "1", "from": old.user, "chat_instance": "1", "data": "go"}
    shown = dict(old.messages[-1])
    new = old.migrate()
    bot = Bot("4242:x", transport=FakeTransport(), sleep=lambda _: None)
    bot.moved[old.chat["id"]] = new.chat["id"]
    run(router, Context({"update_id": 9, "callback_query": {**update, "message": shown}}, bot))
    there = [
        (method, fields["chat_id"]) for method, fields in bot.transport.calls if "chat_id" in fields
    ]
    assert there == [
        ("editMessageText", old.chat["id"]),
        ("sendMessage", new.chat["id"]),
        ("setMessageReaction", old.chat["id"]),
    ]
    assert "reply_parameters" not in bot.transport.calls[1][1]
