"""The description of the addresses for other programs, https://spec.openapis.org/oas/v3.1.0"""

from __future__ import annotations

from typing import Any

from anzol.push.body import MOST_CHATS
from anzol.push.outbox import STATES
from anzol.version import __version__

TOPIC = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,48}$"}
CHAT = {
    "oneOf": [
        {"type": "integer", "description": "a chat's number", "not": {"const": 0}},
        {"type": "string", "pattern": "^@[A-Za-z][A-Za-z0-9_]{3,31}$"},
    ]
}
TEXT = {"type": "string", "minLength": 1, "maxLength": 4096}
BUTTON = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "text": {"type": "string", "minLength": 1},
        "url": {"type": "string", "format": "uri"},
        "callback_data": {"type": "string", "minLength": 1, "maxLength": 64},
    },
    "description": "An InlineKeyboardButton, https://core.telegram.org/bots/api#inlinekeyboardbutton",
}
SECONDS = 366 * 86400

PUSH = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "chat_id": CHAT,
        "chat_ids": {"type": "array", "items": CHAT, "minItems": 1, "maxItems": MOST_CHATS},
        "topic": {**TOPIC, "description": "everybody who has subscribed to it"},
        "text": {**TEXT, "description": "plain text"},
        "html": {**TEXT, "description": "https://core.telegram.org/bots/api#html-style"},
        "markdown": {**TEXT, "description": "as on GitHub"},
        "method": {
            "type": "string",
            "pattern": "^(send|copy|forward)",
            "description": "a method of the Bot API, such as sendPhoto, with its params",
        },
        "params": {"type": "object", "description": "further parameters of the method"},
        "buttons": {
            "type": "array",
            "minItems": 1,
            "items": {
                "oneOf": [BUTTON, {"type": "array", "items": BUTTON, "minItems": 1}],
            },
        },
        "silent": {"type": "boolean", "default": False},
        "at": {
            "oneOf": [{"type": "string", "format": "date-time"}, {"type": "number"}],
            "description": "when to send: a time with its zone, or epoch seconds",
        },
        "delay": {"type": "number", "minimum": 0, "maximum": SECONDS},
        "ttl": {
            "type": "number",
            "minimum": 1,
            "maximum": SECONDS,
            "description": "seconds after which it is no longer worth sending",
        },
        "bot": {
            "oneOf": [{"type": "string"}, {"type": "integer"}],
            "description": "which bot, where a server runs several: its number or @name",
        },
    },
    "allOf": [
        {"oneOf": [{"required": [name]} for name in ("chat_id", "chat_ids", "topic")]},
        {"oneOf": [{"required": [name]} for name in ("text", "html", "markdown", "method")]},
        {"not": {"required": ["at", "delay"]}},
    ],
    "examples": [
        {"chat_id": 7, "text": "Hello"},
        {
            "topic": "news",
            "html": "<b>We moved</b>",
            "buttons": [{"text": "Where?", "url": "https://example.org"}],
        },
    ],
}
COUNTS = {
    "type": "object",
    "required": ["id", "counts", "done"],
    "properties": {
        "id": {"type": "string"},
        "counts": {
            "type": "object",
            "properties": {state: {"type": "integer", "minimum": 0} for state in STATES},
        },
        "done": {"type": "boolean"},
        "cancelled_now": {"type": "integer", "minimum": 0},
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A repeated request with the same key stores nothing again, for 48 hours.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
OF_BOT = {
    "name": "bot",
    "in": "query",
    "description": "Which bot, where a server runs several: its number or @name.",
    "schema": {"type": "string", "pattern": "^([0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})$"},
}
PROBLEMS = {
    400: "What is wrong, in one sentence",
    401: "The key or the signature is missing or wrong",
    404: "There is nothing of that name",
    413: "A body is at most 1 MiB",
    429: "Too many wrong keys",
    503: "It could not be stored; send it again",
}


def description() -> dict[str, Any]:
    """Return the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Anzol", "version": __version__},
        "security": [{"key": []}],
        "paths": {
            "/push": {
                "post": {
                    "operationId": "push",
                    "summary": "Send a message to a chat, to several, or to the subscribers of a topic",
                    "parameters": [IDEMPOTENCY, OF_BOT],
                    "requestBody": _json("Push"),
                    "responses": _responses(202, "Stored, and sent from now on", "Pushed", 400),
                }
            },
            "/push/{id}": {
                "parameters": [
                    _in_path("id", {"type": "string", "pattern": "^[0-9a-f]{24}$"}),
                    OF_BOT,
                ],
                "get": {
                    "operationId": "pushed",
                    "summary": "Count the messages of a push by state",
                    "responses": _responses(200, "The counts", "Counts", 400, 404),
                },
                "delete": {
                    "operationId": "cancel",
                    "summary": "Cancel the messages of a push that wait",
                    "responses": _responses(200, "The counts", "Counts", 400, 404),
                },
            },
            "/events/{topic}": {
                "parameters": [_in_path("topic", TOPIC)],
                "post": {
                    "operationId": "event",
                    "summary": "Send an event, with a key or signed",
                    "parameters": [IDEMPOTENCY, OF_BOT],
                    "requestBody": _json("Event"),
                    "responses": _responses(202, "Stored", "Told", 400, 404),
                },
            },
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Push": PUSH,
                "Event": {"type": "object", "description": "whatever its sender sends"},
                "Pushed": _told({"id": "string", "recipients": "integer", "repeated": "boolean"}),
                "Told": _told({"id": "string", "repeated": "boolean"}),
                "Counts": COUNTS,
                "Problem": PROBLEM,
            },
        },
    }


def _told(types: dict[str, str]) -> dict[str, Any]:
    properties = {name: {"type": kind} for name, kind in types.items()}
    return {"type": "object", "required": [*types], "properties": properties}


def _in_path(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _schema(name: str) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}


def _json(name: str) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": _schema(name)}}


def _responses(status: int, text: str, name: str, *more: int) -> dict[str, Any]:
    good = {"description": text, "content": {"application/json": _schema(name)}}
    bad = {"application/problem+json": _schema("Problem")}
    wanted = sorted({*more, 401, 413, 429, 503})
    return {str(status): good} | {
        str(code): {"description": PROBLEMS[code], "content": bad} for code in wanted
    }
