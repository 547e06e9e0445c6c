/** The left column: who I am, my chats, unread marks. */
import { avatar } from "./avatar.js";
import { on, onEach, perFrame } from "./bus.js";
import { activity, chatList } from "./chats.js";
import { $, arrange, h, icon, replace } from "./dom.js";
import { fullName, service, summary, when } from "./format.js";
import { current, open } from "./navigation.js";
import { state } from "./store.js";

function preview(view) {
  const doing = activity(view);
  if (doing) return h("span.doing", {}, doing.text);
  const last = view.entry?.last_message;
  if (!last)
    return h("span.muted", {}, view.type === "private" ? "Press START to begin" : "No messages");
  const mine = last.from?.id === state.me;
  const named = view.type !== "private" && last.from;
  const who = service(last) ? "" : mine ? "You: " : named ? `${fullName(last.from)}: ` : "";
  return [who && h("span.by", {}, who), summary(last).slice(0, 120)];
}

function row(view) {
  const { entry } = view;
  const unread = view.key === current() ? 0 : (entry?.unread ?? 0);
  const kind = { channel: "channel", group: "group", supergroup: "group" }[view.type];
  return h(
    "a.chat-row",
    {
      href: `#${view.key}`,
      "aria-current": view.key === current() ? "page" : null,
      data: { key: view.key },
      onclick: (event) => {
        event.preventDefault();
        open(view.key);
      },
    },
    avatar(view.peer),
    h(
      "span.chat-text",
      {},
      h(
        "span.chat-top",
        {},
        kind && icon(kind),
        h("strong", { dir: "auto" }, view.title),
        entry?.last_message && h("time", {}, when(entry.last_message.date)),
      ),
      h(
        "span.chat-bottom",
        {},
        h("span.preview", { dir: "auto" }, preview(view)),
        unread > 0 &&
          h("span.unread", { "aria-label": `${unread} unread` }, unread > 999 ? "999+" : unread),
      ),
    ),
  );
}

const rows = () => /** @type {HTMLElement[]} */ ([...$("chat-list").children]);

/** The row of a chat: the one that is shown, with what is new in it. */
function rowOf(view, shown) {
  const fresh = row(view);
  if (!shown) return fresh;
  if (!shown.isEqualNode(fresh)) {
    shown.replaceChildren(...fresh.childNodes);
    shown.ariaCurrent = fresh.ariaCurrent;
  }
  return shown;
}

const search = () => /** @type {HTMLInputElement} */ ($("chat-search"));

/** What a chat is found by: its name, and the messages that are loaded. */
function textOf(view) {
  const messages = state.threads.get(view.key)?.messages ?? [];
  const last = view.entry?.last_message;
  return [view.title, view.peer?.username, ...messages.map(summary), last ? summary(last) : ""]
    .join("\n")
    .toLowerCase();
}

function drawWho() {
  const person = state.people.get(state.me) ?? {};
  replace(
    $("who"),
    avatar(person, "small"),
    h("span", {}, h("small", {}, "You are"), h("strong", { dir: "auto" }, fullName(person))),
    icon("down"),
  );
}

function draw() {
  drawWho();
  const focused = /** @type {HTMLElement | null} */ (document.activeElement?.closest(".chat-row"))
    ?.dataset.key;
  const words = search().value.toLowerCase().split(/\s+/).filter(Boolean);
  const views = chatList();
  const found = views.filter((view) => words.every((word) => textOf(view).includes(word)));
  const none = words.length > 0 && !found.length && h("p.hint", {}, "No chat has these words.");
  const shown = new Map(rows().map((row) => [row.dataset.key, row]));
  const kept = found.map((view) => rowOf(view, shown.get(view.key)));
  arrange($("chat-list"), none ? [none] : kept);
  if (focused)
    rows()
      .find((row) => row.dataset.key === focused)
      ?.focus();
  const waiting = views.reduce((sum, view) => sum + (view.entry?.unread ?? 0), 0);
  document.title = waiting ? `(${waiting}) Telegram simulator` : "Telegram simulator";
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const all = rows();
  const next = all[all.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

export function startChatList() {
  const later = perFrame(draw);
  onEach(["state", "me", "chats", "open"], later);
  on("online", (online) => {
    $("offline").hidden = online;
  });
  $("chat-list").addEventListener("keydown", walk);
  search().addEventListener("input", later);
  search().addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") rows()[0]?.focus();
  });
}
