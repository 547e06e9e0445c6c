"""The guide to pushing: its handlers, its rules and its requests are run as they stand there."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from anzol import Router
from anzol.push.rules import parse
from anzol.settings import Settings
from anzol.simulator.running import Running
from anzol.testing import client
from tests.server.pushing import KEY, Pushing
from tests.servers import listening

pytestmark = pytest.mark.usefixtures("brisk")

PAGE = (Path(__file__).parent.parent.parent / "docs" / "push.md").read_text("utf-8")
HOST = "https://bot.example.org"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def router() -> Router:
    """The handlers of the page, after each of its Python blocks has run."""
    names: dict[str, Any] = {"client": client}
    for block in blocks("python"):
        exec(compile(block, "push.md", "exec"), names)
    return names["router"]


def test_every_rule_is_right():
    for block in blocks("toml"):
        assert parse(block).rules


def test_the_requests_are_answered_as_it_says(
    router: Router, simulated: Running, settings: Settings
):
    server = Pushing(simulated, settings, router)
    server.people(7)
    server.anzol.first.audience.subscribe("shop", 7)
    answers: list[Any] = []
    shown = [json.loads(block) for block in blocks("json")]
    try:
        with listening(server.app, server.settings) as (_, (host, port)):
            commands = "\n".join(block for block in blocks("sh") if "curl" in block).replace(
                HOST, f"http://{host}:{port}"
            )
            for command in re.split(r"^(?=curl )", commands, flags=re.MULTILINE)[1:]:
                number = answers[1]["id"] if len(answers) > 1 else ""
                text = subprocess.run(
                    ["bash", "-ec", command],
                    env={"API_KEY": KEY, "ID": number, "PATH": "/usr/bin:/bin", "no_proxy": "*"},
                    capture_output=True,
                    text=True,
                    timeout=60,
                ).stdout
                answers.append(json.loads(text))
        event, push, counts, cancelled = answers
        assert [*event] == [*shown[0]] and [*push] == [*shown[1]]
        assert {**push, "id": ""} == {**shown[1], "id": ""}
        assert counts["id"] == cancelled["id"] == push["id"]
        server.wait(lambda: len(server.texts(7)) >= 1)
        server.idle()
        assert "Order 4711: 20.99 €" in server.texts(7)
    finally:
        server.stop()


def test_the_contents_lead_somewhere():
    titles = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    anchors = {title.lower().replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) == anchors
