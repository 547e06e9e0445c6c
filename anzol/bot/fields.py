"""The fields of a form: what a dataclass's annotations say about each answer, its buttons, and how it is stored."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime, timedelta
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from anzol.api.errors import HandlerError

from .context import Context
from .texts import (
    BUTTON_PLEASE,
    DATE_PLEASE,
    DONE,
    MONTHS,
    NO,
    NUMBER_PLEASE,
    SOMETHING_ELSE,
    TEXT_PLEASE,
    WEEKDAYS,
    YES,
)

Rows = list[list[tuple[str, str]]]
KEY = "anzol"
WEEK = 7
NOTHING = "-"  # the data of a button that only shows something
WHOLE, DECIMAL = (
    re.compile(r"\s*[-+]?\d{1,18}\s*"),
    re.compile(r"\s*[-+]?\d{1,15}([.,]\d{1,15})?\s*"),
)
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")


@dataclass(frozen=True)
class Asked:
    """What `question()` was given for a field."""

    text: str
    again: str
    check: Callable[[Any], Any] | None
    read: Callable[[Any], Any] | None
    columns: int


def question(
    text: str,
    *,
    default: Any = MISSING,
    again: str = "",
    check: Callable[[Any], Any] | None = None,
    read: Callable[[Any], Any] | None = None,
    columns: int = 3,
) -> Any:
    """Return a field of a form's dataclass, which asks `text`.

    With a `default` it may be skipped. `check(value)` says whether an answer will do; if not, `again` is said, or the text
    of the `ValueError` that it raised. `read(ctx)` finds the answer in a message that is not a text, and returns `None` where
    there is none: `lambda ctx: ctx.message.photo and ctx.message.photo[-1].file_id`. Choices stand in `columns`.
    """
    asked = Asked(text, again, check, read, columns)
    if isinstance(default, list | set | dict):
        return field(default_factory=default.copy, kw_only=True, metadata={KEY: asked})
    # By keyword only, so that a question that may be skipped may stand before one that may not.
    return field(default=default, kw_only=True, metadata={KEY: asked})


class Unfit(Exception):
    """Raised for an answer that will not do; its text is told to the user."""


class Field:
    """A question for a text, and the base of the others; `stored` values are JSON."""

    please = TEXT_PLEASE
    is_typed = True  # answered by a message, perhaps by buttons as well

    def __init__(self, name: str, asked: Asked, *, optional: bool) -> None:
        self.name = name
        self.text = asked.text
        self.optional = optional
        self.check = asked.check
        self.again = asked.again
        self.columns = asked.columns

    def rows(self, ctx: Context, stored: Any, shown: str) -> Rows:
        """Return the rows of buttons; `shown` is what the last press asked to see."""
        return []

    def read(self, ctx: Context) -> Any:
        """Return the value in a message. Raises `Unfit`."""
        return ctx.text or self._refuse()

    def press(self, ctx: Context, data: str, stored: Any) -> Any:
        """Return the value that a pressed button stands for. Raises `Unfit` if it is none (any more)."""
        self._refuse()

    def checked(self, value: Any) -> Any:
        """Return a value that the author's check lets through. Raises `Unfit`."""
        try:
            good = self.check is None or self.check(value)
        except ValueError as error:
            raise Unfit(str(error)) from None
        if not good:
            raise Unfit(self.again or SOMETHING_ELSE)
        return value

    def store(self, value: Any) -> Any:
        """Return a value as JSON."""
        return value

    def load(self, stored: Any) -> Any:
        """Return a value from JSON."""
        return stored

    def _refuse(self) -> Any:
        raise Unfit(self.please)


class Whole(Field):
    """A whole number."""

    please = NUMBER_PLEASE

    def read(self, ctx: Context) -> int:
        """Return the number in a message."""
        return int(ctx.text) if WHOLE.fullmatch(ctx.text) else self._refuse()


class Decimal(Field):
    """A number with decimals, after a point or a comma."""

    please = NUMBER_PLEASE

    def read(self, ctx: Context) -> float:
        """Return the number in a message."""
        if not DECIMAL.fullmatch(ctx.text):
            self._refuse()
        return float(ctx.text.replace(",", "."))


class Custom(Field):
    """What the author's own `read(ctx)` finds in a message."""

    def __init__(self, name: str, asked: Asked, *, optional: bool) -> None:
        super().__init__(name, asked, optional=optional)
        self.please = asked.again or SOMETHING_ELSE
        self._read = asked.read

    def read(self, ctx: Context) -> Any:
        """Return what the author's function finds."""
        found = self._read(ctx) if self._read else None
        return self._refuse() if found is None else found


class Choice(Field):
    """One of several values, by button or by its text."""

    please = BUTTON_PLEASE
    is_typed = False

    def __init__(self, name: str, asked: Asked, values: dict[str, Any], *, optional: bool) -> None:
        super().__init__(name, asked, optional=optional)
        self.values = values

    def rows(self, ctx: Context, stored: Any, shown: str) -> Rows:
        """Return a button for each value."""
        buttons = [(ctx.t(label), f"c{at}") for at, label in enumerate(self.values)]
        return [buttons[at : at + self.columns] for at in range(0, len(buttons), self.columns)]

    def read(self, ctx: Context) -> Any:
        """Return the value whose label was typed."""
        wanted = ctx.text.strip().casefold()
        for label, value in self.values.items():
            if wanted in (label.casefold(), ctx.t(label).casefold()):
                return value
        return self._refuse()

    def press(self, ctx: Context, data: str, stored: Any) -> Any:
        """Return the value of a button."""
        at = int(data[1:]) if re.fullmatch(r"c\d{1,3}", data) else len(self.values)
        return [*self.values.values()][at] if at < len(self.values) else self._refuse()


class More(Exception):  # noqa: N818  # no error: the field is not answered yet
    """Raised by a press that changes what is shown and is no answer yet: the value so far."""

    def __init__(self, stored: Any = None, shown: str = "") -> None:
        super().__init__()
        self.stored, self.shown = stored, shown


class Several(Choice):
    """Any number of values, each switched on and off by its button, until Done."""

    def rows(self, ctx: Context, stored: Any, shown: str) -> Rows:
        """Return a button for each value, marked where it is chosen, and Done."""
        chosen = stored or []
        rows = super().rows(ctx, stored, shown)
        values = [*self.values.values()]
        marked: Rows = [
            [
                (f"✓ {label}" if values[int(data[1:])] in chosen else label, data)
                for label, data in row
            ]
            for row in rows
        ]
        return [*marked, [(ctx.t(DONE), "d")]]

    def read(self, ctx: Context) -> Any:
        """Return the values whose labels were typed, between commas."""
        labels = {label.casefold(): value for label, value in self.values.items()}
        wanted = [part.strip().casefold() for part in ctx.text.split(",")]
        if not wanted or not labels.keys() >= {*wanted}:
            self._refuse()
        return {labels[part] for part in wanted}

    def press(self, ctx: Context, data: str, stored: Any) -> Any:
        """Return the values when Done is pressed; else switch one."""
        chosen = stored or []
        if data == "d":
            return {*chosen}
        value = super().press(ctx, data, stored)
        raise More([one for one in self.values.values() if (one in chosen) != (one == value)])

    def store(self, value: Any) -> Any:
        """Return the values as a list, in their own order."""
        return [one for one in self.values.values() if one in value]

    def load(self, stored: Any) -> Any:
        """Return the values as a set."""
        return {*stored}


class Day(Field):
    """A date, from a calendar whose days can be pressed, or typed."""

    please = DATE_PLEASE
    is_typed = False

    def rows(self, ctx: Context, stored: Any, shown: str) -> Rows:
        """Return a month: its name between arrows, its weeks, and a blank where a day will not do."""
        today = datetime.fromtimestamp(ctx.bot.wall()).date()
        first = date.fromisoformat(f"{shown or stored or today.isoformat()}"[:7] + "-01")
        before = first - timedelta(days=1) if first > date.min else first
        last = calendar.monthrange(first.year, first.month)[1]
        after = date.fromordinal(min(first.toordinal() + last, date.max.toordinal()))
        head = [
            ("‹", f"m{before:%Y-%m}" if before.year > 1 else NOTHING),
            (f"{ctx.t(MONTHS[first.month - 1])} {first.year}", NOTHING),
            ("›", f"m{after:%Y-%m}"),
        ]
        days: list[tuple[str, str]] = [(" ", NOTHING)] * first.weekday()
        days += [self._button(first.replace(day=number)) for number in range(1, last + 1)]
        days += [(" ", NOTHING)] * (-len(days) % WEEK)
        weeks = [days[at : at + WEEK] for at in range(0, len(days), WEEK)]
        return [[*head], [(ctx.t(name), NOTHING) for name in WEEKDAYS], *weeks]

    def _button(self, day: date) -> tuple[str, str]:
        try:
            self.checked(day)
        except Unfit:
            return " ", NOTHING
        return f"{day.day}", f"d{day.isoformat()}"

    def read(self, ctx: Context) -> date:
        """Return the date in a message: 2026-12-31, 31.12.2026 or 31/12/2026."""
        for form in DAYS:
            try:
                return datetime.strptime(ctx.text.strip(), form).date()
            except ValueError:
                continue
        return self._refuse()  # type: ignore[no-any-return]

    def press(self, ctx: Context, data: str, stored: Any) -> Any:
        """Return the pressed day, or turn to another month."""
        try:
            if data[:1] == "m":
                raise More(stored, date.fromisoformat(f"{data[1:]}-01").isoformat())
            return date.fromisoformat(data[1:])
        except ValueError:  # forged, or a blank
            raise More(stored, "") from None

    def store(self, value: Any) -> Any:
        """Return a date as text."""
        return value.isoformat()

    def load(self, stored: Any) -> Any:
        """Return a date from text."""
        return date.fromisoformat(stored)


def fields_of(kind: type) -> list[Field]:
    """Return the questions of a dataclass. Raises `HandlerError` for a field that no question can fill."""
    try:
        hints = get_type_hints(kind)
        declared = fields(kind)
    except (TypeError, NameError) as error:
        raise HandlerError(
            f"A form is a @dataclass whose annotations can be read, which {kind!r} is not: {error}."
        ) from None
    found = []
    for one in declared:
        asked = one.metadata.get(KEY)
        if not isinstance(asked, Asked):
            raise HandlerError(
                f'{kind.__name__}.{one.name} asks nothing; write {one.name}: … = question("…").'
            )
        optional = one.default is not MISSING or one.default_factory is not MISSING
        found.append(
            _field(f"{kind.__name__}.{one.name}", one.name, asked, hints[one.name], optional)
        )
    if not found:
        raise HandlerError(f"{kind.__name__} has no fields to ask for.")
    return found


def _field(where: str, name: str, asked: Asked, hint: Any, optional: bool) -> Field:
    if get_origin(hint) in (Union, UnionType):
        (hint, *others) = [one for one in get_args(hint) if one is not NoneType]
        hint = Any if others else hint
    if asked.read is not None:
        return Custom(name, asked, optional=optional)
    plain: dict[Any, type[Field]] = {str: Field, int: Whole, float: Decimal, date: Day}
    if hint in plain:
        return plain[hint](name, asked, optional=optional)
    if hint is bool:
        return Choice(name, asked, {YES: True, NO: False}, optional=optional)
    if get_origin(hint) is Literal:
        values = {str(value): value for value in get_args(hint)}
        return Choice(name, asked, values, optional=optional)
    if get_origin(hint) is set and get_origin(get_args(hint)[0]) is Literal:
        values = {str(value): value for value in get_args(get_args(hint)[0])}
        return Several(name, asked, values, optional=optional)
    raise HandlerError(
        f"{where} is {getattr(hint, '__name__', hint)}, which nobody can be asked for; write str, int, float, bool, "
        'date, Literal["S", "M"], set[Literal["S", "M"]], one of them | None, or give question() a read=.'
    )
