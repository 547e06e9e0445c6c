"""Telegram's side, in memory: chats, their messages, and an answer to every method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from anzol.api.errors import ApiError, Forbidden, NetworkError, api_error
from anzol.api.methods import find, returns, schema, snake_case
from anzol.bot.reply import MEDIA

from .chats import Chats
from .clock import Clock
from .files import Files
from .rules import bad_request, check_buttons, check_call, check_reaction, read_text
from .samples import sample

ME: dict[str, Any] = {
    "id": 4242,
    "is_bot": True,
    "first_name": "Testing",
    "username": "testing_bot",
    "can_join_groups": True,
}


class Telegram:
    """Takes the place of `bot.transport.Transport`: `calls` is what the bot has asked for, in order."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.chats = Chats(clock)
        self.files = Files()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.failures: list[tuple[str | None, dict[str, Any]]] = []
        self.queries: set[str] = set()
        self.answers: dict[str, dict[str, Any]] = {}
        self.blocked: set[int] = set()
        self.commands: list[dict[str, Any]] = []
        self.statuses: dict[tuple[int, int], str] = {}
        self.migrated: dict[int, int] = {}

    def request(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        self.calls.append((method, {**fields, **files}))
        if find(method) is None:
            raise ApiError(method, 404, "Not Found: method not found")
        check_call(method, fields, files)
        self._fail_as_planned(method)
        fields = fields | self.files.take(method, fields, files)
        check_buttons(method, fields.get("reply_markup") or {})
        chat = self._chat(method, fields["chat_id"]) if "chat_id" in fields else {}
        answer = getattr(self, f"_{snake_case(method)}", None)
        if answer is not None:
            return answer(method, chat, fields)
        if returns(method) == "Message":
            return self._send(method, chat, fields)
        return sample(returns(method), {**fields, "chat": chat})

    def download(self, file_path: str) -> Iterator[bytes]:
        yield self.files.content(file_path)

    def plan_failure(self, method: str | None, code: int, description: str, after: int) -> None:
        """Let the next call, or the next of one method, fail; code 0 is a lost answer."""
        parameters = {"retry_after": after} if code == 429 else {}
        text = description or {429: f"Too Many Requests: retry after {after}"}.get(code, "planned")
        envelope = {"error_code": code, "description": text, "parameters": parameters}
        self.failures.append((method, envelope))

    def _fail_as_planned(self, method: str) -> None:
        for index, (wanted, envelope) in enumerate(self.failures):
            if wanted in (None, method):
                del self.failures[index]
                if not envelope["error_code"]:
                    raise NetworkError(method, "read timeout", sent=True)
                raise api_error(method, envelope)

    def _chat(self, method: str, chat_id: Any) -> dict[str, Any]:
        chat = self.chats.find(chat_id)
        if chat is None:
            raise bad_request(method, "chat not found")
        if chat["id"] in self.migrated:
            raise bad_request(
                method,
                "group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.migrated[chat["id"]],
            )
        if chat["id"] in self.blocked:
            raise Forbidden(method, 403, "Forbidden: bot was blocked by the user")
        return chat

    def _send(self, method: str, chat: dict[str, Any], fields: dict[str, Any]) -> Any:
        kind = snake_case(method).partition("_")[2]
        content = read_text(method, fields)
        spec = schema()["types"]["Message"].get(kind)
        if spec and kind != "text":
            content[kind] = fields[kind] if kind in fields else sample(spec, fields)
        if (markup := fields.get("reply_markup")) and "inline_keyboard" in markup:
            content["reply_markup"] = markup
        elif markup:
            self.chats.menus[chat["id"]] = markup
        return self.chats.post(chat, ME, content)

    def _send_media_group(self, method: str, chat: dict[str, Any], fields: dict[str, Any]) -> Any:
        album = str(len(self.calls))
        sent = []
        for item in fields["media"]:
            content = read_text(method, item) | {item["type"]: item["media"]}
            sent.append(self.chats.post(chat, ME, content | {"media_group_id": album}))
        return sent

    def _edit_message_text(self, method: str, chat: dict[str, Any], fields: dict[str, Any]) -> Any:
        if "inline_message_id" in fields:
            return True
        message = self.chats.message(method, chat, fields["message_id"], "edit")
        content = read_text(method, fields)
        if method == "editMessageText" and "text" not in message:
            raise bad_request(method, "there is no text in the message to edit")
        if "media" in fields:
            content = read_text(method, fields["media"])
            content[fields["media"]["type"]] = fields["media"]["media"]
        markup = fields.get("reply_markup")
        before = {name: message.get(name) for name in (*content, "reply_markup")}
        if before == {**content, "reply_markup": markup}:
            raise bad_request(
                method,
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message",
            )
        for name in ("reply_markup", *(MEDIA if "media" in fields else ())):
            message.pop(name, None)
        message.update(content, edit_date=int(self.clock()))
        if markup is not None:
            message["reply_markup"] = markup
        return message

    _edit_message_caption = _edit_message_text
    _edit_message_reply_markup = _edit_message_text
    _edit_message_media = _edit_message_text

    def _forward_message(self, method: str, chat: dict[str, Any], fields: dict[str, Any]) -> Any:
        source = self._chat(method, fields["from_chat_id"])
        verb = "copy" if method == "copyMessage" else "forward"
        message = self.chats.message(method, source, fields["message_id"], verb)
        envelope = ("message_id", "from", "chat", "date", "edit_date", "reply_markup")
        content = {name: value for name, value in message.items() if name not in envelope}
        origin = {"type": "user", "date": message["date"], "sender_user": message["from"]}
        forwarded = {"forward_origin": origin} if verb == "forward" else {}
        return self.chats.post(chat, ME, content | forwarded)

    def _copy_message(self, method: str, chat: dict[str, Any], fields: dict[str, Any]) -> Any:
        copy = self._forward_message(method, chat, fields) | read_text(method, fields)
        return {"message_id": copy["message_id"]}

    def _delete_message(self, method: str, chat: dict[str, Any], fields: dict[str, Any]) -> bool:
        self.chats.message(method, chat, fields["message_id"], "delete")
        del self.chats.messages[chat["id"]][fields["message_id"]]
        return True

    def _set_message_reaction(
        self, method: str, chat: dict[str, Any], fields: dict[str, Any]
    ) -> bool:
        self.chats.message(method, chat, fields["message_id"], "react")
        check_reaction(method, fields.get("reaction") or [])
        return True

    def _answer_callback_query(self, method: str, _: Any, fields: dict[str, Any]) -> bool:
        return self._answer(method, fields["callback_query_id"], fields)

    def _answer_inline_query(self, method: str, _: Any, fields: dict[str, Any]) -> bool:
        ids = [result["id"] for result in fields["results"]]
        if len(ids) > 50:
            raise bad_request(method, "RESULTS_TOO_MUCH")
        if len(set(ids)) < len(ids):
            raise bad_request(method, "RESULT_ID_DUPLICATE")
        return self._answer(method, fields["inline_query_id"], fields)

    def _answer(self, method: str, query: str, fields: dict[str, Any]) -> bool:
        if query not in self.queries:
            text = "query is too old and response timeout expired or query ID is invalid"
            raise bad_request(method, text)
        self.queries.discard(query)
        self.answers[query] = fields
        return True

    def _get_me(self, *_: Any) -> dict[str, Any]:
        return ME

    def _get_file(self, method: str, _: Any, fields: dict[str, Any]) -> dict[str, Any]:
        return self.files.describe(method, fields["file_id"])

    def _get_chat(self, _: str, chat: dict[str, Any], __: Any) -> Any:
        return sample("ChatFullInfo", chat)

    def _get_chat_member(self, _: str, chat: dict[str, Any], fields: dict[str, Any]) -> Any:
        user = {"id": fields["user_id"], "is_bot": False, "first_name": "Somebody"}
        status = self.statuses.get((chat["id"], user["id"]), "member")
        kind = {"administrator": "ChatMemberAdministrator"}.get(status, "ChatMemberMember")
        return sample(kind, {"status": status, "user": user})

    def _set_my_commands(self, _: str, __: Any, fields: dict[str, Any]) -> bool:
        self.commands = fields["commands"]
        return True

    def _get_my_commands(self, *_: Any) -> list[dict[str, Any]]:
        return self.commands
