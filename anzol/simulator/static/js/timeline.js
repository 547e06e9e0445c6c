/** Lanes over time: what waited, what was being delivered, which calls came back. */
import { h, replace, s } from "./dom.js";
import { endOf, spansOf } from "./spans.js";
import { state } from "./store.js";
import { records } from "./updates.js";

const FIT = 0;
const FITTED = 40; // records
const SPANS = [
  [FIT, "Fit"],
  [1, "1 s"],
  [10, "10 s"],
  [60, "1 min"],
  [600, "10 min"],
];
const STEPS = [0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 900];
const LANE = 34;
const TOP = 22;
const LEFT = 8;
const MOST_LANES = 24;
const THINNEST = 2.5;
/** Where in its lane a mark stands: `[y, height]`. */
const PLACES = {
  waiting: [21, 4],
  good: [17, 12],
  bad: [17, 12],
  call: [31, 6],
  "call-bad": [31, 6],
};

let chosen = FIT;
let span = 60;
let openRecord = (/** @type {any} */ _record) => {};
const canvas = h("div.lanes");

function lanesOf(from, to) {
  const lanes = new Map();
  for (const record of records) {
    if (endOf(record) < from || record.time > to) continue;
    const queue = record.queue ?? "calls of its own accord";
    const name =
      state.bots.size > 1
        ? `${state.bots.get(record.bot)?.user.first_name ?? record.bot}: ${queue}`
        : queue;
    const key = `${record.bot} ${queue}`;
    if (!lanes.has(key)) lanes.set(key, { name, records: [] });
    lanes.get(key).records.push(record);
  }
  return [...lanes.values()].slice(-MOST_LANES);
}

/** A lane's marks: what waits beneath, everything else above it. */
function marks(lane, x, y, now) {
  const all = lane.records.flatMap((record) =>
    spansOf(record, now).map((span) => ({ ...span, id: record.id })),
  );
  const beneath = all.filter((span) => span.kind === "waiting");
  const above = all.filter((span) => span.kind !== "waiting");
  return [...beneath, ...above].map(({ kind, from, to, label, id }) => {
    const [top, height] = PLACES[kind];
    const width = Math.max(THINNEST, x(to) - x(from));
    const place = { x: x(from), y: y + top, width, height, rx: 2 };
    return s("rect", { class: `mark bar-${kind}`, ...place, "data-id": id }, s("title", {}, label));
  });
}

function scale(width) {
  const nodes = [];
  for (let step = 0; step <= 4; step += 1) {
    const x = LEFT + (width * step) / 4;
    const ago = Number((span - (span * step) / 4).toPrecision(2));
    const anchor = ["start", "middle", "middle", "middle", "end"][step];
    nodes.push(
      s("line", { class: "grid", x1: x, x2: x, y1: TOP - 4, y2: "100%" }),
      s("text", { class: "axis", x, y: 12, "text-anchor": anchor }, ago ? `−${ago} s` : "newest"),
    );
  }
  return nodes;
}

/** The shortest span in which the newest records fit, at most a quarter of an hour. */
function fitting(to) {
  const oldest = to - Math.min(...records.slice(-FITTED).map((record) => record.time));
  return STEPS.find((step) => step >= oldest * 1.02) ?? STEPS.at(-1);
}

/** The window ends with what happened last, so that a quiet minute does not empty it. */
export function drawTimeline() {
  const to = records.length ? Math.max(...records.slice(-200).map(endOf)) : 0;
  span = chosen || fitting(to);
  const from = to - span;
  const lanes = lanesOf(from, to);
  if (!lanes.length) {
    replace(
      canvas,
      h(
        "p.hint",
        {},
        "One lane for each queue: updates of a lane go one after the other, lanes go side by side. Write to the bot to see some.",
      ),
    );
    return;
  }
  const width = Math.max(200, canvas.clientWidth - 2 * LEFT);
  const x = (time) => LEFT + (Math.min(Math.max(time - from, 0), span) / span) * width;
  const height = TOP + lanes.length * (LANE + 14) + 6;
  const svg = s(
    "svg",
    { width: width + 2 * LEFT, height, role: "img", "aria-label": `${lanes.length} lanes` },
    scale(width),
  );
  lanes.forEach((lane, index) => {
    const y = TOP + index * (LANE + 14);
    svg.append(
      s("rect", { class: "lane", x: 0, y, width: width + 2 * LEFT, height: LANE + 10, rx: 6 }),
      s("text", { class: "lane-name", x: LEFT, y: y + 11 }, lane.name),
    );
    svg.append(...marks(lane, x, y, to));
  });
  replace(canvas, svg);
}

function legend() {
  const kinds = [
    ["waiting", "waiting"],
    ["good", "taken"],
    ["bad", "failed attempt"],
    ["call", "call"],
    ["call-bad", "refused call"],
  ];
  return h(
    "p.legend",
    {},
    kinds.map(([kind, label]) =>
      h(
        "span",
        {},
        s(
          "svg",
          { width: 14, height: 10 },
          s("rect", { class: `bar-${kind}`, width: 14, height: 10, rx: 2 }),
        ),
        label,
      ),
    ),
  );
}

export function timelinePanel(open) {
  openRecord = open;
  const choice = h(
    "select",
    {
      "aria-label": "Span",
      onchange: ({ target }) => {
        chosen = Number(target.value);
        drawTimeline();
      },
    },
    SPANS.map(([value, label]) => h("option", { value, selected: value === chosen }, label)),
  );
  canvas.addEventListener("click", (event) => {
    const id = event.target.closest("[data-id]")?.dataset.id;
    const record = records.find((one) => String(one.id) === id);
    if (record) openRecord(record);
  });
  new ResizeObserver(() => canvas.clientWidth && drawTimeline()).observe(canvas);
  return h("div.page", { hidden: true }, h("div.filter-bar", {}, legend(), choice), canvas);
}
