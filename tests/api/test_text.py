"""Text in pieces: nothing lost, nothing too long, formatting kept, no character torn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from anzol.api.text import (
    FormattedText,
    Html,
    fits,
    html,
    parse,
    plain,
    read_text,
    split,
    utf16_length,
)
from anzol.api.text.graphemes import is_boundary
from anzol.api.text.splitting import MOST_ENTITIES

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1e7\U0001f1f7"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


def test_html_escapes_what_is_put_in():
    assert html("<b>{}</b> {name}", "<i>&", name="'x'") == Html("<b>&lt;i&gt;&amp;</b> &#39;x&#39;")
    assert html("{}", html("<i>{}</i>", "x")) == Markup("<i>x</i>")
    assert html("{}", Markup("<i>x</i>")) == html("<i>x</i>")


@pytest.mark.parametrize(
    ("lost", "remedy"),
    [
        (lambda bold: f"Hi {bold}", r"write html\('… {} …', part\)"),
        (lambda bold: f"Hi {bold:>9}", r"write html\('… {} …', part\)"),
        (lambda bold: "Hi {}".format(bold), r"write html\('… {} …', part\)"),  # noqa: UP032
        (lambda bold: ", ".join([bold]), "expected str instance, Html found"),
    ],
)
def test_html_that_would_lose_its_formatting_says_so(lost: Any, remedy: str):
    with pytest.raises(TypeError, match=remedy):
        lost(html("<b>x</b>"))


def test_html_is_put_together_by_what_escapes():
    bold = html("<b>x</b>")
    assert bold + " & " + bold == html("<b>x</b> &amp; <b>x</b>")
    assert "a < " + bold == html("a &lt; <b>x</b>")
    assert html(", ").join([bold, "<i>"]) == html("<b>x</b>, &lt;i&gt;")
    with pytest.raises(TypeError):
        bold + 5  # type: ignore[operator]
    assert bool(html("")) is False


def test_html_reads_as_the_text_that_is_shown():
    assert str(html("<b>{}</b>&#33;", "<")) == "<!"
    assert repr(html("<b>x</b>")) == "html('<b>x</b>')"
    assert plain(html("<b>x &amp; y</b><broken>&nbsp;")) == "x & y&nbsp;"
    assert plain("<b>") == "<b>"


def pieces(text: Any, limit: int = 4096, **options: Any) -> list[FormattedText]:
    return [read_text(piece) for piece in split(text, limit, **options)]


def texts(text: Any, limit: int = 4096, **options: Any) -> list[str]:
    return [piece.text for piece in pieces(text, limit, **options)]


@pytest.mark.parametrize("text", ["  as it is \n", "", html("<b>x</b><i>y</i>"), "x" * 4096])
def test_a_short_text_stays_as_it_is(text: Any):
    assert split(text) == [text]
    assert split(text)[0] is text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aaaa bbbb cccc", ["aaaa bbbb", "cccc"]),
        ("aaaaaa\n\nbb bb", ["aaaaaa", "bb bb"]),
        ("aaaaaa\nbb bbb", ["aaaaaa", "bb bbb"]),
        ("aaaaaaaaaabbb", ["aaaaaaaaaa", "bbb"]),
        ("aaaaaa\n\n\n    if b:", ["aaaaaa", "    if b:"]),
        ("aaaaaaaaaa bb", ["aaaaaaaaaa", "bb"]),
        ("aaaaaaaaa\n\n\n\n\n\n\n\n\n\n\n\n", ["aaaaaaaaa"]),
    ],
)
def test_cuts_stand_where_a_reader_would_put_them(text: str, expected: list[str]):
    assert texts(text, 10) == expected


def test_the_first_piece_may_have_another_limit():
    assert texts("aaaa bbbb cccc", 10, first=5) == ["aaaa", "bbbb cccc"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (html("<b>aaaa bbbb cccc</b>"), [("aaaa bbbb", {"bold": "aaaa bbbb"}), ("cccc", {"bold": "cccc"})]),
        (
            html("<b>aaaa <i>bbbb cccc</i></b>"),
            [("aaaa bbbb", {"bold": "aaaa bbbb", "italic": "bbbb"}), ("cccc", {"bold": "cccc", "italic": "cccc"})],
        ),
        (html("&lt;&gt;&amp;&#39;567890123"), [("<>&'567890", {}), ("123", {})]),
        (html('<a href="http://u.v">aaaaaaaaaabb</a>'), [("aaaaaaaaaa", {"text_link": "aaaaaaaaaa"}), ("bb", {"text_link": "bb"})]),
    ],
)  # fmt: skip
def test_what_spans_a_cut_is_formatted_on_both_sides(text: Html, expected: list[Any]):
    found = [(p.text, {e["type"]: covered(p.text, e) for e in p.entities}) for p in pieces(text, 10)]  # fmt: skip
    assert found == expected


def covered(text: str, entity: dict[str, Any]) -> str:
    units = text.encode("utf-16-le")
    return units[2 * entity["offset"] :][: 2 * entity["length"]].decode("utf-16-le")


@pytest.mark.parametrize(
    ("raw", "mode"),
    [("*aaaa* bbbb *cccc*", "MarkdownV2"), ("*aaaa* bbbb *cccc*", "Markdown"), ("<b>aaaa</b> bbbb <b>cccc</b>", "HTML")],
)  # fmt: skip
def test_every_parse_mode_is_split_alike(raw: str, mode: str):
    first, second = pieces(raw, 10, parse_mode=mode)
    assert (first.text, second.text) == ("aaaa bbbb", "cccc")
    assert first.entities == second.entities == [{"type": "bold", "offset": 0, "length": 4}]


def test_entities_of_ones_own_are_split_with_the_text():
    own = [{"type": "bold", "offset": 5, "length": 9}]
    first, second = pieces("aaaa bbbb cccc", 10, entities=own)
    assert first.entities == [{"type": "bold", "offset": 5, "length": 4}]
    assert second.entities == [{"type": "bold", "offset": 0, "length": 4}]


def test_no_limit_of_telegrams_is_exceeded():
    raw = html("<a href='http://x.y/?" + "q" * 33_000 + "'>short</a>")
    assert not fits(raw)  # 32 KB of raw text are the most that the server parses
    assert texts(raw) == ["short"]
    many = Html("<b>x</b> " * 150)
    assert [len(piece.entities) for piece in pieces(many)] == [100, 50]
    assert texts(Html("&nbsp;" * 1000)) == ["&nbsp;" * 682 + "&nbs", "p;" + "&nbsp;" * 317]
    astral = "\U0001f600" * 3000
    assert [utf16_length(text) for text in texts(astral)] == [4096, 1904]


@pytest.mark.parametrize(
    "character",
    [FAMILY, FLAG, SCOTLAND, "e\u0301", "👍\U0001f3fd", "1\ufe0f\u20e3", "\u1112\u1161\u11ab", "\r\n"],
)  # fmt: skip
def test_what_a_reader_takes_for_one_character_stays_whole(character: str):
    size = utf16_length(character)
    for limit in range(size, 3 * size + 2):
        for text in texts("x" + character * 7, limit + 1):
            assert not text.lstrip("x").replace(character, "").strip()


def test_one_character_that_no_message_holds_is_torn_after_all():
    assert texts("e" + "\u0301" * 25, 10) == ["e" + "\u0301" * 9, "\u0301" * 10, "\u0301" * 6]


def test_flags_are_counted_from_the_first_letter():
    assert [is_boundary(FLAG * 2, index) for index in range(5)] == [True, False, True, False, True]


def test_html_that_telegram_cannot_parse_is_split_as_plain_text():
    assert texts(Html("<b>aaaa bbbb cccc</i>"), 10) == ["aaaa bbbb", "cccc"]


ALPHABET = st.sampled_from(["a", "b", " ", "\n", "\n\n", "é", "e\u0301", "😀", FAMILY, FLAG, "\u200d", "&"])  # fmt: skip
PLAIN = st.lists(ALPHABET, max_size=120).map("".join) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=200
)


@st.composite
def formatted(draw: st.DrawFn) -> FormattedText:
    text = draw(PLAIN)
    entities = []
    for _ in range(draw(st.integers(0, 6))):
        offset = draw(st.integers(0, utf16_length(text)))
        length = draw(st.integers(1, 40))
        kind = draw(st.sampled_from(["bold", "italic", "code", "text_link"]))
        entities.append({"type": kind, "offset": offset, "length": length})
    return parse(text, "", entities)


def kinds(piece: FormattedText) -> list[set[str]]:
    """For each UTF-16 unit, what it is formatted as."""
    found: list[set[str]] = [set() for _ in range(utf16_length(piece.text))]
    for entity in piece.entities:
        for place in range(entity["offset"], entity["offset"] + entity["length"]):
            found[place].add(entity["type"])
    return found


@given(formatted(), st.integers(4, 40), st.integers(4, 40))
@example(FormattedText("x" * 300, [{"type": "bold", "offset": i, "length": 1} for i in range(300)]), 200, 200)  # fmt: skip
def test_the_pieces_are_the_text(whole: FormattedText, limit: int, first: int):
    wanted = kinds(whole)
    place = 0
    found = pieces(whole, limit, first=first)
    for number, piece in enumerate(found):
        start = whole.text.index(piece.text, place)
        assert not whole.text[place:start].strip()  # only breaks at a cut go
        units = utf16_length(whole.text[:start])
        assert kinds(piece) == wanted[units : units + utf16_length(piece.text)]
        assert len(piece.entities) <= MOST_ENTITIES
        if whole.text.strip():
            assert piece.text.strip()
            assert utf16_length(piece.text) <= (limit if number else first)
        place = start + len(piece.text)
    assert not whole.text[place:].strip()


MARKUP = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(
        lambda text: html("{}", text).source
    ),
    lambda inner: st.tuples(st.sampled_from(["b", "i", "u"]), st.lists(inner, max_size=4)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=12,
)


@given(MARKUP, st.integers(4, 40))
def test_the_pieces_of_html_are_its_text(source: str, limit: int):
    text = Html(source)
    joined = "".join("".join(piece.split()) for piece in texts(text, limit))
    assert joined == "".join(plain(text).split())


@given(st.lists(PLAIN, max_size=6), st.integers(8, 40))
def test_a_text_that_grows_goes_on_where_it_stopped(parts: list[str], limit: int):
    text, full = "", []
    for part in parts:
        text += part
        found = pieces(text, limit)
        assert found[: len(full)] == full  # a full message is never touched again
        full = found[:-1]
