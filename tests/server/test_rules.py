"""Which bot has which rules, and gets which events, where a server runs several."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from anzol import Anzol, Router
from anzol.server.logs import TextFormatter
from anzol.settings import Settings, SettingsError
from anzol.simulator.running import Running
from tests.server.pushing import KEY, TOKEN, Pushing

pytestmark = pytest.mark.usefixtures("brisk")

SECOND = "4343:second-bot-of-the-server"


def rule(topic: str) -> str:
    return f'[topics.{topic}]\n[[rule]]\ntopic = "{topic}"\ntext = "{topic} {{{{ number }}}}"\n'


@pytest.fixture
def server(simulated: Running, settings: Settings) -> Iterator[Pushing]:
    file_of(settings, ".4343").write_text(rule("builds"), encoding="utf-8")
    made = Pushing(simulated, settings, rules=rule("shop"), tokens=f"{TOKEN},{SECOND}")
    account = made.world.bot(SECOND)
    with made.world:
        made.world.person(7)
        for bot in (made.account, account):
            made.world.private_chat(bot, 7)
    yield made
    made.stop()


def file_of(settings: Settings, bot: str = "") -> Path:
    folder = Path(settings.database_url.removeprefix("sqlite:///")).parent
    return folder / f"rules{bot}.toml"


def test_each_bot_has_a_file_of_rules_and_gets_the_events_that_it_takes(server: Pushing):
    first, second = server.anzol.tenants.values()
    first.audience.subscribe("shop", 7)
    second.audience.subscribe("builds", 7)
    assert [*first.audience.titles] == ["shop"] and [*second.audience.titles] == ["builds"]
    assert server.post("/events/builds", {"number": 1}).status_code == 202
    assert server.post("/events/shop", {"number": 2}).status_code == 202
    server.wait(lambda: server.texts(7, SECOND) == ["builds 1"])
    server.wait_for(7, "shop 2")
    assert server.post("/events/builds?bot=4242", {}).status_code == 404
    assert server.post("/events/weather", {}).status_code == 404


def test_a_push_to_a_topic_goes_by_the_bot_that_has_it_and_is_found_again(server: Pushing):
    second = server.anzol.tenants[4343]
    second.audience.subscribe("builds", 7)
    where = server.post("/push", {"topic": "builds", "text": "hello"}).headers["Location"]
    server.wait(lambda: server.texts(7, SECOND) == ["hello"])
    with_key = {"Authorization": f"Bearer {KEY}"}
    server.wait(lambda: server.client.get(where, headers=with_key).json["counts"]["sent"] == 1)
    assert server.client.delete(where, headers=with_key).json["cancelled_now"] == 0
    assert server.texts(7) == []


def test_a_bot_is_named_by_its_number_also_while_telegram_is_away(server: Pushing):
    server.world.faults.change({"method": "*", "error_code": 502, "times": 0})
    for tenant in server.anzol.tenants.values():
        tenant.bot.sleep = lambda seconds: None
    assert server.post("/events/builds?bot=4343", {}).status_code == 202
    answer = server.post("/events/builds?bot=@sim4343_bot", {})
    assert answer.status_code == 503 and "Give its number." in answer.json["detail"]
    assert server.post("/events/builds?bot=5", {}).status_code == 400


def test_what_is_logged_of_a_push_names_its_bot(server: Pushing):
    root, stream = logging.getLogger(), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextFormatter(()))
    root.addHandler(handler)
    try:
        server.post("/push", {"chat_id": 5_000_000_000, "text": "nobody is there", "bot": 4343})
        server.wait(lambda: "is refused" in stream.getvalue())
    finally:
        root.removeHandler(handler)
    (line,) = [line for line in stream.getvalue().splitlines() if "is refused" in line]
    assert line.endswith("  bot=4343")


def test_a_mistake_in_another_bots_rules_ends_the_start(settings: Settings):
    wrong = file_of(settings, ".4343")
    wrong.write_text("[[rule]]\n", encoding="utf-8")
    tokens = replace(settings, telegram_bot_token=f"{TOKEN},{SECOND}", rules=str(file_of(settings)))
    file_of(settings).write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match="rules.4343.toml:1: a rule has a topic"):
        Anzol(Flask("anzol", static_folder=None), Router(), tokens)


def test_a_bots_own_file_goes_before_the_one_that_is_the_first_bots(settings: Settings):
    file_of(settings).write_text(rule("shop"), encoding="utf-8")
    file_of(settings, ".4242").write_text(rule("builds"), encoding="utf-8")
    one = replace(settings, telegram_bot_token=TOKEN, rules=str(file_of(settings)))
    anzol = Anzol(Flask("anzol", static_folder=None), Router(), one)
    assert [*anzol.first.audience.titles] == ["builds"]


def test_a_file_of_a_bot_that_is_not_there_is_named_at_the_start(
    settings: Settings, caplog: pytest.LogCaptureFixture
):
    for bot in ("", ".4242", ".9999", ".10000", ".draft"):
        file_of(settings, bot).write_text(rule("shop"), encoding="utf-8")
    one = replace(settings, telegram_bot_token=TOKEN, rules=str(file_of(settings)))
    anzol = Anzol(Flask("anzol", static_folder=None), Router(), one)
    told = "rules.9999.toml, rules.10000.toml are not read: there is no such bot here, only 4242."
    assert [one.getMessage() for one in caplog.records] == [told]

    caplog.clear()
    tokens = f"{TOKEN},9999:another-bot-of-the-server,10000:a-third-bot-of-the-server"
    anzol.follow(replace(one, telegram_bot_token=tokens))
    assert not caplog.records
    anzol.follow(replace(one, telegram_bot_token=tokens.rpartition(",")[0]))
    told = "rules.10000.toml is not read: there is no such bot here, only 4242, 9999."
    assert [one.getMessage() for one in caplog.records] == [told]


@pytest.mark.parametrize(
    ("own", "file", "bot", "told"),
    [
        (
            False,
            "",
            "4343",
            "rules.toml is not read for bot 4343: write {}/rules.4343.toml, or leave",
        ),
        (True, "", "4343", "rules.toml is not read for bot 4343: give {}/rules.4343.toml."),
        (True, ".4343", "", "rules.4343.toml has the rules of bot 4343: give --bot 4343."),
        (True, ".4343", "4242", "rules.4343.toml has the rules of bot 4343: give --bot 4343."),
        (True, ".4343", "4343", ""),
        (True, "", "", ""),
        (False, "-draft", "4343", ""),
    ],
)
def test_rules_are_tested_for_the_bot_that_reads_them(
    settings: Settings, own: bool, file: str, bot: str, told: str
):
    for name in ("", ".4343", "-draft") if own else ("", "-draft"):
        file_of(settings, name).write_text(rule("shop"), encoding="utf-8")
    folder = file_of(settings).parent
    event = folder / "event.json"
    event.write_text('{"number": 5}', encoding="utf-8")
    two = replace(settings, telegram_bot_token=f"{TOKEN},{SECOND}", rules=str(file_of(settings)))
    app = Flask("anzol", static_folder=None)
    Anzol(app, Router(), two)
    words = ["push", "test", str(file_of(settings, file)), str(event)]
    result = app.test_cli_runner().invoke(args=[*words, *(["--bot", bot] if bot else [])])
    if told:
        assert result.exit_code == 1 and told.format(folder) in result.output
        assert len(result.output.splitlines()) == 1
    else:
        assert result.exit_code == 0 and "| shop 5" in result.output, result.output
