"""Markdown of language models: shown well, never refused, also while it grows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anzol.api.text import FormattedText, entity_text, from_markdown, parse, split, utf16_length
from anzol.api.text.commonmark import RULE


def shown(text: str) -> tuple[str, list[tuple[str, str]]]:
    """What a chat shows: the text, and what in it is formatted how."""
    found = from_markdown(text)
    return found.text, [(e["type"], entity_text(found.text, e)) for e in found.entities]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Title *x*\n\ntext", ("Title x\n\ntext", [("bold", "Title x"), ("italic", "x")])),
        ("**a *b* c** ~~d~~", ("a b c d", [("bold", "a b c"), ("italic", "b"), ("strikethrough", "d")])),
        ("😀 **é😀**", ("😀 é😀", [("bold", "é😀")])),
        ("**a `b` c**", ("a b c", [("bold", "a "), ("code", "b"), ("bold", " c")])),
        ("```python title\nx = '*'\n```", ("x = '*'", [("pre", "x = '*'")])),
        ("[a *b*](http://x.y/?q)", ("a b", [("text_link", "a b"), ("italic", "b")])),
        ("[a](javascript:x)", ("a (javascript:x)", [])),
        ("![](http://x.y/z.png)", ("http://x.y/z.png", [("text_link", "http://x.y/z.png")])),
        ("> a\n> > b\n\nc", ("a\n\nb\n\nc", [("blockquote", "a\n\nb")])),
        ("- a\n  - b\n    1. c\n    2. d\n- [x] e\n- [ ] f", ("• a\n   ◦ b\n      1. c\n      2. d\n☑ e\n☐ f", [])),
        ("3. a\n\n4. b", ("3. a\n\n4. b", [])),
        ("- a\n\n  ```\n  x\n  ```", ("• a\n\n   x", [("pre", "x")])),
        ("a\nb  \nc<br>d &lt; &amp;", ("a\nb\nc\nd < &", [])),
        ("a\n\n---\n\nb", (f"a\n\n{RULE}\n\nb", [])),
        ("<b>a</b>", ("<b>a</b>", [])),
        ("a_b_c 2**3 \\*x\\* 1. 5 > 3", ("a_b_c 2**3 *x* 1. 5 > 3", [])),
        ("", ("", [])),
    ],
)  # fmt: skip
def test_markdown_becomes_text_and_entities(text: str, expected: tuple[str, list[Any]]):
    assert shown(text) == expected


def test_languages_and_addresses_are_kept():
    assert from_markdown("```py\nx\n```").entities[0]["language"] == "py"
    assert from_markdown("[a](x.y)").entities[0]["url"] == "http://x.y/"


def test_a_narrow_table_is_aligned():
    text, entities = shown("| a | b |\n|---|--:|\n| 日本 | **1** |\n| `x` | 1234 |")
    assert text.splitlines() == ["a    │    b", "─────┼─────", "日本 │    1", "x    │ 1234"]
    assert entities == [("pre", text)]


def test_a_wide_table_becomes_records():
    head = "| Name | What it is | Price |\n|---|---|---|\n"
    text, entities = shown(head + "| Fish | A hook made of steel, small | 5 |\n| Rod | **Long** | 50 |")  # fmt: skip
    assert text == (
        "Fish\nWhat it is: A hook made of steel, small\nPrice: 5\n\nRod\nWhat it is: Long\nPrice: 50"
    )
    assert entities == [("bold", "Fish"), ("bold", "Rod"), ("bold", "Long")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a **b", ("a b", [("bold", "b")])),
        ("a **b** c **", ("a b c", [("bold", "b")])),
        ("- a\n- **b c", ("• a\n• b c", [("bold", "b c")])),
        ("a `b", ("a b", [("code", "b")])),
        ("**a `b", ("a b", [("bold", "a "), ("code", "b")])),
        ("a ~~b", ("a b", [("strikethrough", "b")])),
        ("a [b c](http://x", ("a b c", [])),
        ("```\na **b", ("a **b", [("pre", "a **b")])),
        ("a 2**3", ("a 2**3", [])),
    ],
)  # fmt: skip
def test_marks_that_are_still_open_are_closed(text: str, expected: tuple[str, list[Any]]):
    assert shown(text) == expected


ANSWER = """## Plan

1. **Boil** the *water*
   - `stir 'em`
   - see [docs](https://example.org/a_b)

| x | y |
|---|---|
| 1 | 2 |

```sh
echo "**no**"
```
Done."""


def test_no_step_of_a_growing_answer_shows_marks():
    for end in range(len(ANSWER)):
        found = from_markdown(ANSWER[:end])
        code = [entity_text(found.text, e) for e in found.entities if e["type"] == "pre"]
        outside = found.text.replace(code[-1], "") if code and "echo" in code[-1] else found.text
        assert not {"**", "](", "``"} & {
            outside[place : place + 2] for place in range(len(outside))
        }


PIECES = ["*", "**", "_", "~~", "`", "```", "\n", "\n\n", "> ", "- ", "1. ", "# ", "|", "|---|\n", "[", "](", ")", "!", "<br>", "&lt;", "\\", "    ", "😀", "a", " "]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(st.characters(exclude_categories=["Cs"]), max_size=80))  # fmt: skip
def test_nothing_is_refused(text: str):
    found = from_markdown(text)
    length = utf16_length(found.text)
    assert all(e["offset"] >= 0 < e["length"] <= length - e["offset"] for e in found.entities)
    assert parse(found.text, "", found.entities).text == found.text.replace("\r", "")
    code = [e for e in found.entities if e["type"] in ("code", "pre")]
    for style in (e for e in found.entities if e["type"] in ("bold", "italic", "strikethrough")):
        end = style["offset"] + style["length"]
        assert all(end <= c["offset"] or c["offset"] + c["length"] <= style["offset"] for c in code)


def test_what_nobody_writes_is_plain_text():
    deep = "> " * 5000 + "x"
    assert split(from_markdown(deep))
    assert isinstance(from_markdown("*a " * 3000), FormattedText)
