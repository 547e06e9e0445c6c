"""Problems: what is wrong with a request, as JSON, https://www.rfc-editor.org/rfc/rfc9457"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from flask import Response

TYPE = "application/problem+json"


class Problem(Exception):
    """A request that is refused: its status and one sentence; `headers` are the response's."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers

    def response(self) -> Response:
        """Return the response."""
        body = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        text = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
        named = {name.replace("_", "-"): value for name, value in self.headers.items()}
        return Response(text, self.status, named, content_type=TYPE)


def answer(value: dict[str, Any], status: int = 200, **headers: str) -> Response:
    """Return a JSON response."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(value), status, named, content_type="application/json")
