/** One update, one push, or one call nobody asked for, as a row that opens. */
import { h, icon } from "./dom.js";
import { copyCall, exportButtons } from "./export.js";
import { count, fullName, lastLine, milliseconds, summary } from "./format.js";
import { attempt } from "./guard.js";
import { json, jsonBox } from "./json.js";
import { state } from "./store.js";
import { statusOf } from "./updates.js";

const TIME = new Intl.DateTimeFormat([], {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

export const STATUSES = {
  done: "done",
  unhandled: "no handler took it",
  refused: "a call was refused",
  failed: "its handler failed",
  waiting: "waiting",
  retrying: "delivery is tried again",
  dropped: "given up",
};

/** What an update is about, in a few words. */
function gist({ update, type }) {
  const query = update.callback_query ?? update.inline_query ?? update.chosen_inline_result;
  if (update.callback_query) return query.data ?? query.game_short_name ?? "";
  if (query) return query.query;
  const change = update[type];
  if (change?.new_chat_member?.status)
    return `${fullName(change.new_chat_member.user)}: ${change.old_chat_member.status} → ${change.new_chat_member.status}`;
  if (change?.new_reaction)
    return change.new_reaction.map((one) => one.emoji ?? one.type).join(" ") || "none";
  const message = update[type];
  return message?.message_id && message.chat ? summary(message) : "";
}

const texts = new WeakMap();

/** Everything of a record in lower case, for the filter. */
export function searchText(record) {
  const known = texts.get(record);
  if (known?.version === record.version) return known.text;
  const parts = [
    record.type,
    record.push,
    record.queue,
    record.state,
    record.update,
    record.deliveries,
    record.calls,
    record.place,
    record.outcome,
  ];
  const text = JSON.stringify(parts).toLowerCase();
  texts.set(record, { version: record.version, text });
  return text;
}

function deliveryRow(delivery) {
  const good = delivery.state === "delivered";
  const wait = delivery.retry_in ?? null;
  const next =
    wait === null ? null : wait < 0.5 ? "again at once" : `again in ${Math.round(wait)} s`;
  return h(
    "li.delivery",
    { data: { good: good ? "1" : "" } },
    h("span.code", {}, delivery.status ?? "no answer"),
    h("span", {}, `attempt ${delivery.attempt}`),
    h("span", {}, milliseconds(delivery.ms)),
    h("span.muted", {}, `connection ${delivery.connection ?? "?"}`),
    (delivery.error || next) &&
      h("span.delivery-error", {}, [delivery.error, next].filter(Boolean).join(", ")),
    delivery.response && h("pre.response", {}, delivery.response),
  );
}

function subject(call) {
  const params = call.params ?? {};
  const text = params.text ?? params.caption ?? params.action ?? params.url ?? "";
  return typeof text === "string" ? text.replace(/\s+/g, " ") : "";
}

/** Makes `box` build its body when it opens; `expanded` remembers which ids are open over redraws. */
function foldOut(box, id, expanded, body) {
  const fill = () => {
    if (box.children.length === 1) box.append(body());
  };
  if (expanded.has(id)) {
    box.open = true;
    fill();
  }
  box.addEventListener("toggle", () => {
    if (box.open) fill();
    if (box.open) expanded.add(id);
    else expanded.delete(id);
  });
  return box;
}

/** What Telegram would not say, or only later: unknown parameters, sending limits. */
const warningsOf = ({ warnings = [], flood }) => [
  ...warnings,
  ...(flood
    ? [`over a sending limit (${flood.words}): 429, retry after ${flood.retry_after} s`]
    : []),
];

function callHead(call, good) {
  const refusal = call.answer?.description ?? "the connection was cut";
  return h(
    "summary",
    {},
    h("span.code", {}, call.status ?? "cut"),
    h("b", {}, call.method),
    h("span.subject", { dir: "auto" }, good ? subject(call) : refusal),
    call.fault && h("span.badge.fault", {}, "fault"),
    warningsOf(call).length > 0 && h("span.badge.warn", {}, "warning"),
    call.via === "webhook reply" && h("span.badge", {}, "webhook reply"),
    h("span.ms", {}, milliseconds(call.ms)),
  );
}

function callBody(call) {
  const copy = h("button.button.tiny", { type: "button", onclick: () => copyCall(call) });
  copy.append(icon("copy"), "Copy as curl");
  return h(
    "div.call-body",
    {},
    warningsOf(call).map((text) => h("p.warning", {}, icon("alert"), text)),
    h("h4", {}, "Request"),
    json(call.params ?? {}),
    h("h4", {}, "Answer"),
    json(call.answer ?? null),
    h("div.record-tools", {}, copy),
  );
}

function callNode(call, expanded) {
  const good = call.answer?.ok;
  const box = h("details.call", { data: { good: good ? "1" : "" } }, callHead(call, good));
  return foldOut(box, `call ${call.id}`, expanded, () => callBody(call));
}

function deliveries(record) {
  if (record.confirmed) return h("p.hint", {}, "Taken by getUpdates.");
  if (!record.deliveries.length)
    return h(
      "p.hint",
      {},
      "Not delivered yet: no webhook, or something is before it in its queue.",
    );
  return h("ul.deliveries", {}, record.deliveries.map(deliveryRow));
}

/** What the bot's own server says of it: handler, time, traceback. */
function outcomeOf({ outcome }) {
  if (!outcome) return null;
  const good = !outcome.error;
  return [
    h("h4", {}, "Outcome"),
    h(
      "div.outcome",
      { data: { good: good ? "1" : "" } },
      h("span.code", {}, outcome.outcome),
      h("b", {}, outcome.handler || "no handler"),
      h("span.ms", {}, milliseconds(outcome.seconds * 1000)),
    ),
    !good && h("pre.traceback", { tabIndex: 0 }, outcome.error.trimEnd()),
  ];
}

/** How many calls of a push are no longer kept. */
function olderOf({ kind, sent, refused, calls }) {
  const older = kind === "push" ? sent + refused - calls.length : 0;
  return older > 0 && h("p.hint", {}, `${count(older, "older call")} not shown.`);
}

function details(record, expanded) {
  const calls = record.calls.map((call) => callNode(call, expanded));
  if (record.kind !== "update") return h("div.record-body", {}, olderOf(record), calls);
  return h(
    "div.record-body",
    {},
    h("div.record-tools", {}, exportButtons(record)),
    outcomeOf(record),
    h("h4", {}, "Deliveries", h("small", {}, `queue ${record.queue}`)),
    deliveries(record),
    h("h4", {}, "Calls it caused"),
    record.calls.length ? calls : h("p.hint", {}, "None so far."),
    h("h4", {}, "Update"),
    jsonBox(record.update),
  );
}

function head(record) {
  if (record.kind === "push") return pushHead(record);
  const call = record.calls[0];
  const lone = record.kind === "call";
  const failed = record.calls.filter((one) => !one.answer?.ok).length;
  const status = statusOf(record);
  const last = record.deliveries?.at(-1);
  return [
    h("span.state-dot", { data: { state: status }, title: STATUSES[status] }),
    h("span.record-type", {}, lone ? call.method : record.type),
    !lone &&
      record.place &&
      h("span.record-place", { dir: "auto", title: record.place.title }, record.place.title),
    h(
      "span.record-gist",
      { dir: "auto" },
      lone
        ? call.answer?.ok
          ? subject(call)
          : (call.answer?.description ?? "cut")
        : attempt(
            () => gist(record),
            () => "",
          ),
    ),
    status === "failed" && h("span.badge.bad", {}, errorName(record.outcome.error)),
    status === "unhandled" && h("span.badge", {}, "no handler"),
    botBadge(record),
    !lone &&
      record.deliveries.length > 1 &&
      h("span.badge.warn", {}, `${record.deliveries.length} attempts`),
    record.calls.some((one) => warningsOf(one).length) && h("span.badge.warn", {}, "warning"),
    !lone &&
      record.calls.length > 0 &&
      h(
        `span.badge${failed ? ".bad" : ""}`,
        {},
        `${record.calls.length} call${record.calls.length > 1 ? "s" : ""}`,
      ),
    h("span.ms", {}, milliseconds(lone ? call.ms : last?.ms)),
    clock(record),
  ];
}

/** What the bot sent by itself under one name: to one chat, or to many. */
function pushHead(record) {
  const { push, sent, refused, calls } = record;
  const status = statusOf(record);
  return [
    h("span.state-dot", { data: { state: status }, title: STATUSES[status] }),
    h("span.record-type", { title: push }, `push ${push}`),
    h("span.record-gist", { dir: "auto" }, subject(calls[0])),
    calls.some((one) => warningsOf(one).length) && h("span.badge.warn", {}, "warning"),
    botBadge(record),
    h("span.badge", {}, `${sent} sent`),
    refused > 0 && h("span.badge.bad", {}, `${refused} refused`),
    clock(record),
  ];
}

const botBadge = ({ bot }) =>
  state.bots.size > 1 && h("span.badge.who-bot", {}, state.bots.get(bot)?.user.first_name ?? bot);

const clock = ({ time }) =>
  h("time", { title: new Date(time * 1000).toISOString() }, TIME.format(time * 1000));

/** `KeyError` of `KeyError: 'city'`, without the modules before it. */
const errorName = (error) => lastLine(error).split(":")[0].split(".").at(-1).slice(0, 40);

/** The bot's calls that answer no update, one line for a run of them: `getMe, setMyCommands ×2`. */
export function foldedCalls(calls, open) {
  const counts = new Map();
  for (const { calls: made } of calls)
    counts.set(made[0].method, (counts.get(made[0].method) ?? 0) + 1);
  const names = [...counts].map(([name, times]) => (times > 1 ? `${name} ×${times}` : name));
  return h(
    "div.folded-calls",
    { role: "listitem" },
    h(
      "button",
      { type: "button", "aria-expanded": "false", onclick: open },
      icon("right"),
      h("span", {}, count(calls.length, "call"), " of its own accord"),
      h("span.record-gist", {}, names.join(", ")),
    ),
  );
}

export function recordNode(record, expanded) {
  const box = h(
    "details.record",
    {
      role: "listitem",
      data: { id: record.id, kind: record.kind, status: statusOf(record) },
    },
    h("summary", {}, head(record)),
  );
  return foldOut(box, record.id, expanded, () => details(record, expanded));
}

/** A record of unexpected content: its type and its JSON. */
export const oddRecord = (record) =>
  h(
    "details.record",
    { role: "listitem", data: { id: record.id, kind: record.kind } },
    h("summary", {}, h("span.record-type", {}, record.type ?? record.calls[0]?.method)),
    h("div.record-body", {}, jsonBox(record.update ?? record.calls)),
  );
