"""Forwarding and copying messages."""

from __future__ import annotations

from typing import Any

from ...world.chats import Chat
from ...world.content import copied, forwarded
from ...world.posting import post_from_bot
from ..calls import Call, find_chat, method
from ..errors import bad
from ..texts import read_caption
from .sending import check_rights, read_common, send

Json = dict[str, Any]


def source(call: Call) -> Chat:
    """Return the chat a message is taken from. Raises Refused."""
    return find_chat(call.world, call.bot, call.get("from_chat_id", ""), writes=False)


@method("forwardMessage")
def forward_message(call: Call) -> Json:
    """Forward a message, with where it came from."""
    chat = call.chat()
    original = call.message(source(call), "forward")
    check_unprotected(original, "forwarded")
    return send(call, started(call, forwarded(original)), chat)


@method("copyMessage")
def copy_message(call: Call) -> Json:
    """Send a message's content again, without where it came from."""
    chat = call.chat()
    original = call.message(source(call), "copy")
    check_unprotected(original, "copied")
    content = started(call, copied(original))
    if not content or "poll" in content and content["poll"]["type"] == "quiz":
        raise bad("message can't be copied")
    if "caption" in call.arguments and "text" not in content:
        content = {k: v for k, v in content.items() if k not in ("caption", "caption_entities")}
        content |= read_caption(call.arguments)
    return {"message_id": send(call, content, chat)["message_id"]}


def started(call: Call, content: Json) -> Json:
    """Return a content whose film starts at the second that the call gives."""
    second = call.get("video_start_timestamp", 0)
    if "video" not in content or second <= 0:
        return content
    return {**content, "video": {**content["video"], "start_timestamp": second}}


def check_unprotected(message: Json, verb: str) -> None:
    """Raise Refused for a protected or a service message."""
    if message.get("has_protected_content") or not copied(message):
        raise bad(f"message can't be {verb}")


@method("forwardMessages", "copyMessages")
def carry_messages(call: Call) -> list[Json]:
    """Forward or copy several messages, albums as albums; return their MessageIds."""
    chat, origin = call.chat(), source(call)
    ids = [int(n) for n in call.get("message_ids", [])]
    if not 1 <= len(ids) <= 100:
        raise bad("too many message identifiers specified" if ids else "there are no messages")
    if ids != sorted(set(ids)):
        raise bad("message identifiers must be in a strictly increasing order")
    make = forwarded if call.method == "forwardMessages" else copied
    found = [origin.messages[n] for n in ids if n in origin.messages]
    carried = [(m, make(m)) for m in found if copied(m) and not m.get("has_protected_content")]
    if not carried:
        raise bad(f"there are no messages to {'forward' if make is forwarded else 'copy'}")
    common = read_common(call, chat)
    groups: dict[str, str] = {}
    sent = []
    for original, content in carried:
        check_rights(call, chat, content)
        group = original.get("media_group_id")
        if group:
            content["media_group_id"] = groups.setdefault(group, new_group(call))
        if call.get("remove_caption"):
            content = {k: v for k, v in content.items() if not k.startswith("caption")}
        sent.append(post_from_bot(call.world, call.bot, chat, {**common, **content}))
    return [{"message_id": message["message_id"]} for message in sent]


def new_group(call: Call) -> str:
    """Return a number for an album."""
    return str(call.world.random.randint(10**16, 10**17 - 1))
