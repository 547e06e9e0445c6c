"""The contexts that handlers are typed with."""

from __future__ import annotations

import re

import pytest

from anzol import Context
from anzol.bot import contexts
from anzol.bot.generate import STUB, render


def test_the_contexts_are_those_of_the_table():
    assert STUB.read_text("utf-8") == render()  # else: python -m anzol.bot.generate


def test_every_context_can_be_imported():
    names = re.findall(r"^class (\w+Ctx)\(", STUB.read_text("utf-8"), re.MULTILINE)
    assert len(names) == len(set(names)) > 100
    assert {getattr(contexts, name) for name in names} == {Context}
    with pytest.raises(ImportError):
        from anzol.bot.contexts import Photo  # noqa: F401
