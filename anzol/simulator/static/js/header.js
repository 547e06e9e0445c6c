/** The bar above a conversation: who it is with, what is pinned. */
import { avatar } from "./avatar.js";
import { emit, onEach, perFrame } from "./bus.js";
import { chatMenu, showInfo } from "./chatinfo.js";
import { activity, chatView, subtitle } from "./chats.js";
import { $, h, icon, replace, toggle } from "./dom.js";
import { summary } from "./format.js";
import { trouble } from "./health.js";
import { current, showList } from "./navigation.js";
import { messageById } from "./store.js";

let pinnedId = null;
let clock = 0;

function drawPinned(view) {
  const ids = view.entry?.pinned_message_ids ?? [];
  pinnedId = ids.length ? Math.max(...ids) : null;
  toggle($("pinned"), pinnedId !== null);
  if (pinnedId === null) return;
  const message = messageById(view.key, pinnedId);
  replace(
    $("pinned"),
    icon("pushpin"),
    h(
      "span",
      {},
      h("strong", {}, "Pinned message"),
      h("span", { dir: "auto" }, message ? summary(message) : `Message ${pinnedId}`),
    ),
  );
}

function draw() {
  const key = current();
  const view = key && chatView(key);
  const known = Boolean(view?.peer);
  for (const id of ["chat-title", "chat-menu"]) $(id).hidden = !known;
  clearTimeout(clock);
  if (!known) {
    toggle($("pinned"), false);
    return;
  }
  const doing = activity(view);
  const wrong = trouble(view);
  const line = doing
    ? h("small.doing", {}, h("span.dots", {}, h("i"), h("i"), h("i")), doing.text)
    : h("small", {}, wrong?.text ? h("span.wrong", {}, `bot, ${wrong.text}`) : subtitle(view));
  replace(
    $("chat-title"),
    avatar(view.peer),
    h("span", {}, h("strong", { dir: "auto" }, view.title), line),
  );
  const next = doing ? doing.until * 1000 - Date.now() : wrong?.after;
  if (next !== undefined) clock = setTimeout(() => emit("chats"), Math.max(0, next) + 50);
  drawPinned(view);
}

export function startHeader() {
  replace($("back"), icon("back"));
  replace($("chat-menu"), icon("more"));
  replace($("to-end"), icon("down"));
  const later = perFrame(draw);
  onEach(["state", "me", "chats", "thread", "open", "tick"], later);
  $("back").addEventListener("click", showList);
  $("pinned").addEventListener("click", () => emit("jump", pinnedId));
  $("chat-title").addEventListener("click", () => showInfo(chatView(current())));
  $("chat-menu").addEventListener("click", () => chatMenu(chatView(current()), $("chat-menu")));
}
