/** One message, or one album, as a bubble. */
import { avatar, colourOf } from "./avatar.js";
import { emit } from "./bus.js";
import { h, icon } from "./dom.js";
import { formatted } from "./entities.js";
import { clock, fullName, summary } from "./format.js";
import { jsonBox } from "./json.js";
import { inlineKeyboard } from "./keyboard.js";
import { mediaOf } from "./media.js";
import { state } from "./store.js";

const TICKS = {
  waiting: ["clock", "On its way to the bot"],
  retrying: ["alert", "The bot's server did not take it; it is tried again"],
  dropped: ["alert", "Given up: the bot never took it"],
  failed: ["alert", "Its handler failed: press to see how"],
  delivered: ["checks", "The bot's server has taken it"],
  sent: ["check", "Sent"],
};

function tickNode(row, actions) {
  const [name, label] = TICKS[row.tick] ?? TICKS.sent;
  const message = row.messages.at(-1);
  return h(
    "button.tick",
    {
      type: "button",
      title: label,
      "aria-label": label,
      data: { tick: row.tick ?? "sent" },
      onclick: () => actions.trace(message),
    },
    icon(name),
  );
}

function meta(row, own, actions) {
  const message = row.messages.at(-1);
  const signature = message.author_signature && `${message.author_signature}, `;
  return h(
    "span.meta",
    {},
    message.is_pinned && icon("pushpin"),
    signature,
    message.edit_date && "edited ",
    h("time", { title: new Date(message.date * 1000).toLocaleString() }, clock(message.date)),
    own && tickNode(row, actions),
  );
}

function sender(message) {
  const peer = message.sender_chat ?? message.from;
  return h(
    "span.sender",
    { data: { colour: colourOf(peer.id) }, dir: "auto" },
    fullName(peer),
    message.sender_tag && h("small.tag", {}, message.sender_tag),
  );
}

const topic = (message, view) =>
  h(
    "span.topic",
    { dir: "auto" },
    `# ${view.entry?.topics?.[message.message_thread_id] ?? "topic"}`,
  );

function forwarded(origin) {
  const from = origin.sender_user ?? origin.sender_chat ?? origin.chat;
  return h(
    "span.forwarded",
    {},
    "Forwarded from ",
    h("b", {}, from ? fullName(from) : origin.sender_user_name),
  );
}

function quote(message, actions) {
  const original = message.reply_to_message;
  const peer = original.sender_chat ?? original.from ?? original.chat;
  return h(
    "button.quote",
    {
      type: "button",
      data: { colour: colourOf(peer.id) },
      onclick: () => actions.jump(original.message_id),
    },
    h("strong", {}, fullName(peer)),
    h("span", { dir: "auto" }, message.quote?.text ?? summary(original).slice(0, 120)),
  );
}

function reactionsOf(message, actions) {
  const list = message.reactions ?? [];
  if (!list.length) return null;
  return h(
    "div.reactions",
    {},
    list.map(({ type, total_count: total, users = [] }) => {
      const mine = users.includes(state.me);
      const name = type.emoji ?? "★";
      return h(
        "button.reaction",
        {
          type: "button",
          "aria-pressed": String(mine),
          "aria-label": `${name}, ${total}`,
          onclick: () => actions.react(message, mine ? [] : [name]),
        },
        h("span", {}, name),
        h("small", {}, total),
      );
    }),
  );
}

/** Big when the whole message is one to three emoji, as people expect. */
const isJumbo = (text) =>
  /^(?:\p{Extended_Pictographic}\uFE0F?(?:\u200D\p{Extended_Pictographic}\uFE0F?)*){1,3}$/u.test(
    text,
  );

function words(message, actions) {
  const text = message.text ?? message.caption;
  if (text === undefined) return null;
  const entities = message.entities ?? message.caption_entities;
  const jumbo = message.text && !message.reply_to_message && isJumbo(text);
  return h(
    jumbo ? "div.text.jumbo" : "div.text",
    { dir: "auto" },
    formatted(text, entities, actions),
  );
}

function preview(message) {
  const options = message.link_preview_options;
  if (!options?.url || options.is_disabled) return null;
  return h("div.link-preview", {}, options.url);
}

/** A row of kind `bubble` → its node. `actions`: what a click in it does. */
export function bubble(row, view, actions) {
  const message = row.messages.at(-1);
  const first = row.messages[0];
  const captioned = row.messages.find((one) => one.caption) ?? message;
  const own = message.from?.id === state.me && !message.sender_chat;
  const named = !own && view.type !== "private" && view.type !== "channel" && row.first;
  const media = mediaOf(row.messages, actions);
  const text = words(captioned, actions);
  const bare = media?.dataset.bare && !text && !first.reply_to_message && !named;
  const body = h(
    `div.bubble${bare ? ".bare" : ""}${media?.dataset.full && !bare ? ".full" : ""}`,
    {},
    named && (first.from || first.sender_chat) && sender(first),
    first.receiver_user && h("span.forwarded", {}, "Only you see this"),
    first.is_topic_message && topic(first, view),
    first.forward_origin && forwarded(first.forward_origin),
    first.via_bot && h("span.via", {}, `via @${first.via_bot.username}`),
    first.reply_to_message && quote(first, actions),
    captioned.show_caption_above_media ? [text, media] : [media, text],
    preview(message),
    reactionsOf(message, actions),
  );
  const tail =
    text && body.lastElementChild === text && !text.classList.contains("jumbo") ? text : body; // into the last line of the words
  tail.append(meta(row, own, actions));
  const keyboard = message.reply_markup?.inline_keyboard;
  return h(
    `article.message${own ? ".own" : ""}${row.first ? ".first" : ""}${row.last ? ".last" : ""}`,
    {
      id: `m${first.message_id}`,
      tabIndex: -1,
      data: { id: message.message_id },
      "aria-label": `${own ? "You" : fullName(message.sender_chat ?? message.from ?? view.peer)}: ${summary(captioned)}`,
    },
    !own &&
      view.type !== "private" &&
      view.type !== "channel" &&
      h("span.side", {}, row.last && avatar(message.sender_chat ?? message.from)),
    h("div.stack", {}, body, keyboard?.length > 0 && inlineKeyboard(message, keyboard, actions)),
  );
}

/** A message whose content is not what its kind has: its JSON. */
export const oddBubble = ({ messages }) =>
  h(
    "article.message.first.last",
    { id: `m${messages[0].message_id}`, tabIndex: -1, data: { id: messages.at(-1).message_id } },
    h("div.stack", {}, h("div.bubble", {}, jsonBox(messages))),
  );

/** Under a message whose handler failed: a click shows the traceback. */
export function noteRow({ text, record }, view) {
  return h(
    "div.failure",
    {},
    h(
      "button",
      { type: "button", onclick: () => emit("trace", { view, record }) },
      icon("alert"),
      h("span", { dir: "auto" }, text),
    ),
  );
}

/** A message that a bot is still writing. */
export function draftBubble(draft) {
  return h(
    "article.message.first.last.draft",
    {},
    h(
      "div.stack",
      {},
      h(
        "div.bubble",
        {},
        h("div.text", { dir: "auto" }, formatted(draft.text, draft.entities)),
        h("span.caret"),
      ),
    ),
  );
}
