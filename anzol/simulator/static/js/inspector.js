/** The panel beside the chat: every update with its deliveries and calls, the lanes, the faults. */
import { on, perFrame } from "./bus.js";
import { $, h, icon, replace, toggle } from "./dom.js";
import { saveSession } from "./export.js";
import { faultsPanel } from "./faults.js";
import { attempt } from "./guard.js";
import { isNarrow, view } from "./navigation.js";
import { foldedCalls, oddRecord, recordNode, STATUSES, searchText } from "./record.js";
import { drawTimeline, timelinePanel } from "./timeline.js";
import { toast } from "./toast.js";
import { recordById, records, recordsOf, senderOf, statusOf } from "./updates.js";

const STEP = 100;
const TABS = [
  ["updates", "Updates"],
  ["timeline", "Timeline"],
  ["faults", "Faults"],
];

let limit = STEP;
let cleared = 0; // records up to this id are out of sight
let tab = "updates";
let awaited = null; // `{bot, updateId}` of an update that was just sent again
const nodes = new Map();
const expanded = new Set();

const panel = () => $("inspector");
const list = h("div.records", { role: "list" });
const filter = h("input.filter", {
  type: "search",
  placeholder: "Text, method, status",
  "aria-label": "Filter",
});
const choices = {
  chat: h("select", { "aria-label": "Chat" }),
  kind: h("select", { "aria-label": "Kind" }),
  status: h("select", { "aria-label": "Outcome" }),
};
const OWN_CALLS = "own calls";
const SAVE = "Save what is listed as a test";
const pages = {
  updates: h(
    "div.page",
    {},
    h(
      "div.filter-bar",
      {},
      icon("search"),
      filter,
      h(
        "button.round.small",
        { type: "button", title: SAVE, "aria-label": SAVE, onclick: saveShown },
        icon("flask"),
      ),
      h(
        "button.round.small",
        { type: "button", title: "Clear the list", "aria-label": "Clear the list", onclick: clear },
        icon("trash"),
      ),
    ),
    h("div.filter-choices", {}, Object.values(choices)),
    list,
  ),
};

/** Offers what there is; a choice that is no longer offered is given up. */
function offer(select, all, options) {
  const wanted = [["", all], ...options];
  const text = JSON.stringify(wanted);
  if (select.dataset.offered === text) return;
  const chosen = select.value;
  replace(
    select,
    wanted.map(([value, label]) => h("option", { value }, label)),
  );
  select.value = wanted.some(([value]) => value === chosen) ? chosen : "";
  select.dataset.offered = text;
}

const kindOf = ({ kind, type }) => ({ call: OWN_CALLS, push: "pushes" })[kind] ?? type;

function offerChoices() {
  const places = new Map();
  const kinds = new Set();
  const statuses = new Set();
  for (const record of records) {
    if (record.place) places.set(record.place.key, record.place.title);
    kinds.add(kindOf(record));
    statuses.add(statusOf(record));
  }
  offer(
    choices.chat,
    "All chats",
    [...places].sort((a, b) => a[1].localeCompare(b[1])),
  );
  offer(
    choices.kind,
    "All kinds",
    [...kinds].sort().map((kind) => [kind, kind]),
  );
  offer(
    choices.status,
    "All outcomes",
    Object.entries(STATUSES).filter(([status]) => statuses.has(status)),
  );
}

function matches(record, words) {
  const { chat, kind, status } = choices;
  return (
    record.id > cleared &&
    (!chat.value || record.place?.key === chat.value) &&
    (!kind.value || kind.value === kindOf(record)) &&
    (!status.value || statusOf(record) === status.value) &&
    words.every((word) => searchText(record).includes(word))
  );
}

const unfolded = new Set(); // ids of lone calls that the person wants to see

/** Whether a lone call is worth no line of its own: it went well, and nobody looks for it. */
const isFolded = (record, words) =>
  record.kind === "call" &&
  record.calls[0].answer?.ok &&
  !record.calls[0].warnings?.length &&
  !record.calls[0].flood &&
  !unfolded.has(record.id) &&
  !choices.kind.value &&
  !words.length;

/** The nodes of records, newest first; a run of calls that answer no update becomes one line. */
function nodesOf(visible, words) {
  const wanted = [];
  let run = [];
  const close = () => {
    if (run.length) wanted.push(foldOf(run));
    run = [];
  };
  for (const record of visible) {
    if (isFolded(record, words)) run.push(record);
    else {
      close();
      wanted.push(nodeOf(record));
    }
  }
  close();
  return wanted;
}

function foldOf(run) {
  const key = `fold ${run.at(-1).id}`;
  const known = nodes.get(key);
  if (known?.version === run.length) return known.node;
  const node = foldedCalls(run, () => {
    for (const record of run) unfolded.add(record.id);
    later();
  });
  nodes.set(key, { node, version: run.length });
  return node;
}

function nodeOf(record) {
  const known = nodes.get(record.id);
  if (known?.version === record.version) return known.node;
  const node = attempt(
    () => recordNode(record, expanded),
    () => oddRecord(record),
  );
  nodes.set(record.id, { node, version: record.version });
  return node;
}

function clear() {
  cleared = records.at(-1)?.id ?? 0;
  later();
}

function saveShown() {
  saveSession(records.filter((record) => matches(record, wordsOf(filter))));
}

const wordsOf = (input) => input.value.toLowerCase().split(/\s+/).filter(Boolean);

function more(hidden) {
  const show = () => {
    limit += STEP;
    later();
  };
  return h("button.button.more", { type: "button", onclick: show }, `Show older (${hidden})`);
}

const EMPTY =
  "Nothing yet. Write to the bot: each update it is sent, every attempt to deliver it and every call it makes appear here.";

function draw() {
  if (panel().hidden) return;
  if (tab === "timeline") drawTimeline();
  if (tab !== "updates") return;
  const words = wordsOf(filter);
  offerChoices();
  const matching = records.filter((record) => matches(record, words));
  const visible = matching.slice(-limit).reverse();
  const wanted = nodesOf(visible, words);
  const keep = new Set(wanted);
  for (const [id, { node }] of nodes) if (!keep.has(node)) nodes.delete(id);
  if (matching.length > limit) wanted.push(more(matching.length - limit));
  if (!wanted.length) wanted.push(h("p.hint", {}, records.length ? "Nothing matches." : EMPTY));
  arrange(wanted);
}

/** Moves as little as possible, so that focus and selection survive an arrival. */
function arrange(wanted) {
  const keep = new Set(wanted);
  for (const node of [...list.children]) if (!keep.has(node)) node.remove();
  wanted.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

const later = perFrame(draw);

function choose(name) {
  tab = name;
  for (const [id] of TABS) {
    toggle(pages[id], id === name);
    $(`tab-${id}`).setAttribute("aria-selected", String(id === name));
    $(`tab-${id}`).tabIndex = id === name ? 0 : -1;
  }
  later();
}

function openInspector(name = tab) {
  toggle(panel(), true);
  $("app").classList.add("with-inspector");
  $("inspector-toggle").setAttribute("aria-expanded", "true");
  localStorage.setItem("inspector", "open");
  if (isNarrow()) view("inspector");
  choose(name);
}

function close() {
  toggle(panel(), false);
  $("app").classList.remove("with-inspector");
  $("inspector-toggle").setAttribute("aria-expanded", "false");
  localStorage.removeItem("inspector");
  if (isNarrow()) view("chat");
  $("inspector-toggle").focus();
}

/** Opens the record with this id, and shows it. */
function openRecord(record) {
  filter.value = "";
  for (const select of Object.values(choices)) select.value = "";
  unfolded.add(record.id);
  cleared = Math.min(cleared, record.id - 1);
  expanded.add(record.id);
  nodes.delete(record.id);
  limit = Math.max(limit, records.length - records.indexOf(record));
  openInspector("updates");
  draw();
  nodes.get(record.id)?.node.scrollIntoView({ block: "start" });
}

/** An update that was sent again is shown in place of the one it repeats, as soon as it is there. */
function showResent({ bot, updateId }) {
  const record = recordById(bot, updateId);
  awaited = record ? null : { bot, updateId };
  if (!record) return;
  expanded.clear();
  nodes.clear();
  openRecord(record);
}

function onRecord(record) {
  if (awaited && record.updateId === awaited.updateId && record.bot === awaited.bot)
    showResent(awaited);
  later();
}

function trace({ view: chat, message, record: known }) {
  const record = known ?? recordsOf(chat, message).at(-1) ?? senderOf(chat, message);
  if (record) openRecord(record);
  else toast("The log says nothing of this message.");
}

function tabButton([id, label]) {
  return h(
    "button.tab",
    { type: "button", role: "tab", id: `tab-${id}`, onclick: () => choose(id) },
    label,
  );
}

function walkTabs({ key }) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (!step) return;
  const at = TABS.findIndex(([id]) => id === tab);
  choose(TABS.at((at + step) % TABS.length)[0]);
  $(`tab-${tab}`).focus();
}

export function startInspector() {
  pages.timeline = timelinePanel(openRecord);
  pages.faults = faultsPanel();
  for (const [id] of TABS) {
    pages[id].setAttribute("role", "tabpanel");
    pages[id].setAttribute("aria-labelledby", `tab-${id}`);
  }
  replace(
    panel(),
    h(
      "header.bar",
      {},
      h(
        "button.round.inspector-back",
        { type: "button", "aria-label": "Close the inspector", onclick: close },
        icon("close"),
      ),
      h(
        "div.tabs",
        { role: "tablist", "aria-label": "Inspector", onkeydown: walkTabs },
        TABS.map(tabButton),
      ),
    ),
    Object.values(pages),
  );
  replace($("inspector-toggle"), icon("inspector"));
  $("inspector-toggle").addEventListener("click", () =>
    panel().hidden || ($("app").dataset.view === "chat" && isNarrow()) ? openInspector() : close(),
  );
  filter.addEventListener("input", later);
  for (const select of Object.values(choices)) select.addEventListener("change", later);
  filter.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !filter.value) return;
    event.stopPropagation();
    filter.value = "";
    later();
  });
  on("record", onRecord);
  on("resent", showResent);
  on("state", () => {
    cleared = 0; // after a restart ids count from one again
    nodes.clear();
    later();
  });
  on("trace", trace);
  on("inspect", openInspector);
  choose(tab);
  if (localStorage.getItem("inspector") && !isNarrow()) openInspector();
}
