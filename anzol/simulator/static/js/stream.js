/** Server-sent events, resumed after every interruption. */
import { emit } from "./bus.js";

const RETRY_MS = [500, 1000, 2000, 4000];

/**
 * Calls `apply` with each event after `cursor`, and `reload` (which returns a new cursor) when the
 * server was away: it may have been restarted, and its events then count from one again.
 */
export function follow(cursor, apply, reload) {
  let attempt = 0;
  const source = new EventSource(`/user/events?cursor=${cursor}`);

  source.onopen = () => {
    attempt = 0;
    emit("online", true);
  };
  source.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (event.type === "reset") again();
    else apply(event);
  };
  source.onerror = () => {
    emit("online", false);
    again();
  };

  async function again() {
    source.close();
    const wait = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)];
    attempt += 1;
    try {
      follow(await reload(), apply, reload);
    } catch {
      setTimeout(again, wait);
    }
  }
}
