/** Inline keyboards under a bubble. */
import { on } from "./bus.js";
import { h, icon } from "./dom.js";

const KINDS = {
  url: "link",
  login_url: "link",
  web_app: "window",
  switch_inline_query: "share",
  switch_inline_query_current_chat: "share",
  switch_inline_query_chosen_chat: "share",
  copy_text: "copy",
  pay: "card",
};

const WAIT_MS = 15_000;
const waiting = new Map();
const answered = new Set();

function rest(id) {
  const entry = waiting.get(id);
  if (!entry) return;
  clearTimeout(entry.timer);
  waiting.delete(id);
  entry.node.classList.remove("busy");
}

/** The button turns from the press until the bot answers this callback query, or for a while. */
export function awaitAnswer(node, callbackQueryId) {
  if (answered.has(callbackQueryId)) {
    node.classList.remove("busy");
    return;
  }
  const timer = setTimeout(() => rest(callbackQueryId), WAIT_MS);
  waiting.set(callbackQueryId, { node, timer });
}

export function startKeyboards() {
  on("answer", ({ callback_query_id: id }) => {
    answered.add(id); // an answer may overtake the response to the press
    rest(id);
  });
}

function button(message, spec, actions) {
  const kind = Object.keys(KINDS).find((field) => spec[field] !== undefined);
  const press = ({ currentTarget }) => actions.press(message, spec, currentTarget);
  return h(
    "button.inline-button",
    { type: "button", onclick: press, data: { style: spec.style ?? "" } },
    h("span", { dir: "auto" }, spec.text),
    kind && icon(KINDS[kind]),
  );
}

export function inlineKeyboard(message, rows, actions) {
  return h(
    "div.inline-keyboard",
    { role: "group", "aria-label": "Buttons" },
    rows.map((row) =>
      h(
        "div.inline-row",
        {},
        row.map((spec) => button(message, spec, actions)),
      ),
    ),
  );
}
