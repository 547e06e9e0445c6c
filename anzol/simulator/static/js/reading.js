import { post } from "./api.js";
import { parseKey, state } from "./store.js";

/** Tells the simulator that the open chat has been read, when somebody is looking. */
export function markRead(key) {
  const entry = state.chats.get(key);
  if (!entry || document.hidden) return;
  const { bot, chatId } = parseKey(key);
  if (!entry.unread) return;
  entry.unread = 0;
  const place = { bot, chat_id: chatId, business_connection_id: entry.connection };
  post("read", place).catch(() => {}); // only the badge depends on it
}
