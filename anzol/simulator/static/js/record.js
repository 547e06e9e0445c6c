/** One update, or one call nobody asked for, as a row that opens. */
import { h, icon } from "./dom.js";
import { copyCall, exportButtons } from "./export.js";
import { fullName, milliseconds, summary } from "./format.js";
import { attempt } from "./guard.js";
import { json, jsonBox } from "./json.js";
import { state } from "./store.js";

const TIME = new Intl.DateTimeFormat([], {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

const STATES = {
  waiting: "waiting",
  retrying: "retrying",
  delivered: "delivered",
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
    record.queue,
    record.state,
    record.update,
    record.deliveries,
    record.calls,
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

function callHead(call, good) {
  const refusal = call.answer?.description ?? "the connection was cut";
  return h(
    "summary",
    {},
    h("span.code", {}, call.status ?? "cut"),
    h("b", {}, call.method),
    h("span.subject", { dir: "auto" }, good ? subject(call) : refusal),
    call.fault && h("span.badge.fault", {}, "fault"),
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

function details(record, expanded) {
  const calls = record.calls.map((call) => callNode(call, expanded));
  if (record.kind === "call") return h("div.record-body", {}, calls);
  return h(
    "div.record-body",
    {},
    h("div.record-tools", {}, exportButtons(record)),
    h("h4", {}, "Deliveries", h("small", {}, `queue ${record.queue}`)),
    deliveries(record),
    h("h4", {}, "Calls it caused"),
    record.calls.length ? calls : h("p.hint", {}, "None so far."),
    h("h4", {}, "Update"),
    jsonBox(record.update),
  );
}

function head(record) {
  const call = record.calls[0];
  const lone = record.kind === "call";
  const failed = record.calls.filter((one) => !one.answer?.ok).length;
  const mark = lone ? (call.answer?.ok ? "delivered" : "dropped") : record.state;
  const last = record.deliveries?.at(-1);
  return [
    h("span.state-dot", { data: { state: mark }, title: STATES[mark] }),
    h("span.record-type", {}, lone ? call.method : record.type),
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
    state.bots.size > 1 &&
      h("span.badge.who-bot", {}, state.bots.get(record.bot)?.user.first_name ?? record.bot),
    !lone &&
      record.deliveries.length > 1 &&
      h("span.badge.warn", {}, `${record.deliveries.length} attempts`),
    !lone &&
      record.calls.length > 0 &&
      h(
        `span.badge${failed ? ".bad" : ""}`,
        {},
        `${record.calls.length} call${record.calls.length > 1 ? "s" : ""}`,
      ),
    h("span.ms", {}, milliseconds(lone ? call.ms : last?.ms)),
    h(
      "time",
      { title: new Date(record.time * 1000).toISOString() },
      TIME.format(record.time * 1000),
    ),
  ];
}

export function recordNode(record, expanded) {
  const box = h(
    "details.record",
    { role: "listitem", data: { id: record.id, kind: record.kind } },
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
