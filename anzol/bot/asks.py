"""Questions whose answer nobody takes, found in the handlers' source before the first user is asked."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from anzol.api.errors import HandlerError
from anzol.api.methods import did_you_mean

from .checks import short
from .router import Router


def check_asks(router: Router, package: str) -> None:
    """Raise `HandlerError` for `ctx.ask(..., then="name")` without a `@router.state("name")`.

    Looks into the files of the handlers and into those modules below `package` that help them.
    """
    states = router.states()
    for filename in sorted(_files(router) | _helpers(package)):
        for line, then in _asks(Path(filename)):
            if then not in states:
                raise HandlerError(
                    f"{short(filename)}:{line}: ask(then={then!r}) asks for a state that no handler "
                    f'has{did_you_mean(then, states)} Write @router.state("{then}").'
                )


def _files(router: Router) -> set[str]:
    handlers = (inspect.unwrap(route.handler) for route in router.routes())
    codes = (getattr(handler, "__code__", None) for handler in handlers)
    return {code.co_filename for code in codes if code and Path(code.co_filename).is_file()}


def _helpers(package: str) -> set[str]:
    """Modules without a router of their own: one that has a router counts when that is included."""
    below = [sys.modules[name] for name in [*sys.modules] if name.startswith(f"{package}.")]
    files = (getattr(module, "__file__", None) for module in below if not hasattr(module, "router"))
    return {file for file in files if file and file.endswith(".py")}


def _asks(path: Path) -> Iterator[tuple[int, str]]:
    """The line and the `then` of each call of `.ask(...)` in a file: a literal, or a constant of the module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = _constants(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "ask":
            continue
        for keyword in node.keywords:
            name = getattr(keyword.value, "id", "")
            value = constants.get(name, getattr(keyword.value, "value", None))
            if keyword.arg == "then" and isinstance(value, str):
                yield node.lineno, value


def _constants(tree: ast.Module) -> dict[str, Any]:
    """The values of the module's `NAMES = "..."`."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.isupper()
    }
