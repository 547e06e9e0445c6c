"""Payments, found by the payload of their invoice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .context import Context
from .matchers import MESSAGE, Matcher
from .patterns import Pattern
from .samples import message

CHECKOUT = frozenset({"pre_checkout_query"})


class Sale:
    """What `@router.paid(pattern)` makes: the check before a payment, and the handler after it."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self._check: Callable[..., Any] | None = None

    def check(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        """Have `handler(ctx, ...)` decide about a payment: `True` takes it, a text is the reason why not."""
        self._check = handler
        return handler

    def decide(self, ctx: Context, **fields: Any) -> Any:
        """Answer a checkout."""
        return True if self._check is None else self._check(ctx, **fields)

    def checkouts(self) -> Matcher:
        """Return the matcher of checkouts with such a payload."""
        return self._matcher(CHECKOUT, "checkout", lambda ctx: ctx.event)

    def payments(self) -> Matcher:
        """Return the matcher of payments with such a payload."""
        return self._matcher(MESSAGE, "payment", lambda ctx: ctx.event.get("successful_payment"))

    def _matcher(self, kinds: frozenset[str], what: str, paid: Callable[[Context], Any]) -> Matcher:
        def test(ctx: Context) -> dict[str, Any] | None:
            found = paid(ctx)
            return self.pattern.match(found.get("invoice_payload") or "") if found else None

        return Matcher(
            kinds,
            test,
            claims=(f"{what} {self.pattern.text}",),
            arguments=tuple(self.pattern.converters),
            samples=lambda: [
                message(successful_payment={"invoice_payload": data})
                for data in self.pattern.samples()
                if what == "payment"
            ],
        )
