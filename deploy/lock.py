"""Pin what production installs, with PostgreSQL's driver: `python deploy/lock.py`, after each change of requirements*.txt.

Writes deploy/requirements.lock: every package with its version and the hashes of its files, for Python 3.11 and newer on
every system. Needs `pip install uv`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = "deploy/requirements.lock"
COMMAND = (
    *("uv", "pip", "compile", "requirements.txt", "requirements-postgresql.txt"),
    *(f"--output-file={LOCK}", "--upgrade"),
    *("--universal", "--python-version=3.11", "--generate-hashes", "--no-annotate", "--quiet"),
    "--custom-compile-command=python deploy/lock.py",
)


def main() -> int:
    """Write the lock file; return the exit status."""
    try:
        return subprocess.run(COMMAND, cwd=ROOT, check=False).returncode
    except FileNotFoundError:
        print("uv is not installed. Type: pip install uv", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
