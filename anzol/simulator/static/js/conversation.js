/** The messages of the open chat: only the newest stay in the page, older ones come on scrolling up. */
import { actionsFor } from "./actions.js";
import { bubble, draftBubble, noteRow, oddBubble } from "./bubble.js";
import { on, perFrame } from "./bus.js";
import { chatView } from "./chats.js";
import { $, h, toggle } from "./dom.js";
import { inTopic } from "./forum.js";
import { startGestures } from "./gestures.js";
import { attempt } from "./guard.js";
import { current } from "./navigation.js";
import { markRead } from "./reading.js";
import { isSame, rowsOf } from "./rows.js";
import { loadMessages, PAGE, state, thread } from "./store.js";
import { orToast } from "./toast.js";
import { failureOf, tickOf } from "./updates.js";
import { emptyChat } from "./welcome.js";

const NEAR_END = 80;
const NEAR_START = 500;

let shown = new Map();
let shownKey = null;
let limit = PAGE;
let follow = true;
let unseen = 0;
let lastTop = 0; // where it was scrolled to

const log = () => $("log");

const atEnd = () => log().scrollHeight - log().scrollTop - log().clientHeight < NEAR_END;

function build(row, view) {
  if (row.kind === "day") return h("div.day", {}, h("span", {}, row.text));
  if (row.kind === "service")
    return h(
      "div.service",
      { id: `m${row.key}`, data: { id: row.key } },
      h("span", { dir: "auto" }, row.text),
    );
  if (row.kind === "note") return noteRow(row, view);
  return attempt(
    () => bubble(row, view, actionsFor(view)),
    () => oddBubble(row),
  );
}

/** Keeps the nodes that are still right, builds the others, and puts all of them in order. */
function reconcile(rows, view) {
  const next = new Map();
  let place = log().firstChild;
  for (const row of rows) {
    const known = shown.get(row.key);
    const node = known && isSame(known.row, row) ? known.node : build(row, view);
    next.set(row.key, { row, node });
    if (node === place) place = place.nextSibling;
    else log().insertBefore(node, place);
    if (known && known.node !== node) {
      if (known.node === place) place = place.nextSibling;
      known.node.remove();
    }
  }
  for (const [key, { node }] of shown) if (!next.has(key)) node.remove();
  log().querySelector(".empty-chat")?.remove();
  shown = next;
}

function drawDraft(draft) {
  log().querySelector(".draft")?.remove();
  if (draft) log().append(draftBubble(draft));
}

function keepPlace(change) {
  const anchor = /** @type {HTMLElement[]} */ ([...log().querySelectorAll(":scope > [id]")]).find(
    (node) => node.offsetTop + node.offsetHeight > log().scrollTop,
  );
  const before = anchor?.offsetTop;
  change();
  const same = anchor && document.getElementById(anchor.id); // its node may be a new one
  if (same) log().scrollTop += same.offsetTop - before;
}

function toEnd() {
  follow = true;
  limit = PAGE;
  later();
}

function draw() {
  if (!shownKey) return;
  const view = chatView(shownKey);
  const list = thread(shownKey);
  const visible = list.messages
    .filter(({ receiver_user: only }) => !only || only.id === state.me)
    .filter((message) => inTopic(shownKey, message))
    .slice(-limit);
  const work = () => {
    reconcile(
      rowsOf(
        visible,
        (message) => tickOf(view, message),
        (message) => failureOf(view, message),
      ),
      view,
    );
    drawDraft(list.draft);
  };
  if (follow) {
    work();
    log().scrollTop = log().scrollHeight;
    lastTop = log().scrollTop;
    unseen = 0;
  } else keepPlace(work);
  $("to-end").hidden = follow;
  $("to-end").dataset.unseen = unseen ? String(unseen) : "";
  if (list.loaded && !list.messages.length) log().replaceChildren(emptyChat(view));
  if (list.loaded) log().setAttribute("aria-busy", "false");
}

const later = perFrame(draw);

async function older() {
  const list = thread(shownKey);
  if (limit < list.messages.length) limit += PAGE;
  else if (!list.complete && !list.loading && list.loaded) {
    const before = list.messages.length;
    await orToast(loadMessages(shownKey));
    limit += list.messages.length - before;
  } else return;
  later();
}

/** Only a person scrolls up: when a keyboard opens below, the end moves away and is followed. */
function onScroll() {
  if (log().scrollTop < lastTop) follow = atEnd();
  else if (atEnd()) follow = true;
  lastTop = log().scrollTop;
  if (follow) unseen = 0;
  $("to-end").hidden = follow;
  if (log().scrollTop < NEAR_START && shownKey) older();
}

/** Shows message `id`, loading older pages until it is there. */
export async function jump(id) {
  follow = false;
  lastTop = 0;
  const list = thread(shownKey);
  while (!list.complete && (list.messages[0]?.message_id ?? 0) > id) await loadMessages(shownKey);
  const index = list.messages.findIndex((message) => message.message_id === id);
  if (index < 0) return;
  limit = Math.max(limit, list.messages.length - index + 20);
  draw();
  /** @type {HTMLElement | null} */
  const node = log().querySelector(`[id="m${id}"], [data-id="${id}"]`);
  if (!node) return;
  node.scrollIntoView({ block: "center" });
  node.classList.remove("flash");
  void node.offsetWidth; // restarts the animation
  node.classList.add("flash");
}

function show(key) {
  shownKey = key && (state.chats.has(key) || chatView(key).peer) ? key : null;
  shown = new Map();
  log().replaceChildren();
  log().setAttribute("aria-busy", "true"); // a chat that opens is not read out
  limit = PAGE;
  follow = true;
  unseen = 0;
  toggle(log(), Boolean(shownKey));
  if (!shownKey) return;
  if (!thread(shownKey).loaded) orToast(loadMessages(shownKey));
  later();
  markRead(shownKey);
}

export function startConversation() {
  on("open", show);
  on("me", () => show(current()));
  on("state", () => show(current()));
  on("thread", (key) => key === shownKey && later());
  on("tick", later);
  on("arrived", ({ key, message }) => {
    if (key !== shownKey) return;
    if (message.from?.id === state.me) follow = true;
    if (!follow) unseen += 1;
    markRead(key);
  });
  log().addEventListener("scroll", onScroll, { passive: true });
  startGestures(log(), () => chatView(shownKey));
  log().addEventListener("load", () => follow && later(), true);
  new ResizeObserver(() => follow && later()).observe(log());
  document.addEventListener("visibilitychange", () => shownKey && markRead(shownKey));
  $("to-end").addEventListener("click", toEnd);
}
