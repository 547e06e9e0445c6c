/**
 * What the parts of the page tell each other. From the server: `state` (everything anew), `chats`, `thread` (a key),
 * `arrived`, `answer`, `log`, `faults`, `online`. From the person: `me`, `open` (a key).
 */
const listeners = new Map();

export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(listener);
}

export function emit(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) {
    try {
      listener(detail);
    } catch (error) {
      reportError(error); // the other listeners still hear of it
    }
  }
}

/** Runs `draw` once before the next paint, however often it is asked for; at once in a hidden tab. */
export function perFrame(draw) {
  let waiting = false;
  const run = () => {
    waiting = false;
    draw();
  };
  return () => {
    if (waiting) return;
    waiting = true;
    if (document.hidden) setTimeout(run, 0);
    else requestAnimationFrame(run);
  };
}
