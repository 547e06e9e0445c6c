/** Messages → rows of the conversation: days, service sentences, bubbles, albums. */
import { day, failureText, service } from "./format.js";

const TOGETHER_SECONDS = 300;

const author = (message) => message.sender_chat?.id ?? message.from?.id ?? message.chat.id;

const sameRun = (a, b) =>
  a &&
  b &&
  a.kind === "bubble" &&
  b.kind === "bubble" &&
  author(a.messages[0]) === author(b.messages[0]) &&
  b.messages[0].date - a.messages.at(-1).date < TOGETHER_SECONDS;

function bubbles(messages) {
  const rows = [];
  let today = null;
  for (const message of messages) {
    const label = day(message.date);
    if (label !== today) rows.push({ kind: "day", key: `day ${label}`, text: label });
    today = label;
    const sentence = service(message);
    const previous = rows.at(-1);
    const album = message.media_group_id;
    if (sentence)
      rows.push({ kind: "service", key: message.message_id, text: sentence, messages: [message] });
    else if (album && previous.messages?.[0].media_group_id === album)
      previous.messages.push(message);
    else rows.push({ kind: "bubble", key: message.message_id, messages: [message] });
  }
  return rows;
}

/** What is said beneath a message whose update ended badly. */
function notes(row, failureOf) {
  const record = (row.messages ?? []).map(failureOf).find(Boolean);
  if (!record) return [];
  return [{ kind: "note", key: `note ${row.key}`, text: failureText(record), record }];
}

/**
 * Rows with a `key`, and `parts`: when all parts of a row are what they were, its node is still right.
 * Messages are replaced and never changed in place, so a message is its own version.
 */
export function rowsOf(messages, tickOf, failureOf) {
  const rows = bubbles(messages).flatMap((row) => [row, ...notes(row, failureOf)]);
  rows.forEach((row, index) => {
    row.first = !sameRun(rows[index - 1], row);
    row.last = !sameRun(row, rows[index + 1]);
    row.tick = row.messages ? tickOf(row.messages.at(-1)) : null;
    row.parts = [row.first, row.last, row.tick, row.text, ...(row.messages ?? [])];
  });
  return rows;
}

export const isSame = (a, b) =>
  a.parts.length === b.parts.length && a.parts.every((part, index) => part === b.parts[index]);
