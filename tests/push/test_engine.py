"""A rule meets events: conditions, texts, quiet hours, throttling with a digest, escalation."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from anzol.api.text import plain, utf16_length
from anzol.push.engine import Event, Outcome, follow, run
from anzol.push.rules import Rule, parse
from anzol.push.templates import TemplateFailed

LISBON = ZoneInfo("Europe/Lisbon")
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=LISBON).timestamp()


def rule_of(**lines: str) -> Rule:
    text = {"topic": '"t"', "text": '"<b>{{ title }}</b>"', **lines}
    body = "\n".join(f"{name} = {value}" for name, value in text.items())
    return parse(f'timezone = "Europe/Lisbon"\n[[rule]]\n{body}').rules[0]


class Place:
    """A rule with its states and a clock."""

    def __init__(self, rule: Rule, now: float = NOON) -> None:
        self.rule, self.now = rule, now
        self.states: dict[str, dict[str, Any]] = defaultdict(dict)
        self.events = 0

    def happen(self, **payload: Any) -> Outcome:
        self.events += 1
        event = Event(f"e{self.events}", "t", {"title": "x", **payload}, "opened")
        return run(self.rule, event, self.states.__getitem__, self.now)

    def follow(self, body: Any) -> Outcome:
        return follow(self.rule, body, self.states.__getitem__, self.now)


def texts(outcome: Outcome) -> list[str]:
    return [plain(text) for notice in outcome.notices for text in notice.texts.values()]


@pytest.mark.parametrize(
    ("when", "taken"),
    [
        ("title == 'x'", True),
        ("type == 'opened' and topic == 't'", True),
        ("labels.severity == 'critical'", False),
        ("missing.deeply.so", False),
        ("event.title in ['x', 'y']", True),
        ("amount | default(5) > 4", True),
    ],
)
def test_a_condition_decides(when: str, taken: bool):
    outcome = Place(rule_of(when=f'"{when}"')).happen()
    assert bool(outcome.notices) is taken


@pytest.mark.parametrize(
    "when", ["title > 5", "title | int / 0 > 1", "title() == 1", "9 ** 9 ** 9 > 1"]
)
def test_a_condition_that_cannot_be_worked_out_fails_for_this_event(when: str):
    with pytest.raises(TemplateFailed):
        Place(rule_of(when=f'"{when}"')).happen()


@pytest.mark.parametrize(
    "text",
    [
        "{{ title.__class__.__mro__ }}",
        "{{ title.__init__.__globals__ }}",
        "{% set x = event.clear() %}gone",
        "{{ 'a' * (10 ** 8) }}",
        "{% for i in range(10 ** 9) %}x{% endfor %}",
        "{% for i in range(90000) %}xxxx{% endfor %}",
    ],
)
def test_a_text_reaches_no_further_than_its_event(text: str):
    try:
        outcome = Place(rule_of(text=f'"{text}"')).happen()
    except TemplateFailed:
        return
    assert all("class" not in shown for shown in texts(outcome))
    assert outcome.why == "its text is empty"


def test_a_text_that_is_no_html_fails_instead_of_reaching_nobody():
    with pytest.raises(TemplateFailed, match="not Telegram's HTML"):
        Place(rule_of(text='"<b>{{ title }}"')).happen()


def test_what_an_event_brings_is_escaped():
    (text,) = Place(rule_of()).happen(title="<b>&").notices[0].texts.values()
    assert plain(text) == "<b>&"


def test_a_long_text_is_cut_to_one_message():
    (text,) = texts(Place(rule_of()).happen(title="word " * 2000))
    assert text.endswith(" …") and 4000 < utf16_length(text) <= 4096


def test_a_button_without_an_address_is_left_out():
    place = Place(rule_of(buttons='[["Open", "{{ url }}"]]'))
    assert place.happen().notices[0].buttons == ()
    for wrong in ("javascript:alert(1)", "https://", "https:///path", "http://nowhere", "tg://"):
        assert place.happen(url=wrong).notices[0].buttons == (), wrong
    assert place.happen(url="https://a.pt").notices[0].buttons == (("Open", "https://a.pt"),)


def test_quiet_hours_wait_for_their_end():
    rule = rule_of(quiet='{ from = "22:00", to = "07:00", unless = "urgent" }')
    night = datetime(2026, 6, 1, 23, 30, tzinfo=LISBON).timestamp()
    morning = datetime(2026, 6, 2, 7, 0, tzinfo=LISBON).timestamp()
    assert Place(rule, NOON).happen().notices[0].at is None
    assert Place(rule, night).happen().notices[0].at == morning
    assert Place(rule, morning - 60).happen().notices[0].at == morning
    assert Place(rule, morning).happen().notices[0].at is None
    assert Place(rule, night).happen(urgent=True).notices[0].at is None


@pytest.mark.parametrize(
    ("day", "hours"), [((2026, 3, 28), 7.0), ((2026, 10, 24), 9.0), ((2026, 6, 1), 8.0)]
)
def test_quiet_hours_end_by_the_clock_on_the_wall(day: tuple[int, int, int], hours: float):
    night = datetime(*day, 23, 0, tzinfo=LISBON).timestamp()
    outcome = Place(rule_of(quiet='{ from = "22:00", to = "07:00" }'), night).happen()
    at = outcome.notices[0].at
    assert at is not None and (at - night) / 3600 == hours


@pytest.mark.parametrize(("then", "count"), [("silent", 1), ("drop", 0)])
def test_quiet_hours_may_silence_or_drop(then: str, count: int):
    rule = rule_of(quiet=f'{{ from = "11:00", to = "13:00", then = "{then}" }}')
    outcome = Place(rule).happen()
    assert len(outcome.notices) == count
    assert all(notice.silent and notice.at is None for notice in outcome.notices)


def test_one_message_per_span_and_key_then_a_digest():
    place = Place(rule_of(throttle='{ every = "10 min", key = "{{ host }}" }'))
    first = place.happen(host="a")
    assert texts(first) == ["x"] and first.later[0].after == 600
    assert texts(place.happen(host="b")) == ["x"]
    for at in range(25):
        assert place.happen(host="a", title=f"line {at}").notices == []
    place.now += 600
    digest = place.follow(first.later[0].body)
    (shown,) = texts(digest)
    assert shown.startswith("a: 25 more in 10 min\n• line 0\n")
    assert shown.endswith("• line 19\n… and 5 more")
    # The digest is the one message of the span that begins with it.
    assert place.happen(host="a").notices == []
    place.now += 600
    again = place.follow(digest.later[0].body)
    assert texts(again)[0].startswith("a: 1 more")
    place.now += 600
    assert place.follow(again.later[0].body).notices == []
    assert not place.states["rule:t 1:a"]
    assert texts(place.happen(host="a")) == ["x"]


def test_a_digest_may_have_a_text_of_its_own():
    place = Place(
        rule_of(throttle='{ every = "1 h", digest = "{{ count }}: {{ lines | join(\', \') }}" }')
    )
    first = place.happen()
    place.happen(title="<y>")
    assert texts(place.follow(first.later[0].body)) == ["1: <y>"]


ESCALATION = (
    '[{ after = "5 min", to = [8] }, { after = "10 min", to = [9], text = "Really: {{ title }}" }]'
)


def test_an_escalation_tells_the_next_people_until_somebody_has_pressed():
    place = Place(rule_of(escalate=ESCALATION, to="[7]"))
    outcome = place.happen(title="<down>")
    (notice,) = outcome.notices
    (label, data) = notice.buttons[0]
    number = data.removeprefix("anzol-ack:")
    assert label == "✔ Got it" and len(data) <= 64
    assert [later.after for later in outcome.later] == [300, 600]
    first = place.follow(outcome.later[0].body)
    assert first.notices[0].to == ("8",)
    assert texts(first) == ["Not acknowledged within 5 min\n<down>"]
    assert first.notices[0].buttons == notice.buttons
    place.states[f"ack:{number}"]["by"] = "Ann"
    assert place.follow(outcome.later[1].body).notices == []
    assert not place.states[f"ack:{number}"]


def test_an_escalation_of_a_repeated_run_is_the_same():
    place = Place(rule_of(escalate=ESCALATION))
    first = place.happen()
    place.events = 0
    assert [later.key for later in place.happen().later] == [later.key for later in first.later]


def test_an_escalation_counts_from_the_end_of_the_quiet_hours():
    night = datetime(2026, 6, 1, 23, 0, tzinfo=LISBON).timestamp()
    rule = rule_of(quiet='{ from = "22:00", to = "07:00" }', escalate=ESCALATION)
    assert Place(rule, night).happen().later[0].after == 8 * 3600 + 300


def test_a_text_for_each_language():
    notice = Place(rule_of(text='{ en = "Hi", pt = "Olá" }')).happen().notices[0]
    assert {language: plain(text) for language, text in notice.texts.items()} == {
        "en": "Hi",
        "pt": "Olá",
    }
