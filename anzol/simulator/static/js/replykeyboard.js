/** The keyboard a bot puts in place of the letters, and a reply it asks for. */
import { where } from "./actions.js";
import { post } from "./api.js";
import { $, h, icon, replace, toggle } from "./dom.js";
import { orToast } from "./toast.js";

const KINDS = {
  request_contact: "phone",
  request_location: "pin",
  request_poll: "poll",
  request_users: "person",
  request_chat: "group",
  web_app: "window",
};

const folded = new Set();
let drawn = null;

async function press(view, spec, markup) {
  const done = await orToast(post("press", { ...where(view), button: spec.text }));
  if (done && markup.one_time_keyboard) fold(view, markup, true);
}

function button(view, spec, markup) {
  const plain = typeof spec === "string" ? { text: spec } : spec;
  const kind = Object.keys(KINDS).find((field) => plain[field] !== undefined);
  return h(
    "button.reply-button",
    {
      type: "button",
      data: { style: plain.style ?? "" },
      onclick: () => press(view, plain, markup),
    },
    kind && icon(KINDS[kind]),
    h("span", { dir: "auto" }, plain.text),
  );
}

function fold(view, markup, hidden) {
  if (hidden) folded.add(markup);
  else folded.delete(markup);
  drawReplyKeyboard(view);
}

/** Draws what the chat's `reply_keyboard` asks for and returns it. */
export function drawReplyKeyboard(view) {
  const markup = view.entry?.reply_keyboard ?? null;
  const rows = markup?.keyboard;
  const hidden = folded.has(markup);
  toggle($("keyboard-toggle"), Boolean(rows));
  toggle($("reply-keyboard"), Boolean(rows) && !hidden);
  $("keyboard-toggle").onclick = () => fold(view, markup, !hidden);
  $("keyboard-toggle").setAttribute("aria-expanded", String(!hidden));
  if (rows && drawn !== markup) {
    replace($("keyboard-toggle"), icon("keyboard"));
    replace(
      $("reply-keyboard"),
      rows.map((row) =>
        h(
          "div.reply-row",
          {},
          row.map((spec) => button(view, spec, markup)),
        ),
      ),
    );
    $("reply-keyboard").classList.toggle("small", Boolean(markup.resize_keyboard));
  }
  drawn = markup;
  return markup;
}

/** The message that a ForceReply wants answered. */
export function forcedReply(view) {
  const markup = view.entry?.reply_keyboard;
  return markup?.force_reply
    ? (markup.message_id ?? view.entry.last_message?.message_id)
    : undefined;
}
