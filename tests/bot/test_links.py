"""Deep links, references to messages, quotes, reactions, stories: what leads elsewhere and back."""

from __future__ import annotations

import pytest

from anzol import Context, HandlerError, Reference, Reply, Router, keyboard, quote
from anzol.testing import client, picture


def test_a_deep_link_comes_back_with_its_fields():
    router = Router()

    @router.deep_link("ref_{id:int}")
    def invited(ctx: Context, id: int):
        return f"Invited by {id}."

    @router.command("start")
    def start(ctx: Context):
        return f"Hello {ctx.payload}"

    router.command("invite")(lambda ctx: ctx.link(invited.data(id=ctx.user.id)))
    ann = client(router)
    (said,) = ann.send("/invite")
    assert said.text == f"https://t.me/testing_bot?start=ref_{ann.user['id']}"
    bob = ann.as_user("Bob")
    for text in (f"/start {said.text.partition('=')[2]}", "/start ref_x", "/start"):
        bob.send(text)
    assert bob.texts == [f"Invited by {ann.user['id']}.", "Hello ref_x", "Hello"]


@pytest.mark.parametrize("pattern", ["ref:{id:int}", "ref {id}", "ä{id}"])
def test_a_link_that_cannot_be_is_told_at_import(pattern: str):
    with pytest.raises(HandlerError, match="No deep link can carry"):
        Router().deep_link(pattern)(lambda ctx, id: None)


def board() -> Router:
    router = Router()

    @router.command("board")
    def show(ctx: Context):
        ctx.user_session["board"] = Reference.of(ctx.reply("0 votes"))

    @router.command("photo")
    def photo(ctx: Context):
        ctx.user_session["board"] = Reference.of(ctx.photo(picture(), "0 votes"))

    @router.command("vote")
    def vote(ctx: Context):
        kept = Reference(ctx.user_session["board"])
        kept.edit(ctx.bot, f"{ctx.payload} votes", keyboard(("More", "more")))

    @router.command("close")
    def close(ctx: Context):
        Reference(ctx.user_session["board"]).edit(ctx.bot)

    @router.command("drop")
    def drop(ctx: Context):
        Reference(ctx.user_session["board"]).delete(ctx.bot)

    return router


@pytest.mark.parametrize("what", ["/board", "/photo"])
def test_a_message_is_changed_from_another_chat_and_time(what: str):
    ann = client(board())
    team = ann.in_group("Team", is_forum=True).in_topic("Votes")
    team.send(what)
    ann.send("/vote 3")
    assert (team.texts, team.buttons) == (["3 votes"], ["More"])
    ann.send("/close")
    assert (team.texts, team.buttons) == (["3 votes"], [])
    ann.send("/drop")
    assert team.texts == []


def test_a_message_of_inline_mode_is_changed_too():
    kept = Reference.of({"from": {"id": 7}, "inline_message_id": "X"})
    assert kept == {"inline": "X"}
    with pytest.raises(TypeError, match="not a message"):
        Reference.of({"id": 1})


def test_a_part_of_a_message_is_quoted():
    router = Router()

    @router.on("message:text")
    def echo(ctx: Context):
        return Reply("That?", reply_parameters=quote(ctx.message, "two"))

    (said,) = client(router).send("😀 one two")
    assert (said.quote.text, said.quote.position) == ("two", 7)
    with pytest.raises(ValueError, match="not in the message"):
        quote({"message_id": 1, "text": "one"}, "two")


def test_reactions_may_be_big_custom_or_taken_back():
    router = Router()

    @router.on("message:text")
    def react(ctx: Context):
        ctx.react("🎉", is_big=True)
        ctx.react("5368324170671202286")
        ctx.react("")

    ann = client(router)
    ann.send("x")
    big, custom, none = ann.calls("setMessageReaction")
    assert big.is_big and big.reaction[0]["emoji"] == "🎉"
    assert custom.reaction[0]["custom_emoji_id"] == "5368324170671202286"
    assert none.reaction == []


def test_an_album_may_be_mixed_with_a_caption_for_each():
    router = Router()

    @router.command("album")
    def album(ctx: Context):
        items = [picture(), {"type": "photo", "media": picture(), "has_spoiler": True}]
        ctx.media_group(items, ["one", "two"])

    ann = client(router)
    sent = ann.send("/album")
    assert [message.caption for message in sent] == ["one", "two"]
    assert sent[1].has_media_spoiler


def test_a_story_is_posted_for_a_business_account():
    router = Router()

    @router.on("business_connection")
    def connected(ctx: Context):
        ctx.bot.post_story(
            business_connection_id=ctx.event.id,
            content={"type": "photo", "photo": picture()},
            active_period=86400,
            caption="Open today",
        )

    ann = client(router)
    ann.connect_business()
    (call,) = ann.calls("postStory")
    assert call.caption == "Open today"
