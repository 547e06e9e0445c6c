"""Polls: sent, voted on, stopped."""

from __future__ import annotations

from functools import partial
from typing import Any

from ...world.chats import Chat
from ...world.keyboards import check_inline, read_markup
from ...world.posting import replace_message
from ...world.world import World
from ..calls import Call, method
from ..errors import bad
from ..inline import read_input
from ..texts import format_text
from .media import input_media
from .sending import send

Json = dict[str, Any]


@method("sendPoll")
def send_poll(call: Call) -> Json:
    """Send a poll or a quiz."""
    chat = call.chat()
    poll = new_poll(call.world, call.arguments)
    for field in ("media", "explanation_media"):
        if call.get(field) and (field == "media" or poll["type"] == "quiz"):
            poll[field] = poll_media(call, call.get(field), "InputPollMedia: ")
    for option, given in zip(poll["options"], call.get("options") or [], strict=False):
        if isinstance(given, dict) and given.get("media"):
            option["media"] = poll_media(call, given["media"], "poll option media: ")
    sent = send(call, {"poll": poll}, chat)
    close_in_time(call.world, chat, sent)
    return sent


def close_in_time(world: World, chat: Chat, message: Json) -> None:
    """Close a poll when its time is over."""
    poll = message["poll"]
    end = world.clock.now() + poll["open_period"] if "open_period" in poll else 0
    if end and not poll["is_closed"]:
        world.schedule(end, lambda: close_poll(world, chat, message["message_id"]))


def close_all_in_time(world: World) -> None:
    """Close the polls of an earlier run when their time is over."""
    for chat in world.chats.values():
        for message in chat.messages.values():
            poll = message.get("poll")
            if isinstance(poll, dict) and "close_date" in poll and not poll.get("is_closed"):
                number = message["message_id"]
                world.schedule(poll["close_date"], partial(close_poll, world, chat, number))


POLL_MEDIA = ("animation", "audio", "document", "live_photo", "photo", "video", "sticker")


def poll_media(call: Call, given: Json, what: str) -> Json:
    """Return the PollMedia of an InputPollMedia. Raises Refused 400."""
    kind = str(given.get("type", ""))
    if kind in ("location", "venue"):
        content = read_input(given)
        return {kind: content[kind]}
    if kind == "link":
        return {"link": {"url": given.get("url", "")}}
    if kind not in POLL_MEDIA:
        raise bad(f"failed to parse {what}invalid type specified")
    content = input_media(call, given)
    return {name: content[name] for name in POLL_MEDIA if name in content}


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
    described = format_text(
        options.get("description", ""),
        options.get("description_parse_mode", ""),
        options.get("description_entities"),
    )
    poll |= described.params("description") if described.text else {}
    if options.get("country_codes"):
        poll["country_codes"] = options["country_codes"]
    return poll | read_end(world, options)


SHORTEST, LONGEST = 5, 2_628_000  # seconds a poll may be open


def read_end(world: World, options: Json) -> Json:
    """Return when a poll closes: both its period and its date, of which a call gives one. Raises Refused 400."""
    period, date = options.get("open_period") or 0, options.get("close_date") or 0
    if date:
        period = date - world.clock.date()
    if not period:
        return {}
    if not SHORTEST <= period <= LONGEST:
        raise bad("POLL_CLOSE_DATE_INVALID" if date else "POLL_OPEN_PERIOD_INVALID")
    return {"open_period": period, "close_date": date or world.clock.date() + period}


def read_options(given: list[Any]) -> list[Json]:
    """Return the PollOptions. Raises Refused 400."""
    if not given:
        raise bad("poll must have at least 1 option")
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
    if len(right) == 1:
        quiz["correct_option_id"] = quiz["correct_option_ids"][0]
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
    """Close the bot's poll and return it."""
    chat = call.chat()
    message = chat.messages.get(call.get("message_id", 0))
    if message is None or "poll" not in message:
        raise bad("message with poll to stop not found")
    if message["poll"]["is_closed"]:
        raise bad("poll has already been closed")
    if chat.extras.get(message["message_id"], {}).get("bot") != call.bot.id:
        raise bad("poll can't be stopped")
    markup = read_markup(call.get("reply_markup"))
    check_inline(markup)
    kept = {k: v for k, v in message.items() if k != "reply_markup"}
    replace_message(call.world, chat, {**kept, "reply_markup": markup} if markup else kept)
    return close_poll(call.world, chat, message["message_id"])
