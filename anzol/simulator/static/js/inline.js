/** Asking an inline bot while the person types. */
import { post } from "./api.js";
import { h, icon } from "./dom.js";
import { state } from "./store.js";

const PAUSE_MS = 300;
let timer = 0;
let newest = 0;

const pause = () =>
  new Promise((resolve) => {
    clearTimeout(timer);
    timer = setTimeout(resolve, PAUSE_MS);
  });

/** The bot's answer, `{error}`, or `null` when the person went on typing. */
export async function inlineQuery(view, bot, query) {
  newest += 1;
  const mine = newest;
  await pause();
  if (mine !== newest) return null;
  const type = view.type === "private" ? "sender" : view.type;
  try {
    const answer = await post("inline", { bot: bot.id, query, from: state.me, chat_type: type });
    return mine === newest ? answer : null;
  } catch (error) {
    return mine === newest ? { error: error.message } : null;
  }
}

inlineQuery.cancel = () => {
  newest += 1;
  clearTimeout(timer);
};

const ICONS = {
  article: "file",
  photo: "image",
  gif: "image",
  mpeg4_gif: "image",
  location: "pin",
  venue: "pin",
  contact: "person",
};

export function resultRow(result) {
  const title = result.title ?? result.caption ?? result.first_name ?? result.type;
  return [
    h("span.result-icon", {}, icon(ICONS[result.type] ?? "file")),
    h(
      "span.result-text",
      {},
      h("b", { dir: "auto" }, title),
      result.description && h("span", { dir: "auto" }, result.description),
    ),
  ];
}
