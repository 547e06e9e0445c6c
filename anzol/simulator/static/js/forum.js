/** The topics of a forum: which one is read and written in. */
import { emit, onEach, perFrame } from "./bus.js";
import { chatView } from "./chats.js";
import { $, h, replace, toggle } from "./dom.js";
import { current } from "./navigation.js";

const chosen = new Map(); // the chat's key → message_thread_id; without one, all topics are shown

export const topicOf = (key) => chosen.get(key);

export const inTopic = (key, message) =>
  !chosen.has(key) || message.message_thread_id === chosen.get(key);

function choose(key, id) {
  if (id === undefined) chosen.delete(key);
  else chosen.set(key, id);
  draw();
  emit("thread", key);
}

function draw() {
  const key = current();
  const topics = Object.entries((key && chatView(key).entry?.topics) ?? {});
  toggle($("topics"), topics.length > 0);
  if (!topics.length) return;
  const choice = (id, label) =>
    h(
      "button.topic-choice",
      {
        type: "button",
        "aria-pressed": String(topicOf(key) === id),
        onclick: () => choose(key, id),
      },
      label,
    );
  replace(
    $("topics"),
    choice(undefined, "All topics"),
    topics.map(([id, name]) => choice(Number(id), `# ${name}`)),
  );
}

export function startForum() {
  onEach(["state", "chats", "open"], perFrame(draw));
}
