from __future__ import annotations

from pathlib import Path

import pytest

from anzol import scaffold
from anzol.__main__ import main


def test_a_new_bot_has_all_that_it_needs(tmp_path: Path):
    scaffold.create(tmp_path / "mybot")
    files = {str(path.relative_to(tmp_path / "mybot")) for path in tmp_path.rglob("*.*")}
    assert {"app.py", "config.py", "requirements.txt", ".env.example", "README.md"} <= files
    assert {"handlers/__init__.py", "handlers/start.py", "tests/test_start.py"} <= files
    assert (tmp_path / "mybot/README.md").read_text().startswith("# mybot\n")
    assert not [path for path in files if path.endswith(".pyc")]
    repository = Path(scaffold.__file__).parent.parent.as_uri()
    assert (tmp_path / "mybot/requirements.txt").read_text() == f"anzol @ {repository}\n"


def test_a_bot_that_grew_beside_the_library_is_not_copied(tmp_path: Path):
    scaffold.create(tmp_path / "mybot")
    listed = (tmp_path / "mybot/handlers/__init__.py").read_text()
    assert "from handlers import buttons, echo, photo, start\n" in listed


def test_what_is_there_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "notes").write_text("mine")
    assert main(["new", str(tmp_path)]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("exists and is not empty: choose another name.")


@pytest.mark.parametrize("name", ["my bot", "-x", "1st", "a\nb"])
def test_a_name_that_makes_trouble_is_refused(tmp_path: Path, name: str):
    with pytest.raises(scaffold.ScaffoldError, match="use letters"):
        scaffold.create(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(scaffold.ScaffoldError, match="file"):
        scaffold.create(tmp_path / "file" / "mybot")


def test_the_next_commands_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["new", str(tmp_path / "mybot")]) == 0
    told = capsys.readouterr().out
    assert f"cd {tmp_path / 'mybot'}" in told
    assert "pip install -r requirements.txt" in told


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (None, f"anzol=={scaffold.__version__}"),
        ('{"url": "file:///x/anzol.whl", "archive_info": {}}', "anzol @ file:///x/anzol.whl"),
        (
            '{"url": "https://host.example/me/anzol.git", "vcs_info": {"vcs": "git", "commit_id": "1"}}',
            "anzol @ git+https://host.example/me/anzol.git",
        ),
        (
            '{"url": "https://host.example/me/anzol", "vcs_info": {"vcs": "git", "commit_id": "1",'
            ' "requested_revision": "v0.2"}}',
            "anzol @ git+https://host.example/me/anzol@v0.2",
        ),
    ],
)
def test_the_next_version_comes_from_where_this_one_came(
    monkeypatch: pytest.MonkeyPatch, told: str | None, line: str
):
    class Installed:
        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return told

    monkeypatch.setattr(scaffold, "distribution", lambda name: Installed())
    assert scaffold.requirement() == line


def test_the_readme_links_to_a_repository_on_the_web():
    source = "anzol @ git+https://host.example/me/anzol.git@main"
    assert scaffold.link(source) == "[Anzol](https://host.example/me/anzol)"
    assert scaffold.link("anzol @ file:///x") == scaffold.link("anzol==1.0") == "Anzol"
