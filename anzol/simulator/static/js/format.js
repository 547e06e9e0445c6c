/** How times, sizes and the one-line summary of a message are written. */
import { attempt } from "./guard.js";

const TIME = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat([], { day: "numeric", month: "long" });
const DAY_YEAR = new Intl.DateTimeFormat([], { day: "numeric", month: "long", year: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat([], { weekday: "short" });
const SHORT = new Intl.DateTimeFormat([], { day: "2-digit", month: "2-digit", year: "2-digit" });
const DAY_MS = 86_400_000;

export const clock = (seconds) => TIME.format(seconds * 1000);

const midnight = (date) => new Date(date).setHours(0, 0, 0, 0);

const daysAgo = (seconds) => Math.round((midnight(Date.now()) - midnight(seconds * 1000)) / DAY_MS);

export function day(seconds) {
  const ago = daysAgo(seconds);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  const date = new Date(seconds * 1000);
  const format = date.getFullYear() === new Date().getFullYear() ? DAY : DAY_YEAR;
  return format.format(date);
}

/** The time in the chat list: today the hour, this week the weekday, then the date. */
export function when(seconds) {
  const ago = daysAgo(seconds);
  if (ago <= 0) return clock(seconds);
  return (ago < 7 ? WEEKDAY : SHORT).format(seconds * 1000);
}

export function size(bytes) {
  if (bytes === undefined) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

export function duration(seconds = 0) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function milliseconds(ms) {
  if (ms === null || ms === undefined) return "";
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export const fullName = (user) =>
  [user.first_name, user.last_name].filter(Boolean).join(" ") || user.title || "Deleted account";

export const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** The last line of a traceback says what went wrong: `KeyError: 'city'`. */
export const lastLine = (error) => error.trimEnd().split("\n").at(-1).trim();

export function failureText({ outcome }) {
  const where = outcome.handler ? `The handler ${outcome.handler} failed` : "The bot failed";
  return outcome.error ? `${where}: ${short(lastLine(outcome.error), 160)}` : where;
}

const short = (text, most) => (text.length > most ? `${text.slice(0, most).trimEnd()}…` : text);

const names = (users) => users.map(fullName).join(", ");

/** Says which tasks of a checklist somebody marked. */
function changedTasks(change) {
  const { tasks } = change.checklist_message.checklist;
  const texts = (ids) =>
    ids.map((id) => `“${short(tasks.find((one) => one.id === id).text, 36)}”`).join(", ");
  const { marked_as_done_task_ids: done = [], marked_as_not_done_task_ids: undone = [] } = change;
  return [done.length && `marked ${texts(done)} done`, undone.length && `unmarked ${texts(undone)}`]
    .filter(Boolean)
    .join(", ");
}

/** Service messages: the field that makes one, and its sentence. */
const SERVICE = {
  new_chat_members: (m) =>
    m.new_chat_members.length === 1 && m.new_chat_members[0].id === m.from?.id
      ? "joined the group"
      : `added ${names(m.new_chat_members)}`,
  left_chat_member: (m) =>
    m.left_chat_member.id === m.from?.id
      ? "left the group"
      : `removed ${fullName(m.left_chat_member)}`,
  new_chat_title: (m) => `changed the title to “${m.new_chat_title}”`,
  new_chat_photo: () => "changed the group photo",
  delete_chat_photo: () => "removed the group photo",
  group_chat_created: () => "created the group",
  supergroup_chat_created: () => "created the group",
  channel_chat_created: () => "created the channel",
  migrate_to_chat_id: () => "made this group a supergroup",
  migrate_from_chat_id: () => "made this group a supergroup",
  pinned_message: (m) => `pinned “${short(summary(m.pinned_message), 36)}”`,
  successful_payment: (m) =>
    `paid ${money(m.successful_payment.total_amount, m.successful_payment.currency)}`,
  refunded_payment: (m) =>
    `got ${money(m.refunded_payment.total_amount, m.refunded_payment.currency)} back`,
  web_app_data: (m) => `sent data with “${m.web_app_data.button_text}”`,
  users_shared: (m) =>
    `shared ${count(m.users_shared.users.length, "person").replace("persons", "people")}`,
  chat_shared: () => "shared a chat",
  write_access_allowed: () => "allowed the bot to write",
  message_auto_delete_timer_changed: () => "changed the auto-delete timer",
  checklist_tasks_done: (m) => changedTasks(m.checklist_tasks_done),
  forum_topic_created: (m) => `created the topic “${m.forum_topic_created.name}”`,
  forum_topic_edited: (m) =>
    m.forum_topic_edited.name
      ? `renamed the topic to “${m.forum_topic_edited.name}”`
      : "changed the topic's icon",
  forum_topic_closed: () => "closed the topic",
  forum_topic_reopened: () => "reopened the topic",
  general_forum_topic_hidden: () => "hid the general topic",
  general_forum_topic_unhidden: () => "showed the general topic again",
  video_chat_started: () => "started a video chat",
  boost_added: () => "boosted the group",
};

/** The sentence of a service message, or `null` for an ordinary one. */
export function service(message) {
  const kind = Object.keys(SERVICE).find((field) => message[field] !== undefined);
  if (!kind) return null;
  const who = message.from ?? message.sender_chat ?? message.chat;
  return attempt(
    () => `${fullName(who)} ${SERVICE[kind](message)}`,
    () => null,
  );
}

export function money(amount, currency) {
  if (currency === "XTR") return count(amount, "Star");
  const format = new Intl.NumberFormat([], { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

const MEDIA = {
  animation: () => "GIF",
  photo: () => "Photo",
  video: () => "Video",
  video_note: () => "Video message",
  voice: () => "Voice message",
  audio: (m) => m.audio.title ?? m.audio.file_name ?? "Audio",
  sticker: (m) => `${m.sticker.emoji ?? ""} Sticker`.trim(),
  document: (m) => m.document.file_name ?? "File",
  venue: (m) => m.venue.title,
  location: () => "Location",
  contact: (m) => `Contact: ${fullName(m.contact)}`,
  poll: (m) => `Poll: ${m.poll.question}`,
  dice: (m) => m.dice.emoji,
  invoice: (m) => m.invoice.title,
  game: (m) => m.game.title,
  story: () => "Story",
  checklist: (m) => `Checklist: ${m.checklist.title}`,
  paid_media: (m) => `Paid media, ${count(m.paid_media.star_count, "Star")}`,
  rich_message: (m) => oneLine(m.rich_message.blocks[0].text),
};

/** The field of a message that says what it is: `photo`, `text`, `new_chat_members`; `message` for none known. */
export const contentOf = (message) =>
  [...Object.keys(SERVICE), ...Object.keys(MEDIA), "text"].find(
    (field) => message[field] !== undefined,
  ) ?? "message";

const oneLine = (text) => String(text).replace(/\s+/g, " ");

/** A message in one line: for the chat list, quotes, the pinned bar. */
export function summary(message) {
  const sentence = service(message);
  if (sentence) return sentence;
  if (message.text !== undefined) return oneLine(message.text);
  const kind = Object.keys(MEDIA).find((field) => message[field] !== undefined);
  const label = attempt(
    () => MEDIA[kind]?.(message) ?? "Message",
    () => "Message",
  );
  return message.caption ? `${label}, ${oneLine(message.caption)}` : label;
}
