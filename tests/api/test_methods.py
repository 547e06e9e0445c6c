"""The Bot API's methods by name, checked against the generated table."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from anzol.api import generate as generate_api
from anzol.api import legacy
from anzol.api.declarations import add_newer
from anzol.api.generate import HOVER
from anzol.api.methods import POSITIONAL, Methods, schema, snake_case
from anzol.api.text import html


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


def test_what_a_class_of_ones_own_says_instead_stays_whoever_called_before():
    class Dice:
        def send_dice(self, chat: int) -> str:
            return "mine"

    class Polls(Recorder):
        def __getattr__(self, name: str) -> Any:
            return (lambda *args: "mine") if name == "send_poll" else super().__getattr__(name)

    class Both(Recorder, Dice):
        pass

    Recorder().send_dice(5)
    Recorder().send_poll(5, "?", ["a", "b"])
    assert Both().send_dice(5) == "mine"
    assert Polls().send_poll(5) == "mine"


@pytest.mark.parametrize(
    ("wrong", "error", "explained"),
    [
        (lambda b: b.send_mesage(1, "x"), AttributeError, "no method 'send_mesage'; did you mean 'send_message'"),
        (lambda b: b.brand_new_thing(), AttributeError, r'bot.call\("brand_new_thing", ...\)'),
        (lambda b: b.send_photo(1, "x", captoin="y"), TypeError, "no parameter 'captoin'; did you mean 'caption'"),
        (lambda b: b.send_message(text="x"), TypeError, "sendMessage needs chat_id"),
        (lambda b: b.send_message(1, None), TypeError, "sendMessage needs text"),
        (lambda b: b.send_message(1, "x", "HTML"), TypeError, r"at most 2 positional arguments \(chat_id, text\)"),
        (lambda b: b.edit_message_text("x"), TypeError, "keyword arguments only: a message is addressed by chat_id=..., message_id=..., or"),
        (lambda b: b.verify_user(1), TypeError, "verifyUser takes keyword arguments only: user_id=..."),
        (lambda b: b.get_me(1), TypeError, "getMe takes keyword arguments only."),
        (lambda b: b.send_message(1, chat_id=2, text="x"), TypeError, "got 'chat_id' twice"),
    ],
)  # fmt: skip
def test_mistakes_are_explained(wrong: Any, error: type[Exception], explained: str):
    with pytest.raises(error, match=explained):
        wrong(Recorder())


def test_positional_shortcuts_have_all_that_is_required():
    for method, names in POSITIONAL.items():
        params = schema()["methods"][method]["params"]
        assert set(names) <= set(params), method
        assert {name for name, spec in params.items() if spec[0] == "!"} <= set(names), method


def test_a_polls_options_may_be_plain_texts():
    bot = Recorder()
    bot.send_poll(1, "Tea?", ["Yes", html("<b>{}</b>", "No"), {"text": "Maybe"}])
    options = bot.calls[0][1]["options"]
    assert options == [{"text": "Yes"}, {"text": html("<b>No</b>")}, {"text": "Maybe"}]


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


@pytest.mark.parametrize(
    ("call", "written"),
    [
        (lambda b: b.kick_chat_member(1, 2), r"kickChatMember is called banChatMember today; write bot.ban_chat_member"),
        (lambda b: b.getChatMembersCount(1), r"write bot.get_chat_member_count\("),
        (lambda b: b.send_message(1, "x", reply_to_message_id=5), r"write reply_parameters="),
        (lambda b: b.send_audio(1, "x", thumb=b"x"), "write thumbnail=..."),
        (lambda b: b.send_poll(1, "?", [], correct_option_id=0), r"write correct_option_ids=\["),
        (lambda b: b.restrict_chat_member(1, 2, {}, can_send_messages=True), 'write permissions={"can_send_messages"'),
        (lambda b: b.answer_inline_query("1", [], switch_pm_text="x"), "write button="),
        (lambda b: b.create_new_sticker_set(png_sticker="x"), r"write stickers=\["),
        (lambda b: b.add_sticker_to_set(png_sticker="x"), r"write sticker=\{"),
        (lambda b: b.get_me(thumb="x"), "has no parameter 'thumb'"),
    ],
)  # fmt: skip
def test_names_of_old_tell_their_successors(call: Any, written: str):
    with pytest.raises((AttributeError, TypeError), match=written):
        call(Recorder())


def test_every_successor_is_a_parameter_of_today():
    today = {name for method in schema()["methods"].values() for name in method["params"]}
    for old, written in legacy.SUCCESSORS.items():
        for text in written:
            assert text.partition("=")[0] in today, old
    assert {*legacy.METHODS.values()} <= set(schema()["methods"])
    assert not set(legacy.METHODS) & set(schema()["methods"])


DECLARED = """
import type { Foo } from "./foo.js";
export type Mode = "a" | "b";
export declare namespace Thing {
    interface Common {
        /** A; comment: with marks */
        size: number;
        chat?: Chat.PrivateChat;
    }
    interface Round extends Common {
        title?: undefined;
        radius: number;
    }
}
export interface Thing extends Thing.Round {
    brand_new?: New[];
}
export interface New {
    state: "on" | "off";
    inner?: (Message & Thing.Round) | true;
}
export interface Unused {
    a: string;
}
export type Either = Thing | Other | Third;
export interface Third {
    c: boolean;
}
export type ApiMethods<F> = {
    /** Sends; things. */
    sendThing(args: {
        chat_id: number | string;
        file: F | string;
        /** @deprecated Use nothing. */
        old?: number;
        mode?: Mode;
        kinds?: ReadonlyArray<Exclude<keyof Thing, "size">>;
    }): Thing;
    doNew(args?: {
        thing: Readonly;
    }): (Update.Edited & Thing) | true;
    ask(): true;
};
"""


def test_declarations_add_what_the_description_lacks(tmp_path: Path):
    (tmp_path / "all.d.ts").write_text(DECLARED, "utf-8")
    table = generate_api.build_table(DESCRIPTION)
    added = add_newer(table, tmp_path)
    assert added == [
        "sendThing(mode)", "sendThing(kinds)", "doNew", "ask",
        "Either | Third", "Thing.size", "Thing.chat", "Thing.radius", "Thing.brand_new", "New", "Third",
    ]  # fmt: skip
    assert table["methods"]["sendThing"]["params"]["mode"] == "String"
    assert table["methods"]["sendThing"]["params"]["kinds"] == "[String]"
    assert table["methods"]["ask"] == {"params": {}, "returns": "Boolean"}
    assert table["types"]["Thing"]["chat"] == "Chat"
    assert table["types"]["New"] == {"state": "!String", "inner": "Message|Boolean"}
    assert "Unused" not in table["types"]
    assert add_newer(table, tmp_path) == []
