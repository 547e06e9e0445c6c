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

    Its files are those of `template/`, not those beside this library: a bot that grew there stays where it is.
    """
    name = folder.resolve().name
    if not re.fullmatch(r"[A-Za-z][\w.-]*", name):
        raise ScaffoldError(f"{name!r} cannot name a bot's folder: use letters, digits, - and _.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ScaffoldError(f"{folder} exists and is not empty: choose another name.")
    # Run in the repository, it is that copy which writes, whatever is installed beside it.
    is_repository = (LIBRARY.parent / "pyproject.toml").exists()
    source = f"anzol @ {LIBRARY.parent.as_uri()}" if is_repository else requirement()
    files = {
        path.relative_to(TEMPLATE): path.read_bytes()
        for path in TEMPLATE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    readme = files[Path("README.md")].decode()
    files[Path("README.md")] = readme.format(name=name, library=link(source)).encode()
    files[Path("requirements.txt")] = f"{source}\n".encode()
    try:
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        raise ScaffoldError(f"{error.filename}: {error.strerror}") from None


def requirement() -> str:
    """Return the line of requirements.txt that installs this library from where it came (PEP 610)."""
    direct_url = distribution("anzol").read_text("direct_url.json")
    if direct_url is None:
        return f"anzol=={__version__}"
    origin = json.loads(direct_url)
    vcs = origin.get("vcs_info")
    if vcs is None:
        return f"anzol @ {origin['url']}"
    branch = f"@{vcs['requested_revision']}" if "requested_revision" in vcs else ""
    return f"anzol @ {vcs['vcs']}+{origin['url']}{branch}"


def link(source: str) -> str:
    """Return the library's name for a README, with a link when its repository is on the web."""
    page = re.search(r"https://([^/@]+@)?([^@]+)", source)
    return f"[Anzol](https://{page[2].removesuffix('.git')})" if page else "Anzol"
