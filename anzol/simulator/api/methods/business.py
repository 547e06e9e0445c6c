"""What a bot does for a business account: its profile, its messages, its stories."""

from __future__ import annotations

from typing import Any

from ...world.accounts import Connection
from ...world.chats import Chat
from ...world.posting import remove_messages
from ...world.world import World
from ..calls import Call, method
from ..errors import bad
from ..texts import read_caption
from .media import find_file
from .photos import profile_photo

Json = dict[str, Any]


@method("getBusinessConnection")
def get_business_connection(call: Call) -> Json:
    """Return a business connection, whether it is enabled or not."""
    return shown(call.world, call.connection())


def shown(world: World, connection: Connection) -> Json:
    """Return the BusinessConnection."""
    return {
        "id": connection.id,
        "user": world.user(connection.user),
        "user_chat_id": connection.user,
        "date": connection.date,
        "rights": {right: True for right, given in connection.rights.items() if given},
        "can_reply": bool(connection.rights.get("can_reply")),  # as before Bot API 9.0
        "is_enabled": connection.is_enabled,
    }


@method("readBusinessMessage")
def read_business_message(call: Call) -> bool:
    """Mark a message of the account's chat as read."""
    connection = call.connection("can_read_messages")
    chat = call.world.chats.get((-connection.number, call.get("chat_id", 0)))
    if chat is None:
        raise bad("chat not found")
    call.message(chat, "read")
    return True


@method("deleteBusinessMessages")
def delete_business_messages(call: Call) -> bool:
    """Delete messages of the account's chats; those that the bot did not send need a right of their own."""
    connection = call.connection()
    ids = {int(number) for number in call.get("message_ids", [])}
    if not 1 <= len(ids) <= 100:
        raise bad("message identifiers are not specified" if not ids else "too many messages")
    for chat in chats_of(call.world, connection):
        found = [number for number in ids if number in chat.messages]
        own = all(chat.extras.get(number, {}).get("bot") == call.bot.id for number in found)
        if found:
            connection.require("can_delete_sent_messages" if own else "can_delete_all_messages")
            remove_messages(call.world, chat, found)
    return True


def chats_of(world: World, connection: Connection) -> list[Chat]:
    """Return the chats of a business account that its bot sees."""
    return [chat for chat in world.chats.values() if chat.connection == connection.id]


# method: (the right it takes, the User's fields that it sets, how long each may be)
NAMES: dict[str, tuple[str, dict[str, int]]] = {
    "setBusinessAccountName": ("can_edit_name", {"first_name": 64, "last_name": 64}),
    "setBusinessAccountUsername": ("can_edit_username", {"username": 32}),
}


@method(*NAMES)
def set_business_account_name(call: Call) -> bool:
    """Change the account's names, or its username."""
    right, fields = NAMES[call.method]
    number = call.connection(right).user
    changed = {field: call.get(field, "") for field in fields}
    if any(len(changed[field]) > limit for field, limit in fields.items()):
        raise bad("FIRSTNAME_INVALID" if "first_name" in fields else "USERNAME_INVALID")
    if "first_name" in fields and not changed["first_name"]:
        raise bad("FIRSTNAME_INVALID")
    known = {k: v for k, v in call.world.person(number).items() if k not in fields}
    call.world.change_person({**known, **{k: v for k, v in changed.items() if v}})
    return True


@method("setBusinessAccountBio")
def set_business_account_bio(call: Call) -> bool:
    """Change the account's bio."""
    account = call.world.account(call.connection("can_edit_bio").user)
    if len(call.get("bio", "")) > 140:
        raise bad("ABOUT_TOO_LONG")
    account.set(bio=call.get("bio", ""))
    return True


@method("setBusinessAccountProfilePhoto", "removeBusinessAccountProfilePhoto")
def set_business_account_photo(call: Call) -> bool:
    """Set or remove the account's profile photo."""
    account = call.world.account(call.connection("can_edit_profile_photo").user)
    if call.method.startswith("remove"):
        account.photos = [*account.photos][1:]
        return True
    account.photos = [profile_photo(call, call.get("photo") or {}).id, *account.photos]
    return True


@method("setBusinessAccountGiftSettings")
def set_business_account_gift_settings(call: Call) -> bool:
    """Set which gifts the account accepts."""
    account = call.world.account(call.connection("can_change_gift_settings").user)
    account.set(gift_button=call.get("show_gift_button"), gifts=call.get("accepted_gift_types"))
    return True


PERIODS = {6 * 3600, 12 * 3600, 86_400, 2 * 86_400}  # seconds a story may be seen


@method("postStory")
def post_story(call: Call) -> Json:
    """Post a story of the account and return it."""
    number = call.connection("can_manage_stories").user
    account = call.world.account(number)
    if call.get("active_period") not in PERIODS:
        raise bad("STORY_PERIOD_INVALID")
    story = max((int(n) for n in account.stories), default=0) + 1
    account.stories = {**account.stories, str(story): read_story(call)}
    return story_of(call, number, story)


def read_story(call: Call) -> Json:
    """Return a story's content and caption. Raises Refused 400."""
    content: Json = call.get("content") or {}
    kind = str(content.get("type", ""))
    if kind not in ("photo", "video"):
        raise bad("invalid story content type specified")
    return {"file": find_file(call, kind, content.get(kind)).id, **read_caption(call.arguments)}


def story_of(call: Call, number: int, story: int) -> Json:
    """Return the Story of a person."""
    return {"chat": call.world.private_chat(call.bot, number).info, "id": story}


@method("editStory")
def edit_story(call: Call) -> Json:
    """Replace the content of the account's story."""
    number, story = own_story(call)
    account = call.world.account(number)
    account.stories = {**account.stories, str(story): read_story(call)}
    return story_of(call, number, story)


@method("deleteStory")
def delete_story(call: Call) -> bool:
    """Delete the account's story."""
    number, story = own_story(call)
    account = call.world.account(number)
    account.stories = {n: one for n, one in account.stories.items() if n != str(story)}
    return True


def own_story(call: Call) -> tuple[int, int]:
    """Return the account and the story a call is about. Raises Refused 400."""
    number, story = call.connection("can_manage_stories").user, call.get("story_id", 0)
    if str(story) not in call.world.account(number).stories:
        raise bad("STORY_ID_INVALID")
    return number, story


@method("repostStory")
def repost_story(call: Call) -> Json:
    """Post another account's story again."""
    number = call.connection("can_manage_stories").user
    source = call.world.account(call.get("from_chat_id", 0))
    original = source.stories.get(str(call.get("from_story_id")))
    if original is None:
        raise bad("STORY_ID_INVALID")
    account = call.world.account(number)
    story = max((int(n) for n in account.stories), default=0) + 1
    account.stories = {**account.stories, str(story): original}
    return story_of(call, number, story)
