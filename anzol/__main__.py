"""`python -m anzol`: the library's own commands."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from anzol import scaffold
from anzol.api.methods import schema
from anzol.version import __version__

NEXT = """{folder} is a bot. Next:

  cd {folder}
  python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/python app.py
"""
NEXT_ON_WINDOWS = """{folder} is a bot. Next:

  cd {folder}
  py -m venv .venv && .venv\\Scripts\\pip install -r requirements.txt && .venv\\Scripts\\python app.py
"""


def main(argv: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m anzol", description="Write a new bot, or show the version."
    )
    version = f"Anzol {__version__}, {schema()['version']}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    new = commands.add_parser("new", help="write a new bot into a folder")
    new.add_argument("folder", type=Path, help="where to put it: a name that is not taken")
    options = parser.parse_args(argv)
    if "folder" not in options:
        parser.print_help()
        return 0
    try:
        scaffold.create(options.folder)
    except scaffold.ScaffoldError as error:
        print(error, file=sys.stderr)
        return 2
    text = NEXT_ON_WINDOWS if sys.platform == "win32" else NEXT
    print(text.format(folder=options.folder), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
