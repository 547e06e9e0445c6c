"""Formatting: HTML, MarkdownV2, entities found in plain text; with Telegram's error texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anzol.simulator.api.errors import Refused
from anzol.simulator.api.texts import format_text
from tests.simulator.side import Side, begin

Send = Callable[..., tuple[str, list[Any]]]


@pytest.fixture(scope="module", name="sim")
def _sim():
    side = begin()
    yield side
    side.session.close()
    side.running.stop()


@pytest.fixture
def send(sim: Side) -> Send:
    def send(text: str, mode: str = "", **params: Any) -> tuple[str, list[Any]]:
        sent = sim.ok("sendMessage", chat_id=1001, text=text, parse_mode=mode, **params)
        found = [tuple(entity.values()) for entity in sent.get("entities", [])]
        return sent["text"], found

    return send


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        ("<b>a</b> b", "a b", [("bold", 0, 1)]),
        ("😀<i>é😀</i>", "😀é😀", [("italic", 2, 3)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 1), ("bold", 1, 1), ("italic", 1, 1)]),
        ("&lt;b&gt; &amp; &quot; &#33; &#x21; &nbsp;", '<b> & " ! ! &nbsp;', []),
        ("<a href='http://a.b/?x=1&amp;y'>l</a>", "l", [("text_link", 0, 1, "http://a.b/?x=1&y")]),
        ('<pre><code class="language-python">x</code></pre>', "x", [("pre", 0, 1, "python")]),
        ("<pre>a.com</pre>", "a.com", [("pre", 0, 5)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [("spoiler", 0, 1)]),
        ("<tg-spoiler>s</tg-spoiler><u></u>", "s", [("spoiler", 0, 1)]),
        ("<u><del>x</del></u>", "x", [("underline", 0, 1), ("strikethrough", 0, 1)]),
        ('<code class="language-x">x</code>', "x", [("code", 0, 1)]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [("custom_emoji", 0, 2, "5")]),
        ("  <s> x </s>  ", " x", [("strikethrough", 0, 2)]),
    ],
)
def test_html(send: Send, text: str, plain: str, entities: list[Any]):
    got, found = send(text, "HTML")
    assert got == plain
    assert found == entities


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
    ],
)
def test_broken_html(sim: Side, text: str, error: str):
    said = sim.refusal("sendMessage", chat_id=1001, text=text, parse_mode="HTML")
    assert said == f"Bad Request: can't parse entities: {error}"


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        ("*a* _b_", "a b", [("bold", 0, 1), ("italic", 2, 1)]),
        (
            "__u__ ~s~ ||p||",
            "u s p",
            [("underline", 0, 1), ("strikethrough", 2, 1), ("spoiler", 4, 1)],
        ),
        ("*b _i_*", "b i", [("bold", 0, 2), ("bold", 2, 1), ("italic", 2, 1)]),
        ("1\\.5 \\- \\\\", "1.5 - \\", []),
        ("`a*b`", "a*b", [("code", 0, 3)]),
        ("```python\nx=1\n```", "x=1", [("pre", 0, 3, "python")]),
        ("```\nx```", "x", [("pre", 0, 1)]),
        ("[l](http://a.b/c\\))", "l", [("text_link", 0, 1, "http://a.b/c)")]),
        ("![👍](tg://emoji?id=5)", "👍", [("custom_emoji", 0, 2, "5")]),
        (">q1\n>q2\nno", "q1\nq2\nno", [("blockquote", 0, 6)]),
        ("**>q1\n>q2||", "q1\nq2", [("expandable_blockquote", 0, 5)]),
        ("😀*é*", "😀é", [("bold", 2, 1)]),
    ],
)
def test_markdown(send: Send, text: str, plain: str, entities: list[Any]):
    got, found = send(text, "MarkdownV2")
    assert (got, found) == (plain, entities)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a.b", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("é*x", "Can't find end of Bold entity at byte offset 2"),
        ("_x", "Can't find end of Italic entity at byte offset 0"),
        ("[x](http://a", "Can't find end of a URL at byte offset 4"),
        ("`x", "Can't find end of Code entity at byte offset 0"),
    ],
)
def test_broken_markdown(sim: Side, text: str, error: str):
    said = sim.refusal("sendMessage", chat_id=1001, text=text, parse_mode="MarkdownV2")
    assert said == f"Bad Request: can't parse entities: {error}"


def test_old_markdown(send: Send, sim: Side):
    assert send("*a* [b](http://x.y)", "Markdown") == (
        "a b",
        [("bold", 0, 1), ("text_link", 2, 1, "http://x.y/")],
    )
    assert sim.refusal("sendMessage", chat_id=1001, text="é_x", parse_mode="markdown") == (
        "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 2"
    )


def test_a_mention_without_a_name_carries_the_user(sim: Side):
    text = '<a href="tg://user?id=1001">Ana</a>'
    sent = sim.ok("sendMessage", chat_id=1001, text=text, parse_mode="HTML")
    assert sent["entities"][0]["user"]["first_name"] == "Ana"


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start now", [("bot_command", 0, 6)]),
        ("/start@sim4242_bot", [("bot_command", 0, 18)]),
        ("a/b 1/2", []),
        ("see https://a.bc/c. ok", [("url", 4, 14)]),
        ("go example.com!", [("url", 3, 11)]),
        ("@ana_b #tag1 $BTC", [("mention", 0, 6), ("hashtag", 7, 5), ("cashtag", 13, 4)]),
        ("mail me@example.org", [("email", 5, 14)]),
        ("😀 +15550100123", [("phone_number", 3, 12)]),
        ("#123 x@y", []),
    ],
)
def test_entities_are_found(sim: Side, text: str, entities: list[Any]):
    found = sim.say(text).get("entities", [])
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


def test_given_entities_are_cut_to_the_text(sim: Side):
    given = [
        {"type": "bold", "offset": 2, "length": 50},
        {"type": "italic", "offset": 9, "length": 1},
    ]
    sent = sim.ok("sendMessage", chat_id=1001, text="  abc  ", entities=given)
    assert (sent["text"], sent["entities"]) == ("abc", [{"type": "bold", "offset": 0, "length": 3}])


PIECES = [
    "<b>", "</b>", "<i>", "</i>", "<a href='http://x.y'>", "</a>", "<pre>", "</pre>", "&lt;", "&#128512;",
    "<blockquote expandable>", "</blockquote>", "😀", "é", "a", ".", " ", "\n", "\\", "*", "_", "__", "||", "~",
    "`", "```", "[", "]", "(http://a.b)", "!", ">", "**>", "/go", "@nick", "#tag", "http://a.b",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=12),
    st.sampled_from(["", "HTML", "MarkdownV2", "Markdown"]),
)
def test_entities_lie_inside_the_text_or_it_is_refused(pieces: list[str], mode: str):
    try:
        text, entities = format_text("".join(pieces), mode, None)
    except Refused as error:
        assert str(error).startswith("Bad Request: can't parse entities: ")
        return
    length = len(text.encode("utf-16-le")) // 2
    assert all(e["offset"] >= 0 < e["length"] <= length - e["offset"] for e in entities)
