"""A pytest plugin: what the processes of a run would do again and again is done once."""

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
        with suppress(Exception, pytest.skip.Exception):  # told when it is collected
            name = path.absolute().relative_to(config.rootpath).with_suffix("")
            importlib.import_module(".".join(name.parts))
