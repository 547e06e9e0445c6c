"""Text in pieces: nothing lost, nothing too long, every tag closed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from anzol import html
from anzol.api.text import length, plain, split
from anzol.simulator.text.html import parse_html


def test_html_escapes_what_is_put_in():
    assert html("<b>{}</b> {name}", "<i>&", name="'x'") == "<b>&lt;i&gt;&amp;</b> &#39;x&#39;"
    assert html("{}", html("<i>{}</i>", "x")) == "<i>x</i>"


def test_a_short_text_stays_whole():
    assert split("  as it is \n") == ["  as it is \n"]
    assert split("") == [""]


@pytest.mark.parametrize(
    ("text", "pieces"),
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
def test_cuts_stand_where_a_reader_would_put_them(text: str, pieces: list[str]):
    assert split(text, 10) == pieces


def test_the_first_piece_may_have_another_limit():
    assert split("aaaa bbbb cccc", 10, first=5) == ["aaaa", "bbbb cccc"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("<b>aaaa bbbb cccc</b>", ["<b>aaaa bbbb</b>", "<b>cccc</b>"]),
        ("<b>aaaa <i>bbbb cccc</i></b>", ["<b>aaaa <i>bbbb</i></b>", "<b><i>cccc</i></b>"]),
        ("&lt;&gt;&amp;&#39;567890123", ["&lt;&gt;&amp;&#39;567890", "123"]),
        ('<a href="u">aaaaaaaaaabb</a>', ['<a href="u">aaaaaaaaaa</a>', '<a href="u">bb</a>']),
    ],
)
def test_tags_are_closed_and_opened_again(text: str, pieces: list[str]):
    assert split(Markup(text), 10) == pieces


def test_pieces_of_html_are_html():
    assert all(isinstance(piece, Markup) for piece in split(Markup("<b>aa bb cc</b>"), 4))


def without_blanks(text: str) -> str:
    return "".join(text.split())


@given(st.text(max_size=400), st.integers(4, 40))
def test_no_word_of_a_plain_text_is_lost(text: str, limit: int):
    pieces = split(text, limit)
    assert without_blanks("".join(pieces)) == without_blanks(text)
    assert all(len(piece) <= limit for piece in pieces) or not text.strip()


MARKUP = st.recursive(
    st.text(max_size=20).map(lambda text: str(html("{}", text))),
    lambda inner: st.tuples(st.sampled_from(["b", "i", "code"]), st.lists(inner, max_size=4)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=12,
)


@given(MARKUP, st.integers(4, 40))
def test_no_word_of_an_html_text_is_lost_and_every_piece_is_well_formed(text: str, limit: int):
    pieces = split(Markup(text), limit)
    shown = [parse_html(str(piece))[0] for piece in pieces]
    assert without_blanks("".join(shown)) == without_blanks(plain(Markup(text)))
    assert all(length(piece) <= limit for piece in pieces) or not without_blanks("".join(shown))
