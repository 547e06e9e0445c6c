/** The page before any bot has spoken: what to type. */
import { avatar } from "./avatar.js";
import { onEach } from "./bus.js";
import { chatView } from "./chats.js";
import { $, h, icon, replace } from "./dom.js";
import { newBot } from "./mainmenu.js";
import { current } from "./navigation.js";
import { state } from "./store.js";

function firstSteps() {
  return [
    h("span.welcome-mark", {}, icon("bot")),
    h("h1", {}, "No bot yet"),
    h("p", {}, "Point a bot at this address instead of https://api.telegram.org, with any token:"),
    h("pre", {}, location.origin),
    h("p", {}, "It appears here with its first call, for instance:"),
    h("pre", {}, `curl ${location.origin}/bot4242:simulated-bot/getMe`),
    h("button.button.primary", { type: "button", onclick: newBot }, "Create one here"),
  ];
}

/** What stands in a chat before its first message: who the bot says it is. */
export function emptyChat(view) {
  const bot = state.bots.get(view.bot);
  const words = bot
    ? bot.description || "No messages here yet. Press START, or write something."
    : "No messages here yet.";
  return h(
    "div.empty-chat",
    {},
    avatar(view.peer),
    h("strong", { dir: "auto" }, bot ? "What can this bot do?" : view.title),
    h("span", { dir: "auto" }, words),
  );
}

function draw() {
  const key = current();
  const open = key && chatView(key).peer;
  $("welcome").hidden = Boolean(open);
  $("app").classList.toggle("without-bots", !state.bots.size);
  if (open) return;
  replace($("welcome"), state.bots.size ? h("p.pill", {}, "Choose a chat to begin") : firstSteps());
}

export function startWelcome() {
  onEach(["state", "open", "chats"], draw);
}
