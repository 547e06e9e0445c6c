"""The numbers in docs/ and the README: each block between two marks is made from the stored results."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks import report, scaling, summary
from benchmarks.conformance import page
from benchmarks.machine import HERE, ROOT

RESULTS = HERE / "results"
BLOCK = re.compile(r"(<!-- measured: (?P<name>[\w-]+) -->\n)(?P<text>.*?)(<!-- end -->)", re.DOTALL)


def pages() -> Iterator[Path]:
    yield from sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def blocks(results: Path = RESULTS) -> Mapping[str, str]:
    """Return the text of every block that the stored results can fill, by its name."""
    stored = report.load(results) if (results / "results.json").exists() else {}
    found = {name: report.body(result) for name, result in stored.items()}
    if (results / page.NAME).exists():
        conformance = page.load(results)
        found["conformance"] = page.render(conformance)
        if "peers" in stored:
            found["summary"] = summary.render(stored["peers"], conformance)
    for name in ("profile", "soak"):
        if (results / f"{name}.md").exists():
            found[name] = (results / f"{name}.md").read_text(encoding="utf-8").strip()
    if (results / scaling.FIGURES.name).exists():
        figures = json.loads((results / scaling.FIGURES.name).read_text(encoding="utf-8"))
        found |= {"scaling": scaling.measured(figures), "sizes": scaling.sizes(figures)}
    return found


def fill(text: str, known: Mapping[str, str]) -> str:
    """Return a page with its blocks written anew; a block without results stays."""

    def one(found: re.Match[str]) -> str:
        name = found["name"]
        return f"{found[1]}{known[name]}\n{found[4]}" if name in known else found[0]

    return BLOCK.sub(one, text)


def update(say: Callable[[str], object] = print) -> None:
    """Write the stored results into the pages that show them."""
    known = blocks()
    for path in pages():
        old = path.read_text(encoding="utf-8")
        new = fill(old, known)
        if new != old:
            path.write_text(new, encoding="utf-8")
            say(f"{path.relative_to(ROOT)} shows the stored results")
