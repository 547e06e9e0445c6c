"""What deploy/ holds is run where it can be, and checked by the tools of its trade where they are installed."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import requests
import yaml
from dotenv import dotenv_values

from anzol.server.hosts import waitress_serve_options
from anzol.settings import Settings
from tests.fakes import FakeTransport
from tests.processes import eventually, free_port, running
from tests.servers import create_app

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
SBIN = ":/usr/sbin:/usr/local/sbin"


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def command(name: str) -> str:
    """The command line that starts the server, as it stands in a file."""
    if name == "Procfile":
        return text(name).partition("web: ")[2].strip()
    if name == "anzol.service":
        return re.search(r"^ExecStart=(.*)$", text(name), re.M)[1]
    return shlex.join(json.loads(re.search(r"^CMD (\[.*\])$", text(name), re.M)[1]))


COMMANDS = ("Procfile", "anzol.service", "Dockerfile")


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_change_no_option_but_the_address(name: str):
    """What is not given is safe: tests/server/test_waitress_serve.py."""
    python, *argv = shlex.split(command(name).replace("${PORT:-8000}", "8000"))
    # Python's -m looks in the working folder first, where no installed `app` or `config` can be in the way.
    assert (Path(python).name, argv[:2]) == ("python", ["-m", "waitress"])
    options = waitress_serve_options(["waitress/__main__.py", *argv[2:]])
    given = {name for name, value in options.items() if value}
    assert given == {"listen", "call"}


ENV_EXAMPLE = {**dotenv_values(ROOT / ".env.example"), "TELEGRAM_BOT_TOKEN": "1:" + "a" * 30}


def test_the_unit_and_the_commands_read_one_file_of_settings():
    unit = text("anzol.service")
    assert "EnvironmentFile" not in unit
    own = dict(re.findall(r"^Environment=(\w+)=(.*)$", unit, re.M))
    assert not set(own) & set(Settings.names())
    folder = re.search(r"^WorkingDirectory=(.*)$", unit, re.M)[1]
    state = re.search(r"^StateDirectory=(.*)$", unit, re.M)[1]
    guide = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
    steps = guide.partition("## A machine of your own")[2]
    assert f"cd {folder}" in steps
    assert "install -m 0640 -g anzol .env.example .env" in steps
    assert f"echo DATABASE_URL=sqlite:////var/lib/{state}/anzol.db | sudo tee -a .env" in steps


def test_env_example_leaves_the_database_in_the_volume():
    image = dict(re.findall(r"\b([A-Z_]+)=(\S+)", text("Dockerfile").partition("ENV ")[2]))
    bot = yaml.safe_load(text("compose.yaml"))["services"]["bot"]
    (volume,) = (place.partition(":")[2] for place in bot["volumes"])
    # compose's env_file and docker's --env-file: both over what the image has.
    settings = Settings.from_env({**image, **ENV_EXAMPLE})
    assert settings.database_url == f"sqlite:///{volume}/anzol.db"
    assert settings.log_format == "json"


def test_the_unit_of_several_services_differs_in_its_folders_alone():
    one, several = (text(name).splitlines() for name in ("anzol.service", "anzol@.service"))
    hardened = one.index("NoNewPrivileges=yes")
    assert one[hardened:] == several[several.index("NoNewPrivileges=yes") :]
    named = [
        line for line in several if re.match(r"(WorkingDirectory|ExecStart|StateDirectory)=", line)
    ]
    assert len(named) == 3
    assert all("%i" in line for line in named)


@pytest.mark.slow
def test_the_line_of_the_procfile_serves(tmp_path: Path):
    port = free_port()
    venv = Path(sys.executable).parent
    with running(
        *("-c", "import os, sys; os.execvp('sh', ['sh', '-c', 'exec ' + sys.argv[1]])"),
        command("Procfile"),
        PATH=f"{venv}:/usr/bin:/bin",
        PORT=str(port),
        TELEGRAM_BOT_TOKEN="9001:procfile-test_token_0123456789",
        DATABASE_URL=f"sqlite:///{tmp_path}/inbox.db",
    ) as process:

        def is_ready() -> bool:
            try:
                return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=60).ok
            except requests.ConnectionError:
                return False

        eventually(is_ready, explain=lambda: process.output)
        assert process.end() == 0


@pytest.mark.parametrize("name", ["anzol.service", "anzol@.service"])
def test_the_unit_is_valid_and_locked_down(tmp_path: Path, name: str):
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("no systemd-analyze")
    unit = tmp_path / name.replace("@", "@shop")
    unit.write_text(re.sub(r"/opt/anzol\S*/python", "/bin/true", text(name)))
    verified = subprocess.run([tool, "verify", unit], capture_output=True, text=True, timeout=60)
    ours = [line for line in verified.stderr.splitlines() if unit.name in line]
    assert (verified.returncode, ours) == (0, []), verified.stderr
    rated = subprocess.run(
        [tool, "security", "--offline=true", "--threshold=20", unit],
        capture_output=True,
        text=True,
        timeout=60,
    )
    if "Unknown" in rated.stderr or "unrecognized" in rated.stderr:
        pytest.skip("this systemd-analyze cannot rate a file")
    assert rated.returncode == 0, rated.stdout[-300:] + rated.stderr


def test_the_image_is_small_and_runs_as_nobody():
    lines = re.sub(r"\\\n\s*", "", text("Dockerfile")).splitlines()
    steps = [line.split(" ", 1) for line in lines if line and not line.startswith("#")]
    words = [word for word, _ in steps]
    assert {rest.split(" AS ")[0] for word, rest in steps if word == "FROM"} == {"python:3.12-slim"}
    assert "ADD" not in words
    user = next(rest for word, rest in steps if word == "USER")
    assert int(user) > 0
    assert words.index("USER") < words.index("CMD")
    assert "HEALTHCHECK" in words
    for word, rest in steps:
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
    # Requirements come first, so that a change of code does not install them again.
    copies = [rest for word, rest in steps if word == "COPY"]
    assert copies.index("deploy/requirements.lock .") < copies.index(". .")


def test_no_secret_gets_into_the_image():
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert ".*" in ignored  # .env and .git
    assert "*.db*" in ignored
    for name in ("bot", "inbox", "admin", "handlers", "watching"):
        assert name not in ignored


def test_the_image_has_all_that_the_server_needs(tmp_path: Path):
    """What .dockerignore leaves, in a folder of its own, makes an app."""
    patterns = [line.removeprefix("**/") for line in (ROOT / ".dockerignore").read_text().split()]
    image = tmp_path / "app"
    shutil.copytree(ROOT, image, ignore=shutil.ignore_patterns(*patterns))
    program = "import app, config; app.create_app(config.Settings()).test_client().get('/healthz')"
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=image,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr


def test_the_health_check_of_the_image_is_python():
    check = re.search(r'CMD \["python", "-c", "(.*)"\]', text("Dockerfile"))[1]
    compile(check, "healthcheck", "exec")
    assert "/readyz" in check


def test_compose_knows_our_settings():
    found = yaml.safe_load(text("compose.yaml"))
    bot = found["services"]["bot"]
    # All settings, a bot's own too; those named beside the file are the ones that must not be missing in it.
    assert bot["env_file"] == "../.env"
    assert all(
        value == f"${{{name}:?put it into .env}}" for name, value in bot["environment"].items()
    )
    assert set(bot["environment"]) <= set(Settings.names())
    assert (DEPLOY / bot["build"]["context"] / bot["build"]["dockerfile"]).exists()
    assert all(port.startswith("127.0.0.1:") for port in bot["ports"])
    named = {volume.partition(":")[0] for volume in bot["volumes"]}
    assert named == set(found["volumes"])
    grace = int(bot["stop_grace_period"].rstrip("s"))
    assert grace > Settings().drain_seconds + 2


@pytest.fixture
def metric_names(settings: Settings) -> set[str]:
    """Every name of a sample that /metrics has once everything has happened."""
    app = create_app(Settings(**{**vars(settings), "api_key": "operator-key-0123456789"}))
    telegram = FakeTransport()
    telegram.answers["getWebhookInfo"] = {"url": "https://bot.example.org", "last_error_date": 1}
    app.extensions["anzol"].bot.transport.carrier = telegram
    app.extensions["anzol"].queue.start()
    app.extensions["anzol"].first.registered.wait()
    client = app.test_client()
    client.post("/webhook", data=b"{}")
    page = client.get("/metrics", headers={"Authorization": "Bearer operator-key-0123456789"}).text
    app.extensions["anzol"].queue.stop()
    samples = set(re.findall(r"^(\w+)[{ ]", page, re.M))
    families = re.findall(r"^# TYPE (\w+) (\w+)$", page, re.M)
    for name, kind in families:
        if kind == "histogram":
            samples |= {f"{name}_{part}" for part in ("bucket", "count", "sum")}
        samples.add(name)
    return samples


OURS = re.compile(r"\b(?:anzol|process)_\w+")


@pytest.mark.parametrize("name", ["alerts.yml", "grafana.json", "alerts_test.yml"])
def test_only_metrics_that_we_have_are_asked_for(name: str, metric_names: set[str]):
    asked = set(OURS.findall(text(name)))
    assert len(asked) > 3
    assert asked <= metric_names, asked - metric_names


def test_every_metric_is_explained(metric_names: set[str]):
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    parts = re.compile(r"_(bucket|count|sum|created)$")
    ours = {parts.sub("", name) for name in metric_names if name.startswith("anzol_")}
    missing = {name for name in ours if f"`{name}`" not in page and f"`{name}{{" not in page}
    assert not missing, missing
    told = set(re.findall(r"`(anzol_\w+)", page))
    assert told <= metric_names | ours, told - metric_names


def test_the_dashboard_is_whole():
    board = json.loads(text("grafana.json"))
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
        assert panel["datasource"]["uid"] == "${source}"


def queries() -> list[str]:
    board = json.loads(text("grafana.json"))
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_promtool_accepts_rules_queries_and_their_tests(tmp_path: Path):
    promtool = shutil.which("promtool", path="/usr/bin:/usr/local/bin" + SBIN)
    if promtool is None:
        pytest.skip("no promtool: apt install prometheus")
    for name in ("alerts.yml", "alerts_test.yml", "prometheus.yml"):
        shutil.copy(DEPLOY / name, tmp_path)
    (tmp_path / "anzol-api-key").write_text("x" * 16)
    rules = [
        {"record": f"panel:{number}", "expr": expr.replace("$__rate_interval", "1m")}
        for number, expr in enumerate(queries())
    ]
    groups = {"groups": [{"name": "dashboard", "rules": rules}]}
    (tmp_path / "dashboard.yml").write_text(yaml.safe_dump(groups))
    for check in (
        ("check", "rules", "alerts.yml", "dashboard.yml"),
        ("test", "rules", "alerts_test.yml"),
        ("check", "config", "prometheus.yml"),
    ):
        ended = subprocess.run(
            [promtool, *check], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_alert_has_its_remedy():
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    for group in yaml.safe_load(text("alerts.yml"))["groups"]:
        for rule in group["rules"]:
            assert f"`{rule['alert']}`" in page, rule["alert"]
