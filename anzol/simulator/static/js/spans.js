/** A record as spans of time: what it waited for, who took it, what was called. */
import { milliseconds } from "./format.js";

const SEEN_SECONDS = 0.05; // a shorter wait between attempts is no wait

/** A delivery and a call are logged when they end. */
const start = (entry) => entry.time - (entry.ms ?? 0) / 1000;

export const endOf = (record) =>
  Math.max(record.time, ...[...(record.deliveries ?? []), ...record.calls].map((one) => one.time));

function waits(record, now) {
  const spans = [];
  let free = record.time;
  const wait = (to, label) => spans.push({ kind: "waiting", from: free, to, label });
  for (const one of record.deliveries) {
    if (start(one) - free > SEEN_SECONDS) wait(start(one), `waited for attempt ${one.attempt}`);
    free = one.time;
  }
  if (record.state === "retrying") wait(now, "waits for the next attempt");
  else if (record.state === "waiting") wait(now, "waits for its turn");
  else if (record.confirmed) wait(record.confirmed, "waited for getUpdates");
  return spans;
}

function attempt(one) {
  const kind = one.state === "delivered" ? "good" : "bad";
  const label = `attempt ${one.attempt}: ${one.status ?? one.error}, ${milliseconds(one.ms)}`;
  return { kind, from: start(one), to: one.time, label };
}

function call(one) {
  const kind = one.answer?.ok ? "call" : "call-bad";
  const label = `${one.method}: ${one.status ?? "cut"}, ${milliseconds(one.ms)}`;
  return { kind, from: start(one), to: one.time, label };
}

/** `[{kind, from, to, label}]`, times in unix seconds. */
export function spansOf(record, now) {
  const calls = record.calls.map(call);
  if (record.kind !== "update") return calls;
  const { confirmed: taken } = record;
  const poll = taken
    ? [{ kind: "good", from: taken, to: taken, label: "taken by getUpdates" }]
    : [];
  return [...waits(record, now), ...record.deliveries.map(attempt), ...poll, ...calls];
}
