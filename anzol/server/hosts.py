"""The server that hosts us, and what it cannot do: logged at the start, before that loses an update."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from waitress.adjustments import Adjustments

from anzol.settings import Settings

from .waitress import SPARE_THREADS

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
INLINE_SECONDS = 60  # seconds that a request may take with PROCESSING=inline, with some to spare

BOOT_SECONDS, BOOT_LOOK = 10.0, 0.05  # a forked worker is ready within milliseconds

# A variable that each of these sets, and its name. They freeze a process when no request is running.
FREEZING = {
    "K_SERVICE": "Cloud Run",
    "AWS_LAMBDA_FUNCTION_NAME": "AWS Lambda",
    "VERCEL": "Vercel",
}


def will_fork() -> bool:
    """Return whether this process loads the app for others to serve: `gunicorn --preload`, uWSGI's master."""
    uwsgi = sys.modules.get("uwsgi")
    if uwsgi is not None:
        return bool(uwsgi.worker_id() == 0)
    return is_gunicorn() and not module(gunicorn_worker()).startswith("gunicorn.workers")


def after_fork(start: Callable[[], object]) -> None:
    """Call `start` in each worker that is forked from this process, once it is ready to work."""
    uwsgi = sys.modules.get("uwsgi")
    if uwsgi is not None:
        uwsgi.post_fork_hook = start  # type: ignore[attr-defined]
        return
    master = os.getpid()

    def begin() -> None:
        # A worker may still change its user; it installs its signal handlers when it has.
        deadline = time.monotonic() + BOOT_SECONDS
        while will_fork() and time.monotonic() < deadline:
            time.sleep(BOOT_LOOK)
        start()

    def in_child() -> None:
        if os.getppid() == master:  # not in a child that a worker forks itself
            threading.Thread(target=begin, name="after-fork", daemon=True).start()

    os.register_at_fork(after_in_child=in_child)


def keeps_signals() -> bool:
    """Return whether the host handles SIGTERM itself and ends us in its own way."""
    return "uwsgi" in sys.modules or is_gunicorn()


def complaints(
    settings: Settings,
    argv: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    uwsgi: Any = None,
) -> list[str]:
    """Return what to change so that the settings take effect and updates are handled in time, one line each."""
    environ = os.environ if environ is None else environ
    found = [*_about_waitress_serve(settings, argv), *_about_gunicorn(settings)]
    if is_gunicorn() and will_fork() and "gunicorn.workers.ggevent" in sys.modules:
        found.append(
            "gunicorn's gevent workers with --preload never answer: the app was loaded before gevent changed "
            "Python's threads. Leave --preload out, or use --threads=44 instead of gevent."
        )
    if settings.telegram_ips_only and not settings.trusted_proxies and is_loopback(settings, argv):
        found.append(
            "TELEGRAM_IPS_ONLY refuses everybody here: a proxy on this machine hides Telegram's address. "
            "Set TRUSTED_PROXIES=127.0.0.1."
        )
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
                "set PROCESSING=inline, or keep the CPU always allocated."
            )
    return found


def is_loopback(settings: Settings, argv: Sequence[str]) -> bool:
    """Return True when only this machine can connect, so that requests from outside come through a proxy."""
    options = waitress_serve_options(argv)
    if options is None:
        return not is_gunicorn() and settings.host in LOOPBACK
    places = str(options.get("listen", "")).split() or [str(options.get("host", "0.0.0.0"))]
    return all(place.rpartition(":")[0] in LOOPBACK or place in LOOPBACK for place in places)


def uwsgi_has_threads(uwsgi: Any) -> bool:
    """Return whether uWSGI lets threads run beside requests; it says so only in its options."""
    return any(uwsgi.opt.get(name) for name in ("enable-threads", "threads"))


def is_gunicorn() -> bool:
    """Return whether gunicorn runs this process."""
    return os.environ.get("SERVER_SOFTWARE", "").startswith("gunicorn/")


def gunicorn_worker() -> Any:
    """Return the gunicorn worker that this process is; something else in the master."""
    # A worker takes the signals before it loads the app.
    return getattr(signal.getsignal(signal.SIGTERM), "__self__", None)


def module(thing: object) -> str:
    """Return the module of an object's class."""
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
    """Return the options of the `waitress-serve` that runs us; None when something else does."""
    program = PurePath(argv[0]) if argv else PurePath()
    is_module = program.parent.name == "waitress" and program.name == "__main__.py"
    if program.stem != "waitress-serve" and not is_module:
        return None
    options, _ = Adjustments.parse_args(list(argv[1:]))  # type: ignore[arg-type]
    return dict(options)
