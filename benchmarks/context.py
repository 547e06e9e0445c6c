"""`python -m benchmarks.context`: what the Flask app's context costs an update, in µs."""

from __future__ import annotations

import timeit

from flask import Flask

RUNS = 100_000


def cost(app: Flask) -> float:
    """Return the µs of entering and leaving the app's context, the least of five tries."""

    def enter() -> None:
        with app.app_context():
            pass

    return min(timeit.repeat(enter, number=RUNS, repeat=5)) / RUNS * 1e6


def main() -> None:
    """Print a line for a bare app, and one with Flask-SQLAlchemy where it is installed."""
    print(f"app context                       {cost(Flask('bare')):5.1f} µs")
    try:
        from flask_sqlalchemy import SQLAlchemy
    except ImportError:
        return
    app = Flask("with a database")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    SQLAlchemy(app)
    print(f"app context with Flask-SQLAlchemy {cost(app):5.1f} µs")


if __name__ == "__main__":
    main()
