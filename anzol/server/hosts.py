"""What serves us, and what it cannot do: told at the start, before an update is lost in it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from waitress.adjustments import Adjustments

from anzol.settings import Settings

from .waitress import SPARE_THREADS

INLINE_SECONDS = 60  # what a request may take with PROCESSING=inline, and some to spare

# A variable that each of these sets, and its name. They freeze a process when no request is running.
FREEZING = {
    "K_SERVICE": "Cloud Run",
    "AWS_LAMBDA_FUNCTION_NAME": "AWS Lambda",
    "VERCEL": "Vercel",
}


def will_fork() -> bool:
    """Whether this process loads the app for others to serve it: `gunicorn --preload`, uWSGI's master."""
    uwsgi = sys.modules.get("uwsgi")
    if uwsgi is not None:
        return bool(uwsgi.worker_id() == 0)
    return is_gunicorn() and not module(gunicorn_worker()).startswith("gunicorn.workers")


def keeps_signals() -> bool:
    """Whether SIGTERM is our host's business: it ends us in its own way, like any program."""
    return "uwsgi" in sys.modules or is_gunicorn()


def complaints(
    settings: Settings,
    argv: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    uwsgi: Any = None,
) -> list[str]:
    """What to change so that the settings have effect and updates are handled in time, one line each."""
    environ = os.environ if environ is None else environ
    found = [*_about_waitress_serve(settings, argv), *_about_gunicorn(settings)]
    if settings.processing == "inline":
        return found
    if settings.webhook_reply:
        found.append("WEBHOOK_REPLY has no effect: set PROCESSING=inline, or leave it out.")
    if uwsgi is not None and not uwsgi_has_threads(uwsgi):
        found.append(
            "uWSGI runs without threads here, so handlers wait for the next request: "
            "add --enable-threads, or set PROCESSING=inline."
        )
    for name, host in FREEZING.items():
        if environ.get(name):
            found.append(
                f"{host} may freeze this process between requests, and handlers with it: "
                "set PROCESSING=inline, or have the CPU always allocated."
            )
    return found


def uwsgi_has_threads(uwsgi: Any) -> bool:
    """Whether uWSGI lets threads run beside requests; it says so only in its options."""
    return any(uwsgi.opt.get(name) for name in ("enable-threads", "threads"))


def is_gunicorn() -> bool:
    return os.environ.get("SERVER_SOFTWARE", "").startswith("gunicorn/")


def gunicorn_worker() -> Any:
    """The gunicorn worker that this process is; something else in the master."""
    # A worker takes the signals before it loads the app.
    return getattr(signal.getsignal(signal.SIGTERM), "__self__", None)


def module(thing: object) -> str:
    """Where a thing's class is from."""
    return type(thing).__module__


def _about_gunicorn(settings: Settings) -> list[str]:
    worker = gunicorn_worker()
    if not is_gunicorn() or module(worker) != "gunicorn.workers.sync":
        return []
    wanted = settings.webhook_max_connections
    found = [
        "gunicorn's sync worker takes one request at a time and ends each connection: "
        f"add --threads={wanted + SPARE_THREADS}."
    ]
    if settings.processing == "inline" and 0 < worker.cfg.timeout < INLINE_SECONDS:
        found.append(
            f"gunicorn kills a sync worker whose handler takes {worker.cfg.timeout} s: "
            f"add --threads={wanted + SPARE_THREADS}, or --timeout=75."
        )
    return found


def _about_waitress_serve(settings: Settings, argv: Sequence[str]) -> list[str]:
    options = waitress_serve_options(argv)
    if options is None:
        return []
    found = []
    wanted = settings.webhook_max_connections
    threads = int(options.get("threads", wanted + SPARE_THREADS))
    if threads < wanted:
        found.append(
            f"--threads={threads} is less than the {wanted} updates that Telegram sends at once: "
            f"leave it out, and there are {wanted + SPARE_THREADS}."
        )
    clears = options.get("clear_untrusted_proxy_headers") == "true"
    if settings.trusted_proxies and clears and "trusted_proxy" not in options:
        found.append(
            "--clear-untrusted-proxy-headers removes X-Forwarded-For, so TRUSTED_PROXIES has no effect: "
            "leave it out."
        )
    return found


def waitress_serve_options(argv: Sequence[str]) -> dict[str, Any] | None:
    """The options of the `waitress-serve` that runs us; None when something else does."""
    program = PurePath(argv[0]) if argv else PurePath()
    is_module = program.parent.name == "waitress" and program.name == "__main__.py"
    if program.stem != "waitress-serve" and not is_module:
        return None
    options, _ = Adjustments.parse_args(list(argv[1:]))  # type: ignore[arg-type]
    return dict(options)
