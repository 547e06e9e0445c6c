/** What a person does to a message: press, react, vote, jump. */
import { post } from "./api.js";
import { emit } from "./bus.js";
import { copy } from "./clipboard.js";
import { safeUrl } from "./entities.js";
import { topicOf } from "./forum.js";
import { awaitAnswer } from "./keyboard.js";
import { state } from "./store.js";
import { alertBox, confirmBox, orToast, toast } from "./toast.js";

/** The fields that say who does it where. */
export const where = (view) => ({
  bot: view.bot,
  chat_id: view.chatId,
  business_connection_id: view.entry?.connection,
  from: state.me,
  message_thread_id: topicOf(view.key),
});

export async function openLink(address) {
  const url = safeUrl(address);
  if (!url) toast(`This address is not opened: ${address}`, "bad");
  else if (await confirmBox(`Open ${url} ?`, "Open")) window.open(url, "_blank", "noopener");
}

/** What is left to do in the page after a press, by the kind of the button. */
const AFTER = {
  url: ({ url }) => openLink(url),
  copy_text: ({ copy_text: { text } }) => copy(text),
  web_app: ({ web_app: { url } }) => openLink(url),
};

async function press(view, message, spec, node) {
  const target = { ...where(view), message_id: message.message_id };
  node.classList.add("busy");
  const result = await orToast(
    post("press", { ...target, button: spec.callback_data ?? spec.text }),
  );
  if (result?.callback_query) {
    awaitAnswer(node, result.callback_query.id);
    return;
  }
  node.classList.remove("busy");
  if (!result) return;
  if (result.pay) await orToast(post("pay", { ...target, wait: 10 }));
  else if (result.switch_inline_query !== undefined)
    emit("inline", { view, message, spec, query: result.switch_inline_query });
  else AFTER[Object.keys(AFTER).find((kind) => result[kind])]?.(result);
}

/** The actions of one chat, as the bubbles call them. */
export function actionsFor(view) {
  return {
    press: (message, spec, node) => press(view, message, spec, node),
    react: (message, reaction) =>
      orToast(post("react", { ...where(view), message_id: message.message_id, reaction })),
    vote: (message, options) =>
      orToast(post("vote", { ...where(view), message_id: message.message_id, options })),
    mark: (message, id, done) =>
      orToast(
        post("mark", {
          ...where(view),
          message_id: message.message_id,
          [done ? "done" : "undone"]: [id],
        }),
      ),
    buy: (message) => orToast(post("buy", { ...where(view), message_id: message.message_id })),
    command: (text) => orToast(post("send", { ...where(view), text })),
    mention: (text) => emit("mention", text),
    jump: (id) => emit("jump", id),
    trace: (message) => emit("trace", { view, message }),
  };
}

/** What a bot answers to a press: a toast, or an alert that waits. */
export function showAnswer({ user_id: user, text, show_alert: alert, url }) {
  if (user !== state.me) return;
  if (url) openLink(url);
  else if (text && alert) alertBox(text);
  else if (text) toast(text);
}
