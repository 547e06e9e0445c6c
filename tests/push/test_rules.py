"""rules.toml: what it says, and what is told of mistakes in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from anzol.push.rules import RulesError, load, parse

WHOLE = """\
timezone = "Europe/Lisbon"
admins = [7]

[topics.builds]
title = "Builds"
titles = { pt = "Compilações" }
admin_only = true

[[rule]]
name = "failed"
topic = "builds"
when = "conclusion == 'failure' and repository.private is false"
to = ["subscribers", 42, "@channel"]
text = '''
<b>{{ repository.name }}</b>
'''
buttons = [["Open", "{{ url }}"]]
quiet = { from = "22:00", to = "07:00", unless = "urgent" }
throttle = { every = "10 min", key = "{{ repository.name }}" }

[[rule.escalate]]
after = "5 min"
to = [43]

[[rule]]
topic = "builds"
text.en = "A build"
text.pt = "Uma compilação"
"""


def mistakes(source: str) -> list[str]:
    with pytest.raises(RulesError) as caught:
        parse(source)
    return caught.value.lines


def test_a_file_becomes_topics_and_rules():
    rules = parse(WHOLE)
    (topic,) = rules.topics
    assert (topic.title_in("pt-br"), topic.title_in("de"), topic.admin_only) == (
        "Compilações",
        "Builds",
        True,
    )
    first, second = rules.of("builds")
    assert first.to == ("topic:builds", "42", "@channel")
    assert first.throttle is not None and first.throttle.every == 600
    assert first.escalations[0].after == 300
    assert first.place == "rules.toml:9"
    assert [*second.text] == ["en", "pt"]
    assert rules.admins == {7}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("== 'failure'", "= = 'failure'", "rules.toml:12: "),
        ("{{ repository.name }}</b>", "{{ repository.name </b>", "rules.toml:15: "),
        (
            "{{ url }}",
            "{{ url",
            "rules.toml:17: unexpected end of template, expected 'end of print statement'.",
        ),
        ('"22:00"', '"25:00"', "rules.toml:18: '25:00' is not a time of day"),
        ("10 min", "10 minutes", "rules.toml:19: '10 minutes' is not a span"),
        ("to = [43]", 'to = "nobody"', "rules.toml:23: 'nobody' is nobody"),
        ("Europe/Lisbon", "Europe/Lisboa", "rules.toml:1: 'Europe/Lisboa' is not a time zone"),
        ("when =", "wen =", "rules.toml:12: 'wen' is not known here; did you mean when?"),
        ("admins = [7]", 'admins = "Ann"', "rules.toml:2: admins are users' numbers"),
        ("admin_only = true", "admin_only = 1", "rules.toml:7: 1 is neither true nor false"),
        ('text.en = "A build"', "text.en = 5", "rules.toml:25: a rule has a text"),
        ('name = "failed"', 'name = "builds 2"', "rules.toml:25: there is a rule 'builds 2'"),
        ("[topics.builds]", '[topics."bu ilds"]', "rules.toml:4: 'bu ilds' is not a topic"),
        ("unless = ", "then = ", "rules.toml:18: then is one of wait, silent, drop"),
        ("admins = [7]", "admins = [7", "rules.toml:"),
        ('to = ["subscribers", 42, "@channel"]', "to = []", "rules.toml:13: nobody would read it"),
        (
            'quiet = { from = "22:00", to = "07:00", unless = "urgent" }',
            'quiet = { from = "22:00" }',
            "rules.toml:18: to must be given: quiet = {",
        ),
        ('every = "10 min", ', "", "rules.toml:19: every must be given: throttle = {"),
        ("to = [43]", "", "rules.toml:21: to must be given: escalate = {"),
        (
            '[[rule.escalate]]\nafter = "5 min"\nto = [43]',
            "escalate = {}",
            "rules.toml:21: after and to must be given: escalate = {",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, told: str):
    assert old in WHOLE
    found = mistakes(WHOLE.replace(old, new))
    assert any(line.startswith(told) for line in found), found
    assert not any(line.endswith("..") for line in found)


def test_all_mistakes_are_told_at_once_in_their_order():
    found = mistakes(
        WHOLE.replace("to = [43]", "to = []")
        .replace("== 'failure'", "= =")
        .replace("10 min", "soon")
        .replace('text.en = "A build"', "text.en = 5")
        .replace("[7]", "7")
    )
    assert [int(line.split(":")[1]) for line in found] == [2, 12, 19, 23, 25]


def test_a_rule_without_topic_or_text_is_told():
    assert mistakes("[[rule]]\nname = 'x'\n") == [
        'rules.toml:1: a rule has a topic: topic = "github".',
        'rules.toml:1: a rule has a text: text = "<b>{{ title }}</b>".',
    ]


def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(RulesError, match="No such file"):
        load(tmp_path / "rules.toml")
