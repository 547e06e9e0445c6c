"""One rule and one event: which messages go to whom, and what is due later. No database, no network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import escape

from anzol.api.errors import TextError
from anzol.api.text import (
    LIMIT,
    FormattedText,
    Html,
    Text,
    format_text,
    html,
    plain,
    split,
)
from anzol.api.text.links import check_link

from .rules import Rule
from .templates import Template, TemplateFailed
from .times import span

States = Callable[[str], MutableMapping[str, Any]]

LINES, LINE = 20, 200  # events that a digest names, and characters of each
ACKNOWLEDGED = "anzol-ack:"  # begins the data of the button that ends an escalation
LINKS = ("https://", "http://", "tg://")


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to an audience: `texts` by language, `at` the earliest time in epoch seconds, None for now."""

    to: tuple[str, ...]
    texts: Mapping[str, Text]
    buttons: tuple[tuple[str, str], ...] = ()
    silent: bool = False
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """What a rule does `after` seconds; `key` is the same for a repeated run."""

    after: float
    key: str
    body: Mapping[str, Any]


@dataclass(slots=True)
class Outcome:
    """What became of an event: `why` in a few words, notices, and what follows."""

    why: str = "sent"
    notices: list[Notice] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Event:
    """An event as rules see it: `kind` is what its sender calls it, such as GitHub's `push`."""

    id: str
    topic: str
    payload: Mapping[str, Any]
    kind: str = ""

    def fields(self) -> dict[str, Any]:
        """Return the variables of conditions and texts."""
        named = {"event": self.payload, "topic": self.topic, "type": self.kind}
        return {**self.payload, **named}


def run(rule: Rule, event: Event, states: States, now: float) -> Outcome:
    """Decide about an event; raise TemplateFailed when the rule cannot be worked out with it."""
    fields = event.fields()
    if rule.when is not None and not rule.when(fields):
        return Outcome("its condition is false")
    outcome = Outcome()
    if rule.throttle is not None and _is_held_back(rule, event, fields, states, now, outcome):
        return outcome
    silent, at = rule.silent, None
    quiet = rule.quiet
    if quiet is not None and not (quiet.unless is not None and quiet.unless(fields)):
        end = quiet.hours.end_after(now)
        if end is not None and quiet.then == "drop":
            outcome.why = "quiet hours"
            return outcome
        silent = silent or (end is not None and quiet.then == "silent")
        at = end if quiet.then == "wait" else None
    buttons = _buttons(rule, fields)
    texts = _fill(rule.text, fields)
    if not texts:
        outcome.why = "its text is empty"
        return outcome
    if rule.escalations:
        buttons = (*buttons, _escalate(rule, event, texts, states, (at or now) - now, outcome))
    if at is not None:
        outcome.why = "waits for the end of the quiet hours"
    outcome.notices.append(Notice(rule.to, texts, buttons, silent, at))
    return outcome


def follow(rule: Rule, body: Mapping[str, Any], states: States, now: float) -> Outcome:
    """Do what a rule had put off: send a digest, or tell the next people when nobody has acknowledged."""
    if body["then"] == "digest":
        return _digest(rule, body, states, now)
    return _remind(rule, body, states)


def _is_held_back(
    rule: Rule, event: Event, fields: dict[str, Any], states: States, now: float, outcome: Outcome
) -> bool:
    """Return whether this event waits for the digest; else begin its time."""
    throttle = rule.throttle
    assert throttle is not None
    key = throttle.key(fields)[:LINE]
    state = states(_throttled(rule, key))
    until = state.get("until", 0.0)
    # A time that is further away than the span was written by a clock that has been corrected since.
    if now < until <= now + throttle.every:
        lines = state.get("lines", [])
        text = next(iter(_fill(rule.text, fields).values()), "")
        if len(lines) < LINES:
            state["lines"] = [*lines, plain(text).strip().partition("\n")[0][:LINE]]
        state["count"] = state.get("count", 0) + 1
        outcome.why = f"held back for the digest; one in {span(throttle.every)}"
        return True
    _begin(rule, key, state, now, outcome, event.id)
    return False


def _begin(
    rule: Rule,
    key: str,
    state: MutableMapping[str, Any],
    now: float,
    outcome: Outcome,
    cause: str,
) -> None:
    """Begin a time in which further events of this key are held back."""
    assert rule.throttle is not None
    for name in [*state]:
        del state[name]
    state["until"] = now + rule.throttle.every
    body = {"rule": rule.name, "then": "digest", "key": key, "cause": cause}
    outcome.later.append(Later(rule.throttle.every, _hash("digest", rule.name, key, cause), body))


def _digest(rule: Rule, body: Mapping[str, Any], states: States, now: float) -> Outcome:
    outcome = Outcome("nothing was held back")
    key, throttle = str(body["key"]), rule.throttle
    state = states(_throttled(rule, key))
    count, lines = state.get("count", 0), state.get("lines", [])
    if not count or throttle is None:
        for name in [*state]:
            del state[name]
        return outcome
    fields = {"count": count, "lines": lines, "key": key, "every": span(throttle.every)}
    if throttle.digest is not None:
        text = Html(throttle.digest(fields))
    else:
        more = count - len(lines)
        rows = [f"• {line}" for line in lines] + ([f"… and {more} more"] if more else [])
        title = f"{key}: " if key else ""
        head = html("<b>{}{} more in {}</b>\n", title, count, span(throttle.every))
        text = head + "\n".join(rows)
    _begin(rule, key, state, now, outcome, _hash(str(body["cause"]), str(count)))
    outcome.why = "digest"
    outcome.notices.append(Notice(rule.to, {"": _fitting(text)}, silent=rule.silent))
    return outcome


def _escalate(
    rule: Rule,
    event: Event,
    texts: Mapping[str, Text],
    states: States,
    delay: float,
    outcome: Outcome,
) -> tuple[str, str]:
    """Begin an escalation; return the button that ends it."""
    number = _hash("ack", rule.name, event.id)
    fields = event.fields()
    for at, step in enumerate(rule.escalations):
        if step.text is not None:
            source = step.text(fields)
        else:
            first = next(iter(texts.values()))
            source = first.source if isinstance(first, Html) else str(escape(plain(first)))
        body = {
            "rule": rule.name,
            "then": "escalate",
            "step": at,
            "number": number,
            "text": source,
            "is_own": step.text is not None,
        }
        outcome.later.append(Later(delay + step.after, f"{number}:{at}", body))
    states(f"ack:{number}")["open"] = True
    return (rule.acknowledge, f"{ACKNOWLEDGED}{number}")


def _remind(rule: Rule, body: Mapping[str, Any], states: States) -> Outcome:
    number, at = str(body["number"]), int(body["step"])
    state = states(f"ack:{number}")
    is_last = at >= len(rule.escalations) - 1
    if "by" in state or at >= len(rule.escalations):
        if is_last:
            for name in [*state]:
                del state[name]
        return Outcome("acknowledged")
    step = rule.escalations[at]
    text = Html(str(body["text"]))
    if not body["is_own"]:
        text = html("<b>Not acknowledged within {}</b>\n{}", span(step.after), text)
    buttons = ((rule.acknowledge, f"{ACKNOWLEDGED}{number}"),)
    return Outcome("escalated", [Notice(step.to, {"": _fitting(text)}, buttons)])


def _buttons(rule: Rule, fields: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the links of a message; one whose address the event does not give, or gives wrongly, is left out.

    With it Telegram would refuse the whole message.
    """
    pairs = ((label(fields), target(fields)) for label, target in rule.buttons)
    return tuple(
        (label, target)
        for label, target in pairs
        if label.strip() and target.startswith(LINKS) and check_link(target)
    )


def _fill(texts: Mapping[str, Template], fields: dict[str, Any]) -> dict[str, Text]:
    """Return the texts that are not empty; raise TemplateFailed for one that Telegram would refuse."""
    filled = {language: template(fields) for language, template in texts.items()}
    for text in filled.values():
        try:
            format_text(text, "HTML", None)
        except TextError as error:
            raise TemplateFailed(f"its text is not Telegram's HTML: {error}") from None
    return {language: _fitting(Html(text)) for language, text in filled.items() if text}


def _fitting(text: Text) -> Text:
    """Return what of a text fits into one message: an alert is cut rather than lost."""
    first, *rest = split(text)
    if rest:
        first, *rest = split(text, LIMIT - 2)
    if not rest or not isinstance(first, FormattedText):
        return first
    return first._replace(text=f"{first.text} …")


def _throttled(rule: Rule, key: str) -> str:
    return f"rule:{rule.name}:{key}"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
