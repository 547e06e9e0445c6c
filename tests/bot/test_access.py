"""Administrators, lists, switches, and what they let through."""

from __future__ import annotations

import pytest

from anzol import HandlerError, Members, Reply, Router, Switch, admin, admit, can, keyboard, private
from anzol.testing import Client, client


def team(router: Router) -> tuple[Client, Client]:
    ann = client(router).in_group("Team")
    return ann, ann.as_user("Bob").in_group("Team")


def ruled() -> Router:
    router = Router()
    router.command("close", admin)(lambda ctx: "Closed.")
    router.command("mute", can("restrict_members"))(lambda ctx: "Muted.")
    router.on("message")(lambda ctx: "no")
    return router


def test_administrators_are_asked_for_once():
    ann, bob = team(ruled())
    ann.promote(can_restrict_members=True)
    for person in (ann, bob, ann):
        person.send("/close")
    assert ann.texts == ["Closed.", "no", "Closed."]
    assert len(ann.calls("getChatAdministrators")) == 1


def test_rights_are_looked_at_and_the_owner_has_all():
    ann, bob = team(ruled())
    ann.promote(can_restrict_members=True)
    bob.promote(can_pin_messages=True)
    owner = ann.as_user("Zoe").in_group("Team")
    owner._place.set_member(owner.user["id"], {"status": "creator", "is_anonymous": False})
    for person in (ann, bob, owner):
        person.send("/mute")
    assert ann.texts == ["Muted.", "no", "Muted."]


def test_a_change_is_known_at_once_where_the_bot_hears_of_it():
    ann, bob = team(ruled())
    ann.promote_bot()
    bob.send("/close")
    bob.promote()
    bob.send("/close")
    assert ann.texts == ["no", "Closed."]
    assert {"chat_member", "my_chat_member"} <= {*ruled().allowed_updates()}


def test_a_bot_that_hears_of_no_change_asks_again_after_a_minute():
    ann, bob = team(ruled())
    bob.send("/close")
    bob.promote()
    bob.send("/close")
    ann.advance(61)
    bob.send("/close")
    assert ann.texts == ["no", "no", "Closed."]


def test_who_speaks_for_the_group_is_an_administrator_whose_rights_nobody_knows():
    ann, _ = team(ruled())
    ann.send("/close", sender_chat=ann.chat)
    ann.send("/mute", sender_chat=ann.chat)
    assert ann.texts == ["Closed.", "no"]


def test_in_a_private_chat_nobody_is_an_administrator():
    ann = client(ruled())
    ann.send("/close")
    assert ann.texts == ["no"] and ann.calls("getChatAdministrators") == []


def test_filters_pass_on_what_they_need():
    router = Router()
    router.on("message", ~(private | admin) & private)(lambda ctx: None)
    assert {"chat_member", "my_chat_member"} <= {*router.allowed_updates()}
    hooked = Router()
    hooked.before(admit(admin))
    hooked.on("message")(lambda ctx: None)
    assert "chat_member" in hooked.allowed_updates()


def test_a_right_that_there_is_not_is_told_at_import():
    with pytest.raises(HandlerError, match="no right 'restrict_member'.*did you mean"):
        can("restrict_member")


def guarded() -> tuple[Router, Members]:
    router, banned, staff, closed = (
        Router(),
        Members("banned"),
        Members("staff", 1001),
        Switch("closed"),
    )
    router.before(admit(~banned, otherwise=""))
    router.before(admit(~closed | staff, otherwise="Back at noon."))

    @router.command("ban", staff)
    def ban(ctx):
        banned.add(ctx, int(ctx.payload))
        return "Banned."

    @router.command("pardon", staff)
    def pardon(ctx):
        banned.remove(ctx, int(ctx.payload))

    @router.command("close", staff)
    def close(ctx):
        closed.turn(ctx, on=True)

    @router.command("start")
    def start(ctx):
        return Reply("Hi", keyboard(("Go", "go")))

    router.button("go")(lambda ctx: ctx.answer("Gone."))
    router.on("message")(lambda ctx: "heard")
    return router, banned


def test_a_list_shuts_out_and_lets_in_again():
    ann = client(guarded()[0])
    bob = ann.as_user("Bob")
    bob.send("a")
    ann.send(f"/ban {bob.user['id']}")
    bob.send("b")
    bob.send("/ban 1001")
    ann.send(f"/pardon {bob.user['id']}")
    bob.send("c")
    assert bob.texts == ["heard", "heard"]
    assert ann.runner.states.keys() == set()


def test_a_chat_may_be_on_a_list_too():
    ann = client(guarded()[0])
    group = ann.in_group("Spam")
    ann.send(f"/ban {group.chat['id']}")
    group.send("x")
    assert group.texts == []


def test_a_switch_closes_the_bot_for_all_but_the_staff():
    ann = client(guarded()[0])
    bob = ann.as_user("Bob")
    bob.send("/start")
    ann.send("/close")
    bob.send("x")
    bob.click("Go")
    ann.send("x")
    assert (bob.texts, bob.popups) == (["Hi", "Back at noon."], ["Back at noon."])
    assert ann.texts == ["heard"]


def test_admit_takes_filters_alone():
    with pytest.raises(HandlerError, match="admit"):
        admit("staff")
