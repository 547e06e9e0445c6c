/** The log, gathered by update: what happened to it, and which calls it caused. */
import { get } from "./api.js";
import { emit } from "./bus.js";
import { attempt } from "./guard.js";
import { keyOf } from "./store.js";

const KEPT = 1000;
const BODIES = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "business_message",
];

/** Newest last: `{id, kind: "update", bot, updateId, type, queue, update, time, deliveries, calls, state}` and lone calls. */
export const records = [];
const byUpdate = new Map();
const byMessage = new Map();

const updateKey = (bot, id) => `${bot}/${id}`;

const messageKey = (bot, chatId, id) => `${keyOf(bot, chatId)}/${id}`;

function rememberMessage(record) {
  const message = BODIES.map((body) => record.update[body]).find(Boolean);
  if (!message?.chat) return;
  record.about = messageKey(
    message.chat.type === "private" ? record.bot : null,
    message.chat.id,
    message.message_id,
  );
  byMessage.set(record.about, [...(byMessage.get(record.about) ?? []), record]);
}

function add(record) {
  records.push(record);
  if (records.length <= KEPT) return;
  const [oldest] = records.splice(0, 1);
  byUpdate.delete(updateKey(oldest.bot, oldest.updateId));
  byMessage.delete(oldest.about);
}

/** A bot that polls asks again and again: only the refusals are news, what it took is `confirmed`. */
const isPoll = ({ method, answer }) => method === "getUpdates" && answer?.ok;

const TAKE = {
  update(entry) {
    const { id, bot, update_id: updateId, type, queue, update, time } = entry;
    const record = {
      id,
      kind: "update",
      bot,
      updateId,
      type,
      queue,
      update,
      time,
      deliveries: [],
      calls: [],
      state: "waiting",
      version: 0,
    };
    byUpdate.set(updateKey(bot, updateId), record);
    rememberMessage(record);
    add(record);
    return record;
  },
  delivery(entry) {
    const record = byUpdate.get(updateKey(entry.bot, entry.update_id));
    if (!record) return null;
    record.deliveries.push(entry);
    record.state = entry.state === "failed" ? "retrying" : entry.state;
    return record;
  },
  confirmed(entry) {
    const record = byUpdate.get(updateKey(entry.bot, entry.update_id));
    if (!record) return null;
    record.state = "delivered";
    record.confirmed = entry.time;
    return record;
  },
  call(entry) {
    if (isPoll(entry)) return null;
    const record = byUpdate.get(updateKey(entry.bot, entry.update_id));
    if (record) {
      record.calls.push(entry);
      return record;
    }
    const lone = {
      id: entry.id,
      kind: "call",
      bot: entry.bot,
      time: entry.time,
      calls: [entry],
      version: 0,
    };
    add(lone);
    return lone;
  },
};

/** Takes one log entry; tells `record` which record changed. */
export function take(entry) {
  const record = attempt(() => TAKE[entry.kind]?.(entry));
  if (!record) return;
  record.version += 1;
  emit("record", record);
  if (entry.kind !== "call") emit("tick");
}

export async function loadLog() {
  records.length = 0;
  byUpdate.clear();
  byMessage.clear();
  const entries = await get("log", { limit: KEPT });
  for (const entry of entries) take(entry);
}

export const recordsOf = (view, message) =>
  byMessage.get(messageKey(view.bot, view.chatId, message.message_id)) ?? [];

/** The record in which a bot sent this message, or changed it last. */
export function senderOf(view, message) {
  const sent = ({ answer }) =>
    [answer?.result]
      .flat()
      .some((one) => one?.message_id === message.message_id && one.chat?.id === view.chatId);
  return records.findLast(
    (record) => (view.bot ?? record.bot) === record.bot && record.calls.some(sent),
  );
}

const WORST_FIRST = ["dropped", "retrying", "waiting", "delivered"];

/** How far a person's message has come: the worst over all bots that are orToast of it. */
export function tickOf(view, message) {
  const states = recordsOf(view, message).map((record) => record.state);
  return WORST_FIRST.find((state) => states.includes(state)) ?? "sent";
}
