"""What deploy/ has for several processes and machines: compose with PostgreSQL and nginx, and Kubernetes."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from anzol.settings import Settings
from tests.servers import create_app

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
DRAIN = 17  # seconds beyond DRAIN_SECONDS, as docs/operating.md says
GIVEN = {
    "TELEGRAM_BOT_TOKEN": "1:" + "a" * 30,
    "PUBLIC_URL": "https://bot.example.com",
    "POSTGRES_PASSWORD": "secret1234",
    "NAME": "bot.example.com",
}


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def filled(value: str) -> str:
    """A value as compose fills it in."""
    value = re.sub(r"\$\{(\w+):\?[^}]*\}", lambda found: GIVEN[found[1]], value)
    return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: found[2], value).replace("$$", "$")


@pytest.fixture
def services() -> dict[str, Any]:
    return yaml.safe_load(filled(text("compose-postgresql.yaml")))["services"]


def test_compose_names_what_is_there(services: dict[str, Any]):
    found = yaml.safe_load(text("compose-postgresql.yaml"))
    for service in services.values():
        for name in service.get("depends_on", {}):
            assert name in services
            # Who is waited for has to say when it is ready; the image of the bot does.
            assert "healthcheck" in services[name] or "HEALTHCHECK" in text("Dockerfile")
        assert set(service["networks"]) <= set(found["networks"])
        for volume in service["volumes"]:
            source = volume.partition(":")[0]
            is_file = source.startswith(".") and (DEPLOY / source).exists()
            assert is_file or source.startswith("/") or source in found["volumes"], volume
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published == ["80:80", "443:443"]  # nginx alone
    build = services["bot"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).exists()


def test_composes_settings_are_right(services: dict[str, Any]):
    bot = services["bot"]
    assert set(bot["environment"]) <= set(Settings.names())
    settings = Settings.from_env({**GIVEN, **bot["environment"]})
    user, name = (services["db"]["environment"][f"POSTGRES_{part}"] for part in ("USER", "DB"))
    assert settings.database_url == f"postgresql://{user}:secret1234@db/{name}"
    networks = yaml.safe_load(text("compose-postgresql.yaml"))["networks"]
    assert networks["inside"]["ipam"]["config"] == [{"subnet": settings.trusted_proxies}]
    assert (settings.host, settings.port) == ("0.0.0.0", 8000)
    assert int(bot["stop_grace_period"].rstrip("s")) > settings.drain_seconds + DRAIN
    assert bot["command"] == ["python", "app.py", "--processes", "2"]


def test_composes_nginx_has_our_configuration_with_its_own_names(
    services: dict[str, Any], tmp_path: Path
):
    shell, option, line = services["nginx"]["command"]
    assert (shell, option) == ("sh", "-c")
    line, _, started = line.partition(" && exec ")
    assert started == "nginx -g 'daemon off;'"
    line = line.replace("/anzol.conf", str(DEPLOY / "nginx.conf"))
    line = line.replace("/etc/nginx/conf.d/default.conf", str(tmp_path / "made.conf"))
    environ = {"PATH": "/usr/bin:/bin", "NAME": services["nginx"]["environment"]["NAME"]}
    subprocess.run([shell, option, line], check=True, env=environ, timeout=60)
    made = (tmp_path / "made.conf").read_text()
    assert "server bot:8000;" in made
    assert made.count("server_name bot.example.com;") == 2
    assert "/etc/letsencrypt/live/bot.example.com/fullchain.pem" in made
    assert "example.org" not in made and "127.0.0.1" not in made


def test_docker_accepts_the_files():
    docker = shutil.which("docker")
    known = docker and subprocess.run([docker, "compose", "version"], capture_output=True)
    if not known or known.returncode:
        pytest.skip("no docker compose")
    for name in ("compose.yaml", "compose-postgresql.yaml"):
        ended = subprocess.run(
            [
                docker,
                "compose",
                "--file",
                DEPLOY / name,
                "config",
                "--quiet",
                "--no-env-resolution",
            ],
            env={"PATH": os.environ["PATH"], "HOME": "/", **GIVEN},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.returncode == 0, ended.stderr


@pytest.fixture
def kinds() -> dict[str, Any]:
    """The manifest's documents, by their kinds."""
    return {each["kind"]: each for each in yaml.safe_load_all(text("kubernetes.yaml"))}


def test_kubernetes_schemas_accept_the_manifest(kinds: dict[str, Any]):
    kubernetes_validate = pytest.importorskip("kubernetes_validate")
    assert len(kinds) == 6
    for document in kinds.values():
        kubernetes_validate.validate(document, "1.33", strict=True)
    broken = {**kinds["Service"], "spec": {**kinds["Service"]["spec"], "port": 80}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, "1.33", strict=True)


def test_the_manifests_parts_find_each_other(kinds: dict[str, Any]):
    pods = kinds["Deployment"]["spec"]["template"]
    labels = pods["metadata"]["labels"]
    spread = pods["spec"]["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"]
    assert kinds["Deployment"]["spec"]["selector"]["matchLabels"] == labels == spread
    assert kinds["Service"]["spec"]["selector"] == labels
    assert kinds["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    (bot,) = pods["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in bot["ports"]}
    exposed = int(re.search(r"^EXPOSE (\d+)$", text("Dockerfile"), re.M)[1])
    assert set(ports.values()) == {exposed}
    (service_port,) = kinds["Service"]["spec"]["ports"]
    assert service_port["targetPort"] in ports
    (path,) = kinds["Ingress"]["spec"]["rules"][0]["http"]["paths"]
    assert path["path"] == Settings().webhook_path
    assert path["backend"]["service"]["name"] == kinds["Service"]["metadata"]["name"]
    host = kinds["Ingress"]["spec"]["rules"][0]["host"]
    assert kinds["ConfigMap"]["data"]["PUBLIC_URL"] == f"https://{host}"
    names = {kinds[kind]["metadata"]["name"] for kind in ("ConfigMap", "Secret")}
    given = {next(iter(source.values()))["name"] for source in bot["envFrom"]}
    assert given == names
    mounted = {mount["name"] for mount in bot["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pods["spec"]["volumes"]}


def test_the_manifests_settings_are_ours(kinds: dict[str, Any]):
    given = {**kinds["ConfigMap"]["data"], **kinds["Secret"]["stringData"]}
    assert set(given) <= set(Settings.names())
    given |= {"TELEGRAM_BOT_TOKEN": GIVEN["TELEGRAM_BOT_TOKEN"], "API_KEY": "abcdefgh01234567"}
    settings = Settings.from_env(given)
    assert settings.log_format == "json"
    pods = kinds["Deployment"]["spec"]["template"]["spec"]
    (bot,) = pods["containers"]
    _, seconds = bot["lifecycle"]["preStop"]["exec"]["command"]
    assert pods["terminationGracePeriodSeconds"] > int(seconds) + settings.drain_seconds + DRAIN


def test_a_disruption_leaves_a_pod_and_probes_ask_what_is_there(
    kinds: dict[str, Any], settings: Settings
):
    deployment = kinds["Deployment"]["spec"]
    assert 0 < kinds["PodDisruptionBudget"]["spec"]["minAvailable"] < deployment["replicas"]
    assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    (bot,) = deployment["template"]["spec"]["containers"]
    client = create_app(settings).test_client()
    for name, path in (("liveness", "/healthz"), ("startup", "/healthz"), ("readiness", "/readyz")):
        asked = bot[f"{name}Probe"]["httpGet"]
        assert asked["path"] == path
        assert client.get(path).status_code in (200, 503)
    client.application.extensions["anzol"].queue.stop()
    user = int(re.search(r"^USER (\d+)$", text("Dockerfile"), re.M)[1])
    assert deployment["template"]["spec"]["securityContext"]["runAsUser"] == user


@pytest.mark.parametrize("name", ["anzol.service", "anzol@.service"])
def test_the_units_line_for_more_cores_is_one_that_starts(name: str):
    found = re.search(r"^# ExecStart=(.*)$", text(name), re.M)[1]
    python, *arguments = shlex.split(found)
    assert Path(python).name == "python"
    assert arguments == ["app.py", "--processes", "4"]
    assert "# ExecReload=/bin/kill -HUP $MAINPID" in text(name)
