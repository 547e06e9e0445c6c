"""Jinja2's sandbox: conditions and texts of rules, with an event's fields as their variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import ChainableUndefined, TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

Fields = Mapping[str, Any]
Condition = Callable[[Fields], bool]
Template = Callable[[Fields], str]

LONGEST = (
    100_000  # characters or items that a product or a text may have, whatever an event multiplies
)


class TemplateFailed(Exception):
    """A condition or a text could not be worked out with this event; the message says why."""


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment in which a field that is not there is empty, and no event makes a text without end."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Multiply, unless the result were too long for anything that a message could hold."""
        if operator == "**" and not (_is_small(left) and _is_small(right)):
            raise SecurityError("the power is too large")
        for text, times in ((left, right), (right, left)):
            is_long = isinstance(text, str | list | tuple) and isinstance(times, int)
            if is_long and len(text) * times > LONGEST:
                raise SecurityError("the product is too long")
        return super().call_binop(context, operator, left, right)


def _is_small(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) <= 1000


# A missing field, and a field of it, is empty and false: senders leave out what they have nothing to say about.
HTML = Sandbox(autoescape=True, undefined=ChainableUndefined, trim_blocks=True, lstrip_blocks=True)
PLAIN = Sandbox(autoescape=False, undefined=ChainableUndefined)


def condition(source: str) -> Condition:
    """Return a test of an event's fields; raise TemplateError for what is not an expression.

    The test raises TemplateFailed for an event that it cannot be worked out with.
    """
    test = PLAIN.compile_expression(source, undefined_to_none=True)
    return lambda fields: bool(_guard(lambda: test(**fields)))


def html_template(source: str) -> Template:
    """Return a function that fills a text in; fields are escaped as HTML. Raise TemplateError, which has a `lineno`."""
    return _template(HTML, source)


def plain_template(source: str) -> Template:
    """Return the same for a text that is not HTML: a key, a label, an address."""
    return _template(PLAIN, source)


def _template(environment: Sandbox, source: str) -> Template:
    template = environment.from_string(source)

    def fill(fields: Fields) -> str:
        parts, size = [], 0
        for part in template.generate(**fields):
            size += len(part)
            if size > LONGEST:
                raise SecurityError(f"the text has more than {LONGEST:,} characters")
            parts.append(part)
        return "".join(parts).strip()

    return lambda fields: str(_guard(lambda: fill(fields)))


def _guard(work_out: Callable[[], Any]) -> Any:
    try:
        return work_out()
    # What an event brings may not be what its author thought of: a number that is a text, a list that is none.
    except (
        TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
    ) as error:
        raise TemplateFailed(f"{type(error).__name__}: {error}"[:500]) from error


def reason_of(error: TemplateError) -> str:
    """Return what is wrong with a text, as a sentence."""
    return f"{(error.message or type(error).__name__).rstrip('.')}."


def row_of(error: TemplateError) -> int:
    """Return the line of a text that an error is about, 0 when it does not say."""
    return error.lineno if isinstance(error, TemplateSyntaxError) else 0
