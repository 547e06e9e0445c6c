"""What mkdocs asks for while it builds the site: pages from outside docs/, the source they lead to, the reference."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
# Pages of the site that are written elsewhere in the repository, where a reader of the source finds them.
ELSEWHERE = {
    "index.md": "README.md",
    "pt.md": "README.pt.md",
    "ru.md": "README.ru.md",
    "changes.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "simulator.md": "anzol/simulator/README.md",
}
# The reference's pages: a public name belongs to the first whose modules its own begins with.
REFERENCE = {
    "Errors": ("anzol.api.errors",),
    "Replies and text": ("anzol.api.text", "anzol.bot.reply"),
    "The Bot API": ("anzol.api",),
    "Contexts": ("anzol.bot.context",),
    "Routers and filters": ("anzol.bot",),
    "Push": ("anzol.push",),
    "Tests": ("anzol.testing",),
    "The Flask app": ("anzol",),
}
# What examples call an instance of a class.
SPOKEN = {"Context": "ctx", "Router": "router", "Bot": "bot", "Client": "ann"}
INHERITED = "\n    options:\n      inherited_members: true"  # a bot's methods are Telegram's
LINK = re.compile(r"(\]\(|src=\"|href=\")(?!\w+:|#|/)([^)\"\s#]+)")
CODE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LANGUAGES = {".py": "python", ".yml": "yaml", ".toml": "toml", ".json": "json", ".sh": "sh"}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the reference's pages into the navigation."""
    sys.path.insert(0, str(ROOT))  # mkdocs has a path of its own; the reference asks the library
    pages = [
        {title: f"reference/{slug(title)}.md"} for title, names in reference().items() if names
    ]
    for entry in config.nav or []:
        if "Reference" in entry:
            entry["Reference"] = pages
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are written elsewhere, what they lead to, and the reference."""
    for uri, origin in ELSEWHERE.items():
        files.append(File.generated(config, uri, content=(ROOT / origin).read_text("utf-8")))
    known = {place(file.src_uri) for file in files}
    for target in sorted(set(linked(files)) - known):
        path = ROOT / target
        if path.suffix in {".svg", ".png", ".webp", ".gif"}:
            files.append(File.generated(config, f"source/{target}", abs_src_path=str(path)))
        elif path.exists():
            page = File.generated(config, f"source/{target}.md", content=source(path))
            page.inclusion = InclusionLevel.NOT_IN_NAV
            files.append(page)
    for title, names in reference().items():
        if names:
            content = written(title, names)
            files.append(File.generated(config, f"reference/{slug(title)}.md", content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead each link to where the site has its target."""
    here = posixpath.dirname(page.file.src_uri)
    places = {place(file.src_uri): file.src_uri for file in files}

    def lead(found: re.Match[str]) -> str:
        target = resolved(page.file.src_uri, found[2])
        return found[1] + posixpath.relpath(places[target], here) if target in places else found[0]

    return LINK.sub(lead, markdown)


def place(uri: str) -> str:
    """Return where in the repository a file of the site is written."""
    if uri.startswith("source/"):
        return uri.removeprefix("source/").removesuffix(".md")
    return ELSEWHERE.get(uri, f"docs/{uri}")


def resolved(uri: str, target: str) -> str:
    """Return the place in the repository that a link of a page names."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(place(uri)), target))


def linked(files: Files) -> Iterator[str]:
    """Yield each place in the repository that a page links to."""
    for file in files.documentation_pages():
        for _, target in LINK.findall(file.content_string):
            yield resolved(file.src_uri, target)


def source(path: Path) -> str:
    """Return a page that shows a file, or the list of what is in a folder."""
    name = path.relative_to(ROOT).as_posix()
    if path.is_dir():
        inside = [one for one in sorted(path.iterdir()) if not one.name.startswith(("_", "."))]
        lines = "\n".join(f"- `{one.name}{'/' if one.is_dir() else ''}`" for one in inside)
        return f"# {name}/\n\n{lines}\n"
    return f"# {name}\n\n```{LANGUAGES.get(path.suffix, 'text')}\n{path.read_text('utf-8')}```\n"


def reference() -> dict[str, list[str]]:
    """Return the public names, dotted, of each page of the reference."""
    pages: dict[str, list[str]] = {title: [] for title in REFERENCE}
    for module in (import_module("anzol"), import_module("anzol.testing")):
        for name in public(module):
            home = getattr(getattr(module, name), "__module__", module.__name__)
            home = module.__name__ if home == "builtins" else home
            title = next(title for title, homes in REFERENCE.items() if home.startswith(homes))
            pages[title].append(f"{module.__name__}.{name}")
    return pages


def public(module: ModuleType) -> list[str]:
    return sorted(name for name in module.__all__ if not name.startswith("_"))


def written(title: str, names: list[str]) -> str:
    """Return a page of the reference: each name's signature and words, and where the guide uses it."""
    parts = [f"# {title}"]
    for name in names:
        parts.append(f"::: {name}" + INHERITED * name.endswith(".Bot"))
        if shown := list(examples(name.rpartition(".")[2])):
            parts.append(f"Used in {', '.join(shown)}.")
        if used := list(examples_of_members(name)):
            parts.append("\n".join(used))
    return "\n\n".join(parts) + "\n"


def examples_of_members(name: str) -> Iterator[str]:
    """Yield a line for each method of a class that the guide's code uses: `ctx.reply`, `@router.command`."""
    module, _, short = name.rpartition(".")
    spoken = SPOKEN.get(short)
    for member in dir(getattr(import_module(module), short)) if spoken else ():
        if not member.startswith("_") and (shown := list(examples(f"{spoken}.{member}"))):
            yield f"- `{spoken}.{member}`: {', '.join(shown)}"


def examples(name: str) -> Iterator[str]:
    """Yield links to the sections of the guide whose code uses a name, the first three."""
    found: dict[str, None] = {}
    for path in sorted((ROOT / "docs").glob("*.md")):
        for section in re.split(r"^(?=## )", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            heading = section.partition("\n")[0].removeprefix("## ")
            if any(re.search(rf"\b{re.escape(name)}\b", code) for code in CODE.findall(section)):
                found[f"[{heading}](../{path.name}#{slug(heading)})"] = None
    yield from list(found)[:3]


def slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
