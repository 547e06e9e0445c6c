"""The Bot API's answer to a call: its result, its refusal, or the finding that Telegram did not write it."""

from __future__ import annotations

import json
import re
from typing import Any

from .errors import BadAnswer, api_error
from .jsontext import decode_json

# Telegram's deepest answers, rich text in replies to replies, stay far below. Python's own limit on recursion is 1,000
# and is met wherever an answer is parsed, wrapped, copied or stored again.
DEEPEST = 200
BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
CLEARLY_NOT_DONE = re.compile(rb'\s*(?:<|\{\s*"ok"\s*:\s*false)')
# Longer waits were never seen; what asks for a century was not written by Telegram.
LONGEST_WAIT = 366 * 24 * 3600


class Answered(dict[str, Any]):
    """A call's result with the answer that it stood in, by which it can be told as it was whatever becomes of it."""

    __slots__ = ("answer",)
    answer: bytes

    def text(self) -> str:
        """Return the result's JSON."""
        return json.dumps(json.loads(self.answer)["result"])


def read_answer(method: str, status: int, body: bytes) -> Any:
    """Return a call's result from the response to it.

    Raises `ApiError` for a refusal and `BadAnswer` for everything that a Bot API server would not say,
    https://core.telegram.org/bots/api#making-requests
    """
    # As many brackets close again, or it is no JSON: most answers are too short for that.
    is_too_deep = len(body) > 2 * DEEPEST and _is_too_deep(body)
    try:
        answer = None if is_too_deep else decode_json(body)
    except (ValueError, RecursionError):
        answer = None
    if type(answer) is dict:
        ok = answer.get("ok")
        if ok is True and "result" in answer:
            result = answer["result"]
            if type(result) is dict:
                result = Answered(result)
                result.answer = body
            return result
        if ok is False and _is_refusal(answer):
            raise api_error(method, answer)
    raise BadAnswer(method, status, sent=_may_be_done(status, body))


def _is_refusal(answer: dict[str, Any]) -> bool:
    parameters = answer.get("parameters", {})
    return (
        _is_integer(answer.get("error_code"))
        and isinstance(answer.setdefault("description", "no description"), str)
        and isinstance(parameters, dict)
        and _is_integer(parameters.get("migrate_to_chat_id", 0))
        and _is_integer(parameters.get("retry_after", 0))
        and 0 <= parameters.get("retry_after", 0) <= LONGEST_WAIT
    )


def _is_integer(value: Any) -> bool:
    return type(value) is int  # True is none here


def _is_too_deep(body: bytes) -> bool:
    return body.count(b"[") + body.count(b"{") > DEEPEST and _depth(body) > DEEPEST


def _depth(body: bytes) -> int:
    """Return how deep the brackets of a JSON text are nested, without recursion."""
    depth = deepest = 0
    for match in BRACKET.finditer(body):
        if match[0] in (b"[", b"{"):
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in (b"]", b"}"):
            depth -= 1
    return deepest


def _may_be_done(status: int, body: bytes) -> bool:
    """Return whether the call may have been carried out although its answer cannot be read.

    A page, a redirect or a refusal was written by somebody on the way, who did not pass the call on. A gateway's 504
    means that it did, and what came with 200 may be the rest of a true answer.
    """
    return status == 504 or (status < 300 and not CLEARLY_NOT_DONE.match(body))
