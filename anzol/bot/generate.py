"""Write contexts.pyi: what a handler's `ctx` is known to have, for each query of `@router.on`.

    python -m anzol.bot.generate

Run it after anzol/api/generate.py has written a new table.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from anzol.api.generate import result_type
from anzol.api.methods import schema
from anzol.api.updates import known_kinds

from .filters import ENTITIES

STUB = Path(__file__).with_name("contexts.pyi")

# Kinds whose messages come from a user, and those that come from a channel itself.
FROM_USERS = ("message", "edited_message", "business_message", "edited_business_message")
FROM_CHANNELS = ("channel_post", "edited_channel_post")
# Kinds with a context of their own, written by hand.
BY_HAND = {
    "callback_query": "ButtonCtx",
    "inline_query": "InlineCtx",
    "guest_message": "MessageCtx",
}
# What every message may have, so that it says nothing of what the message is.
ENVELOPE = {"message_id", "message_thread_id", "from", "sender_chat", "date", "chat"}

HEAD = '''# Written by anzol/bot/generate.py from the {version}. Do not edit.
# mypy: disable-error-code="overload-overlap"
from collections.abc import Callable
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar, Unpack, overload

from anzol.api import types
from anzol.api.types import Chat, Message, User

from .context import Context
from .filters import Test
from .routes import Options

P = ParamSpec("P")
R = TypeVar("R", covariant=True)
C = TypeVar("C")
T = TypeVar("T")
F = TypeVar("F", contravariant=True)
H = TypeVar("H", bound=Callable[..., Any])

class MessageCtx(Context):
    """A message from a user. `event` is the same and unchecked."""
    message: Message
    chat: Chat
    user: User

class PostCtx(Context):
    """A message of a channel."""
    message: Message
    chat: Chat

class AlbumCtx(MessageCtx):
    """The first message of an album."""

class ButtonPress(types.CallbackQuery):
    data: str

class ButtonCtx(Context):
    """A press on a button that has data; `message` is absent where inline mode sent the button's message."""
    event: ButtonPress
    callback: ButtonPress
    user: User

class InlineCtx(Context):
    """An inline query: no chat, only a user and what they have typed, `ctx.text`."""
    event: types.InlineQuery
    user: User

class Event(types.Object):
    id: str
    topic: str
    type: str
    payload: dict[str, Any]

class EventCtx(Context):
    """An event that another program has told of."""
    event: Event

class OwnCtx(Context):
    """The base of an author's own context, for `Router(context=...)`; every handler may take it."""
    message: Message
    chat: Chat
    user: User

O = TypeVar("O", bound=OwnCtx)

class Decorator(Protocol[C]):
    """A decorator of handlers that take such a context first, or the author's own."""
    @overload
    def __call__(self, handler: Callable[Concatenate[C, P], R], /) -> Callable[Concatenate[C, P], R]: ...
    @overload
    def __call__(self, handler: Callable[Concatenate[O, P], R], /) -> Callable[Concatenate[O, P], R]: ...

class ButtonHandler(Protocol[P, R]):
    """A handler of presses, which also makes the data of its buttons."""
    def __call__(self, ctx: ButtonCtx, /, *args: P.args, **fields: P.kwargs) -> R: ...
    def data(self, *args: P.args, **fields: P.kwargs) -> str: ...

class ButtonDecorator(Protocol):
    """A decorator of handlers of presses."""
    @overload
    def __call__(self, handler: Callable[Concatenate[ButtonCtx, P], R], /) -> ButtonHandler[P, R]: ...
    @overload
    def __call__(self, handler: Callable[Concatenate[O, P], R], /) -> ButtonHandler[P, R]: ...

class DataHandler(Protocol[P, R]):
    """A handler of deep links, which also makes their payloads."""
    def __call__(self, ctx: TextCtx, /, *args: P.args, **fields: P.kwargs) -> R: ...
    def data(self, *args: P.args, **fields: P.kwargs) -> str: ...

class DataDecorator(Protocol):
    """A decorator of handlers of deep links."""
    def __call__(self, handler: Callable[Concatenate[TextCtx, P], R], /) -> DataHandler[P, R]: ...

class PaidHandler(Protocol[P, R]):
    """A handler of payments, which also makes the payloads of invoices, and may check before they are paid."""
    def __call__(self, ctx: SuccessfulPaymentCtx, /, *args: P.args, **fields: P.kwargs) -> R: ...
    def data(self, *args: P.args, **fields: P.kwargs) -> str: ...
    def check(self, handler: Callable[Concatenate[PreCheckoutQueryCtx, P], Any], /) -> Callable[..., Any]: ...

class PaidDecorator(Protocol):
    """A decorator of handlers of payments."""
    def __call__(self, handler: Callable[Concatenate[SuccessfulPaymentCtx, P], R], /) -> PaidHandler[P, R]: ...

class FormHandler(Protocol[F, R]):
    """A handler of a filled form, which also starts it."""
    def __call__(self, ctx: MessageCtx, filled: F, /) -> R: ...
    def start(self, ctx: Context, /, **known: Any) -> Any: ...

class FormDecorator(Protocol[T]):
    """A decorator of handlers of a filled form."""
    def __call__(self, handler: Callable[[MessageCtx, T], R], /) -> FormHandler[T, R]: ...

class ScreenHandler(Protocol[P, R]):
    """A function that returns what a message shows; it makes the data of buttons that lead there, and draws it."""
    def __call__(self, ctx: Context, /, *args: P.args, **fields: P.kwargs) -> R: ...
    def data(self, *args: P.args, **fields: P.kwargs) -> str: ...
    def show(self, ctx: Context, /, *args: P.args, **fields: P.kwargs) -> Any: ...

class ScreenDecorator(Protocol):
    """A decorator of screens."""
    def __call__(self, handler: Callable[Concatenate[MessageCtx, P], R], /) -> ScreenHandler[P, R]: ...
'''
OPTIONS = "*filters: Test, **options: Unpack[Options]"
TAIL = '''    @overload
    def __call__(self, query: str, {options}) -> Callable[[H], H]: ...

def by_query(method: Any) -> On: ...

class State(Protocol):
    """`Router.state`: without filters its answers are texts."""
    @overload
    def __call__(self, name: str, **options: Unpack[Options]) -> Decorator[TextCtx]: ...
    @overload
    def __call__(self, name: str, first: Test, /, *filters: Test, **options: Unpack[Options]) -> Decorator[Any]: ...

def by_state(method: Any) -> State: ...
'''


def render() -> str:
    """Return the stub: a context for each kind of update and each field of a message, and the overloads of `on`."""
    fields = {
        name: spec
        for name, spec in schema()["types"]["Message"].items()
        if name not in ENVELOPE and not spec.startswith("!")
    }
    kinds = [kind for kind in known_kinds() if kind not in (*FROM_USERS, *FROM_CHANNELS, *BY_HAND)]
    overloads = [
        *(([f"{kind}:{name}" for kind in FROM_USERS], camel(name)) for name in fields),
        *(([kind], camel(kind, kinds=True)) for kind in kinds),
        ([*FROM_USERS, *(f"{kind}::{e}" for kind in FROM_USERS for e in ENTITIES)], "MessageCtx"),
        ([*FROM_CHANNELS, *(f"{k}:{name}" for k in FROM_CHANNELS for name in fields)], "PostCtx"),
        *(([kind], context) for kind, context in BY_HAND.items()),
    ]
    parts = [HEAD.replace("{version}", schema()["version"])]
    parts += [_field(name, spec) for name, spec in fields.items()]
    parts += [_kind(kind) for kind in kinds]
    parts.append(
        '\nclass On(Protocol):\n    """`Router.on`: the context of a handler follows from the query."""\n'
    )
    parts += [_overload(queries, context) for queries, context in overloads]
    parts.append(TAIL.replace("{options}", OPTIONS))
    return "".join(parts)


def camel(name: str, *, kinds: bool = False) -> str:
    """Return the context of a field, `new_chat_members` → `NewChatMembersCtx`, or of a kind: `PollUpdateCtx` beside `PollCtx`."""
    taken = kinds and name in schema()["types"]["Message"]
    return f"{name.title().replace('_', '')}{'Update' if taken else ''}Ctx"


def _field(name: str, spec: str) -> str:
    context = camel(name)
    message = f"{context.removesuffix('Ctx')}Message"
    return (
        f"\nclass {message}(Message):\n    {name}: {result_type(spec)}\n"
        f"\nclass {context}(MessageCtx):\n"
        f'    """A message that has `{name}`, as `@router.on("message:{name}")` takes it."""\n'
        f"    event: {message}\n    message: {message}\n"
    )


def _kind(kind: str) -> str:
    spec = schema()["types"]["Update"][kind]
    fields: dict[str, Any] = schema()["types"][spec]
    lines = [
        f"\nclass {camel(kind, kinds=True)}(Context):",
        f'    """An update of the kind `{kind}`, as `@router.on("{kind}")` takes it."""',
        f"    event: types.{spec}",
    ]
    if fields.get("chat") == "!Chat":
        lines.append("    chat: Chat")
    if "!User" in (fields.get("from"), fields.get("user")):
        lines.append("    user: User")
    return "\n".join(lines) + "\n"


def _overload(queries: list[str], context: str) -> str:
    literals = ", ".join(f'"{query}"' for query in queries)
    return f"    @overload\n    def __call__(self, query: Literal[{literals}], {OPTIONS}) -> Decorator[{context}]: ...\n"


if __name__ == "__main__":
    STUB.write_text(render(), encoding="utf-8")
