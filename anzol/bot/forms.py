"""Forms: a dataclass whose fields are questions, asked one after another, with Back and Skip."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from anzol.api.errors import Drop, HandlerError
from anzol.api.methods import did_you_mean

from . import conversation, matchers
from .checks import check_signature
from .context import Context
from .conversation import Question
from .fields import Field, More, Unfit, fields_of
from .matchers import Matcher
from .patterns import Pattern
from .reply import Reply, keyboard
from .routes import Route
from .texts import BACK, OVER, SKIP

T = TypeVar("T")
# The number of the field that a button answers: a second press, on its way when the next question stands there
# already, is no answer to that one.
PRESS = Pattern("anzol-form:{at:int}:{what:any}")
GO_BACK, PASS = "back", "skip"
STAYED = object()


class Form(Generic[T]):
    """One form of a router: what `@router.form(kind)` makes. Its progress is part of the open question."""

    def __init__(
        self, kind: type[T], handler: Callable[[Any, T], Any], timeout: float | None, late: str
    ) -> None:
        check_signature(handler, ("filled",), positional=True)
        self.kind = kind
        self.handler = handler
        self.fields = {field.name: field for field in fields_of(kind)}
        self.state = f"form {kind.__name__}"
        self._timeout = timeout
        self._late = late

    def answers(self) -> Matcher:
        """Return the matcher of messages that answer a question of this form."""
        return matchers.of_answers(self.state)

    def presses(self) -> Matcher:
        """Return the matcher of presses on the buttons of its questions."""
        return matchers.of_button(PRESS, self.state)

    def start(self, ctx: Context, /, **known: Any) -> Any:
        """Ask for everything that is not `known`; return the handler's reply if nothing is left to ask."""
        for name in known:
            if name not in self.fields:
                raise HandlerError(
                    f"{self.kind.__name__} has no field {name!r}{did_you_mean(name, self.fields)}"
                )
        stored = {name: self.fields[name].store(value) for name, value in known.items()}
        progress = Progress(self.fields, {"given": [*known], "stored": stored, "at": ""})
        return self._go_on(ctx, progress)

    def take(self, ctx: Context) -> Any:
        """Take a message as the answer to the current question."""
        progress = self._progress(ctx)
        try:
            if (turned := self._turn(ctx, progress, ctx.command)) is not STAYED:
                return turned
            if ctx.command in (
                GO_BACK,
                PASS,
            ):  # there is nothing before, or no answer is no answer here
                return self._ask(ctx, progress)
            return self._answer(ctx, progress, progress.field.read(ctx))
        except Unfit as unfit:
            return ctx.t(str(unfit))

    def press(self, ctx: Context, at: int, what: str) -> Any:
        """Take a press on a button of the current question."""
        question, progress = ctx.question(), self._progress(ctx)
        if question is None or question.message != ctx.address.message:
            return put_away(ctx)
        if at != progress.number:
            raise Drop  # a second press, whose question has gone from this message
        try:
            if (turned := self._turn(ctx, progress, what)) is not STAYED:
                return turned
            return self._answer(ctx, progress, progress.field.press(ctx, what, progress.value))
        except More as more:
            progress.value = more.stored
            return self._ask(ctx, progress, more.shown)
        except Unfit as unfit:
            return ctx.answer(ctx.t(str(unfit)))

    def _turn(self, ctx: Context, progress: Progress, what: str) -> Any:
        """Go back, or skip the current field."""
        if what == GO_BACK and progress.before() is not None:
            return self._ask(ctx, progress.back())
        if what == PASS and progress.field.optional:
            return self._go_on(ctx, progress.skip())
        return STAYED

    def _progress(self, ctx: Context) -> Progress:
        question = ctx.question()
        told = (question.form if question else None) or {"given": [], "stored": {}, "at": ""}
        return Progress(self.fields, told)

    def _answer(self, ctx: Context, progress: Progress, value: Any) -> Any:
        step = progress.field
        progress.value = step.store(step.checked(value))
        return self._go_on(ctx, progress)

    def _go_on(self, ctx: Context, progress: Progress) -> Any:
        if progress.forward():
            return self._ask(ctx, progress)
        try:
            filled = self.kind(**progress.values())
        except ValueError as error:  # of a __post_init__: fields that do not fit together
            raise Unfit(str(error)) from None
        ctx.leave()
        if ctx.callback is not None:
            ctx.edit()
        return self.handler(ctx, filled)

    def _ask(self, ctx: Context, progress: Progress, shown: str = "") -> None:
        step = progress.field
        question = Question(self.state, late=self._late, form=progress.told)
        typed_in_group = step.is_typed and ctx.chat is not None and ctx.chat.type != "private"
        rows = step.rows(ctx, progress.value, shown)
        more: list[tuple[str, str]] = []
        if progress.before() is not None:
            more.append((ctx.t(BACK), GO_BACK))
        if step.optional:
            more.append((ctx.t(SKIP), PASS))
        buttons = [
            [(label, PRESS.build(at=progress.number, what=data)) for label, data in row]
            for row in (*rows, more)
            if row
        ]
        # In a group, the reply box brings a typed answer to the bot; /back and /skip are there for the buttons.
        markup = keyboard(*buttons) if buttons and not typed_in_group else None
        reply = Reply(ctx.t(step.text), markup)
        if ctx.callback is not None and not typed_in_group:
            ctx.edit(reply)
            conversation.open_silently(ctx, question, self._timeout)
        else:
            conversation.ask(ctx, reply, question, self._timeout)


def put_away(ctx: Context) -> None:
    """Take away the buttons of a question that was answered in words or left; in a group it may be somebody else's."""
    if ctx.chat is not None and ctx.chat.type == "private":
        ctx.answer(ctx.t(OVER))
        ctx.edit()


class Progress:
    """How far a form is: the current field, the values so far as JSON, and which of them were given at the start."""

    def __init__(self, fields: dict[str, Field], told: dict[str, Any]) -> None:
        self._fields = fields
        self._names = [name for name in fields if name not in told["given"]]
        self.told: dict[str, Any] = {**told, "stored": {**told["stored"]}}

    @property
    def field(self) -> Field:
        """Return the field that is asked for; the first one where a new version has lost it."""
        return self._fields.get(self.told["at"]) or self._fields[self._names[0]]

    @property
    def number(self) -> int:
        """Return the place of the current field among all."""
        return list(self._fields).index(self.field.name)

    @property
    def value(self) -> Any:
        """Return what the current field has so far, as JSON."""
        return self.told["stored"].get(self.field.name)

    @value.setter
    def value(self, stored: Any) -> None:
        self.told["stored"][self.field.name] = stored

    def forward(self) -> bool:
        """Go to the next field; return False after the last one."""
        at = self.told["at"]
        later = self._names[self._names.index(at) + 1 :] if at in self._names else self._names
        self.told["at"] = later[0] if later else at
        return bool(later)

    def before(self) -> str | None:
        """Return the name of the field before this one."""
        at = self._names.index(self.field.name)
        return self._names[at - 1] if at else None

    def back(self) -> Progress:
        """Go to the field before this one."""
        self.told["at"] = self.before() or self.told["at"]
        return self

    def skip(self) -> Progress:
        """Leave the current field at its default."""
        self.told["stored"].pop(self.field.name, None)
        return self

    def values(self) -> dict[str, Any]:
        """Return the values for the dataclass."""
        stored = self.told["stored"].items()
        return {name: self._fields[name].load(one) for name, one in stored if name in self._fields}


def _asks_nothing(ctx: Context) -> bool:
    question = ctx.question()
    return question is None or question.form is None


# What is pressed when no form asks any more.
LATE_PRESS = Route(
    matchers.of_button(PRESS), lambda ctx, at, what: put_away(ctx), filters=(_asks_nothing,)
)
