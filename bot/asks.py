"""Questions whose answer nobody takes, found in the handlers' source before the first user is asked."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from .checks import short
from .errors import HandlerError
from .methods import did_you_mean
from .router import Router


def check_asks(router: Router) -> None:
    """Raise `HandlerError` for `ctx.ask(..., then="name")` without a `@router.state("name")`."""
    states = router.states()
    for filename in sorted(_files(router)):
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


def _asks(path: Path) -> Iterator[tuple[int, str]]:
    """The line and the literal `then` of each call of `.ask(...)` in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "ask":
            continue
        for keyword in node.keywords:
            value = getattr(keyword.value, "value", None)
            if keyword.arg == "then" and isinstance(value, str):
                yield node.lineno, value
