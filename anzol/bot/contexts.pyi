from collections.abc import Callable
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar, overload

from anzol.api.types import CallbackQuery, Chat, Document, InlineQuery, Message, PhotoSize, User

from .context import Context
from .filters import Test

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C")
H = TypeVar("H", bound=Callable[..., Any])

class MessageCtx(Context):
    """A message from a user. `event` is the same and unchecked: the query said that `event.photo` is there."""

    message: Message
    chat: Chat
    user: User

class TextMessage(Message):
    text: str

class TextCtx(MessageCtx):
    """A message that is a text."""

    message: TextMessage

class PhotoMessage(Message):
    photo: list[PhotoSize]

class PhotoCtx(MessageCtx):
    """A message with a picture; its last size is the largest."""

    message: PhotoMessage

class DocumentMessage(Message):
    document: Document

class DocumentCtx(MessageCtx):
    """A message with a file."""

    message: DocumentMessage

class AlbumCtx(MessageCtx):
    """The first message of an album."""

class ButtonPress(CallbackQuery):
    """A callback query of a button that has data, as those that `@router.button` takes."""

    data: str

class ButtonCtx(Context):
    """A press on a button; `message` is absent where the button's message was sent by inline mode."""

    event: ButtonPress
    callback: ButtonPress
    user: User

class InlineCtx(Context):
    """An inline query: no chat, only a user and what they have typed, `ctx.text`."""

    event: InlineQuery
    user: User

class Decorator(Protocol[C]):
    """A decorator of handlers that take such a context first."""

    def __call__(
        self, handler: Callable[Concatenate[C, P], R], /
    ) -> Callable[Concatenate[C, P], R]: ...

# The queries of @router.on whose context is a MessageCtx.
MessageQuery = Literal[
    "message",
    "message:video",
    "message:audio",
    "message:voice",
    "message:video_note",
    "message:animation",
    "message:sticker",
    "message:location",
    "message:contact",
    "message:poll",
    "message:dice",
    "message:venue",
    "message:caption",
    "message:reply_to_message",
    "message:new_chat_members",
    "message:left_chat_member",
    "message:successful_payment",
    "message:web_app_data",
    "message::mention",
    "message::hashtag",
    "message::url",
    "edited_message",
    "edited_message:text",
]

class On(Protocol):
    """`Router.on`: the context of a handler follows from the query."""

    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        query: Literal["message:text"],
        *filters: Test,
        retry: bool = ...,
        aside: bool = ...,
        lane: str = ...,
    ) -> Decorator[TextCtx]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        query: Literal["message:photo"],
        *filters: Test,
        retry: bool = ...,
        aside: bool = ...,
        lane: str = ...,
    ) -> Decorator[PhotoCtx]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        query: Literal["message:document"],
        *filters: Test,
        retry: bool = ...,
        aside: bool = ...,
        lane: str = ...,
    ) -> Decorator[DocumentCtx]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self,
        query: MessageQuery,
        *filters: Test,
        retry: bool = ...,
        aside: bool = ...,
        lane: str = ...,
    ) -> Decorator[MessageCtx]: ...
    @overload
    def __call__(
        self, query: str, *filters: Test, retry: bool = ..., aside: bool = ..., lane: str = ...
    ) -> Callable[[H], H]: ...

def by_query(method: Any) -> On: ...
