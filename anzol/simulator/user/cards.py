"""What people do with checklists and paid media: mark tasks, buy."""

from __future__ import annotations

from typing import Any

from ..api.errors import bad
from ..world.posting import nested, post_service, replace_message, republish
from .routes import UserRequest, route

Json = dict[str, Any]


@route("/mark")
def mark(req: UserRequest) -> Json:
    world, chat, person = req.world, req.chat, req.person
    message = req.message(chat)
    checklist: Json = message.get("checklist") or {}
    if not checklist.get("others_can_mark_tasks_as_done"):
        raise bad("this message is not a checklist whose tasks others can mark")
    lists = [req.value(field, "[Integer]") or [] for field in ("done", "undone")]
    marks = {int(number): index == 0 for index, given in enumerate(lists) for number in given}
    known = [task["id"] for task in checklist["tasks"]]
    if not marks or not marks.keys() <= set(known):
        raise bad(f"done and undone are lists of the tasks' ids: {known}")
    by = {"completed_by_user": person, "completion_date": world.clock.date()}
    tasks = [marked(task, marks.get(task["id"]), by) for task in checklist["tasks"]]
    new = {**message, "checklist": {**checklist, "tasks": tasks}}
    replace_message(world, chat, new)
    changed: Json = {"checklist_message": nested(new)}
    for field, wanted in (
        ("marked_as_done_task_ids", True),
        ("marked_as_not_done_task_ids", False),
    ):
        ids = [number for number, is_done in marks.items() if is_done is wanted]
        changed |= {field: ids} if ids else {}
    return post_service(world, chat, person, {"checklist_tasks_done": changed})


def marked(task: Json, is_done: bool | None, by: Json) -> Json:
    """Return a task as somebody marked it, or unchanged."""
    if is_done is None:
        return task
    return {**task, **by} if is_done else {k: v for k, v in task.items() if k not in by}


@route("/buy")
def buy(req: UserRequest) -> Json:
    world, chat, person = req.world, req.chat, req.person
    message = req.message(chat)
    if "paid_media" not in message:
        raise bad("this message has no paid media")
    extra = chat.extra(message["message_id"])
    buyers = extra.get("bought_by", [])
    if person["id"] in buyers:
        raise bad("this person has bought it already")
    extra["bought_by"] = [*buyers, person["id"]]
    republish(world, chat, message["message_id"])
    bot = world.bots.get(extra.get("bot", 0))
    if bot:
        purchase = {"from": person, "paid_media_payload": extra.get("paid_media_payload", "")}
        world.push(bot, "purchased_paid_media", purchase)
    return chat.shown(message)
