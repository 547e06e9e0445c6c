"""rules.toml: who is told of which events. Mistakes are reported with file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from difflib import get_close_matches
from operator import itemgetter
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from .places import Place, places_of
from .templates import (
    Condition,
    Template,
    condition,
    html_template,
    plain_template,
    reason_of,
    row_of,
)
from .times import QuietHours, hour_of, seconds_of, zone_of
from .topics import NAME, Topic

KEYS = ("timezone", "admins", "topics", "rule")
TOPIC_KEYS = ("title", "titles", "admin_only")
RULE_KEYS = (
    *("name", "topic", "when", "to", "text"),
    *("buttons", "silent", "quiet", "throttle", "escalate"),
)
QUIET_KEYS = ("from", "to", "timezone", "then", "unless")
THROTTLE_KEYS = ("every", "key", "digest")
ESCALATE_KEYS = ("after", "to", "text", "button")
THEN = ("wait", "silent", "drop")
SUBSCRIBERS = "subscribers"
WHO = '"subscribers", "topic:ops", a chat\'s number or "@channel"'
ACKNOWLEDGE = "✔ Got it"
CHAT = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}|-?\d{1,18}")


class RulesError(Exception):
    """The rules cannot be used; `lines` has a sentence for each reason, with file and line."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours, what becomes of a message then (`wait`, `silent`, `drop`), and for which events they do not count."""

    hours: QuietHours
    then: str
    unless: Condition | None


@dataclass(frozen=True, slots=True)
class Throttle:
    """One message in `every` seconds for each value of `key`; the others are told together afterwards."""

    every: float
    key: Template
    digest: Template | None


@dataclass(frozen=True, slots=True)
class Escalation:
    """Whom to tell when nobody has pressed the button `after` seconds."""

    after: float
    to: tuple[str, ...]
    text: Template | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `to` has chats by number or @name, and topics as `topic:name`; `text` a template for each language."""

    name: str
    topic: str
    when: Condition | None
    to: tuple[str, ...]
    text: Mapping[str, Template]
    buttons: tuple[tuple[Template, Template], ...] = ()
    silent: bool = False
    quiet: Quiet | None = None
    throttle: Throttle | None = None
    escalations: tuple[Escalation, ...] = ()
    acknowledge: str = ACKNOWLEDGE
    place: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a file, the topics that it declares, and the people who administrate them."""

    rules: tuple[Rule, ...] = ()
    topics: tuple[Topic, ...] = ()
    admins: frozenset[int] = field(default_factory=frozenset)

    def of(self, topic: str) -> list[Rule]:
        """Return the rules of a topic, in their order."""
        return [rule for rule in self.rules if rule.topic == topic]

    def named(self, name: str) -> Rule | None:
        """Return the rule of a name."""
        return next((rule for rule in self.rules if rule.name == name), None)


def load(path: Path) -> Rules:
    """Read a file of rules; raise RulesError with a line for each mistake in it."""
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RulesError([f"{path}: {getattr(error, 'strerror', None) or error}."]) from None
    return parse(source, str(path))


def parse(source: str, name: str = "rules.toml") -> Rules:
    """Read rules from TOML; raise RulesError."""
    try:
        found = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        number = line[1] if line else len(source.splitlines())
        raise RulesError([f"{name}:{number}: {error}."]) from None
    return Reader(source, name).read(found)


class Reader:
    """Turns a file's tables into rules, and collects what is wrong with them."""

    def __init__(self, source: str, name: str) -> None:
        self._lines, self._name = places_of(source), name
        self._wrong: list[tuple[int, str]] = []
        self._zone: Any = UTC

    def read(self, found: dict[str, Any]) -> Rules:
        """Return the rules; raise RulesError."""
        self._refuse_unknown(found, KEYS, ())
        if "timezone" in found:
            self._zone = self._value(("timezone",), lambda: zone_of(found["timezone"])) or UTC
        topics = [*self._topics(found.get("topics", {}))]
        admins = self._admins(found.get("admins", []))
        tables = found.get("rule", [])
        if not isinstance(tables, list):
            self._blame(("rule",), "a rule is a table of its own: write [[rule]].")
            tables = []
        rules: list[Rule] = []
        for at, table in enumerate(tables):
            rule = self._rule(("rule", at), table)
            if rule is None:
                continue
            if any(rule.name == other.name for other in rules):
                self._blame(("rule", at, "name"), f"there is a rule {rule.name!r} already.")
            rules.append(rule)
        if self._wrong:
            in_order = sorted(self._wrong, key=itemgetter(0))
            raise RulesError([f"{self._name}:{line}: {text}" for line, text in in_order])
        return Rules(tuple(rules), tuple(topics), admins)

    def _topics(self, tables: Any) -> Iterator[Topic]:
        if not isinstance(tables, dict):
            self._blame(("topics",), "write [topics.news].")
            return
        for name, table in tables.items():
            place: Place = ("topics", name)
            if not isinstance(table, dict):
                self._blame(place, f"write [topics.{name}].")
                continue
            self._refuse_unknown(table, TOPIC_KEYS, place)
            title = self._text(table.get("title", ""), (*place, "title"))
            titles = table.get("titles", {})
            if not _is_texts(titles):
                self._blame((*place, "titles"), 'titles are texts by language: { pt = "…" }.')
                titles = {}
            admin_only = self._flag(table.get("admin_only", False), (*place, "admin_only"))
            topic = self._value(place, lambda: Topic(name, title, admin_only, titles))  # noqa: B023
            if topic is not None:
                yield topic

    def _admins(self, numbers: Any) -> frozenset[int]:
        if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
            self._blame(("admins",), "admins are users' numbers: [123456].")
            return frozenset()
        return frozenset(numbers)

    def _rule(self, place: Place, table: Any) -> Rule | None:
        if not isinstance(table, dict):
            self._blame(place, "a rule is a table of its own: write [[rule]].")
            return None
        self._refuse_unknown(table, RULE_KEYS, place)
        before = len(self._wrong)
        topic = self._text(table.get("topic", ""), (*place, "topic"))
        if topic and not NAME.fullmatch(topic):
            self._blame((*place, "topic"), f"{topic!r} is not a topic's name.")
        if not topic:
            self._blame(place, 'a rule has a topic: topic = "github".')
        default = f"{topic} {int(place[1]) + 1}"
        name = self._text(table.get("name", default), (*place, "name"))
        if not 1 <= len(name) <= 64:
            self._blame((*place, "name"), "a name has 1 to 64 characters.")
        escalations, acknowledge = self._escalations(
            table.get("escalate", []), (*place, "escalate"), topic
        )
        rule = Rule(
            name=name,
            topic=topic,
            when=self._condition(table.get("when"), (*place, "when")),
            to=self._audience(table.get("to", SUBSCRIBERS), (*place, "to"), topic or "its"),
            text=self._texts(table.get("text"), (*place, "text")),
            buttons=self._buttons(table.get("buttons", []), (*place, "buttons")),
            silent=self._flag(table.get("silent", False), (*place, "silent")),
            quiet=self._quiet(table.get("quiet"), (*place, "quiet")),
            throttle=self._throttle(table.get("throttle"), (*place, "throttle")),
            escalations=escalations,
            acknowledge=acknowledge,
            place=f"{self._name}:{self._line(place)}",
        )
        return rule if len(self._wrong) == before else None

    def _texts(self, given: Any, place: Place) -> dict[str, Template]:
        texts = {"": given} if isinstance(given, str) else given
        if not texts or not _is_texts(texts):
            self._blame(place, 'a rule has a text: text = "<b>{{ title }}</b>".')
            return {}
        found = {}
        for language, source in texts.items():
            where = (*place, language) if language else place
            template = self._template(source, where, html_template)
            if template is not None:
                found[language] = template
        return found

    def _buttons(self, given: Any, place: Place) -> tuple[tuple[Template, Template], ...]:
        if not isinstance(given, list) or not all(
            isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)
            for pair in given
        ):
            self._blame(place, 'buttons are pairs: [["Open", "{{ html_url }}"]].')
            return ()
        found = []
        for label, target in given:
            templates = [self._template(text, place, plain_template) for text in (label, target)]
            if templates[0] is not None and templates[1] is not None:
                found.append((templates[0], templates[1]))
        return tuple(found)

    def _quiet(self, table: Any, place: Place) -> Quiet | None:
        if table is None:
            return None
        usage = 'quiet = { from = "22:00", to = "07:00" }'
        if not self._is_table(table, QUIET_KEYS, ("from", "to"), place, usage):
            return None
        start = self._value((*place, "from"), lambda: hour_of(table["from"]))
        end = self._value((*place, "to"), lambda: hour_of(table["to"]))
        zone = self._zone
        if "timezone" in table:
            zone = self._value((*place, "timezone"), lambda: zone_of(table["timezone"]))
        then = table.get("then", "wait")
        if then not in THEN:
            self._blame((*place, "then"), f"then is one of {', '.join(THEN)}.")
        unless = self._condition(table.get("unless"), (*place, "unless"))
        if start is None or end is None or zone is None:
            return None
        if start == end:
            self._blame((*place, "to"), "quiet hours end at another time than they begin.")
        return Quiet(QuietHours(start, end, zone), then, unless)

    def _throttle(self, table: Any, place: Place) -> Throttle | None:
        if table is None:
            return None
        usage = 'throttle = { every = "10 min" }'
        if not self._is_table(table, THROTTLE_KEYS, ("every",), place, usage):
            return None
        every = self._value((*place, "every"), lambda: seconds_of(table["every"]))
        key = self._template(table.get("key", ""), (*place, "key"), plain_template)
        digest = table.get("digest")
        filled = None if digest is None else self._template(digest, (*place, "digest"))
        return None if every is None or key is None else Throttle(every, key, filled)

    def _escalations(
        self, given: Any, given_at: Place, topic: str
    ) -> tuple[tuple[Escalation, ...], str]:
        steps = given if isinstance(given, list) else [given]
        found, button = [], ACKNOWLEDGE
        for at, table in enumerate(steps):
            place = (*given_at, at)
            usage = 'escalate = { after = "5 min", to = [123456] }'
            if not self._is_table(table, ESCALATE_KEYS, ("after", "to"), place, usage):
                continue
            after = self._value((*place, "after"), lambda: seconds_of(table["after"]))  # noqa: B023
            to = self._audience(table["to"], (*place, "to"), topic)
            text = table.get("text")
            filled = None if text is None else self._template(text, (*place, "text"))
            button = self._text(table.get("button", button), (*place, "button"))
            if after is not None:
                found.append(Escalation(after, to, filled))
        return tuple(sorted(found, key=lambda step: step.after)), button

    def _audience(self, given: Any, place: Place, topic: str) -> tuple[str, ...]:
        entries = given if isinstance(given, list) else [given]
        if not entries:
            self._blame(place, f"nobody would read it; write {WHO}.")
        found = []
        for entry in entries:
            text = str(entry) if type(entry) is int else entry
            if text == SUBSCRIBERS:
                text = f"topic:{topic}"
            if not isinstance(text, str) or not (
                CHAT.fullmatch(text)
                or (text.startswith("topic:") and NAME.fullmatch(text.removeprefix("topic:")))
            ):
                self._blame(place, f"{entry!r} is nobody; write {WHO}.")
                continue
            found.append(text)
        return tuple(dict.fromkeys(found))

    def _condition(self, source: Any, place: Place) -> Condition | None:
        if source is None:
            return None
        text = self._text(source, place)
        try:
            return condition(text) if text else None
        except TemplateError as error:
            self._blame(place, reason_of(error), row_of(error))
            return None

    def _template(
        self, source: Any, place: Place, make: Callable[[str], Template] = html_template
    ) -> Template | None:
        if not isinstance(source, str):
            self._blame(place, f"{source!r} is not a text.")
            return None
        try:
            return make(source)
        except TemplateError as error:
            self._blame(place, reason_of(error), row_of(error))
            return None

    def _text(self, value: Any, place: Place) -> str:
        if not isinstance(value, str):
            self._blame(place, f"{value!r} is not a text.")
            return ""
        return value

    def _flag(self, value: Any, place: Place) -> bool:
        if not isinstance(value, bool):
            self._blame(place, f"{value!r} is neither true nor false.")
        return value is True

    def _is_table(
        self, table: Any, keys: tuple[str, ...], needed: tuple[str, ...], place: Place, usage: str
    ) -> bool:
        if not isinstance(table, dict):
            self._blame(place, f"write {usage}.")
            return False
        self._refuse_unknown(table, keys, place)
        missing = [key for key in needed if key not in table]
        if missing:
            self._blame(place, f"{' and '.join(missing)} must be given: {usage}.")
        return not missing

    def _value(self, place: Place, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except ValueError as error:
            self._blame(place, str(error))
            return None

    def _refuse_unknown(self, table: dict[str, Any], known: tuple[str, ...], place: Place) -> None:
        for key in table:
            if key not in known:
                close = get_close_matches(key, known, n=1)
                meant = f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}."
                self._blame((*place, key), f"{key!r} is not known here{meant}")

    def _blame(self, place: Place, text: str, row: int = 0) -> None:
        self._wrong.append((self._line(place, row), text))

    def _line(self, place: Place, row: int = 0) -> int:
        """Return the line of a key, or of the table that it is missing in; `row` counts within a text of several lines."""
        for end in range(len(place), 0, -1):
            found = self._lines.get(place[:end])
            if found is not None:
                line, is_long = found
                return line + (row - 1 + int(is_long) if row and end == len(place) else 0)
        return 1


def _is_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
