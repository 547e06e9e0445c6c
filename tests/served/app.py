"""The suite's own server, wired as the root's app.py is: that one and config.py are the author's, who may need settings."""

from __future__ import annotations

import sys

from flask import Flask

from anzol import Anzol, Settings, local
from anzol.server import one_line_errors
from anzol.server import serve as serve_app


def create_app(settings: Settings | None = None) -> Flask:
    app = Flask(__name__, static_folder=None)
    with one_line_errors():
        Anzol(app, settings=settings or Settings.from_env())
    return app


def serve() -> Flask:
    return serve_app(Settings, create_app)


if __name__ == "__main__":
    sys.exit(local.main(Settings, create_app))
