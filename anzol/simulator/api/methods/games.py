"""Games: sent, scored, compared."""

from __future__ import annotations

from typing import Any

from ...world import games
from ...world.chats import Chat
from ...world.posting import replace_message
from ..calls import Call, method
from ..errors import bad
from .edits import find_edited
from .sending import send

Json = dict[str, Any]

SHOWN = 3  # scores shown in the message


@method("sendGame")
def send_game(call: Call) -> Json:
    """Send a game with its button."""
    chat, name = call.chat(), call.get("game_short_name")
    if not call.bot.settings.get("games"):
        call.warnings.append("the bot has no games: POST /user/bot names them, as BotFather does")
    game = games.find_game(call.world, call.bot, name)
    best = table(call, chat.details.get("scores", {}).get(name, {}))
    sent = send(call, {"game": {**game, "text": words(best)} if best else game}, chat)
    chat.extra(sent["message_id"])["game"] = name
    return sent


@method("setGameScore")
def set_game_score(call: Call) -> Json | bool:
    """Set somebody's score in a game of this chat. Raises Refused 400 unless it grows or is forced."""
    chat, message = find_game(call)
    number, score = player(call), call.get("score", 0)
    if score < 0:
        raise bad("BOT_SCORE_NOT_MODIFIED")
    name = name_of(chat, message)
    scores = dict(chat.details.get("scores", {}).get(name, {}))
    old = scores.get(str(number))
    if old == score or (old is not None and score < old and not call.get("force")):
        raise bad("BOT_SCORE_NOT_MODIFIED")
    scores[str(number)] = score
    chat.set(scores={**chat.details.get("scores", {}), name: scores})
    if not call.get("disable_edit_message"):
        text = words(table(call, scores))
        message = {**message, "game": {**message["game"], "text": text}}
        replace_message(call.world, chat, message)
    return True if call.get("inline_message_id") else message


@method("getGameHighScores")
def get_game_high_scores(call: Call) -> list[Json]:
    """Return the best scores of a game in this chat."""
    chat, message = find_game(call)
    player(call)
    return table(call, chat.details.get("scores", {}).get(name_of(chat, message), {}))


def name_of(chat: Chat, message: Json) -> str:
    """Return the short name of a message's game: scores are one list for all its messages in a chat."""
    return str(chat.extras.get(message["message_id"], {}).get("game", ""))


def words(rows: list[Json]) -> str:
    """Return the best scores as they stand in a game's message."""
    return "\n".join(
        f"{row['position']}. {row['user']['first_name']}: {row['score']}" for row in rows[:SHOWN]
    )


def find_game(call: Call) -> tuple[Chat, Json]:
    """Return the game's message and its chat. Raises Refused."""
    chat, message = find_edited(call)
    if "game" not in message:
        raise bad("message to edit not found")
    return chat, message


def player(call: Call) -> int:
    """Return who played. Raises Refused."""
    number: int = call.get("user_id", 0)
    if number not in call.world.people:
        raise bad("user not found" if number > 0 else "invalid user_id specified")
    return number


def table(call: Call, scores: dict[str, int]) -> list[Json]:
    """Return the GameHighScores, best first."""
    ranked = sorted(scores.items(), key=lambda entry: -entry[1])
    return [
        {"position": place, "user": call.world.person(int(number)), "score": score}
        for place, (number, score) in enumerate(ranked, 1)
    ]
