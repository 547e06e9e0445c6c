/** What can be done with a whole chat: its members, blocking, migrating. */
import { post } from "./api.js";
import { avatar } from "./avatar.js";
import { isBlocked, isMember, membersOf } from "./chats.js";
import { h, icon } from "./dom.js";
import { fullName } from "./format.js";
import { jsonBox } from "./json.js";
import { menu } from "./menu.js";
import { open } from "./navigation.js";
import { keyOf, state } from "./store.js";
import { ask, confirmBox, dialog, orToast, toast } from "./toast.js";

const STATUSES = [
  ["member", "member"],
  ["administrator", "administrator"],
  ["restricted", "restricted"],
];

async function addMember(view) {
  const inside = new Set(membersOf(view).map((member) => member.user.id));
  const candidates = [
    ...state.people.values(),
    ...[...state.bots.values()].map((bot) => bot.user),
  ].filter((user) => !inside.has(user.id));
  if (!candidates.length) {
    toast("Everybody is here already. Add a person or a bot from the menu first.");
    return;
  }
  const form = await ask(
    "Add a member",
    [
      ["id", "Who", { options: candidates.map((user) => [user.id, fullName(user)]) }],
      ["status", "As", { options: STATUSES }],
    ],
    "Add",
  );
  if (!form) return;
  const id = Number(form.id);
  const who = state.bots.has(id) ? { bot: id } : { user_id: id };
  orToast(post("join", { chat_id: view.chatId, ...who, status: form.status, from: state.me }));
}

async function removeMember(view, user) {
  if (!(await confirmBox(`Remove ${fullName(user)} from ${view.title}?`, "Remove"))) return;
  const who = state.bots.has(user.id) ? { bot: user.id } : { user_id: user.id };
  orToast(
    post("leave", {
      chat_id: view.chatId,
      ...who,
      by: user.id === state.me ? undefined : state.me,
    }),
  );
}

function memberRow(view, member, close) {
  const remove = () => {
    close();
    removeMember(view, member.user);
  };
  return h(
    "li",
    {},
    avatar(member.user, "small"),
    h(
      "span",
      {},
      h("strong", { dir: "auto" }, fullName(member.user)),
      h("small", {}, member.status),
    ),
    member.status !== "creator" &&
      h(
        "button.round.small",
        { type: "button", "aria-label": `Remove ${fullName(member.user)}`, onclick: remove },
        icon("close"),
      ),
  );
}

function facts(view) {
  const bot = state.bots.get(view.bot);
  const rows =
    bot && view.type === "private"
      ? [
          ["Username", `@${bot.user.username}`],
          ["Bot id", bot.id],
          ["About", bot.short_description || bot.description],
          ["Webhook", bot.webhook.url || (bot.polling ? "long polling" : "none")],
          ["Pending updates", bot.pending],
          ["Last error", bot.webhook.last_error_message],
        ]
      : [
          ["Id", view.chatId],
          ["Type", view.type],
          ["Username", view.peer?.username && `@${view.peer.username}`],
          ["Invite link", view.entry?.invite_link],
        ];
  return h(
    "dl.facts",
    {},
    rows
      .filter(([, value]) => (value ?? "") !== "")
      .map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
  );
}

export function showInfo(view) {
  const content = h("div.info", {}, facts(view));
  const close = () => content.closest("dialog").close("");
  if (view.type !== "private")
    content.append(
      h(
        "ul.members",
        {},
        membersOf(view).map((member) => memberRow(view, member, close)),
      ),
    );
  return dialog(view.title, content, [["", "Close"]]);
}

async function rename(view) {
  const form = await ask(
    "Change the title",
    [["title", "Title", { value: view.title, required: true, maxLength: 128 }]],
    "Save",
  );
  if (form) orToast(post("chat", { chat_id: view.chatId, title: form.title, from: state.me }));
}

async function migrate(view) {
  const chat = await orToast(post("migrate", { chat_id: view.chatId }));
  if (chat) open(keyOf(null, chat.id));
}

/** The bot answers for this person's account from now on; somebody writes to it, so that there is a chat. */
async function connectAccount(view) {
  const others = [...state.people.values()].filter(({ id }) => id !== state.me);
  if (!others.length) return toast("Nobody else is here: make another person in the menu first.");
  const form = await ask(
    "The bot answers for your account",
    [
      ["writer", "Who writes to you", { options: others.map((one) => [one.id, fullName(one)]) }],
      ["text", "What they write", { value: "Hello!", required: true }],
    ],
    "Connect",
  );
  if (!form) return;
  const connection = await orToast(post("business", { bot: view.bot, from: state.me }));
  if (!connection) return;
  const writer = Number(form.writer);
  const place = { bot: view.bot, business_connection_id: connection.id, chat_id: writer };
  await orToast(post("send", { ...place, from: writer, text: form.text }));
}

const join = (view, request) =>
  orToast(post("join", { chat_id: view.chatId, user_id: state.me, request }));

const boost = async (view) => {
  if (await orToast(post("boost", { chat_id: view.chatId, from: state.me }))) toast("Boosted");
};

export function chatMenu(view, under) {
  const group = view.type !== "private";
  const bot = view.bot !== null;
  const blocked = isBlocked(view);
  menu(
    [
      [bot ? "bot" : "group", bot ? "About the bot" : "Members", () => showInfo(view)],
      group && ["plus", "Add a member", () => addMember(view)],
      group && ["edit", "Change the title", () => rename(view)],
      [
        "braces",
        "Show JSON",
        () => dialog(view.title, jsonBox(view.entry ?? state.bots.get(view.bot)), [["", "Close"]]),
      ],
      "-",
      bot && [
        "block",
        blocked ? "Unblock the bot" : "Block the bot",
        () => orToast(post("block", { bot: view.bot, from: state.me, blocked: !blocked })),
        { danger: !blocked },
      ],
      bot && ["person", "Let it answer for my account", () => connectAccount(view)],
      group && !isMember(view) && ["plus", "Join", () => join(view)],
      group && !isMember(view) && ["person", "Ask to join", () => join(view, true)],
      ["supergroup", "channel"].includes(view.type) && ["bolt", "Boost", () => boost(view)],
      view.type === "group" && ["bolt", "Make it a supergroup", () => migrate(view)],
      group &&
        isMember(view) && [
          "close",
          "Leave",
          () => orToast(post("leave", { chat_id: view.chatId, user_id: state.me })),
          { danger: true },
        ],
    ],
    { under, right: true },
  );
}
