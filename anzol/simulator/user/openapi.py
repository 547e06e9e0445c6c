"""The user side described for machines: OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.0.html"""

from __future__ import annotations

from typing import Any

from flask import jsonify

from anzol.version import __version__

from .routes import Json, UserRequest, route

# The fields of requests that are no texts; one name means the same on every route.
FIELDS = {
    "integer": "chat_id from message_id user_id id by after before update_id limit stars tip_amount cursor "
    "times error_code retry_after remove reply_to_message_id message_thread_id personal_chat_id",
    "number": "wait seconds advance latency",
    "boolean": "emoji_status_access blocked banned request removed enabled enforced cut lose clear is_premium is_forum "
    "inline_feedback can_read_all_group_messages supports_inline_queries",
    "array": "message_ids options done undone members bots games reaction entities",
    "object": "location update rights shipping_address order_info venue contact poll forward message web_app_data",
}
TYPES: dict[str, Json] = {
    name: {"type": kind} for kind, names in FIELDS.items() for name in names.split()
}
TEXT: Json = {"type": "string"}  # the rest
CONTENT = (
    "text? entities? caption? reply_to_message_id? message_thread_id? location? venue? contact? "
    "dice? poll? forward? web_app_data? photo? message?"
)

# What a route does, and its fields; those with a question mark may be absent.
POSTS = {
    "send": (
        "Write a message; files come as parts of a multipart body.",
        f"bot? chat_id? from? {CONTENT}",
    ),
    "press": ("Press a button.", "bot? chat_id message_id? button from? wait?"),
    "edit": ("Edit a message.", "bot? chat_id message_id text? caption? location? from?"),
    "delete": ("Delete messages.", "bot? chat_id message_id? message_ids? from?"),
    "react": ("React to a message.", "bot? chat_id message_id reaction? from?"),
    "vote": ("Vote in a poll.", "bot? chat_id message_id options? from?"),
    "inline": ("Write an inline query.", "bot query? from? offset? chat_type? wait?"),
    "choose": ("Choose an inline result.", "bot inline_query_id result_id chat_id? from?"),
    "pay": (
        "Pay an invoice.",
        "bot chat_id message_id from? tip_amount? shipping_option_id? shipping_address? order_info? wait?",
    ),
    "mark": ("Tick tasks of a checklist.", "bot? chat_id message_id done? undone? from?"),
    "buy": ("Buy paid media.", "bot? chat_id message_id from?"),
    "read": ("Read a chat.", "bot? chat_id"),
    "block": ("Block a bot, or let it write again.", "bot from blocked?"),
    "join": ("Join a group or channel, or ask to.", "chat_id user_id? bot? status? request?"),
    "leave": ("Leave a group, or remove somebody.", "chat_id user_id? bot? by? banned?"),
    "person": (
        "Make or change a person.",
        "id? first_name? last_name? username? language_code? is_premium? personal_chat_id? "
        "emoji_status_access?",
    ),
    "bot": (
        "Make or change a bot, as BotFather would.",
        "bot? token? first_name? username? can_read_all_group_messages? supports_inline_queries? "
        "inline_feedback? stars? games? manager?",
    ),
    "chat": (
        "Make a group or channel, or change its title.",
        "type? title? chat_id? from? members? bots? username? is_forum?",
    ),
    "migrate": ("Make a group a supergroup.", "chat_id"),
    "update": ("Deliver any update.", "bot update"),
    "resend": ("Deliver an update again.", "bot update_id update?"),
    "business": ("Let a bot act for a person's account.", "bot from rights? enabled?"),
    "webapp": ("Open a Mini App.", "bot chat_id from?"),
    "boost": ("Boost a chat.", "chat_id from removed?"),
    "photo": ("Set or remove a person's photo.", "from photo?"),
    "clock": ("Jump ahead in time.", "advance"),
    "flood": ("Switch the sending limits on or off.", "enforced"),
    "faults": (
        "Have calls fail.",
        "method? times? bot? error_code? description? retry_after? latency? cut? lose? remove? clear?",
    ),
    "outcome": (
        "Say what a server made of an update.",
        "bot update_id handler? seconds? outcome? error?",
    ),
}
GETS = {
    "messages": ("Read a chat's messages.", "bot? chat_id after? before? limit? wait?"),
    "state": ("Read all that a page shows.", ""),
    "events": ("Follow what happens, as server-sent events.", "cursor?"),
    "log": ("Read updates, deliveries and calls.", "bot? after? update_id? limit?"),
    "faults": ("Read the active faults.", ""),
    "clock": ("Read the time.", ""),
    "flood": ("Read whether sending limits are enforced, and how many calls were over one.", ""),
    "file/{file_id}": ("Read a file's bytes.", ""),
}


def parameters(fields: str) -> dict[str, bool]:
    """Return the names of fields, and whether each must be given."""
    return {name.rstrip("?"): not name.endswith("?") for name in fields.split()}


def envelope(ok: bool) -> Json:
    """Return the schema of an answer: Telegram's envelope."""
    more: Json = {"result": {}} if ok else {"error_code": {"type": "integer"}, "description": TEXT}
    properties = {"ok": {"const": ok}, **more}
    return {"type": "object", "required": list(properties), "properties": properties}


def answers(kind: str) -> Json:
    good: Json = {"description": "Done"}
    good["content"] = {kind: {"schema": envelope(True) if kind == "application/json" else {}}}
    bad = {"application/json": {"schema": envelope(False)}}
    return {"200": good, "4XX": {"description": "Refused", "content": bad}}


def posted(summary: str, fields: str) -> Json:
    """Return the operation that takes fields as a JSON object."""
    known = parameters(fields)
    schema: Json = {"type": "object", "properties": {name: TYPES.get(name, TEXT) for name in known}}
    if required := [name for name, needed in known.items() if needed]:
        schema["required"] = required
    body = {"content": {"application/json": {"schema": schema}}, "required": True}
    return {"summary": summary, "requestBody": body, "responses": answers("application/json")}


def read(path: str, summary: str, fields: str) -> Json:
    """Return the operation that takes fields in its query string."""
    found: list[Json] = [
        {"name": name, "in": "query", "required": needed, "schema": TYPES.get(name, TEXT)}
        for name, needed in parameters(fields).items()
    ]
    if "{file_id}" in path:
        found.append({"name": "file_id", "in": "path", "required": True, "schema": TEXT})
    kinds = {"events": "text/event-stream", "file/{file_id}": "*/*"}
    kind = kinds.get(path, "application/json")
    return {"summary": summary, "parameters": found, "responses": answers(kind)}


def description() -> Json:
    """Return the whole document."""
    paths: dict[str, Json] = {}
    for path, (summary, fields) in GETS.items():
        paths.setdefault(f"/user/{path}", {})["get"] = read(path, summary, fields)
    for path, (summary, fields) in POSTS.items():
        paths.setdefault(f"/user/{path}", {})["post"] = posted(summary, fields)
    title = "The user side of the Telegram simulator"
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__},
        "paths": paths,
    }


@route("/openapi.json", methods=("GET",))
def openapi(req: UserRequest) -> Any:
    """Answer with the document itself, which is no envelope: tools read it."""
    return jsonify(description())
