"""Polls: sent, voted on, stopped."""

from __future__ import annotations

from typing import Any

from ...world.chats import Chat
from ...world.posting import replace_message
from ...world.world import World
from ..calls import Call, method
from ..errors import bad
from ..texts import format_text
from .sending import send

Json = dict[str, Any]


@method("sendPoll")
def send_poll(call: Call) -> Json:
    chat = call.chat()
    sent = send(call, {"poll": new_poll(call.world, call.arguments)}, chat)
    end = sent["poll"].get("close_date", 0)
    if sent["poll"].get("open_period"):
        end = call.world.clock.now() + sent["poll"]["open_period"]
    if end:
        call.world.schedule(end, lambda: close_poll(call.world, chat, sent["message_id"]))
    return sent


def new_poll(world: World, options: Json) -> Json:
    """Return a Poll nobody has voted in. Raises Refused 400 with Telegram's texts."""
    question, entities = format_text(
        str(options.get("question", "")),
        options.get("question_parse_mode", ""),
        options.get("question_entities"),
    )
    if not question:
        raise bad("poll question must be non-empty")
    if len(question) > 300:
        raise bad("poll question length must not exceed 300")
    kind = options.get("type") or "regular"
    if kind not in ("regular", "quiz"):
        raise bad("unsupported poll type specified")
    poll: Json = {
        "id": str(world.random.randint(10**18, 9 * 10**18)),
        "question": question,
        "options": read_options(options.get("options") or []),
        "total_voter_count": 0,
        "is_closed": bool(options.get("is_closed", False)),
        "is_anonymous": bool(options.get("is_anonymous", True)),
        "type": kind,
        "allows_multiple_answers": bool(options.get("allows_multiple_answers", False)),
        "allows_revoting": bool(options.get("allows_revoting", kind == "regular")),
        "members_only": bool(options.get("members_only", False)),
    }
    if entities:
        poll["question_entities"] = entities
    if kind == "quiz":
        poll |= read_quiz(options, len(poll["options"]))
    for field in ("open_period", "close_date"):
        if options.get(field):
            poll[field] = options[field]
    return poll


def read_options(given: list[Any]) -> list[Json]:
    """Return the PollOptions. Raises Refused 400."""
    if len(given) < 2:
        raise bad("poll must have at least 2 option")
    if len(given) > 12:
        raise bad("poll can't have more than 12 options")
    found = []
    for number, option in enumerate(given):
        option = option if isinstance(option, dict) else {"text": str(option)}
        text, entities = format_text(
            str(option.get("text", "")),
            option.get("text_parse_mode", ""),
            option.get("text_entities"),
        )
        if not text:
            raise bad("poll options must be non-empty")
        if len(text) > 100:
            raise bad("poll options length must not exceed 100")
        shown: Json = {"persistent_id": str(number), "text": text, "voter_count": 0}
        found.append({**shown, "text_entities": entities} if entities else shown)
    return found


def read_quiz(options: Json, count: int) -> Json:
    """Return a quiz's right answers and its explanation. Raises Refused 400."""
    right = options.get("correct_option_ids")
    if not right:
        raise bad("quiz must have a correct option")
    if not all(0 <= int(number) < count for number in right):
        raise bad("wrong correct option ID specified")
    quiz: Json = {"correct_option_ids": [int(number) for number in right]}
    explanation, entities = format_text(
        options.get("explanation", ""),
        options.get("explanation_parse_mode", ""),
        options.get("explanation_entities"),
    )
    if explanation:
        quiz["explanation"] = explanation
        if entities:
            quiz["explanation_entities"] = entities
    return quiz


def vote(world: World, chat: Chat, message: Json, voter: Json, chosen: list[int]) -> Json:
    """Change a person's vote, tell the bot that sent the poll, and return the Poll. Raises Refused 400."""
    poll = message["poll"]
    votes = chat.extra(message["message_id"]).setdefault("votes", {})
    check_vote(poll, votes, voter, chosen)
    if chosen:
        votes[str(voter["id"])] = chosen
    else:
        votes.pop(str(voter["id"]), None)
    new = counted(poll, votes)
    show_poll(world, chat, message, new)
    owner = world.bots.get(chat.extra(message["message_id"]).get("bot", 0))
    if owner:
        if not poll["is_anonymous"]:
            answer = {
                "poll_id": poll["id"],
                "user": voter,
                "option_ids": chosen,
                "option_persistent_ids": [str(number) for number in chosen],
            }
            world.push(owner, "poll_answer", answer)
        world.push(owner, "poll", new)
    return new


def check_vote(poll: Json, votes: Json, voter: Json, chosen: list[int]) -> None:
    """Refuse a vote the poll does not take."""
    if poll["is_closed"]:
        raise bad("the poll is closed")
    if any(not 0 <= number < len(poll["options"]) for number in chosen):
        raise bad("the poll has no such option")
    if len(chosen) > 1 and not poll["allows_multiple_answers"]:
        raise bad("the poll takes one answer")
    if str(voter["id"]) in votes and not poll["allows_revoting"]:
        raise bad("this vote can't be changed")


def counted(poll: Json, votes: Json) -> Json:
    """Return the poll with its votes counted."""
    options = [
        {**option, "voter_count": sum(number in chosen for chosen in votes.values())}
        for number, option in enumerate(poll["options"])
    ]
    return {**poll, "options": options, "total_voter_count": len(votes)}


def show_poll(world: World, chat: Chat, message: Json, poll: Json) -> None:
    """Store a changed poll and show it."""
    replace_message(world, chat, {**message, "poll": poll})
    votes = chat.extras.get(message["message_id"], {}).get("votes", {})
    world.feed.publish(
        "poll",
        bot=chat.bot,
        chat_id=chat.id,
        message_id=message["message_id"],
        poll=poll,
        votes=dict(votes),
    )


def close_poll(world: World, chat: Chat, number: int) -> Json:
    """Close a poll, if it is still there and open, and tell its bot."""
    message = chat.messages.get(number, {})
    poll: Json = message.get("poll", {"is_closed": True})
    if poll["is_closed"]:
        return poll
    closed = {**poll, "is_closed": True}
    show_poll(world, chat, message, closed)
    owner = world.bots.get(chat.extra(number).get("bot", 0))
    if owner:
        world.push(owner, "poll", closed)
    return closed


@method("stopPoll")
def stop_poll(call: Call) -> Json:
    chat = call.chat()
    message = chat.messages.get(call.get("message_id", 0))
    if message is None or "poll" not in message:
        raise bad("message with poll to stop not found")
    if message["poll"]["is_closed"]:
        raise bad("poll has already been closed")
    if chat.extras.get(message["message_id"], {}).get("bot") != call.bot.id:
        raise bad("poll can't be stopped")
    return close_poll(call.world, chat, message["message_id"])
