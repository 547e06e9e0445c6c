/** Where a person writes: send, reply, edit, and a draft for each chat. */
import { openLink, where } from "./actions.js";
import { post } from "./api.js";
import { on, onEach, perFrame } from "./bus.js";
import { chatView, isBlocked, isMember, mayWrite } from "./chats.js";
import { $, h, icon, replace, toggle } from "./dom.js";
import { fullName, summary } from "./format.js";
import { drawReplyKeyboard, forcedReply } from "./replykeyboard.js";
import { messageById, state, thread } from "./store.js";
import { closeSuggestions, suggest, suggestionKey } from "./suggestions.js";
import { orToast } from "./toast.js";

const TALLEST = 160;
const draftOf = (chat) => sessionStorage.getItem(`draft ${chat}`) ?? "";
let key = null;
let answering = null; // {kind: "reply" | "edit", message}

const field = () => /** @type {HTMLTextAreaElement} */ ($("text"));
const view = () => chatView(key);

function fit() {
  if (key && answering?.kind !== "edit") sessionStorage.setItem(`draft ${key}`, field().value);
  field().style.height = "auto";
  field().style.height = `${Math.min(field().scrollHeight, TALLEST)}px`;
}

export function setText(text) {
  field().value = text;
  fit();
  field().focus();
  field().setSelectionRange(text.length, text.length);
  suggest(view(), field());
}

function drawAnswering() {
  toggle($("answering"), Boolean(answering));
  if (!answering) return;
  const { kind, message } = answering;
  const title =
    kind === "edit"
      ? "Edit message"
      : `Reply to ${fullName(message.from ?? message.sender_chat ?? message.chat)}`;
  replace(
    $("answering"),
    icon(kind),
    h(
      "span",
      {},
      h("strong", {}, title),
      h("span", { dir: "auto" }, summary(message).slice(0, 160)),
    ),
    h(
      "button.round.small",
      { type: "button", "aria-label": "Cancel", onclick: () => answer(null) },
      icon("close"),
    ),
  );
}

function answer(next) {
  const wasEdit = answering?.kind === "edit";
  answering = next;
  drawAnswering();
  if (next?.kind === "edit") setText(next.message.text ?? next.message.caption ?? "");
  else if (wasEdit) setText("");
  field().focus();
}

/** The message a reply goes to: chosen by the person, or asked for by the bot. */
export function replyTarget() {
  return answering?.kind === "reply" ? answering.message.message_id : forcedReply(view());
}

export function endReply() {
  if (answering) answer(null);
}

async function save(text) {
  const { message } = answering;
  const name = message.text === undefined ? "caption" : "text";
  const done = await orToast(
    post("edit", { ...where(view()), message_id: message.message_id, [name]: text }),
  );
  if (done) answer(null);
}

async function send(event) {
  event.preventDefault();
  const text = field().value.trim();
  if (!text || !key) return;
  closeSuggestions();
  if (answering?.kind === "edit") {
    await save(text);
    return;
  }
  const body = { ...where(view()), text, reply_to_message_id: replyTarget() };
  field().value = "";
  fit();
  const sent = await orToast(post("send", body));
  if (sent) endReply();
  else if (!field().value) setText(text);
}

function editLast() {
  const mine = thread(key).messages.findLast(
    (message) => message.from?.id === state.me && message.text !== undefined,
  );
  if (mine) answer({ kind: "edit", message: mine });
}

function onKey(event) {
  if (event.isComposing || suggestionKey(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    /** @type {HTMLFormElement} */ ($("compose")).requestSubmit();
  } else if (event.key === "ArrowUp" && !field().value) {
    event.preventDefault();
    editLast();
  } else if (event.key === "Escape" && answering) {
    event.stopPropagation();
    answer(null);
  }
}

/**
 * START for a bot never written to, RESTART for a blocked one, JOIN for a group.
 * @returns {[string, () => void] | null}
 */
function bigAction(chat) {
  if (chat.type === "private" && chat.bot !== null) {
    if (isBlocked(chat)) return ["Restart bot", () => restart(chat)];
    const list = thread(chat.key);
    const fresh = list.loaded && !list.messages.length;
    return fresh
      ? ["Start", () => orToast(post("send", { ...where(chat), text: "/start" }))]
      : null;
  }
  if (isMember(chat)) return null;
  return ["Join", () => orToast(post("join", { chat_id: chat.chatId, user_id: state.me }))];
}

async function restart(chat) {
  await orToast(post("block", { bot: chat.bot, from: state.me, blocked: false }));
  orToast(post("send", { ...where(chat), text: "/start" }));
}

/** The blue button: the bot's web app if it set one, else its commands if it has any. */
function drawMenuButton(chat) {
  const bot = chat.type === "private" ? state.bots.get(chat.bot) : null;
  const app = bot?.menu_button?.type === "web_app" ? bot.menu_button : null;
  toggle($("commands"), Boolean(app || bot?.commands.some((scope) => scope.commands.length)));
  $("commands").lastChild.textContent = app?.text ?? "Menu";
  $("commands").onclick = () => (app ? openLink(app.web_app.url) : setText("/"));
}

function draw() {
  toggle($("composer"), Boolean(key));
  if (!key) return;
  const chat = view();
  const action = bigAction(chat);
  const blocked = action && action[0] !== "Start";
  toggle($("big-action"), Boolean(action));
  toggle($("compose"), !blocked && mayWrite(chat));
  if (action) {
    $("big-action").textContent = action[0];
    $("big-action").onclick = action[1];
  }
  drawMenuButton(chat);
  const markup = drawReplyKeyboard(chat);
  const keyboard = markup?.input_field_placeholder;
  field().placeholder = keyboard ?? (chat.type === "channel" ? "Broadcast" : "Message");
}

function show(next) {
  key = next && (chatView(next).peer ? next : null);
  answering = null;
  drawAnswering();
  closeSuggestions();
  field().value = draftOf(key);
  fit();
  draw();
  if (key && matchMedia("(hover: hover)").matches) field().focus({ preventScroll: true });
}

/** Letters typed while nothing else wants them go to the composer. */
function typeAnywhere(event) {
  const elsewhere = event.target.closest(
    "input, textarea, select, button, a, dialog, summary, .menu, .inspector",
  );
  const isLetter = /^\S$/u.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isLetter && !elsewhere && key && !$("compose").hidden) field().focus();
}

export function startComposer() {
  replace($("send"), icon("send"));
  replace($("commands"), icon("menu"), h("span", {}, "Menu"));
  on("open", show);
  const later = perFrame(draw);
  onEach(["state", "me", "chats", "thread"], later);
  on("reply", (message) => answer({ kind: "reply", message }));
  on("edit", (message) => answer({ kind: "edit", message }));
  on("mention", (text) => setText(`${field().value}${text} `));
  on("thread", () => {
    if (answering && !messageById(key, answering.message.message_id)) answer(null);
  });
  $("compose").addEventListener("submit", send);
  field().addEventListener("keydown", onKey);
  document.addEventListener("keydown", typeAnywhere);
  field().addEventListener("input", () => {
    fit();
    suggest(view(), field());
  });
}
