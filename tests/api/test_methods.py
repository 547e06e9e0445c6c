"""The Bot API's methods by name, checked against the generated table."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from anzol.api import generate as generate_api
from anzol.api.generate import HOVER
from anzol.api.methods import POSITIONAL, Methods, schema, snake_case


class Recorder(Methods):
    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def call(self, method: str, /, **params: Any) -> Any:
        self.calls.append((method, params))


@pytest.mark.parametrize("name", ["send_message", "sendMessage", "sendmessage"])
def test_every_spelling_resolves(name: str):
    bot = Recorder()
    getattr(bot, name)(1, "hi")
    assert bot.calls == [("sendMessage", {"chat_id": 1, "text": "hi"})]


@pytest.mark.parametrize(
    ("wrong", "error", "explained"),
    [
        (lambda b: b.send_mesage(1, "x"), AttributeError, "no method 'send_mesage'; did you mean 'send_message'"),
        (lambda b: b.brand_new_thing(), AttributeError, r'bot.call\("brand_new_thing", ...\)'),
        (lambda b: b.send_photo(1, "x", captoin="y"), TypeError, "no parameter 'captoin'; did you mean 'caption'"),
        (lambda b: b.send_message(text="x"), TypeError, "sendMessage needs chat_id"),
        (lambda b: b.send_message(1, None), TypeError, "sendMessage needs text"),
        (lambda b: b.send_message(1, "x", "HTML"), TypeError, r"at most 2 positional arguments \(chat_id, text\)"),
        (lambda b: b.edit_message_text("x"), TypeError, "takes keyword arguments only"),
        (lambda b: b.send_message(1, chat_id=2, text="x"), TypeError, "got 'chat_id' twice"),
    ],
)  # fmt: skip
def test_mistakes_are_explained(wrong: Any, error: type[Exception], explained: str):
    with pytest.raises(error, match=explained):
        wrong(Recorder())


def test_positional_shortcuts_exist_in_the_table():
    for method, names in POSITIONAL.items():
        params = schema()["methods"][method]["params"]
        assert set(names) <= set(params), method
        required = {name for name, spec in params.items() if spec.startswith("!")}
        assert required <= set(names), (
            method
        )  # all of what a method needs, or nothing, is positional


def test_a_poll_is_sent_like_a_message():
    call = Recorder()
    call.send_poll(1, "Tea?", ["Yes", "No"])
    assert call.calls == [
        ("sendPoll", {"chat_id": 1, "question": "Tea?", "options": ["Yes", "No"]})
    ]


def test_the_table_is_whole():
    assert len(schema()["methods"]) >= 180
    assert len(schema()["types"]) >= 359
    assert snake_case("sendVideoNote") == "send_video_note"
    every = {
        spec for m in schema()["methods"].values() for spec in (m["returns"], *m["params"].values())
    }
    assert all(isinstance(spec, str) and spec for spec in every)


def test_hover_texts_are_about_methods_that_exist():
    assert len(HOVER) >= 30
    assert set(HOVER) <= set(schema()["methods"])
    assert all(text.endswith(".") and '"""' not in text for text in HOVER.values())


DESCRIPTION = {
    "version": "Bot API 0.1",
    "methods": {
        "sendThing": {
            "name": "sendThing",
            "returns": ["Thing"],
            "fields": [
                {"name": "size", "types": ["Integer"], "required": False},
                {"name": "chat_id", "types": ["Integer", "String"], "required": True},
                {"name": "file", "types": ["InputFile", "String"], "required": True},
                {"name": "rows", "types": ["Array of Array of Thing"], "required": False},
            ],
        }
    },
    "types": {
        "Thing": {"name": "Thing", "fields": [{"name": "from", "types": ["Thing"], "required": False}]},
        "Other": {"name": "Other", "fields": [{"name": "a", "types": ["String"], "required": True}]},
        "Either": {"name": "Either", "subtypes": ["Thing", "Other"]},
    },
}  # fmt: skip


def test_the_generator_takes_names_types_and_flags():
    table = generate_api.build_table(DESCRIPTION)
    assert table["methods"]["sendThing"] == {
        "params": {
            "size": "Integer",
            "chat_id": "!Integer|String",
            "file": "!InputFile|String",
            "rows": "[[Thing]]",
        },
        "returns": "Thing",
    }
    assert table["types"]["Either"] == ["Thing", "Other"]
    assert json.loads(generate_api.render_schema(table)) == table
    stub = generate_api.render_methods(table)
    assert (
        "def send_thing(self, *, chat_id: int | str, file: InputFile | str, size: int | None = None, "
        in stub
    )
    assert (
        "rows: Sequence[Sequence[types.Thing | dict[str, Any]]] | None = None) -> types.Thing:"
        in stub
    )
    kinds = generate_api.render_types(table)
    assert "    from_user: Thing | None" in kinds
    assert "class Either(Object):\n    from_user: Thing | None\n    a: str | None" in kinds


def test_the_files_in_the_repository_are_what_the_generator_writes():
    table = schema()
    folder = Path(generate_api.HERE)
    assert (folder / "schema.json").read_text("utf-8") == generate_api.render_schema(table)
    assert (folder / "methods.pyi").read_text("utf-8") == generate_api.render_methods(table)
    assert (folder / "types.pyi").read_text("utf-8") == generate_api.render_types(table)


def test_the_generator_says_how_it_is_used(capsys: pytest.CaptureFixture[str]):
    assert generate_api.main(["generate_api"]) == 2
    assert "api.json" in capsys.readouterr().err
    assert os.path.exists(generate_api.HERE)
