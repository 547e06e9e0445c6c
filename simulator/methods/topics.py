"""Topics of a forum."""

from __future__ import annotations

from typing import Any

from ..calls import Call, method
from ..chats import Chat
from ..errors import bad
from ..posting import erase, service
from ..views import bot_user

Json = dict[str, Any]


@method("createForumTopic")
def create_forum_topic(call: Call) -> Json:
    chat = forum(call)
    name = call.get("name", "")
    if not 1 <= len(name) <= 128:
        raise bad("TOPIC_TITLE_EMPTY" if not name else "topic name is too long")
    topic: Json = {"name": name, "icon_color": call.get("icon_color") or 0x6FB9F0}
    created = service(
        call.world, chat, bot_user(call.bot.user), {"forum_topic_created": topic}, told=False
    )
    thread = created["message_id"]
    chat.details.setdefault("topics", {})[str(thread)] = topic
    return {"message_thread_id": thread, **topic}


@method("editForumTopic", "closeForumTopic", "reopenForumTopic", "deleteForumTopic")
def change_forum_topic(call: Call) -> bool:
    chat = forum(call)
    topics = chat.details.get("topics", {})
    thread = str(call.get("message_thread_id", 0))
    if thread not in topics:
        raise bad("TOPIC_ID_INVALID")
    if call.method == "editForumTopic":
        topics[thread] = {**topics[thread], "name": call.get("name") or topics[thread]["name"]}
    elif call.method == "deleteForumTopic":
        del topics[thread]
        inside = [n for n, m in chat.messages.items() if m.get("message_thread_id") == int(thread)]
        erase(call.world, chat, [int(thread), *inside])
    else:
        topics[thread] = {**topics[thread], "is_closed": call.method == "closeForumTopic"}
    call.world.save("chat", *chat.key)
    return True


def forum(call: Call) -> Chat:
    """Return the chat when it is a forum the bot may manage. Raises Refused."""
    chat = call.chat()
    if not chat.info.get("is_forum"):
        raise bad("the chat is not a forum")
    call.require(chat, "can_manage_topics")
    return chat
