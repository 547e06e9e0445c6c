/** A record as a test for pytest: the same user says the same, and the bot's texts are what they were. */
import { records } from "./updates.js";

/** JSON as a Python literal; JSON's strings are Python's. */
function python(value) {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${python(one)}`)
    .join(", ")}}`;
}

/** The record whose calls sent the message that holds the pressed button. */
function origin({ bot, update }) {
  const { message } = update.callback_query;
  const sent = ({ answer }) =>
    answer?.ok &&
    answer.result?.message_id === message?.message_id &&
    answer.result.chat?.id === message.chat.id;
  return records.find(
    (record) => record.bot === bot && record.kind === "update" && record.calls.some(sent),
  );
}

function label({ data, message }) {
  const buttons = message?.reply_markup?.inline_keyboard?.flat() ?? [];
  return buttons.find((button) => button.callback_data === data)?.text ?? data;
}

/** The records to replay, oldest first: a press needs the message it was made on. */
function story(record) {
  const before = record.update.callback_query ? origin(record) : null;
  return before && before !== record ? [...story(before), record] : [record];
}

function step({ update, type }) {
  if (type === "message" && update.message.text !== undefined)
    return `client.send(${python(update.message.text)})`;
  if (update.callback_query?.data) return `client.click(${python(label(update.callback_query))})`;
  return `client.update(${python(type)}, **${python(update[type])})`;
}

/** What stands in the chat after all calls: sent, edited, without the deleted. */
function texts(steps) {
  const shown = new Map();
  for (const { method, params, answer } of steps.flatMap((record) => record.calls)) {
    if (!answer?.ok) continue;
    if (method === "deleteMessage") shown.delete(Number(params.message_id));
    for (const message of [answer.result].flat())
      if (message?.message_id && message.from)
        shown.set(message.message_id, message.text ?? message.caption);
  }
  return [...shown.values()].filter(Boolean);
}

function user({ update, type }) {
  const { from, chat, message } = update[type];
  const place = chat ?? message?.chat;
  const group =
    place && place.type !== "private"
      ? `.in_group(${python(place.title)}, type=${python(place.type)})`
      : "";
  return `${from ? `.as_user(${python(from.first_name)})` : ""}${group}`;
}

function name({ update, type }) {
  const words = (update.message?.text ?? update.callback_query?.data ?? type)
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return (words ?? [type]).slice(0, 4).join("_");
}

export function testOf(record) {
  const steps = story(record);
  return `import anzol.testing
from handlers import router


def test_${name(record)}():
    client = anzol.testing.client(router)${user(record)}
${steps.map((one) => `    ${step(one)}`).join("\n")}
    assert client.texts == ${python(texts(steps))}
`;
}
