"""`python -m anzol new mybot`: the folder of a new bot."""

from __future__ import annotations

import json
import re
from importlib.metadata import distribution
from pathlib import Path

from anzol.version import __version__

LIBRARY = Path(__file__).parent
TEMPLATE = LIBRARY / "template"


class ScaffoldError(Exception):
    """A folder that cannot be written; the text says what to do instead."""


def create(folder: Path) -> None:
    """Write a new bot into a folder that is empty or not there yet. Raise `ScaffoldError` of one line.

    It starts as the bot of the repository: `template/files.txt` names its files, and setup.py copies them into the
    wheel, so that there is one of each.
    """
    name = folder.resolve().name
    if not re.fullmatch(r"[A-Za-z][\w.-]*", name):
        raise ScaffoldError(f"{name!r} cannot name a bot's folder: use letters, digits, - and _.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ScaffoldError(f"{folder} exists and is not empty: choose another name.")
    installed = (TEMPLATE / "app.py").exists()
    bot = TEMPLATE if installed else LIBRARY.parent
    source = requirement() if installed else f"anzol @ {LIBRARY.parent.as_uri()}"
    files = {
        path.replace("tests/handlers/", "tests/"): (bot / path).read_bytes()
        for path in (TEMPLATE / "files.txt").read_text(encoding="utf-8").split()
    }
    readme = (TEMPLATE / "README.md").read_text(encoding="utf-8")
    files["README.md"] = readme.format(name=name, library=link(source)).encode()
    files["conftest.py"] = (TEMPLATE / "conftest.py").read_bytes()
    files["requirements.txt"] = f"{source}\n".encode()
    try:
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        raise ScaffoldError(f"{error.filename}: {error.strerror}") from None


def requirement() -> str:
    """Return the line of requirements.txt that installs this library from where it came (PEP 610)."""
    told = distribution("anzol").read_text("direct_url.json")
    if told is None:
        return f"anzol=={__version__}"
    origin = json.loads(told)
    vcs = origin.get("vcs_info")
    if vcs is None:
        return f"anzol @ {origin['url']}"
    branch = f"@{vcs['requested_revision']}" if "requested_revision" in vcs else ""
    return f"anzol @ {vcs['vcs']}+{origin['url']}{branch}"


def link(source: str) -> str:
    """Return the library's name for a README, with a link when its repository is on the web."""
    page = re.search(r"https://([^/@]+@)?([^@]+)", source)
    return f"[Anzol](https://{page[2].removesuffix('.git')})" if page else "Anzol"
