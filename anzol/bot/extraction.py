"""Finding a bot's texts for `pybabel extract`: a Babel extractor named "anzol", https://babel.pocoo.org/en/latest/messages.html"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, BinaryIO

# Arguments that are translated wherever they are shown.
TRANSLATED = {
    *("again", "late", "otherwise", "warning", "description", "short_description"),
}
Found = tuple[int, str | None, str | tuple[str, ...], list[str]]


def extract(
    file: BinaryIO, keywords: Any, comment_tags: Any, options: dict[str, Any]
) -> Iterator[Found]:
    """Yield the texts of a Python file as Babel wants them: line, function, text or texts, comments.

    They are those of `ctx.t(...)` and `question(...)`, what is said `again=`, `late=` and so on, the first lines of
    commands' docstrings, and the labels of a form's choices.
    """
    for node in ast.walk(ast.parse(file.read())):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Call):
            yield from ((line, *found, []) for found in _of_call(node))
        elif isinstance(node, ast.FunctionDef) and any(map(_is_command, node.decorator_list)):
            if text := (ast.get_docstring(node) or "").partition("\n")[0]:
                yield line, None, text, []
        elif isinstance(node, ast.Subscript) and _name(node.value) == "Literal":
            for label in ast.walk(node.slice):
                if text := _text(label):
                    yield label.lineno, None, text, []  # type: ignore[attr-defined]


def _of_call(call: ast.Call) -> Iterator[tuple[str | None, str | tuple[str, ...]]]:
    texts = [text for argument in call.args[:2] if (text := _text(argument))]
    if _name(call.func) == "t" and texts:
        yield ("ngettext", (texts[0], texts[1])) if len(texts) > 1 else (None, texts[0])
    elif _name(call.func) == "question" and texts:
        yield None, texts[0]
    for keyword in call.keywords:
        if keyword.arg in TRANSLATED and (text := _text(keyword.value)):
            yield None, text


def _is_command(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and _name(decorator.func) == "command"


def _name(function: ast.expr) -> str:
    """Return the last part of a function's name: `t` of `ctx.t`."""
    return str(getattr(function, "attr", getattr(function, "id", "")))


def _text(node: ast.AST) -> str:
    """Return a literal text, also inside `html(...)`."""
    if isinstance(node, ast.Call) and _name(node.func) in ("html", "Html") and node.args:
        node = node.args[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
