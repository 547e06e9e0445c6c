"""How each kind of update is answered, as one table that the code follows and the docs show.

Nobody waits for ever: a press is always answered, a checkout within its ten seconds, an inline query before it expires.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .texts import NOTHING_CHARGED


class Kind(NamedTuple):
    """How updates of a kind are answered.

    `method` answers them, with the event's field `id` in the parameter `parameter`; `first` is what `ctx.answer()` takes
    first. `otherwise` is the answer when the handler gave none, after `seconds` also while it is running. With
    `hurried`, a failed run is answered at once, whatever is tried again. The last five describe it in words.
    """

    value: str = "an error: there is no chat to write to"
    none: str = "nothing is sent"
    error: str = "tried again or buried, section [errors](#hooks-and-errors)"
    expiry: str = "never"
    nobody: str = "ends as unhandled"
    method: str = ""
    parameter: str = ""
    id: str = "id"
    first: str = ""
    otherwise: dict[str, Any] | None = None
    seconds: float | None = None
    hurried: bool = False


CHAT = Kind(value="is sent to the chat, its topic, its business connection")
PERSON = CHAT._replace(value="is sent to the person, in their own chat with the bot")
NOTE = Kind()
EVENT = Kind(value="is told to the topic's subscribers")
GUEST = CHAT._replace(
    value="is the guest's answer",
    method="answerGuestQuery",
    parameter="guest_query_id",
    id="guest_query_id",
    first="result",
)
PRESS = Kind(
    value="is sent to the chat; without one it is the press's popup",
    none="the press is answered without a word",
    error="the press is answered without a word",
    expiry="after 2 s the press is answered while the handler goes on; after 150 s it is not run",
    nobody="the press is answered; the data's pattern is logged",
    method="answerCallbackQuery",
    parameter="callback_query_id",
    first="text",
    otherwise={},
    seconds=2.0,
    hurried=True,
)
INLINE = Kind(
    value="a list of any length is the results, 50 to a page; anything else is an error",
    none="no results",
    error="no results; what is tried again may still answer",
    expiry="after 25 s no results; after 30 s it is not run",
    nobody="no results",
    method="answerInlineQuery",
    parameter="inline_query_id",
    first="results",
    otherwise={"results": [], "cache_time": 0},
    seconds=25.0,
)
CHECKOUT = Kind(
    value="`True` takes the order; a text refuses it and is the reason; `False` refuses it",
    none="refused, unless the handler called `ctx.answer()`",
    error="refused with a sentence; not tried again",
    expiry="after 8 s refused; after 10 s it is not run",
    nobody="refused with a sentence",
    method="answerPreCheckoutQuery",
    parameter="pre_checkout_query_id",
    first="ok",
    otherwise={"ok": False, "error_message": NOTHING_CHARGED},
    seconds=8.0,
    hurried=True,
)
SHIPPING = CHECKOUT._replace(
    value="a list is the ways of shipping; a text refuses the order and is the reason",
    expiry="after 8 s refused; after 150 s it is not run",
    method="answerShippingQuery",
    parameter="shipping_query_id",
)

KINDS: dict[str, Kind] = {
    "message": CHAT,
    "edited_message": CHAT,
    "channel_post": CHAT,
    "edited_channel_post": CHAT,
    "business_connection": PERSON,
    "business_message": CHAT,
    "edited_business_message": CHAT,
    "deleted_business_messages": CHAT,
    "guest_message": GUEST,
    "message_reaction": CHAT,
    "message_reaction_count": CHAT,
    "inline_query": INLINE,
    "chosen_inline_result": NOTE._replace(expiry="after 600 s it is not run"),
    "callback_query": PRESS,
    "shipping_query": SHIPPING,
    "pre_checkout_query": CHECKOUT,
    "purchased_paid_media": NOTE,
    "poll": NOTE,
    "poll_answer": NOTE,
    "my_chat_member": CHAT,
    "chat_member": CHAT,
    "chat_join_request": PERSON,
    "chat_boost": CHAT,
    "removed_chat_boost": CHAT,
    "managed_bot": NOTE,
    "stopped_message_generation": CHAT,
    "subscription": NOTE,
    "event": EVENT,
}
COLUMNS = ("value", "none", "error", "expiry", "nobody")


def kind_row(kind: str) -> Kind:
    """Return the row of a kind; kinds newer than the table are treated like messages."""
    return KINDS.get(kind, CHAT)


def as_markdown() -> str:
    """Return the table for docs/handlers.md, one row for all kinds that are treated alike."""
    alike: dict[Kind, list[str]] = {}
    for name, row in KINDS.items():
        alike.setdefault(row._replace(otherwise=None), []).append(f"`{name}`")
    head = "| update | a returned value | `None` | an exception | too late | no handler |"
    lines = [head, "|---" * 6 + "|"]
    for row, names in alike.items():
        cells = (getattr(row, column) for column in COLUMNS)
        lines.append(f"| {' '.join(names)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
