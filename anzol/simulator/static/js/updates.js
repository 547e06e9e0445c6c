/** The log, gathered by update: what happened to it, and which calls it caused. */
import { get } from "./api.js";
import { emit } from "./bus.js";
import { fullName } from "./format.js";
import { attempt } from "./guard.js";
import { keyOf } from "./store.js";

const KEPT = 1000;
const PUSHED = 200; // calls of one push
const BODIES = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "business_message",
];

/** Newest last: `{id, kind: "update", bot, updateId, type, queue, update, time, deliveries, calls, state}`, pushes and lone calls. */
export const records = [];
const byUpdate = new Map();
const byMessage = new Map();
const byPush = new Map();

const updateKey = (bot, id) => `${bot}/${id}`;

const messageKey = (bot, chatId, id) => `${keyOf(bot, chatId)}/${id}`;

/** The chat that an update is about, as `{key, title}`; a person's own where it is about none. */
function placeOf(bot, type, update) {
  const body = update[type] ?? {};
  const chat = body.chat ?? body.message?.chat;
  const person = body.from ?? body.user;
  if (body.business_connection_id && chat)
    return { key: keyOf(null, chat.id), title: `${fullName(chat)} (business)` };
  if (chat && chat.type !== "private") return { key: keyOf(null, chat.id), title: fullName(chat) };
  const peer = chat ?? person;
  return peer ? { key: keyOf(bot, peer.id), title: fullName(peer) } : null;
}

/** The message that a person sees an update at: the one they wrote, or the one whose button they pressed. */
function rememberMessage(record) {
  const body = BODIES.map((name) => record.update[name]).find(Boolean);
  const message = body ?? record.update.callback_query?.message;
  if (!message?.chat) return;
  record.about = messageKey(
    message.chat.type === "private" && !message.business_connection_id ? record.bot : null,
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
  byPush.delete(updateKey(oldest.bot, oldest.push));
}

/** Adds a call to the push that it belongs to, of which there may be thousands: the newest are kept. */
function addPushed(entry) {
  const key = updateKey(entry.bot, entry.push);
  const known = byPush.get(key);
  const record = known ?? {
    id: entry.id,
    kind: "push",
    bot: entry.bot,
    push: entry.push,
    time: entry.time,
    calls: [],
    sent: 0,
    refused: 0,
    version: 0,
  };
  if (!known) {
    byPush.set(key, record);
    add(record);
  }
  record.calls.push(entry);
  if (record.calls.length > PUSHED) record.calls.shift();
  if (entry.answer?.ok) record.sent += 1;
  else record.refused += 1;
  return record;
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
      place: placeOf(bot, type, update),
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
  outcome(entry) {
    const record = byUpdate.get(updateKey(entry.bot, entry.update_id));
    if (!record) return null;
    record.outcome = entry;
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
    if (entry.push) return addPushed(entry);
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
  byPush.clear();
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

export const recordById = (bot, updateId) => byUpdate.get(updateKey(bot, updateId));

const wrote = (message) => (record) =>
  !record.update.callback_query && record.about?.endsWith(`/${message.message_id}`);

/** Whether a handler ended with an error that nobody took care of. */
export const hasFailed = ({ outcome }) => Boolean(outcome?.error) && outcome.outcome !== "done";

/** How an update fares, for the dot, the filter and the tick: the first that is true. */
export function statusOf(record) {
  if (record.kind === "push") return record.refused ? "refused" : "done";
  if (record.kind === "call") return record.calls[0].answer?.ok ? "done" : "refused";
  if (hasFailed(record)) return "failed";
  if (record.state !== "delivered") return record.state;
  if (record.calls.some((call) => !call.answer?.ok)) return "refused";
  return record.outcome?.outcome === "unhandled" ? "unhandled" : "done";
}

/** The newest record about this message, when its handler failed. */
export function failureOf(view, message) {
  const newest = recordsOf(view, message).at(-1);
  return newest && hasFailed(newest) ? newest : null;
}

const WORST_FIRST = ["failed", "dropped", "retrying", "waiting", "delivered"];

/** How far a person's message has come: the worst over all bots that get it. */
export function tickOf(view, message) {
  const states = recordsOf(view, message)
    .filter(wrote(message))
    .map((record) => (hasFailed(record) ? "failed" : record.state));
  return WORST_FIRST.find((state) => states.includes(state)) ?? "sent";
}
