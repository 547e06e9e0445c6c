"""Who may import whom. The arrows of the README's tree, and no others."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Each unit, and what of ours it may import.
MAY_IMPORT = {
    "app": {
        "admin", "bot", "cli", "config", "failures", "inbox", "local", "logs", "processing",
        "registration", "security", "serving", "watching", "webhook",
    },
    "local": {
        "bot", "config", "failures", "logs", "polling", "registration", "serving", "simulator",
        "tunnel",
    },
    "cli": {"bot", "config", "doctor", "failures", "inbox", "registration", "webhook"},
    "doctor": {"bot", "config", "inbox", "local", "registration", "webhook"},
    "admin": {"config", "inbox", "security", "watching"},
    "watching": {"bot", "config", "inbox", "security"},
    "processing": {"bot", "config", "inbox", "logs", "watching"},
    "failures": {"bot", "config", "inbox"},
    "serving": {"config", "webhook"},
    "webhook": {"inbox", "security"},
    "polling": {"bot", "inbox"},
    "registration": {"bot"},
    "handlers": {"bot"},
    "examples": {"bot"},
    "bot": set(),
    "inbox": set(),
    "simulator": set(),
    "security": set(),
    "config": set(),
    "logs": set(),
    "tunnel": set(),
}  # fmt: skip
# Inside bot: a module imports only from those before it.
BOT_ORDER = ["errors", "client", "context", "router", "running"]


def imports(path: Path) -> set[str]:
    """The top-level names that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


def files(unit: str) -> list[Path]:
    single = ROOT / f"{unit}.py"
    return [single] if single.exists() else sorted((ROOT / unit).rglob("*.py"))


@pytest.mark.parametrize("unit", MAY_IMPORT)
def test_imports_go_one_way(unit: str):
    for path in files(unit):
        ours = imports(path) & set(MAY_IMPORT) - {unit}
        assert ours <= MAY_IMPORT[unit], f"{path.name} imports {ours - MAY_IMPORT[unit]}"


def test_every_module_at_the_top_has_its_place():
    assert {path.stem for path in ROOT.glob("*.py")} <= set(MAY_IMPORT)


def test_nothing_imports_app():
    for unit in MAY_IMPORT:
        for path in files(unit):
            assert "app" not in imports(path) or unit == "app", path


@pytest.mark.parametrize("package", ["flask", "sqlite3", "waitress", "pyngrok"])
def test_bot_knows_neither_server_nor_database(package: str):
    assert not any(package in imports(path) for path in files("bot"))


def test_pyngrok_has_one_door():
    doors = {unit for unit in MAY_IMPORT for path in files(unit) if "pyngrok" in imports(path)}
    assert doors <= {"tunnel"}


def test_bot_is_layered():
    for index, name in enumerate(BOT_ORDER):
        tree = ast.parse((ROOT / "bot" / f"{name}.py").read_text(encoding="utf-8"))
        siblings = {n.module for n in tree.body if isinstance(n, ast.ImportFrom) and n.level == 1}
        assert not siblings & set(BOT_ORDER[index + 1 :]), name
