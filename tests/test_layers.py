"""Who may import whom: the rooms of docs/design.md, `TYPE_CHECKING` imports included, without cycles."""

from __future__ import annotations

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import anzol

LIBRARY = Path(anzol.__file__).parent
TEMPLATE = LIBRARY / "template"  # a bot, for `anzol new`
# Each room, and the rooms below it. `settings`, `values` and `version` are leaves that anybody may read.
BELOW = {
    "api": set(),
    "queue": set(),
    "tunnel": set(),
    "settings": {"values"},
    "values": set(),
    "version": set(),
    "scaffold": set(),
    "simulator": {"api"},
    "bot": {"api"},
    "push": {"api", "queue"},
    "server": {"api", "bot", "push", "queue"},
    "testing": {"api", "bot", "queue", "simulator"},
    "local": {"api", "bot", "push", "queue", "server", "simulator", "tunnel"},
}
LEAVES = {"settings", "values", "version"}
UNDRAWN = {*LEAVES, "scaffold"}
MAY_READ_SETTINGS = {"server", "local", "testing"}


def name_of(path: Path) -> str:
    """A file's module: `anzol.bot.router`, or the package's own name for its `__init__`."""
    parts = path.relative_to(LIBRARY.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    name_of(path): path for path in sorted(LIBRARY.rglob("*.py")) if TEMPLATE not in path.parents
}


@cache
def imports(module: str) -> set[str]:
    """The modules of ours that a module imports, wherever in it."""
    path, found = MODULES[module], set()
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1]
            source = ".".join([*(base if node.level else []), *filter(None, [node.module])])
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                found.add(inner if inner in MODULES else source)
    return {name for name in found if name in MODULES} - {module}


def room_of(module: str) -> str:
    """The room that a module stands in; a door at the top, such as `anzol.__main__`, has none."""
    room = (module.split(".") + [""])[1]
    return room if room in BELOW else ""


@pytest.mark.parametrize("module", sorted(name for name in MODULES if room_of(name)))
def test_imports_go_down(module: str):
    room = room_of(module)
    allowed = BELOW[room] | {room} | ({*LEAVES} if room in MAY_READ_SETTINGS else {"version"})
    for imported in imports(module):
        assert room_of(imported) in allowed, f"{module} imports {imported}"


def test_the_drawing_is_what_the_rooms_are():
    page = (LIBRARY.parent / "docs" / "design.md").read_text(encoding="utf-8")
    drawing = page.partition("```mermaid")[2].partition("```")[0]
    arrow = r"^ +(\w+)(?:\[.*?\])? --> (\w+)"
    drawn: dict[str, set[str]] = {}
    for above, below in re.findall(arrow, drawing, re.MULTILINE):
        drawn.setdefault(above, set()).add(below)
    assert drawn.pop("root") <= set(BELOW)
    rooms = {room: below for room, below in BELOW.items() if room not in UNDRAWN}
    for room, below in rooms.items():
        assert reached(drawn, room) == reached(BELOW, room), room
        assert drawn.get(room, set()) <= below
    assert set(drawn) <= set(rooms)


def reached(graph: dict[str, set[str]], room: str) -> set[str]:
    """The rooms below a room, and those below them."""
    return set().union(*({below} | reached(graph, below) for below in graph.get(room, ())))


def test_every_folder_is_a_room():
    folders = {path.name for path in LIBRARY.iterdir() if (path / "__init__.py").exists()}
    assert folders <= set(BELOW)


@pytest.mark.parametrize("room", sorted(BELOW))
def test_imports_have_no_cycles(room: str):
    graph = {module: imports(module) for module in MODULES if room_of(module) == room}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


@pytest.mark.parametrize("package", ["flask", "sqlite3", "waitress", "pyngrok"])
@pytest.mark.parametrize("room", ["api", "bot", "push", "queue"])
def test_rooms_below_the_server_know_no_server(room: str, package: str):
    if (room, package) == ("queue", "sqlite3"):
        pytest.skip("the queue's SQLite driver is where it belongs")
    for module, path in MODULES.items():
        if room_of(module) == room:
            assert package not in foreign(path), module


def test_pyngrok_has_one_door():
    doors = {module for module, path in MODULES.items() if "pyngrok" in foreign(path)}
    assert doors == {"anzol.tunnel"}


def test_the_library_imports_nothing_of_the_root():
    own = {"app", "config", "tunnel", "handlers", "examples", "tests", "benchmarks"}
    for module, path in MODULES.items():
        assert not own & foreign(path), module


@cache
def foreign(path: Path) -> set[str]:
    """The top-level names of all absolute imports of a file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found
