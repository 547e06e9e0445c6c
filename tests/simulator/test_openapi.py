"""What machines are told of the user side is what there is, and what README.md tells people."""

from __future__ import annotations

import re

from anzol.simulator.server import create_app
from anzol.simulator.user.openapi import GETS, POSTS, TYPES, parameters
from anzol.simulator.world.clock import Clock
from anzol.simulator.world.world import Options, World
from tests.simulator.side import Side
from tests.simulator.test_readme import TEXT

ROW = re.compile(r"^\| `/user/(\w+)` \| (.*?) \| .* \|$", re.MULTILINE)


def test_every_route_is_described_with_its_methods():
    world = World(Options(), Clock(1.0))
    world.files.close()
    app = create_app(world)
    found = {
        (rule.rule.removeprefix("/user/").replace("<", "{").replace(">", "}"), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/user/") and not rule.rule.endswith("openapi.json")
        for method in rule.methods & {"GET", "POST"}
    }
    assert found == {(path, "GET") for path in GETS} | {(path, "POST") for path in POSTS}


def test_the_fields_are_those_of_the_readme():
    for name, told in ROW.findall(TEXT):
        words = re.sub(r"\([^)]*\)|`\{.*?\}`", "", told)
        fields = set(
            re.findall(r"[a-z_]+(?=\??[,`\s])", " ".join(re.findall(r"`([^`]+)`", words)) + " ")
        )
        missing = fields - set(parameters(POSTS[name][1])) - {"part", "photo"}
        assert not missing, (name, missing)


def test_every_typed_field_belongs_to_a_route():
    used = {
        field for _, fields in [*POSTS.values(), *GETS.values()] for field in parameters(fields)
    }
    assert set(TYPES) <= used


def test_it_is_served_as_a_document(sim: Side):
    document = sim.session.get(f"{sim.url}/user/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    pressed = document["paths"]["/user/press"]["post"]["requestBody"]
    schema = pressed["content"]["application/json"]["schema"]
    assert schema["required"] == ["chat_id", "button"]
    assert schema["properties"]["message_id"] == {"type": "integer"}
