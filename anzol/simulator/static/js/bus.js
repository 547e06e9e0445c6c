/** What the parts of the page tell each other: every topic is listed here, and the type checker knows no other. */

/**
 * From the server:
 * @typedef {object} Topics
 * @property {undefined} state everything was loaded anew
 * @property {undefined} chats a chat, a person or a bot has changed
 * @property {string} thread the messages of the chat with this key have changed
 * @property {{key: string, message: any}} arrived a new message
 * @property {any} answer what a bot answered to a press
 * @property {any} log an entry of the simulator's log
 * @property {any} faults the active faults, or the simulator's options, have changed
 * @property {boolean} online whether the event stream is connected
 *
 * Made of the log:
 * @property {any} record an update, or a call, of the inspector has changed
 * @property {undefined} tick how far an update has come, as the tick beside a message shows it
 *
 * From the person:
 * @property {undefined} me somebody else acts
 * @property {string | null} open the key of the chat that is opened
 * @property {any} reply a message is to be answered
 * @property {any} edit a message is to be changed
 * @property {string} mention a name is to be put into the composer
 * @property {number} jump the message with this number is to be shown
 * @property {{view: any, message: any, spec: any, query: string}} inline a button that starts an inline query
 * @property {{view: any, message?: any, record?: any}} trace the update, or the call, of a message is to be shown
 * @property {{bot: number, updateId: number}} resent an update was sent again: it is to be shown when it arrives
 * @property {string | undefined} inspect this tab of the inspector is to be opened
 */

/** @type {Map<keyof Topics, ((detail: any) => void)[]>} */
const listeners = new Map();

/**
 * @template {keyof Topics} Topic
 * @param {Topic} topic
 * @param {(detail: Topics[Topic]) => void} listener
 */
export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(listener);
}

/**
 * @param {(keyof Topics)[]} topics
 * @param {() => void} listener
 */
export function onEach(topics, listener) {
  for (const topic of topics) on(topic, () => listener());
}

/**
 * @template {keyof Topics} Topic
 * @param {Topic} topic
 * @param {Topics[Topic]} [detail]
 */
export function emit(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) {
    try {
      listener(detail);
    } catch (error) {
      reportError(error); // the other listeners are still called
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
