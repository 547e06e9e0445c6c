from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from anzol import Bot
from anzol import settings as config
from anzol.settings import Settings, SettingsError, setting
from anzol.values import one_of

TOKEN = "123456:abcdefghijklmnop"


def test_nothing_set_gives_the_defaults():
    settings = Settings.from_env({})
    assert (settings.port, settings.webhook_path, settings.processing) == (
        8000,
        "/webhook",
        "threads",
    )
    assert settings.telegram_bot_token == ""
    assert settings.secret == ""


def test_empty_value_is_the_default():
    assert Settings.from_env({"PORT": "", "WEBHOOK_PATH": "  "}).port == 8000


def test_every_kind_of_value_is_converted():
    settings = Settings.from_env(
        {
            "PORT": "8443",
            "TELEGRAM_IPS_ONLY": "on",
            "WEBHOOK_REPLY": "answerCallbackQuery, sendMessage",
            "PUBLIC_URL": "https://bot.example.org/",
            "PROCESSING": "INLINE",
            "ADMIN_CHAT": "-1001",
        }
    )
    assert settings.port == 8443
    assert settings.telegram_ips_only is True
    assert settings.webhook_reply == ("answerCallbackQuery", "sendMessage")
    assert settings.webhook_url == "https://bot.example.org/webhook"
    assert settings.processing == "inline"
    assert settings.admin_chat == -1001


WRONG = {
    "TELEGRAM_BOT_TOKEN": "abc",
    "TELEGRAM_API_URL": "ftp://api",
    "WEBHOOK_REPLY": "send message!",
    "PUBLIC_URL": "bot.example.org",
    "WEBHOOK_PATH": "webhook",
    "WEBHOOK_SECRET": "with blank",
    "WEBHOOK_MAX_CONNECTIONS": "0",
    "WEBHOOK_CERTIFICATE": "no-such-file.pem",
    "WEBHOOK_IP_ADDRESS": "the nginx",
    "TELEGRAM_IPS_ONLY": "maybe",
    "TRUSTED_PROXIES": "the nginx",
    "HOST": "a b",
    "PORT": "eighty",
    "SIMULATOR_PORT": "70000",
    "NGROK_AUTHTOKEN": "a b",
    "NGROK_URL": "http://name.ngrok-free.app",
    "HANDLERS": "handlers/echo.py",
    "PROCESSING": "fast",
    "WORKERS": "0",
    "HANDLER_ATTEMPTS": "-1",
    "HANDLER_SECONDS": "0",
    "OUTAGE_HOURS": "inf",
    "DRAIN_SECONDS": "1.5",
    "DATABASE_URL": "mysql://x",
    "ADMIN_CHAT": "@me",
    "API_KEY": "short",
    "RULES": "rules.yaml",
    "API_KEYS": "shop:everything:0123456789abcdef",
    "EVENT_SECRETS": "github:short",
    "LOG_LEVEL": "LOUD",
    "LOG_FORMAT": "xml",
}


def test_every_setting_refuses_something():
    assert set(WRONG) == set(config.Settings.names())


@pytest.mark.parametrize("name", WRONG)
def test_wrong_value_is_told_with_its_name_and_what_is_allowed(name: str):
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: WRONG[name]})
    (line,) = caught.value.lines
    assert line.startswith(name)
    assert "allowed:" in line
    assert "\n" not in line


def test_all_wrong_values_are_told_at_once():
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(WRONG)
    assert [line.split()[0] for line in caught.value.lines] == config.Settings.names()


@pytest.mark.parametrize(
    "name", ["TELEGRAM_BOT_TOKEN", "WEBHOOK_SECRET", "API_KEY", "NGROK_AUTHTOKEN", "DATABASE_URL"]
)
def test_a_wrong_secret_is_not_repeated(name: str):
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: "hunter 2"})
    assert "hunter" not in str(caught.value)


def test_repr_shows_no_secret():
    settings = Settings.from_env(
        {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "WEBHOOK_SECRET": "s3cret-of-sixteen-and-more",
            "API_KEY": "0123456789abcdef",
            "API_KEYS": "shop:push:fedcba9876543210",
            "EVENT_SECRETS": "github:0f1e2d3c4b5a6978, shop:whsec_MfKQ9r8GKYqrTwjU",
        }
    )
    settings = replace(settings, database_url="postgresql://me:password@db/x")
    keys = ("0123456789abcdef", "fedcba9876543210", "0f1e2d3c4b5a6978", "whsec_MfKQ9r8GKYqrTwjU")
    for secret in (TOKEN, "s3cret-of-sixteen-and-more", *keys, "password"):
        assert secret not in repr(settings)
        assert any(secret in hidden for hidden in settings.secrets())


def test_secret_follows_the_token_unless_it_is_set():
    one, two = (Settings(telegram_bot_token=t).secret for t in (TOKEN, TOKEN + "x"))
    assert one == Settings(telegram_bot_token=TOKEN).secret
    assert one != two
    assert len(one) == 64
    assert Settings(telegram_bot_token=TOKEN, webhook_secret="mine").secret == "mine"


def test_env_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("PORT=8001\nHOST=0.0.0.0  # everywhere\nAPI_KEY=\n")
    monkeypatch.setenv("PORT", "8002")
    settings = Settings.from_env()
    assert (settings.port, settings.host, settings.api_key) == (8002, "0.0.0.0", "")


def test_the_databases_password_is_a_secret_of_its_own():
    settings = Settings(database_url="postgresql://me:p%40ss-word@db/x")
    assert "p@ss-word" in settings.secrets()
    assert "" not in settings.secrets()


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/admin/hook", "/a/../b", "/a//b", "/.x"])
def test_the_servers_own_pages_are_no_webhook(path: str):
    with pytest.raises(SettingsError):
        Settings.from_env({"WEBHOOK_PATH": path})


def test_a_misspelt_name_in_the_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("TELEGRAM_TOKEN=1\nPOSTGRES_PASSWORD=x\nPORT=eighty\n")
    with pytest.raises(SettingsError) as caught:
        Settings.from_env()
    misspelt, wrong = caught.value.lines
    assert misspelt == "TELEGRAM_TOKEN in .env is not a setting; did you mean TELEGRAM_BOT_TOKEN?"
    assert wrong.startswith("PORT")


@pytest.mark.parametrize(("name", "meant"), [("PROT", "PORT"), ("API_KEI", "API_KEY")])
def test_two_letters_in_the_wrong_order_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, meant: str
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(f"{name}=8001\nPOSTGRES_PASSWORD=x\nREPORT=1\n")
    with pytest.raises(SettingsError) as caught:
        Settings.from_env()
    assert caught.value.lines == [f"{name} in .env is not a setting; did you mean {meant}?"]


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_in_another_encoding_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes("# café\nPORT=8001\n".encode(encoding))
    with pytest.raises(SettingsError, match="UTF-8"):
        Settings.from_env()


class Config(Settings):
    """A bot's own."""

    city: str = "Lisbon"
    weather_key: str = setting(secret=True)
    days: int = setting(default=3)
    share: float = 0.5
    is_loud: bool = False
    cities: tuple[str, ...] = ()
    limits: tuple[int, ...] = (1, 2)
    folder: Path | None = None
    unit: Literal["C", "F"] = "C"
    colour: str = setting(default="red", parse=one_of("red", "blue"), allowed="red or blue")


def test_a_bots_own_settings_are_read_by_their_annotation():
    config = Config.from_env(
        {
            "PORT": "8001",
            "WEATHER_KEY": "key",
            "DAYS": "5",
            "SHARE": "0.25",
            "IS_LOUD": "yes",
            "CITIES": "Porto, Faro",
            "LIMITS": "3,4",
            "FOLDER": "/tmp",
            "UNIT": "f",
            "COLOUR": "BLUE",
        }
    )
    assert (config.port, config.city, config.weather_key, config.days) == (8001, "Lisbon", "key", 5)
    assert (config.share, config.is_loud, config.cities) == (0.25, True, ("Porto", "Faro"))
    assert (config.limits, config.folder, config.unit, config.colour) == (
        (3, 4),
        Path("/tmp"),
        "F",
        "blue",
    )


def test_a_bots_own_wrong_settings_are_told_with_ours_at_once():
    with pytest.raises(SettingsError) as caught:
        Config.from_env(
            {"PORT": "eighty", "DAYS": "few", "IS_LOUD": "very", "LIMITS": "3,x", "UNIT": "K"}
        )
    port, key, *own = caught.value.lines
    assert port.startswith("PORT is 'eighty'")
    assert key == "WEATHER_KEY is not set. Put it into .env."
    assert own == [
        "DAYS is 'few', which is not allowed; allowed: a whole number.",
        "IS_LOUD is 'very', which is not allowed; allowed: on or off.",
        "LIMITS is '3,x', which is not allowed; allowed: a whole number, or several with commas between.",
        "UNIT is 'K', which is not allowed; allowed: C or F.",
    ]


def test_a_bots_own_secret_is_hidden():
    config = Config.from_env({"WEATHER_KEY": "the-key"})
    assert "the-key" not in repr(config)
    assert "the-key" in config.secrets()


def test_a_misspelt_name_of_a_bots_own_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("WEATHER_KEYS=x\nWEATHER_KEY=y\nDAYS=4\n")
    with pytest.raises(SettingsError, match="did you mean WEATHER_KEY?"):
        Config.from_env()


def test_an_annotation_that_no_text_can_be_is_told_to_the_author():
    class Strange(Settings):
        things: frozenset[str] = frozenset()

    with pytest.raises(TypeError, match="things: .* write setting\\(parse="):
        Strange.from_env({"THINGS": "x"})


@pytest.mark.parametrize("name", ["API_KEY", "WEBHOOK_SECRET"])
@pytest.mark.parametrize("weak", ["a", "aaaaaaaaaaaaaaaaaaaa", "abababababababababab", TOKEN])
def test_a_key_that_is_easily_guessed_is_refused(name: str, weak: str):
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"TELEGRAM_BOT_TOKEN": TOKEN, name: weak})
    (line,) = caught.value.lines
    assert line.startswith(name)
    assert len(weak) == 1 or weak not in line


def test_the_token_that_an_error_shows_would_be_taken():
    with pytest.raises(SettingsError) as by_settings:
        Settings.from_env({"TELEGRAM_BOT_TOKEN": "abc"})
    with pytest.raises(ValueError) as by_the_client:
        Bot("abc")
    for told in (by_settings, by_the_client):
        (token,) = re.findall(r"such as (\S+:[\w-]+)", str(told.value))
        assert Settings.from_env({"TELEGRAM_BOT_TOKEN": token}).telegram_bot_token == token


TOKENS = "11:aaaaaaaaaaaa, 22:bbbbbbbbbbbb"


def test_several_bots_have_a_token_and_handlers_each():
    settings = Settings.from_env({"TELEGRAM_BOT_TOKEN": TOKENS, "HANDLERS": "one,two.three"})
    assert [each.telegram_bot_token for each in settings.bots()] == TOKENS.split(", ")
    assert [each.handlers for each in settings.bots()] == ["one", "two.three"]
    assert len({each.secret for each in settings.bots()}) == 2
    one = Settings.from_env({"TELEGRAM_BOT_TOKEN": TOKENS})
    assert [each.handlers for each in one.bots()] == ["handlers", "handlers"]
    for each in settings.bots():
        assert {each.telegram_bot_token, each.secret} <= set(settings.secrets())


def test_several_handlers_without_a_token_are_several_bots_of_the_simulator():
    settings = Settings.from_env({"HANDLERS": "one,two"})
    assert [(each.telegram_bot_token, each.handlers) for each in settings.bots()] == [
        ("", "one"),
        ("", "two"),
    ]


@pytest.mark.parametrize("text", ["one.py", "one.py,two", "one, two/three.py", "./one", "one,a.py"])
def test_a_file_is_no_module_of_handlers(text: str):
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({"HANDLERS": text})
    (line,) = refused.value.lines
    assert "a module that holds `router`, such as handlers.echo (not handlers/echo.py)" in line
    assert "in the order of their tokens" in line
    assert (
        Settings.from_env({"HANDLERS": "one.pyx,py.two,happy"}).handlers == "one.pyx,py.two,happy"
    )


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        ({"HANDLERS": "a,b,c"}, "HANDLERS names 3 modules for 2 bots"),
        (
            {"TELEGRAM_BOT_TOKEN": f"{TOKENS},11:cccccccccccc"},
            "TELEGRAM_BOT_TOKEN has two tokens of bot 11",
        ),
        ({"WEBHOOK_SECRET": "0123456789abcdef"}, "WEBHOOK_SECRET cannot tell several bots apart"),
        (
            {
                "TELEGRAM_BOT_TOKEN": f"{TOKENS},33:abcdefghijklmnop",
                "API_KEY": "33:abcdefghijklmnop",
            },
            "API_KEY is the bot's token",
        ),
    ],
)
def test_what_does_not_fit_several_bots_is_told(environ: dict[str, str], line: str):
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({"TELEGRAM_BOT_TOKEN": TOKENS, **environ})
    assert any(line in each for each in refused.value.lines)
