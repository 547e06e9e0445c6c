"""The ready rules of examples/rules meet payloads as their senders send them."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from anzol.api.text import format_text, is_html, plain
from anzol.push.engine import Event, Outcome, run
from anzol.push.rules import load

FOLDER = Path(__file__).parent.parent.parent / "examples" / "rules"
FILES = sorted(path.name for path in FOLDER.glob("*.toml"))
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC).timestamp()

# Which rules of which file speak for a payload, and the first line of what they say.
SPOKEN = {
    "github.workflow_run": {"failed workflow": "❌ tests failed in lisboa/shop"},
    "github.pull_request": {"pull request": "🔀 Round prices"},
    "github.push": {"push": "ann pushed 1 to lisboa/shop"},
    "github.release": {"release": "🚀 lisboa/shop v2.1.0"},
    "github.ping": {},
    "gitlab.pipeline": {"failed pipeline": "❌ Pipeline 31 failed in lisboa/shop"},
    "gitlab.merge_request": {"merge request": "🔀 Round prices: open"},
    "alerts.alertmanager": {"firing": "🔥 HighLatency (1)", "critical": "🚨 HighLatency"},
    "alerts.grafana": {"firing": "🔥 High memory usage (1)"},
    "alerts.resolved": {"resolved": "✅ HighLatency is resolved."},
    "payments.payment_intent.succeeded": {"paid": "💶 20.99 EUR paid"},
    "payments.invoice.payment_failed": {
        "failed invoice": "⚠️ bob@example.org could not pay 9.99 EUR"
    },
    "payments.charge.dispute.created": {"dispute": "🛑 A dispute over 10.00 EUR: fraudulent"},
    "uptime.down": {"down": "🔴 shop is down"},
    "uptime.up": {"up": "🟢 shop is up again"},
    "feeds.new_entries": {"new entries": "📰 A blog"},
}


def outcomes(name: str) -> dict[str, Outcome]:
    """What each rule of its file makes of a payload."""
    topic, _, kind = name.partition(".")
    payload = json.loads((FOLDER / "payloads" / f"{name}.json").read_text(encoding="utf-8"))
    event = Event("e1", topic, payload, payload.get("type", kind))
    states: dict[str, dict[str, Any]] = defaultdict(dict)
    rules = load(FOLDER / f"{topic}.toml").of(topic)
    return {rule.name: run(rule, event, states.__getitem__, NOON) for rule in rules}


def test_every_payload_is_expected():
    assert set(SPOKEN) == {path.stem for path in (FOLDER / "payloads").glob("*.json")}


@pytest.mark.parametrize("name", SPOKEN)
def test_a_payload_is_told_by_its_rules(name: str):
    said = {
        rule: plain(outcome.notices[0].texts[""]).partition("\n")[0]
        for rule, outcome in outcomes(name).items()
        if outcome.notices
    }
    assert said == SPOKEN[name]


@pytest.mark.parametrize("name", SPOKEN)
def test_what_is_told_is_well_formed(name: str):
    for outcome in outcomes(name).values():
        for notice in outcome.notices:
            for text in notice.texts.values():
                assert is_html(text)
                shown = format_text(str(text.__html__()), "HTML", None).text
                assert "{{" not in shown and "Undefined" not in shown and "\n\n" not in shown


def test_each_rule_is_heard_of():
    spoken = {(name.partition(".")[0], rule) for name, rules in SPOKEN.items() for rule in rules}
    for file in FILES:
        topic = file.removesuffix(".toml")
        assert {(topic, rule.name) for rule in load(FOLDER / file).of(topic)} <= spoken


def test_the_files_go_together_in_one():
    whole = "\n".join((FOLDER / file).read_text(encoding="utf-8") for file in FILES)
    from anzol.push.rules import parse

    assert len(parse(whole).topics) == len(FILES)
