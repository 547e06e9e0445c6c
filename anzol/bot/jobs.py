"""Jobs: handlers that run by the clock, or later because another handler has asked for it."""

from __future__ import annotations

import inspect
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from anzol.api.address import Address
from anzol.api.errors import HandlerError
from anzol.api.updates import lane_of

from .checks import location
from .outlet import Outlet

KIND = "job"  # of the update that runs one


def name_of(handler: Callable[..., Any]) -> str:
    """Return the name of a job by its handler; raise TypeError for a function that is none."""
    name = getattr(handler, "job", None)
    if not isinstance(name, str):
        raise TypeError(f"{location(handler)} is not a job: write @router.job above it.")
    return name


def check_arguments(handler: Callable[..., Any], args: Mapping[str, Any]) -> None:
    """Raise TypeError for arguments that a job does not take, or that cannot be stored."""
    try:
        inspect.signature(handler).bind(None, **args)
    except TypeError as error:
        raise TypeError(f"{location(handler)} is called with {', '.join(args)}: {error}.") from None
    try:
        is_same = json.loads(json.dumps(args)) == args
    except (TypeError, ValueError):
        is_same = False
    if not is_same:
        raise TypeError(
            f"{location(handler)}: its arguments are stored, so give text, numbers, True, False, None, lists and dicts."
        )


def arguments_of(handler: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the arguments that a job must be given, besides `ctx`."""
    parameters = list(inspect.signature(handler).parameters.values())[1:]
    plain = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return tuple(
        each.name for each in parameters if each.default is each.empty and each.kind in plain
    )


class Starting(Protocol):
    """The part of `ctx` that starts a job."""

    @property
    def address(self) -> Address: ...
    @property
    def chat(self) -> Any: ...
    @property
    def user(self) -> Any: ...
    @property
    def router(self) -> Any: ...
    @property
    def outlet(self) -> Outlet: ...


def start(ctx: Starting, job: Callable[..., Any], args: Mapping[str, Any], due: float) -> str:
    """Have a job run in this chat at `due`, in epoch seconds; return the name by which it can be cancelled."""
    name = name_of(job)
    check_arguments(job, args)
    if ctx.router is not None and name not in ctx.router.selection.jobs:
        raise HandlerError(f"The job {name} is in no router of this bot: include its router.")
    event = event_of(name, args, ctx.address, ctx.chat, ctx.user)
    batch = secrets.token_hex(8)
    has_lane = ctx.address.chat is not None or ctx.user is not None
    lane = lane_of({KIND: event}) if has_lane else f"job:{batch}"
    after = max(0.0, due - ctx.outlet.now())
    ctx.outlet.put(KIND, f"job:{batch}", lane, event, after, batch)
    return batch


def event_of(
    name: str, args: Mapping[str, Any], address: Address, chat: Any, user: Any
) -> dict[str, Any]:
    """Return what a job is run with: its name, its arguments, and where it was asked for and by whom."""
    event: dict[str, Any] = {"name": name, "args": dict(args)}
    if address.chat is None:
        return event | ({"from": dict(user)} if user else {})
    # Read like a message, although there is none: so it has a topic and a connection where that one had.
    event |= {"message_id": None, "chat": dict(chat) if chat else {"id": address.chat}}
    if user:
        event["from"] = dict(user)
    if event["chat"].get("id") != address.chat:
        event["user_chat_id"] = address.chat
    if address.business:
        event["business_connection_id"] = address.business
    if address.topic is not None:
        event |= {"message_thread_id": address.topic, "is_topic_message": True}
    if address.direct_topic is not None:
        event["direct_messages_topic"] = {"topic_id": address.direct_topic}
    return event
