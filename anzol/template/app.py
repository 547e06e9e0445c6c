"""The server: `create_app` builds it, `serve` runs it in production, `main` is `python app.py`."""

from __future__ import annotations

import sys

from flask import Flask

from anzol import Anzol
from anzol.server import one_line_errors
from anzol.server import serve as serve_app
from config import Config


def create_app(settings: Config | None = None) -> Flask:
    """Build the server. No thread, file, tunnel or network call starts here."""
    app = Flask(__name__, static_folder=None)
    with one_line_errors():
        Anzol(app, settings=settings or Config.from_env())
    return app


def serve() -> Flask:
    """Return the running app for a WSGI server: `python -m waitress --port=8000 --call app:serve`."""
    return serve_app(Config, create_app)


def main() -> int:
    """Run the bot on this machine: in the simulator, through a tunnel, or at PUBLIC_URL."""
    from anzol import local  # imported here, so that a server in production loads none of it

    return local.main(Config, create_app)


if __name__ == "__main__":
    sys.exit(main())
