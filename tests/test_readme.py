"""What README and the pages of docs/ say is true today."""

from __future__ import annotations

import re
import shlex
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import anzol
from anzol import Bot, Context, Router, Settings
from anzol.bot.run import run
from anzol.values import read
from tests.fakes import FakeTransport, message, press

ROOT = Path(__file__).parent.parent
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "anzol/simulator/README.md"]
}
README, SETTINGS = PAGES["README.md"], PAGES["docs/settings.md"]
ENV_EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r"^# (\w+)=(.*)$", ENV_EXAMPLE, re.MULTILINE))
FILLED_IN = dict(re.findall(r"^(\w+)=(.*)$", ENV_EXAMPLE, re.MULTILINE))
ROW = re.compile(r"^\| `(\w+)` \|([^|]*)\| (.+) \|$", re.MULTILINE)
ROWS = {name: (default.strip(), meaning) for name, default, meaning in ROW.findall(SETTINGS)}
DEFAULTS = {knob.name.upper(): knob.default for knob in fields(Settings)}


def blocks(page: str, language: str) -> list[str]:
    """The code blocks of one language."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGES[page], re.DOTALL | re.MULTILINE)
    return [text for kind, text in found if kind == language]


def headings(page: str) -> set[str]:
    """The names by which a page's sections are linked to."""
    found = re.findall(r"^#+ (.+)$", PAGES[page], re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


def links() -> list[tuple[str, str]]:
    """Each page with a place in this repository that it leads to."""
    return sorted(
        {
            (page, target)
            for page, text in PAGES.items()
            for target in re.findall(r"(?:\]\(|src=\")([^)\"\s]+)", text)
            if not re.match(r"https?://|tg://|data:", target)
        }
    )


def test_the_table_of_settings_is_whole():
    assert set(ROWS) == set(DEFAULTS)


@pytest.mark.parametrize("name", DEFAULTS)
def test_each_setting_is_told_with_its_default_and_is_in_env_example(name: str):
    default, _ = ROWS[name]
    knob = next(knob for knob in fields(Settings) if knob.name.upper() == name)
    if default.startswith("`"):
        assert read(knob, knob.type, default.strip("`")) == DEFAULTS[name]
    else:
        assert DEFAULTS[name] in ("", (), None), "a default that is a value stands in the table"
    assert name in SHOWN | FILLED_IN


def test_readme_has_five_settings_as_the_table_has_them():
    found = ROW.findall(README)
    assert len(found) == 5
    for name, default, meaning in found:
        assert default.strip() == ROWS[name][0]
        assert ROWS[name][1].startswith(meaning.split(";")[0].split(",")[0]), name


def test_env_example_names_only_settings_and_their_defaults():
    assert set(SHOWN) | set(FILLED_IN) == set(DEFAULTS)
    assert not set(SHOWN) & set(FILLED_IN)
    assert Settings.from_env(SHOWN | FILLED_IN) == Settings()
    # A default that stands there would win over the place that a host has for it.
    assert set(FILLED_IN.values()) == {""}
    assert "" not in SHOWN.values()


def test_a_new_bots_env_example_is_this_one():
    template = ROOT / "anzol" / "template" / ".env.example"
    named = re.findall(r"^#? ?([A-Z_]+)=", template.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) == set(DEFAULTS), "cp .env.example anzol/template/"


def test_the_own_settings_of_the_example_are_read():
    names: dict[str, Any] = {"__name__": "config"}
    code = compile(blocks("docs/settings.md", "python")[0], "config.py", "exec", dont_inherit=True)
    exec(code, names)
    config = names["Config"].from_env({"WEATHER_KEY": "abc", "PICTURES": "/srv/pictures"})
    assert (config.city, config.weather_key) == ("Lisbon", "abc")
    assert config.pictures == Path("/srv/pictures")
    assert "abc" not in repr(config)
    with pytest.raises(anzol.SettingsError, match="WEATHER_KEY is not set"):
        names["Config"].from_env({})


def test_the_changelog_begins_with_this_version():
    found = re.findall(r"^## (\S+)$", PAGES["CHANGELOG.md"], re.MULTILINE)
    assert found[0] == anzol.__version__
    assert found == sorted(found, key=lambda text: [*map(int, text.split("."))], reverse=True)


def test_the_first_handler_works_as_it_stands():
    names: dict[str, Router] = {}
    exec(blocks("README.md", "python")[0], names)
    telegram = FakeTransport()
    bot = Bot("4242:abcdefghijklmnop", transport=telegram)
    for update in (message("/start"), press("like:7")):
        run(names["router"], Context(update, bot))
    shown = [str(fields["text"]) for _, fields in telegram.calls if "text" in fields]
    assert shown == ["Hi <b>Ann</b>!", "You liked number 7."]


def test_the_first_handler_is_short():
    lines = [line for line in blocks("README.md", "python")[0].splitlines() if line.strip()]
    assert len(lines) <= 8


@pytest.mark.parametrize("page", PAGES)
def test_each_flask_command_that_is_named_exists(app: Flask, page: str):
    found = re.findall(r"\bflask (webhook|inbox|updates|push)((?:[` ,]+[a-z]+`?)*)", PAGES[page])
    for group, names in found:
        command = re.match(r" ([a-z]+)", names)
        listed = re.findall(r"`([a-z]+)`", names)
        for name in [*([command[1]] if command else []), *listed]:
            assert name in app.cli.commands[group].commands, f"flask {group} {name}"


def test_each_command_is_explained_to_operators(app: Flask):
    page = PAGES["docs/operating.md"].partition("## Commands")[2]
    told = {
        f"{group} {name}"
        for group, names in re.findall(r"^\| `flask (\w+) ([^|]*)\|", page, re.MULTILINE)
        for name in re.findall(r"(?:^|`)([a-z]+)", names)
    }
    groups = {name: group for name, group in app.cli.commands.items() if hasattr(group, "commands")}
    assert told == {f"{name} {one}" for name, group in groups.items() for one in group.commands}


@pytest.mark.parametrize(("page", "target"), links())
def test_each_link_leads_somewhere(page: str, target: str):
    path, _, section = target.partition("#")
    place = (ROOT / page).parent / path if path else ROOT / page
    assert place.exists(), f"{page}: {target}"
    if section:
        assert section in headings(place.resolve().relative_to(ROOT).as_posix())


@pytest.mark.parametrize("page", PAGES)
def test_each_file_of_a_command_exists(page: str):
    for block in blocks(page, "sh"):
        for word in shlex.split(block, comments=True):
            if re.match(r"@?(docs|examples|deploy|tests|benchmarks|anzol)/", word):
                path = word.removeprefix("@").partition("::")[0]
                assert (ROOT / path).exists() or path.startswith("benchmarks/results"), word


def test_the_tree_is_the_one_that_is_there():
    tree = next(block for block in blocks("docs/design.md", "") if "THE ROUTE" in block)
    named = re.findall(r"^( *)([\w]+(?:\.py|/))", tree, re.MULTILINE)
    for indent, name in named:
        assert (ROOT / ("anzol" if indent else "") / name).exists(), name
    rooms = {name.strip("/") for indent, name in named if indent and name.endswith("/")}
    folders = {path.parent.name for path in (ROOT / "anzol").glob("*/__init__.py")}
    assert folders <= rooms


def test_the_first_screen_has_the_commands():
    first = README.partition("## ")[0]
    assert len(first.splitlines()) < 50
    assert ".venv/bin/pip install -r requirements.txt && .venv/bin/python app.py" in first
    assert ".venv/bin/pip install -r requirements-dev.txt && .venv/bin/pytest" in first


def test_readme_is_short():
    assert len(README.splitlines()) < 110
    for page in PAGES:
        if page.startswith("docs/"):
            known = README + PAGES["CONTRIBUTING.md"]
            assert f"]({page})" in known, f"{page} is linked neither from README nor CONTRIBUTING"


def test_each_page_is_in_the_sites_navigation():
    navigation = (ROOT / ".ci" / "mkdocs.yml").read_text("utf-8").partition("nav:")[2]
    listed = set(re.findall(r"(?:- |: )([\w-]+\.md)$", navigation, re.MULTILINE))
    pages = {name.removeprefix("docs/") for name in PAGES if name.startswith("docs/")}
    assert pages - listed == set()


@pytest.mark.slow  # the author of a bot may put more there
def test_the_root_is_easy_to_look_over():
    from tests.processes import tracked

    seen = {name.partition("/")[0] for name in tracked()}
    assert len({name for name in seen if not name.startswith(".")}) <= 20


def test_every_default_that_must_be_set_is_the_authors():
    assert MISSING not in DEFAULTS.values()


@pytest.mark.parametrize("page", ["README.pt.md", "README.ru.md"])
def test_the_translations_keep_step(page: str):
    """The same sections, the same code, the same commands and links in the same order."""

    def skeleton(name: str) -> dict[str, list[str]]:
        text = re.sub(r"<!-- measured.*?<!-- end -->", "", PAGES[name], flags=re.DOTALL)
        return {
            "headings": re.findall(r"^#+ ", text, re.MULTILINE),
            "code": re.findall(r"^```.*?^```$", text, re.DOTALL | re.MULTILINE),
            "commands": re.findall(r"`([^`\n]+)`", text),
            "links": sorted(set(re.findall(r"\]\(([^)]+)\)", text)) - set(TRANSLATIONS)),
        }

    assert skeleton(page) == skeleton("README.md")


TRANSLATIONS = ["README.md", "README.pt.md", "README.ru.md"]
