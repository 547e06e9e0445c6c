"""`python -m anzol`: the library's own commands."""

from __future__ import annotations

import argparse
import sys

from anzol.api.methods import schema
from anzol.version import __version__


def main(argv: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m anzol", description=__doc__)
    version = f"Anzol {__version__}, {schema()['version']}"
    parser.add_argument("--version", action="version", version=version)
    parser.parse_args(argv)
    parser.print_help()
    return 0


if __name__ == "__main__":
    sys.exit(main())
