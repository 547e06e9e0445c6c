"""Importing the handlers, with errors that point at the author's line and not at ours."""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
import re
import sys
import traceback
from pathlib import Path

from anzol.api.errors import HandlerError

from .checks import short
from .remarks import remarks
from .router import Router

log = logging.getLogger(__name__)

OURS = Path(__file__).parent.parent


def load_router(path: str) -> Router:
    """Import `path` (`"handlers"`, `"examples.echo"`) and return its `router`.

    What is probably a mistake is logged, a line for each. Raises `HandlerError` of one line: file, line, what is wrong.
    """
    try:
        module = importlib.import_module(path)
    except Exception as error:
        raise HandlerError(_explain(path, error)) from None
    router = getattr(module, "router", None)
    if not isinstance(router, Router):
        raise HandlerError(
            f"{path} has no `router`; write `from anzol import Router` and `router = Router()` there."
        )
    for line in remarks(router, module):
        log.warning(line)
    return router


def _explain(path: str, error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name and path.startswith(error.name):
        if path.endswith(".py"):
            return (
                f"HANDLERS names the file {path!r}; write its module, {path.removesuffix('.py')!r}."
            )
        return f"HANDLERS is {path!r}, but there is no module {error.name!r}; start in the project's folder."
    if isinstance(error, SyntaxError):
        # Python's own lines: the code, and a caret under the mistake.
        shown = "".join(traceback.format_exception_only(error)).rstrip().partition("\n")[2]
        return f"{short(error.filename or path)}:{error.lineno}: SyntaxError: {error.msg}\n{shown.rpartition(chr(10))[0]}"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not Path(frame.filename).is_relative_to(OURS) and "importlib" not in frame.filename
    ]
    # A mistake may surface deep in a library: report the author's own line that led there.
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(Path.cwd())]
    frames = [frame for frame in own if "site-packages" not in frame.filename] or frames
    where = f"{short(frames[-1].filename)}:{frames[-1].lineno}" if frames else path
    message = str(error)
    if isinstance(error, HandlerError):
        # Some of our messages begin with the place already.
        return message if message.startswith(where.partition(":")[0]) else f"{where}: {message}"
    return f"{where}: {type(error).__name__}: {message}{suggestion(error)}"


def suggestion(error: Exception) -> str:
    """Return Python's own ". Did you mean …?", which is not part of the exception's text."""
    shown = io.StringIO()
    with contextlib.redirect_stderr(shown):  # before 3.12 nothing else has it
        sys.__excepthook__(type(error), error, error.__traceback__)
    found = re.search(r"\. Did you mean: [^\n]+\?$", shown.getvalue().rstrip())
    return found[0] if found else ""
