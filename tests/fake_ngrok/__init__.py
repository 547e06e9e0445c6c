"""ngrok without the internet: an agent binary for the real pyngrok to run, and the edge it joins.

The agent is a child process with the real one's command line, log lines and local API. The edge
lives in the test's process, outlives the agent as ngrok's does, and takes https traffic under its
own certificate authority: internet -> edge -> agent -> the server under test.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.fake_ngrok.edge import TOKEN, Edge, make_certificates

__all__ = ["TOKEN", "Edge", "install_agent", "make_certificates", "tell"]


def install_agent(directory: Path) -> str:
    """Write an executable called ngrok into `directory`; return its path for PYNGROK_NGROK_PATH."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "ngrok"
    agent = Path(__file__).with_name("agent.py")
    # A launcher, since the line that names a script's interpreter has a limit of 127 bytes.
    path.write_text(f'#!/bin/sh\n. "$0.env"\nexec "{sys.executable}" -ISu "{agent}" "$@"\n')
    path.chmod(0o755)
    Path(f"{path}.env").touch()
    return os.fspath(path)


def tell(agent: str, **variables: str) -> str:
    """Give an installed agent its variables by a file, since it inherits none; return its path."""
    with Path(f"{agent}.env").open("a") as file:
        file.writelines(f'export {name}="{value}"\n' for name, value in variables.items())
    return agent
