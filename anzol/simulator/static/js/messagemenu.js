/** The menu of a message: reply, react, edit, copy, delete, show its JSON. */
import { where } from "./actions.js";
import { post } from "./api.js";
import { emit } from "./bus.js";
import { chatView, chooseChat } from "./chats.js";
import { copy } from "./clipboard.js";
import { h } from "./dom.js";
import { jsonBox } from "./json.js";
import { closeMenu, menu } from "./menu.js";
import { open } from "./navigation.js";
import { messageById, state } from "./store.js";
import { dialog, orToast } from "./toast.js";

const QUICK = ["👍", "❤", "🔥", "🎉", "😁", "😢", "👎"];

function quickReactions(view, message) {
  const mine = (message.reactions ?? [])
    .filter((one) => one.users?.includes(state.me))
    .map((one) => one.type.emoji);
  const react = (emoji) => {
    closeMenu();
    const reaction = mine.includes(emoji) ? [] : [emoji];
    orToast(post("react", { ...where(view), message_id: message.message_id, reaction }));
  };
  return h(
    "div.quick",
    { role: "group", "aria-label": "React" },
    QUICK.map((emoji) =>
      h(
        "button",
        {
          type: "button",
          role: "menuitem",
          tabIndex: -1,
          "aria-label": `React ${emoji}`,
          "aria-pressed": String(mine.includes(emoji)),
          onclick: () => react(emoji),
        },
        emoji,
      ),
    ),
  );
}

async function forward(view, message) {
  const key = await chooseChat("Forward to");
  if (!key) return;
  const target = chatView(key);
  const original = { bot: view.bot, chat_id: view.chatId, message_id: message.message_id };
  if (await orToast(post("send", { ...where(target), forward: original }))) open(key);
}

function remove(view, ids) {
  return orToast(post("delete", { ...where(view), message_ids: ids }));
}

export function messageMenu(view, id, at) {
  const message = messageById(view.key, id);
  if (!message) return;
  const text = message.text ?? message.caption;
  const own = message.from?.id === state.me;
  const editable = own && text !== undefined && !message.forward_origin && !message.via_bot;
  menu(
    [
      quickReactions(view, message),
      ["reply", "Reply", () => emit("reply", message)],
      editable && ["edit", "Edit", () => emit("edit", message)],
      text && ["copy", "Copy text", () => copy(text)],
      ["forward", "Forward", () => forward(view, message)],
      "-",
      ["braces", "Show JSON", () => dialog("Message", jsonBox(message), [["", "Close"]])],
      [
        "bolt",
        message.outgoing ? "Show the call that sent it" : "Show its update",
        () => emit("trace", { view, message }),
      ],
      ["trash", "Delete", () => remove(view, [id]), { danger: true }],
    ],
    { x: at.clientX, y: at.clientY },
  );
}
