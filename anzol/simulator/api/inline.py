"""The messages that inline results become when a person chooses them."""

from __future__ import annotations

from typing import Any

from ..delivery.targets import is_public
from ..world.bots import Bot
from ..world.content import copied
from ..world.games import find_game
from ..world.keyboards import check_inline, read_markup
from ..world.media import media_fields
from ..world.previews import with_preview
from ..world.world import World
from .errors import bad
from .legacy import modernize
from .texts import read_caption, read_text

Json = dict[str, Any]

# type of result: (kind of file, field with its address, field with its id)
FILES = {
    "photo": ("photo", "photo_url", "photo_file_id"),
    "gif": ("animation", "gif_url", "gif_file_id"),
    "mpeg4_gif": ("animation", "mpeg4_url", "mpeg4_file_id"),
    "video": ("video", "video_url", "video_file_id"),
    "audio": ("audio", "audio_url", "audio_file_id"),
    "voice": ("voice", "voice_url", "voice_file_id"),
    "document": ("document", "document_url", "document_file_id"),
    "sticker": ("sticker", "sticker_url", "sticker_file_id"),
}


def read_result(world: World, bot: Bot, result: Json) -> Json:
    """Return the content of the message a result becomes, its keyboard with it. Raises Refused 400."""
    kind = str(result.get("type", ""))
    content: Json = {}
    if "input_message_content" in result:
        content = read_input(result["input_message_content"])
    elif kind in FILES:
        content = read_file(world, kind, result)
    elif kind == "game":
        content = {"game": find_game(world, bot, result.get("game_short_name"))}
    elif kind in ("location", "venue", "contact"):
        content = read_input({**result, "question": None})
    elif kind == "article":
        raise bad("can't parse inline query result: Can't find field \"message_text\"")
    else:
        raise bad("can't parse inline query result: invalid inline query result type specified")
    markup = read_markup(result.get("reply_markup"))
    check_inline(markup)
    return {**content, "reply_markup": markup} if markup else content


def read_file(world: World, kind: str, result: Json) -> Json:
    """Return the content of a result that is a file."""
    name, url, file_id = FILES[kind]
    if result.get(file_id):
        file = world.files.get(result[file_id])
        if file is None:
            raise bad("wrong remote file identifier specified: Wrong string length")
    elif result.get(url):
        if world.options.strict and not is_public(str(result[url])):
            raise bad("WEBDOCUMENT_URL_INVALID")
        file = world.files.add_url(name, str(result[url]))
    else:
        raise bad(f"can't parse inline query result: Can't find field \"{url}\"")
    return {**media_fields(file, result), **read_caption(result)}


def read_input(given: Json) -> Json:
    """Return the content of an InputMessageContent."""
    if "message_text" in given:
        content = read_text({**given, "text": given["message_text"]})
        return with_preview(content, modernize("sendMessage", given).get("link_preview_options"))
    if "latitude" in given:
        place = {"latitude": given["latitude"], "longitude": given["longitude"]}
        if "address" in given:
            venue = {"location": place, "title": given["title"], "address": given["address"]}
            return {"venue": venue, "location": place}
        return {"location": place}
    if "phone_number" in given:
        fields = ("phone_number", "first_name", "last_name")
        return {"contact": {field: given[field] for field in fields if field in given}}
    found = copied(given)
    if not found:
        raise bad("can't parse inline query result: unknown input message content")
    return found
