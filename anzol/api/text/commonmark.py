"""Markdown as language models write it, as formatted text: nothing is refused, and what a chat cannot show is rewritten.

Tables become aligned text, or records where a phone is too narrow for them; nested lists are indented; headings are
bold. The text may still be growing: marks that are not closed yet are closed where it ends.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from html import unescape
from typing import Any

from .entities import Entity, FormattedText, order, utf16_length
from .links import read_link

Node = dict[str, Any]

STYLES = {"strong": "bold", "emphasis": "italic", "strikethrough": "strikethrough"}
BULLETS = ("•", "◦", "▪")
RULE = "⎯" * 10
# Columns of monospaced text that fit on a phone.
WIDEST_TABLE = 36
LINE_BREAK = re.compile(r"<br\s*/?>", re.I)
FENCE = re.compile(r"^\s*(```+|~~~+)", re.MULTILINE)
HALF_A_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\Z")
OPENS = re.compile(r"[^\w*~]?(\*\*|~~)[^\s*~]")  # as in " **bold", not as in "2**3"
CODE = re.compile(r"(`+).+?\1", re.DOTALL)


def from_markdown(text: str) -> FormattedText:
    """Return what Markdown comes to, with the entities of https://core.telegram.org/bots/api#messageentity

    CommonMark with GitHub's tables, strikethrough and task lists. Needs mistune.
    """
    try:
        nodes = _parser()(_close(text))
        return _Writer().write(nodes)
    except RecursionError:  # no person nests so deep
        return FormattedText(text, [])


@cache
def _parser() -> Callable[[str], list[Node]]:
    import mistune  # late: it takes 50 ms, and most bots need none

    parser: Any = mistune.create_markdown(
        renderer=None, plugins=["table", "strikethrough", "task_lists"]
    )
    return parser  # type: ignore[no-any-return]


def _close(text: str) -> str:
    """Close the marks that the last line leaves open, so that a growing text does not flicker."""
    if len(FENCE.findall(text)) % 2:
        return text  # in a block of code, which ends with the text
    start = text.rfind("\n") + 1
    line = HALF_A_LINK.sub(r"\1", text[start:])
    bare = CODE.sub("", line)
    if bare.endswith("`"):
        bare, line = bare.rstrip("`"), line.rstrip("`")
    elif "`" in bare:
        bare, line = bare.partition("`")[0], line + "`"
    for mark in ("**", "~~"):
        place = bare.rfind(mark)
        if bare.count(mark) % 2 == 0:
            continue
        if line.endswith(mark):
            line = line.removesuffix(mark)
        elif OPENS.match(bare, max(0, place - 1)):
            line = line.rstrip() + mark
    return text[:start] + line


class _Writer:
    """Writes nodes as text, and notes what is formatted."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._offset = 0
        self._entities: list[Entity] = []
        self._quoted = False

    def write(self, nodes: list[Node]) -> FormattedText:
        """Return the whole text; code is cut out of other styles, which Telegram does not let it have."""
        self._blocks(nodes)
        text = "".join(self._parts).rstrip()
        return FormattedText(text, order(_without_code(self._entities, utf16_length(text))))

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._offset += utf16_length(text)

    @contextmanager
    def _entity(self, kind: str, **fields: Any) -> Iterator[None]:
        start = self._offset
        yield
        if self._offset > start:
            place = {"offset": start, "length": self._offset - start}
            self._entities.append({"type": kind, **place, **fields})

    def _blocks(self, nodes: list[Node], indent: str = "", gap: str = "\n\n") -> None:
        nodes = [node for node in nodes if node["type"] != "blank_line"]
        for number, node in enumerate(nodes):
            if number:
                self._put(gap + indent)
            self._block(node, indent)

    def _block(self, node: Node, indent: str) -> None:
        kind = node["type"]
        if kind == "heading":
            with self._entity("bold"):
                self._inline(node["children"], indent)
        elif kind == "block_code":
            self._code(node)
        elif kind == "block_quote":
            self._quote(node, indent)
        elif kind == "list":
            self._list(node, indent)
        elif kind == "table":
            self._table(node, indent)
        elif kind == "thematic_break":
            self._put(RULE)
        elif kind == "block_html":
            self._put(LINE_BREAK.sub("\n", node["raw"].rstrip()))
        else:
            self._inline(node.get("children", [node]), indent)

    def _code(self, node: Node) -> None:
        language = node.get("attrs", {}).get("info", "").split(" ")[0]
        with self._entity("pre", **({"language": language} if language else {})):
            self._put(node["raw"].rstrip("\n"))

    def _quote(self, node: Node, indent: str) -> None:
        if self._quoted:  # quotes do not nest in Telegram
            self._blocks(node["children"], indent)
            return
        self._quoted = True
        with self._entity("blockquote"):
            self._blocks(node["children"], indent)
        self._quoted = False

    def _list(self, node: Node, indent: str) -> None:
        attributes = node["attrs"]
        number = attributes.get("start", 1)
        for place, item in enumerate(node["children"]):
            if place:
                self._put(("\n" if node["tight"] else "\n\n") + indent)
            mark = BULLETS[min(attributes["depth"], len(BULLETS) - 1)]
            if attributes["ordered"]:
                mark = f"{number + place}."
            elif item["type"] == "task_list_item":
                mark = "☑" if item["attrs"]["checked"] else "☐"
            self._put(f"{mark} ")
            self._blocks(item["children"], f"{indent}   ", "\n" if node["tight"] else "\n\n")

    def _table(self, node: Node, indent: str) -> None:
        rows = [group if group["type"] == "table_head" else None for group in node["children"]]
        head = [_plain(cell) for cell in next(row for row in rows if row)["children"]]
        aligns = [cell["attrs"]["align"] for cell in node["children"][0]["children"]]
        body = [row["children"] for group in node["children"][1:] for row in group["children"]]
        texts = [head, *([_plain(cell) for cell in row] for row in body)]
        widths = [max(map(_width, column)) for column in zip(*texts, strict=True)]
        if sum(widths) + 3 * (len(widths) - 1) > WIDEST_TABLE and body:
            self._records(head, body, indent)
            return
        lines = [" │ ".join(map(_pad, row, widths, aligns)).rstrip() for row in texts]
        lines.insert(1, "─┼─".join("─" * width for width in widths))
        with self._entity("pre"):
            self._put("\n".join(lines))

    def _records(self, head: list[str], body: list[list[Node]], indent: str) -> None:
        for number, row in enumerate(body):
            self._put(f"\n\n{indent}" if number else "")
            with self._entity("bold"):
                self._inline(row[0]["children"], indent)
            for name, cell in zip(head[1:], row[1:], strict=True):
                self._put(f"\n{indent}{name}: ")
                self._inline(cell["children"], indent)

    def _inline(self, nodes: list[Node], indent: str) -> None:
        for node in nodes:
            kind = node["type"]
            if kind in STYLES:
                with self._entity(STYLES[kind]):
                    self._inline(node["children"], indent)
            elif kind == "codespan":
                with self._entity("code"):
                    self._put(node["raw"])
            elif kind in ("link", "image"):
                self._link(node, indent)
            elif kind in ("softbreak", "linebreak"):
                self._put("\n" + indent)
            elif kind == "inline_html":
                self._put("\n" + indent if LINE_BREAK.fullmatch(node["raw"]) else node["raw"])
            elif "children" in node:
                self._inline(node["children"], indent)
            else:
                self._put(unescape(node.get("raw", "")))

    def _link(self, node: Node, indent: str) -> None:
        target = read_link(node["attrs"]["url"])
        if not target:  # no address that Telegram accepts: it is shown as text
            self._inline(node["children"], indent)
            self._put(f" ({node['attrs']['url']})")
            return
        with self._entity(target.pop("type"), **target):
            if node["children"]:
                self._inline(node["children"], indent)
            else:
                self._put(node["attrs"]["url"])


def _plain(cell: Node) -> str:
    writer = _Writer()
    writer._inline(cell["children"], "")
    return "".join(writer._parts).replace("\n", " ").strip()


def _width(text: str) -> int:
    """Return how many columns a text takes in a monospaced font."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    unseen = sum(unicodedata.category(character) in ("Mn", "Me", "Cf") for character in text)
    return len(text) + wide - unseen


def _pad(text: str, width: int, align: str | None) -> str:
    space = " " * (width - _width(text))
    return space + text if align == "right" else text + space


def _without_code(entities: list[Entity], length: int) -> list[Entity]:
    """Cut code out of the other styles, and everything at the end of the text."""
    blocks = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in ("code", "pre")]  # fmt: skip
    found = []
    for entity in entities:
        parts = [(entity["offset"], min(entity["offset"] + entity["length"], length))]
        if entity["type"] in STYLES.values():
            for left, right in blocks:
                parts = [
                    piece
                    for start, end in parts
                    for piece in ((start, min(end, left)), (max(start, right), end))
                    if piece[1] > piece[0]
                ]
        cut = [{**entity, "offset": a, "length": b - a} for a, b in parts if b > a]
        found += [part for part in cut if part not in found]
    return found
