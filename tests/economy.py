"""A pytest plugin: what the processes of a run would do again and again is done once."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from werkzeug.routing import Rule


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Collect no garbage meanwhile, nor look for any later among thousands of tests."""
    gc.disable()
    try:
        if hasattr(session.config, "workerinput"):
            compile_part(session.config)
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def compile_part(config: pytest.Config) -> None:
    """Import a worker's part of the tests: the others then find them compiled, which takes longer than all else."""
    number, workers = int(config.workerinput["workerid"][2:]), config.workerinput["workercount"]
    files = {path for argument in config.args for path in Path(argument).rglob("test_*.py")}
    for path in sorted(files, key=lambda path: (-path.stat().st_size, path))[number::workers]:
        with suppress(Exception, pytest.skip.Exception):  # told when it is collected
            name = path.absolute().relative_to(config.rootpath).with_suffix("")
            importlib.import_module(".".join(name.parts))


def pytest_configure() -> None:
    """Compile each route once: hundreds of apps are made of the same ones, which takes longer than what they are asked."""
    compile_builder, builders = Rule._compile_builder, {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        known = rule.rule, tuple(rule._trace), append_unknown
        if known not in builders:
            builders[known] = compile_builder(rule, append_unknown)
        return builders[known]

    Rule._compile_builder = compiled  # type: ignore[method-assign]
