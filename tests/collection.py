"""A pytest plugin: each process of a run collects all tests, and this is what keeps that cheap."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest


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
        name = ".".join(path.resolve().relative_to(config.rootpath).with_suffix("").parts)
        with suppress(Exception, pytest.skip.Exception):  # told when it is collected
            importlib.import_module(name)
