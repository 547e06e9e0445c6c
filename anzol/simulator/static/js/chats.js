/** The chats a person sees, and what is said about each. */
import { count, fullName } from "./format.js";
import { keyOf, parseKey, state } from "./store.js";
import { ask } from "./toast.js";

const ACTIONS = {
  typing: "typing…",
  upload_photo: "sending a photo…",
  record_video: "recording a video…",
  upload_video: "sending a video…",
  record_voice: "recording a voice message…",
  upload_voice: "sending a voice message…",
  upload_document: "sending a file…",
  choose_sticker: "choosing a sticker…",
  find_location: "choosing a location…",
  record_video_note: "recording a video message…",
  upload_video_note: "sending a video message…",
};

const GONE = new Set(["left", "kicked"]);

/** A chat of somebody's business account is called by both who talk there. */
function titleOf(entry) {
  if (!entry?.connection) return entry?.chat.title ?? "Group";
  const other = entry.members.find((member) => member.user.id !== entry.chat.id);
  return `${fullName(entry.chat)} with ${fullName(other?.user ?? {})}`;
}

/** `{key, bot, chatId, entry, type, title, person, peer}`; `entry` is null before the first message. */
export function chatView(key) {
  const { bot, chatId } = parseKey(key);
  const entry = state.chats.get(key) ?? null;
  if (bot !== null) {
    const peer = state.bots.get(bot)?.user;
    return { key, bot, chatId, entry, type: "private", title: peer ? fullName(peer) : "Bot", peer };
  }
  return {
    key,
    bot,
    chatId,
    entry,
    type: entry?.chat.type ?? "group",
    title: titleOf(entry),
    peer: entry?.chat,
  };
}

export const membersOf = (view) =>
  (view.entry?.members ?? []).filter((member) => !GONE.has(member.status));

export const isMember = (view, person = state.me) =>
  view.type === "private" || membersOf(view).some((member) => member.user.id === person);

/** Only those who run a channel post in it. */
export function mayWrite(view) {
  if (view.type !== "channel") return isMember(view);
  const mine = membersOf(view).find((member) => member.user.id === state.me);
  return mine?.status === "creator" || mine?.status === "administrator";
}

export function botsIn(view) {
  if (view.bot !== null) return [state.bots.get(view.bot)].filter(Boolean);
  return membersOf(view)
    .map((member) => state.bots.get(member.user.id))
    .filter(Boolean);
}

export const isBlocked = (view) =>
  state.bots.get(view.bot)?.blocked_by?.includes(state.me) ?? false;

/** What is being done in the chat now, as `{text, until}`, or `null`. */
export function activity(view) {
  const now = Date.now() / 1000;
  const current = view.entry?.actions?.find((action) => action.until > now);
  if (!current) return null;
  const what = ACTIONS[current.action] ?? "busy…";
  const who =
    view.type === "private" ? "" : `${fullName(state.bots.get(current.bot)?.user ?? {})} is `;
  return { text: who + what, until: current.until };
}

export function subtitle(view) {
  if (view.entry?.connection) return "a business account's chat";
  if (view.type === "private") return isBlocked(view) ? "bot, blocked by you" : "bot";
  const members = membersOf(view).length;
  return view.type === "channel" ? count(members, "subscriber") : count(members, "member");
}

/** A business account's chat is seen by its owner and by the other one. */
const isSeen = (entry) =>
  !entry.connection || entry.members.some((member) => member.user.id === state.me);

/** Newest first; bots never written to come last. */
export function chatList() {
  const keys = [...state.bots.keys()].map((bot) => keyOf(bot, state.me));
  for (const [key, entry] of state.chats) if (entry.bot === null && isSeen(entry)) keys.push(key);
  const date = (view) => view.entry?.last_message?.date ?? 0;
  return keys.map(chatView).sort((a, b) => date(b) - date(a) || a.title.localeCompare(b.title));
}

/** Asks for one of the chats this person may write to; resolves with its key or `undefined`. */
export async function chooseChat(title) {
  const options = chatList()
    .filter(mayWrite)
    .map((view) => [view.key, view.title]);
  const form = await ask(title, [["key", "Chat", { options }]], "Choose");
  return form?.key;
}
