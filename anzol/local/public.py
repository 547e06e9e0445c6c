"""What the tunnel publishes of this server: the webhook's path, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
NOTHING = b"Not found.\n"


class WebhookAlone:
    """WSGI: answer 404 to whatever comes through the tunnel, unless it is for the webhook.

    /admin, /metrics and /readyz are for this machine: an address that the whole world can guess at has no business
    with them. Whoever comes that way is told by the header that the agent adds.
    """

    def __init__(self, app: Flask, path: str) -> None:
        self._paths = (path, path + "/")
        self._wsgi: Wsgi = app.wsgi_app
        app.wsgi_app = self  # type: ignore[method-assign]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "HTTP_X_FORWARDED_FOR" in environ and environ["PATH_INFO"] not in self._paths:
            start_response("404 Not Found", [("Content-Length", str(len(NOTHING)))])
            return [NOTHING]
        return self._wsgi(environ, start_response)
