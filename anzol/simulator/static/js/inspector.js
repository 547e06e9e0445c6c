/** The panel beside the chat: every update with its deliveries and calls, the lanes, the faults. */
import { on, perFrame } from "./bus.js";
import { $, h, icon, replace, toggle } from "./dom.js";
import { faultsPanel } from "./faults.js";
import { attempt } from "./guard.js";
import { isNarrow, view } from "./navigation.js";
import { oddRecord, recordNode, searchText } from "./record.js";
import { drawTimeline, timelinePanel } from "./timeline.js";
import { toast } from "./toast.js";
import { records, recordsOf, senderOf } from "./updates.js";

const STEP = 100;
const TABS = [
  ["updates", "Updates"],
  ["timeline", "Timeline"],
  ["faults", "Faults"],
];

let limit = STEP;
let cleared = 0; // records up to this id are out of sight
let tab = "updates";
const nodes = new Map();
const expanded = new Set();

const panel = () => $("inspector");
const list = h("div.records", { role: "list" });
const filter = h("input.filter", {
  type: "search",
  placeholder: "Filter: text, method, type, status",
  "aria-label": "Filter",
});
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
        { type: "button", title: "Clear the list", "aria-label": "Clear the list", onclick: clear },
        icon("trash"),
      ),
    ),
    list,
  ),
};

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
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = records.filter(
    (record) => record.id > cleared && words.every((word) => searchText(record).includes(word)),
  );
  const visible = matching.slice(-limit).reverse();
  const keep = new Set(visible.map((record) => record.id));
  for (const id of nodes.keys()) if (!keep.has(id)) nodes.delete(id);
  const wanted = visible.map(nodeOf);
  if (matching.length > limit) wanted.push(more(matching.length - limit));
  if (!wanted.length) wanted.push(h("p.hint", {}, words.length ? "Nothing matches." : EMPTY));
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
  cleared = Math.min(cleared, record.id - 1);
  expanded.add(record.id);
  nodes.delete(record.id);
  limit = Math.max(limit, records.length - records.indexOf(record));
  openInspector("updates");
  draw();
  nodes.get(record.id)?.node.scrollIntoView({ block: "start" });
}

function trace({ view: chat, message }) {
  const record = recordsOf(chat, message).at(-1) ?? senderOf(chat, message);
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
  filter.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !filter.value) return;
    event.stopPropagation();
    filter.value = "";
    later();
  });
  on("record", later);
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
