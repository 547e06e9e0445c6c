"""A group becomes a supergroup in the middle of things."""

from __future__ import annotations

from anzol import Context, Router
from anzol.bot.run import run
from anzol.testing import client
from anzol.testing.client import Client
from tests.fakes import message


def remembering() -> Router:
    router = Router()

    @router.command("set")
    def keep(ctx: Context):
        ctx.session["said"] = ctx.payload

    @router.command("get")
    def tell(ctx: Context):
        return ctx.session.get("said", "nothing")

    @router.command("ask")
    def ask(ctx: Context):
        ctx.ask("Name?", then="name")

    @router.state("name")
    def name(ctx: Context):
        return f"Hello {ctx.text}"

    return router


def in_old_group() -> Client:
    return client(remembering()).in_group("Team", type="group")


def test_the_session_and_the_questions_go_along():
    old = in_old_group()
    old.send("/set hello")
    old.send("/ask")
    new = old.migrate()
    new.send("Ann")
    new.send("/get")
    assert new.texts == ["Hello Ann", "hello"]
    assert old.session == {}


def test_what_the_new_chat_has_said_already_stays():
    old = in_old_group()
    old.send("/set old")
    new = old.migrate()
    new.send("/set new")
    old.runner.states[f"chat:{old.chat['id']}"] = {"said": "old"}
    told = {"message_id": 9, "date": 1, "chat": new.chat, "from": new.user}
    new.update("message", **told, migrate_from_chat_id=old.chat["id"])
    new.send("/get")
    assert new.texts == ["new"]


def test_an_update_of_the_old_group_that_comes_late_finds_the_state():
    old = in_old_group()
    old.send("/set hello")
    new = old.migrate()
    old.runner.bot.moved.clear()  # as after a restart
    old.send("/get")
    old.send("/set late")
    new.send("/get")
    assert new.texts == ["hello", "late"]
    assert [call.chat_id for call in old.calls("sendMessage")] == [new.chat["id"]] * 2


def test_a_bot_that_learns_of_it_by_its_own_call_moves_the_state_as_well():
    group = in_old_group()
    old, new = group.chat["id"], group.in_group("New", type="supergroup").chat["id"]
    group.world.chats[0, old].set(migrate_to_chat_id=new)
    states: dict[str, dict] = {f"chat:{old}": {"said": "hello"}}
    update = message("/get", chat=group.chat)
    ctx = Context(update, group.runner.bot, lambda key: states.setdefault(key, {}))
    assert run(group.runner.router, ctx)
    assert states[f"chat:{new}"] == {"said": "hello"}
    assert states[f"chat:{old}"] == {}
    assert states[f"migrated:{old}"] == {"to": new}
