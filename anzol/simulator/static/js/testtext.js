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

function step({ update, type }, client = "client") {
  if (type === "message" && update.message.text !== undefined)
    return `${client}.send(${python(update.message.text)})`;
  if (update.callback_query?.data)
    return `${client}.click(${python(label(update.callback_query))})`;
  return `${client}.update(${python(type)}, **${python(update[type])})`;
}

/** What stands in the chats, by the id of each: sent and edited, without the deleted. */
class Chats {
  shown = new Map();

  /** Take a call; returns the id of the chat that it changed, if any. */
  take({ method, params, answer }) {
    if (!answer?.ok) return null;
    if (method === "deleteMessage") {
      this.of(Number(params.chat_id)).delete(Number(params.message_id));
      return Number(params.chat_id);
    }
    const messages = [answer.result].flat().filter((one) => one?.message_id && one.from);
    for (const one of messages)
      this.of(one.chat.id).set(one.message_id, one.text ?? one.caption ?? "");
    return messages[0]?.chat.id ?? null;
  }

  of(id) {
    if (!this.shown.has(id)) this.shown.set(id, new Map());
    return this.shown.get(id);
  }

  texts(id) {
    return [...this.of(id).values()].filter(Boolean);
  }
}

function texts(steps) {
  const chats = new Chats();
  for (const call of steps.flatMap((record) => record.calls)) chats.take(call);
  return [...chats.shown.keys()].flatMap((id) => chats.texts(id));
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

const HEAD = `import anzol.testing
from handlers import router


def test_`;

export function testOf(record) {
  const steps = story(record);
  return `${HEAD}${name(record)}():
    client = anzol.testing.client(router)${user(record)}
${steps.map((one) => `    ${step(one)}`).join("\n")}
    assert client.texts == ${python(texts(steps))}
`;
}

/** The chat in which a record's person sees the answers. */
const placeId = ({ update, type }) => (update[type].chat ?? update[type].message?.chat)?.id;

/** A name for each person in each chat, as a test would call them: `ana`, and `ana_2` in another chat. */
function names(steps) {
  const known = new Map();
  const taken = new Set();
  for (const one of steps) {
    const made = user(one);
    if (known.has(made)) continue;
    const from = one.update[one.type].from;
    const word = from?.first_name.toLowerCase().match(/[a-z]\w*/)?.[0] ?? "somebody";
    let name = word;
    for (let count = 2; taken.has(name) || name === "anzol"; count += 1) name = `${word}_${count}`;
    taken.add(name);
    known.set(made, name);
  }
  return known;
}

/** Everything that happened, oldest first, as one test: who said what, and what stood in the chat after it. */
export function testOfSession(steps) {
  const known = names(steps);
  const chats = new Chats();
  const lines = ["first = anzol.testing.client(router)"];
  for (const [made, name] of known) lines.push(`${name} = first${made}`);
  for (const one of steps) {
    const name = known.get(user(one));
    lines.push("", step(one, name));
    const changed = new Set(one.calls.map((call) => chats.take(call)));
    const here = placeId(one);
    if (here !== undefined && changed.has(here))
      lines.push(`assert ${name}.texts == ${python(chats.texts(here))}`);
  }
  return `${HEAD}session():
${lines.map((line) => (line ? `    ${line}` : "")).join("\n")}
`;
}
