"""What a Bot API server says, and what it would never say."""

from __future__ import annotations

import json

import pytest

from anzol import ApiError, Bot
from anzol.api.envelope import read_answer
from anzol.api.errors import BadAnswer, ChatMigrated, Forbidden, RetryAfter, Unauthorized
from anzol.api.transport import Transport
from tests.api.conftest import TOKEN, BotApi, answer

NOT_TELEGRAMS = [
    (200, b"<html>Please sign in</html>", False),
    (302, b"<html>Moved</html>", False),
    (429, b"<html>Slow down</html>", False),
    (502, b"<html>Bad gateway</html>", False),
    (504, b"<html>Gateway timeout</html>", True),
    (200, b"", True),
    (200, b"\xff", True),
    (200, b"[1]", True),
    (200, b'{"ok":true}', True),
    (200, b'{"ok":"yes","result":1}', True),
    (200, b'{"ok":true,"result":{"message_id":', True),
    (200, b'{"ok":true,"result":' + b"[" * 1000 + b"]" * 1000 + b"}", True),
    (200, b'{"ok":true,"result":' + b'{"a":' * 300 + b"1" + b"}" * 300 + b"}", True),
    (200, b'{"ok":false}', False),
    (400, b'{"ok":false,"error_code":"x","description":"odd"}', False),
    (400, b'{"ok":false,"error_code":true,"description":"odd"}', False),
    (400, b'{"ok":false,"error_code":400,"description":["odd"]}', False),
    (400, b'{"ok":false,"error_code":400,"description":"odd","parameters":[1]}', False),
    (400, b'{"ok":false,"error_code":400,"parameters":{"migrate_to_chat_id":"x"}}', False),
    (429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":-5}}', False),
    (429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":"abc"}}', False),
    (429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":[3]}}', False),
    (429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":1e400}}', False),
    (429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":99999999999}}', False),
]


@pytest.mark.parametrize(("status", "body", "sent"), NOT_TELEGRAMS)
def test_an_answer_that_is_not_telegrams_is_one_kind_of_error(
    api: BotApi, status: int, body: bytes, sent: bool
):
    api.script = [answer(body, status)]
    transport = Transport(TOKEN, api.url)
    with pytest.raises(BadAnswer, match="without Telegram's JSON") as caught:
        transport.request("sendMessage", {}, {})
    assert (caught.value.status, caught.value.sent) == (status, sent)
    transport.close()


def test_a_deep_but_plausible_answer_is_read(api: BotApi, bot: Bot):
    api.result = json.loads('{"reply_to_message":' * 90 + '{"text":"[[[["}' + "}" * 90)
    assert bot.call("getChat", chat_id=1).reply_to_message.reply_to_message


@pytest.mark.parametrize(
    ("code", "parameters", "kind"),
    [
        (400, {}, ApiError),
        (401, {}, Unauthorized),
        (403, {}, Forbidden),
        (429, {"retry_after": 3}, RetryAfter),
        (429, {}, RetryAfter),
        (400, {"migrate_to_chat_id": -1001}, ChatMigrated),
    ],
)
def test_every_refusal_has_its_class(code: int, parameters: dict[str, int], kind: type[ApiError]):
    envelope = {"ok": False, "error_code": code, "description": "no", "parameters": parameters}
    with pytest.raises(ApiError) as caught:
        read_answer("sendMessage", code, json.dumps(envelope).encode())
    assert type(caught.value) is kind
    assert (caught.value.code, caught.value.parameters) == (code, parameters)
