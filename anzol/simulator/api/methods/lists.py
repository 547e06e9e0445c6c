"""Checklists and rich messages."""

from __future__ import annotations

import re
from typing import Any

from ..calls import Call, method
from ..errors import bad
from ..texts import format_text
from .edits import edit
from .sending import send

Json = dict[str, Any]


@method("sendChecklist")
def send_checklist(call: Call) -> Json:
    """Send a checklist in the name of a business account."""
    return send(call, {"checklist": read_checklist(call.get("checklist", {}))})


@method("editMessageChecklist")
def edit_message_checklist(call: Call) -> Json | bool:
    """Replace a checklist, keeping which of its tasks are done."""
    content = {"checklist": read_checklist(call.get("checklist", {}))}
    return edit(call, lambda message: content)


def read_checklist(given: Json) -> Json:
    """Return the Checklist of an InputChecklist. Raises Refused 400."""
    title, entities = format_text(
        given["title"], given.get("parse_mode", ""), given.get("title_entities")
    )
    if not title:
        raise bad("CHECKLIST_TITLE_EMPTY")
    tasks = [read_task(task) for task in given["tasks"]]
    if not tasks:
        raise bad("CHECKLIST_TASKS_EMPTY")
    flags = ("others_can_add_tasks", "others_can_mark_tasks_as_done")
    found: Json = {"title": title, "tasks": tasks, **{f: True for f in flags if given.get(f)}}
    return {**found, "title_entities": entities} if entities else found


def read_task(given: Json) -> Json:
    """Return one ChecklistTask."""
    text, entities = format_text(
        given["text"], given.get("parse_mode", ""), given.get("text_entities")
    )
    task: Json = {"id": given["id"], "text": text}
    return {**task, "text_entities": entities} if entities else task


@method("sendRichMessage")
def send_rich_message(call: Call) -> Json:
    """Send a rich message."""
    given = call.get("rich_message", {})
    source = given.get("html") or given.get("markdown")
    if not source:
        raise bad("message text is empty")
    # Its blocks are not parsed: the page shows the words, one paragraph for each.
    words = re.sub(r"<[^>]*>", "", source) if given.get("html") else source
    blocks = [
        {"type": "paragraph", "text": line.strip()} for line in words.splitlines() if line.strip()
    ]
    return send(call, {"rich_message": {"blocks": blocks}})
