"""HTML and Markdown as the server reads them, with its words where it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anzol.api.errors import TextError
from anzol.api.text import entity_text, find_entities, format_text, parse, utf16_length
from anzol.api.text.entities import fix


def read(text: str, mode: str) -> tuple[str, list[Any]]:
    found = parse(text, mode)
    return found.text, [tuple(entity.values()) for entity in found.entities]


def refusal(text: str, mode: str) -> str:
    with pytest.raises(TextError) as caught:
        parse(text, mode)
    assert str(caught.value).startswith("can't parse entities: ")
    return str(caught.value).removeprefix("can't parse entities: ")


@pytest.mark.parametrize(
    ("text", "shown", "entities"),
    [
        ("a <b>b</B> c", "a b c", [("bold", 2, 1)]),
        ("<b>a<i>b</></>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<i>a</i  >&lt;", "a<", [("italic", 0, 1)]),
        ("&lt &gt;&amp&quot;&nbsp;&LT;&#65;&#x42&#0;&#x;&;", '< >&"&nbsp;&LT;AB&#0;&#x;&;', []),
        ("&#128512;<b>x</b>", "😀x", [("bold", 2, 1)]),
        ("<b ABC   =   x1.y- z>a</b>", "a", [("bold", 0, 1)]),
        ("<b></b><b>\n</b>", "\n", [("bold", 0, 1)]),
        ("<a href='HTTP://Example.ORG?q= x'>a</a>", "a", [("text_link", 0, 1, "http://example.org/?q=%20x")]),
        ("<a>example.org</a>", "example.org", [("text_link", 0, 11, "http://example.org/")]),
        ("<a href='nothing'>a</a><a>b</a>", "ab", []),
        ("<a href='tg:user?id=7'>a</a>", "a", [("text_mention", 0, 1, {"id": 7})]),
        ("<a href='tg://resolve?domain=x'>a</a>", "a", [("text_link", 0, 1, "tg://resolve?domain=x")]),
        ("<a href='ftp://x.y'>a</a><a href='x.y:0'>b</a><a href='a b.c'>c</a>", "abc", []),
        ("<a href='u:p@x.y:080/z'>a</a>", "a", [("text_link", 0, 1, "http://u:p@x.y:80/z")]),
        ("<a href='https://[::1]/x'>a</a>", "a", [("text_link", 0, 1, "https://[::1]/x")]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1, "py")]),
        ('<code class="language-py"><pre>x</pre></code>', "x", [("pre", 0, 1, "py")]),
        ('<pre> <code class="language-py">x</code></pre>', " x", [("pre", 0, 2), ("code", 1, 1)]),
        ("<pre><code>x</code></pre>", "x", [("pre", 0, 1), ("code", 0, 1)]),
        ("<blockquote expandable=no>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("<tg-time unix=9 format=wDT>a</tg-time>", "a", [("date_time", 0, 1, 9, "wdt")]),
        ('<tg-time unix="9" format="WDtT">a</tg-time>', "a", [("date_time", 0, 1, 9, "wDt")]),
        ('<tg-time unix="x">a</tg-time>', "a", []),
    ],
)  # fmt: skip
def test_html_is_read(text: str, shown: str, entities: list[Any]):
    assert read(text, "HTML") == (shown, entities)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("é<b", "Unclosed start tag at byte offset 2"),
        ("<b x", 'Unclosed start tag "b" at byte offset 0'),
        ("<b x=", 'Unclosed start tag "b" at byte offset 0'),
        ("<b x='y>", "Unclosed start tag at byte offset 0"),
        ("<b x=y", "Unclosed start tag at byte offset 0"),
        ("<b =x>", 'Empty attribute name in the tag "b" at byte offset 0'),
        ("<b x=1,2>", "Unexpected end of name token at byte offset 5"),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<span class='x'>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji emoji-id='05'>a</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("<tg-time unix='9' format='x'>a</tg-time>", "Invalid date format used"),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("&#xD83D;", "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"),
    ],
)  # fmt: skip
def test_broken_html_is_refused(text: str, said: str):
    assert refusal(text, "HTML") == said


@pytest.mark.parametrize(
    ("text", "shown", "entities"),
    [
        ("*a _b_* ~c~ ||d||", "a b c d", [("bold", 0, 3), ("italic", 2, 1), ("strikethrough", 4, 1), ("spoiler", 6, 1)]),
        ("_a __b___", "a b", [("italic", 0, 3), ("underline", 2, 1)]),
        ("\\a\\.\\\\\\é", "a.\\\\é", []),
        ("** ____ ``", "  ", []),
        ("`a*b\\`c`", "a*b`c", [("code", 0, 5)]),
        ("```py\nx```", "x", [("pre", 0, 1, "py")]),
        ("```py x```", " x", [("pre", 0, 2, "py")]),
        ("```\r\n\nx```", "\nx", [("pre", 0, 2)]),
        ("[a](x.y?\\))", "a", [("text_link", 0, 1, "http://x.y/?)")]),
        ("[x\\.y]z", "x.yz", [("text_link", 0, 3, "http://x.y/")]),
        ("[a]() [b](c)", "a b", []),
        ("![👍](TG://Emoji/?x=1&id=5#7)", "👍", [("custom_emoji", 0, 2, "5")]),
        ("![a](tg://time?unix=9&format=R)", "a", [("date_time", 0, 1, 9, "r")]),
        (">a\n>b\nc", "a\nb\nc", [("blockquote", 0, 4)]),
        (">a\n>b||", "a\nb", [("expandable_blockquote", 0, 3)]),
        (">a||\nb", "a\nb", [("expandable_blockquote", 0, 2)]),
        (">a||b||\nc", "ab\nc", [("blockquote", 0, 3), ("spoiler", 1, 1)]),
        (">a\n**>b", "a\nb", [("blockquote", 0, 2), ("blockquote", 2, 1)]),
        ("*a\n>b\nc*", "a\nb\nc", [("bold", 0, 5), ("blockquote", 2, 2)]),
        (">*a\n>b*\nc", "a\nb\nc", [("blockquote", 0, 4), ("bold", 0, 3)]),
        (">", "", []),
    ],
)  # fmt: skip
def test_markdown_is_read(text: str, shown: str, entities: list[Any]):
    assert read(text, "MarkdownV2") == (shown, entities)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.b", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a>b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("é*x", "Can't find end of Bold entity at byte offset 2"),
        ("__a _b___", "Can't find end of Italic entity at byte offset 8"),
        ("*a _b*", "Can't find end of Bold entity at byte offset 5"),
        ("```x", "Can't find end of Pre entity at byte offset 0"),
        ("```x ", "Can't find end of PreCode entity at byte offset 0"),
        ("[a](b", "Can't find end of a URL at byte offset 4"),
        ("[a](b\\)", "Can't find end of a URL at byte offset 4"),
        ("![a]", "The entity must contain a tg://emoji or tg://time URL"),
        ("![a](tg://emoji?id=05)", "Invalid tg://emoji or tg://time URL specified"),
        ("![a](x.y)", "Invalid tg://emoji or tg://time URL specified"),
        (">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
        (">||a\nb", "Can't find end of Spoiler entity at byte offset 1"),
    ],
)  # fmt: skip
def test_broken_markdown_is_refused(text: str, said: str):
    assert refusal(text, "MarkdownV2") == said


@pytest.mark.parametrize(
    ("text", "shown", "entities"),
    [
        ("*a* _b_ `c`", "a b c", [("bold", 0, 1), ("italic", 2, 1), ("code", 4, 1)]),
        ("*a _b*", "a _b", [("bold", 0, 4)]),
        ("\\*a\\.", "*a\\.", []),
        ("```py\r\nx```", "x", [("pre", 0, 1, "py")]),
        ("[x.y] [a](x.y", "x.y a", [("text_link", 0, 3, "http://x.y/"), ("text_link", 4, 1, "http://x.y/")]),
        ("**a", "a", []),
    ],
)  # fmt: skip
def test_the_older_markdown_is_read(text: str, shown: str, entities: list[Any]):
    assert read(text, "Markdown") == (shown, entities)
    assert refusal("é_x", "Markdown") == "Can't find end of the entity starting at byte offset 2"


def entity(kind: str, offset: int, end: int) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": end - offset}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([("bold", 0, 2), ("bold", 2, 4), ("bold", 5, 6)], [("bold", 0, 4), ("bold", 5, 6)]),
        ([("bold", 0, 4), ("italic", 2, 6)], [("bold", 0, 2), ("italic", 2, 6), ("bold", 2, 4)]),
        ([("italic", 0, 2), ("bold", 0, 2)], [("bold", 0, 2), ("italic", 0, 2)]),
        ([("bold", 0, 6), ("code", 2, 4)], [("bold", 0, 2), ("code", 2, 4), ("bold", 4, 6)]),
        ([("bold", 0, 6), ("text_link", 2, 4)], [("bold", 0, 2), ("text_link", 2, 4), ("bold", 2, 4), ("bold", 4, 6)]),
        ([("text_link", 0, 4), ("code", 2, 6)], [("text_link", 0, 4)]),
        ([("blockquote", 0, 4), ("code", 2, 6)], [("blockquote", 0, 4)]),
        ([("blockquote", 0, 4), ("code", 2, 4)], [("blockquote", 0, 4), ("code", 2, 4)]),
        ([("blockquote", 0, 4), ("expandable_blockquote", 2, 4)], [("blockquote", 0, 4)]),
        ([("bold", 3, 3)], []),
    ],
)  # fmt: skip
def test_entities_that_overlap_are_kept_as_telegram_keeps_them(given: list[Any], kept: list[Any]):
    assert fix([entity(*one) for one in given]) == [entity(*one) for one in kept]


@pytest.mark.parametrize(
    ("text", "entities", "shown", "kept"),
    [
        (" \n a \n ", [], "a", []),
        ("\u00a0a\u00a0", [], "\u00a0a\u00a0", []),
        ("a\tb\x00\rc\u202ed", [("bold", 2, 7)], "a b cd", [("bold", 2, 5)]),
        (" a ", [("bold", 0, 3)], " a", [("bold", 0, 2)]),
        ("see x.com now", [("bold", 0, 13)], "see x.com now", [("bold", 0, 4), ("url", 4, 9), ("bold", 4, 9), ("bold", 9, 13)]),
        ("x.com y.com", [("code", 0, 5)], "x.com y.com", [("code", 0, 5), ("url", 6, 11)]),
    ],
)  # fmt: skip
def test_a_message_has_its_text_cleaned_and_trimmed(
    text: str, entities: list[Any], shown: str, kept: list[Any]
):
    found = format_text(text, "", [entity(*one) for one in entities])
    assert (found.text, found.entities) == (shown, [entity(*one) for one in kept])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://a.bc/d_(e). (http://x.yz/q) ok", [("url", "https://a.bc/d_(e)"), ("url", "http://x.yz/q")]),
        ("go example.com! EXAMPLE.ORG:8080/x?y#z, 127.0.0.1", [("url", "example.com"), ("url", "EXAMPLE.ORG:8080/x?y#z"), ("url", "127.0.0.1")]),
        ("гришка.рф main.py ✪df.ws/1 http://userid:pw@x.yz", [("url", "гришка.рф"), ("url", "main.py"), ("url", "✪df.ws/1"), ("url", "http://userid:pw@x.yz")]),
        ("Thanks.Me a.b 1.2 v1.2.3.4.5 x.unknownending sftp://x.com x/a.com", []),
        ("x.com:99999/y x.com? http://a-.com http://a_b.com", [("url", "x.com"), ("url", "x.com")]),
        ("tg://resolve?domain=x. ton://a-b", [("url", "tg://resolve?domain=x"), ("url", "ton://a-b")]),
        ("me@example.org a@b", [("email", "me@example.org")]),
        ("@abcd @abc @gif x@abcd @" + "a" * 33, [("mention", "@abcd"), ("mention", "@gif")]),
        ("/a /a@bcd /a@b x/a <a>/b /c/", [("bot_command", "/a"), ("bot_command", "/a@bcd")]),
        ("#a1 #1 #a# x#b #c@abc #d·e", [("hashtag", "#a1"), ("hashtag", "#c@abc"), ("hashtag", "#d·e")]),
        ("$ABC $1INCH $ABCDEFGHI $AB$C $D@abc $é", [("cashtag", "$ABC"), ("cashtag", "$1INCH"), ("cashtag", "$D@abc")]),
    ],
)  # fmt: skip
def test_entities_are_found(text: str, found: list[tuple[str, str]]):
    assert [(e["type"], entity_text(text, e)) for e in find_entities(text, [])] == found


def test_what_an_author_has_formatted_is_not_searched():
    given = [entity("code", 0, 5), entity("blockquote", 6, 12)]
    found = find_entities("x.com y.com z.com", given)
    assert [(e["type"], e["offset"]) for e in found] == [
        ("code", 0),
        ("blockquote", 6),
        ("url", 6),
        ("url", 12),
    ]


MARKS = ["<b>", "</b>", "<i x=1>", "</>", "<a href='x.y'>", "&lt;", "&#128512;", "<pre>", "<", ">", "*", "_", "__", "||", "~", "`", "```", "[", "](x.y)", "](", "![", "](tg://emoji?id=5)", "\\", "\n", "\n>", "\r", "é", "😀", "a", " ", "@nick", "#tag", "x.com"]  # fmt: skip


@given(
    st.lists(st.sampled_from(MARKS), max_size=16).map("".join),
    st.sampled_from(["", "HTML", "MarkdownV2", "Markdown"]),
)
def test_entities_lie_inside_the_text_and_cross_nowhere(text: str, mode: str):
    try:
        found = format_text(text, mode, None)
    except TextError as error:
        assert str(error).startswith("can't parse entities: ")
        return
    length = utf16_length(found.text)
    assert all(e["offset"] >= 0 < e["length"] <= length - e["offset"] for e in found.entities)
    assert fix(found.entities) == found.entities
    ranges = [(e["offset"], e["offset"] + e["length"]) for e in found.entities]
    assert not any(a < c < b < d for a, b in ranges for c, d in ranges)
