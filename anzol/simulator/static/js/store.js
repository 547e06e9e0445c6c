/** What the page knows: bots, people, chats, messages. Changed by the state and by events only. */
import { get } from "./api.js";
import { emit } from "./bus.js";

export const PAGE = 80;

export const state = {
  me: null,
  options: {},
  bots: new Map(),
  people: new Map(),
  chats: new Map(),
  threads: new Map(),
  faults: [],
};

/** Private chats of several bots share the person's id, groups belong to no bot. */
export const keyOf = (bot, chatId) => `${bot ?? 0}:${chatId}`;

export function parseKey(key) {
  const [bot, chatId] = key.split(":").map(Number);
  return { bot: bot || null, chatId };
}

/** Loads everything but messages and returns the cursor for the event stream. */
export async function loadState() {
  const fresh = await get("state");
  state.options = fresh.options;
  state.faults = fresh.faults;
  state.bots = new Map(fresh.bots.map((bot) => [bot.id, bot]));
  state.people = new Map(fresh.people.map((person) => [person.id, person]));
  state.chats = new Map(fresh.chats.map((entry) => [keyOf(entry.bot, entry.chat.id), entry]));
  state.threads.clear();
  const remembered = Number(sessionStorage.getItem("me") ?? localStorage.getItem("me"));
  state.me = state.people.has(remembered) ? remembered : fresh.me;
  emit("state");
  return fresh.cursor;
}

/** Another tab keeps its own person; a new tab starts as the last one chosen. */
export function becomePerson(id) {
  state.me = id;
  sessionStorage.setItem("me", id);
  localStorage.setItem("me", id);
  emit("me");
}

export function thread(key) {
  if (!state.threads.has(key)) {
    state.threads.set(key, { messages: [], loaded: false, complete: false, draft: null });
  }
  return state.threads.get(key);
}

const isKnown = ({ bot, chatId }) => bot === null || state.bots.has(bot) || chatId < 0;

/** Loads the newest page of a chat, or the page before the oldest known message. */
export async function loadMessages(key) {
  const { bot, chatId } = parseKey(key);
  const list = thread(key);
  if (list.complete || list.loading || !isKnown({ bot, chatId })) return;
  list.loading = true;
  const before = list.loaded ? list.messages[0]?.message_id : undefined;
  try {
    const connection = state.chats.get(key)?.connection;
    const place = { bot, chat_id: chatId, business_connection_id: connection };
    const page = await get("messages", { ...place, before, limit: PAGE });
    const known = new Set(list.messages.map((message) => message.message_id));
    list.messages = [...page.filter((message) => !known.has(message.message_id)), ...list.messages];
    list.messages.sort((a, b) => a.message_id - b.message_id);
    list.complete = page.length < PAGE;
    list.loaded = true;
  } finally {
    list.loading = false;
    emit("thread", key);
  }
}

export function messageById(key, id) {
  return thread(key).messages.findLast((message) => message.message_id === id);
}

function putMessage(key, message) {
  const { messages } = thread(key);
  const at = messages.findLastIndex((known) => known.message_id <= message.message_id);
  if (messages[at]?.message_id === message.message_id) messages[at] = message;
  else messages.splice(at + 1, 0, message);
}

function changeMessage(key, id, fields) {
  const known = messageById(key, id);
  if (known) putMessage(key, { ...known, ...fields });
}

function forget(key, ids) {
  const list = thread(key);
  list.messages = list.messages.filter((message) => !ids.includes(message.message_id));
}

function rememberAction(key, event) {
  const entry = state.chats.get(key);
  if (!entry) return;
  const others = entry.actions.filter((action) => action.bot !== event.by);
  entry.actions = [...others, { bot: event.by, action: event.action, until: event.until }];
}

/** What a bot was doing ends when its message arrives. */
function endAction(key, message) {
  const entry = state.chats.get(key);
  if (!entry) return;
  entry.actions = entry.actions.filter((action) => action.bot !== message.from?.id);
  entry.last_message = message;
  if (message.outgoing) entry.unread += 1;
}

const HANDLERS = {
  message({ message }, key) {
    thread(key).draft = null;
    putMessage(key, message);
    endAction(key, message);
  },
  edited({ message }, key) {
    if (messageById(key, message.message_id)) putMessage(key, message);
    const entry = state.chats.get(key);
    if (entry?.last_message?.message_id === message.message_id) entry.last_message = message;
  },
  deleted({ message_ids }, key) {
    forget(key, message_ids);
  },
  reaction({ message_id, reactions }, key) {
    changeMessage(key, message_id, { reactions });
  },
  poll({ message_id, poll, votes }, key) {
    changeMessage(key, message_id, { poll, votes });
  },
  draft(event, key) {
    thread(key).draft = event.text ? event : null;
  },
  action(event, key) {
    const home = state.chats.has(key) ? key : keyOf(null, event.chat_id);
    rememberAction(home, event);
  },
  chat(event, key) {
    if (event.removed) state.chats.delete(key);
    else state.chats.set(key, event.chat);
  },
  person({ person }) {
    state.people.set(person.id, person);
  },
  bot({ bot, entry }) {
    state.bots.set(bot, entry);
  },
  faults({ faults }) {
    state.faults = faults;
  },
  options({ options }) {
    state.options = options;
  },
};

const IN_THREAD = new Set(["message", "edited", "deleted", "reaction", "poll", "draft"]);
const IN_CHATS = new Set(["action", "chat", "person", "bot"]);

/** Applies one event of the stream, then tells the topic that draws it. */
export function apply(event) {
  const key = keyOf(event.bot, event.chat_id);
  HANDLERS[event.type]?.(event, key);
  if (IN_THREAD.has(event.type)) emit("thread", key);
  if (IN_THREAD.has(event.type) || IN_CHATS.has(event.type)) emit("chats");
  else if (event.type === "log") emit("log", event.entry);
  else if (event.type === "answer") emit("answer", event);
  else if (event.type === "faults" || event.type === "options") emit("faults", event);
  if (event.type === "message") emit("arrived", { key, message: event.message });
}
