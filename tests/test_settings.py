from __future__ import annotations

from pathlib import Path

import pytest

from anzol import settings as config
from anzol.settings import Settings, SettingsError

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
    "DRAIN_SECONDS": "1.5",
    "DATABASE_URL": "mysql://x",
    "ADMIN_CHAT": "@me",
    "API_KEY": "short",
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
            "DATABASE_URL": "postgresql://me:password@db/x",
        }
    )
    for secret in (TOKEN, "s3cret-of-sixteen-and-more", "0123456789abcdef", "password"):
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
    settings = Settings.from_env({"DATABASE_URL": "postgresql://me:p%40ss-word@db/x"})
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
    assert misspelt == "TELEGRAM_TOKEN in .env is no setting; did you mean TELEGRAM_BOT_TOKEN?"
    assert wrong.startswith("PORT")


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_in_another_encoding_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes("# café\nPORT=8001\n".encode(encoding))
    with pytest.raises(SettingsError, match="UTF-8"):
        Settings.from_env()
