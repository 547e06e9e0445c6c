/** What opens above the composer while typing: the command menu, the results of an inline bot. */
import { where } from "./actions.js";
import { post } from "./api.js";
import { botsIn } from "./chats.js";
import { $, h, replace, toggle } from "./dom.js";
import { inlineQuery, resultRow } from "./inline.js";
import { state } from "./store.js";
import { orToast } from "./toast.js";

let options = [];
let chosen = 0;
let complete = (/** @type {string} */ _text) => {};

const box = () => $("suggestions");

export function closeSuggestions() {
  options = [];
  toggle(box(), false);
  $("text").removeAttribute("aria-activedescendant");
}

function mark(index) {
  chosen = (index + options.length) % options.length;
  const nodes = [...box().querySelectorAll("[role=option]")];
  for (const [at, node] of nodes.entries())
    node.setAttribute("aria-selected", String(at === chosen));
  nodes[chosen].scrollIntoView({ block: "nearest" });
  $("text").setAttribute("aria-activedescendant", nodes[chosen].id);
}

/** Shows `list` of `{node, run, text?}`: Enter runs, Tab completes `text`. */
function open(list, note) {
  options = list;
  if (!list.length && !note) {
    closeSuggestions();
    return;
  }
  replace(
    box(),
    note && h("p.suggestion-note", {}, note),
    list.map(({ node, run }, index) =>
      h(
        "div.suggestion",
        {
          id: `option-${index}`,
          role: "option",
          onmousedown: (event) => event.preventDefault(),
          onclick: run,
        },
        node,
      ),
    ),
  );
  toggle(box(), true);
  if (list.length) mark(0);
}

/** Takes a key if the list is open; returns whether it did. */
export function suggestionKey(event) {
  if (box().hidden) return false;
  const { key } = event;
  if (key === "Escape") closeSuggestions();
  else if (!options.length) return false;
  else if (key === "ArrowDown" || key === "ArrowUp") mark(chosen + (key === "ArrowDown" ? 1 : -1));
  else if (key === "Enter" && !event.shiftKey) options[chosen].run();
  else if (key === "Tab" && !event.shiftKey && options[chosen].text) complete(options[chosen].text);
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

const SCOPES = {
  private: ["chat", "all_private_chats", "default"],
  other: [
    "chat_member",
    "chat",
    "chat_administrators",
    "all_chat_administrators",
    "all_group_chats",
    "default",
  ],
};

/** The commands of one bot in this chat: the narrowest scope wins, then the person's language. */
function commandsOf(bot, view) {
  const language = state.people.get(state.me)?.language_code ?? "";
  const fits = ({ scope }) =>
    (scope.chat_id === undefined || scope.chat_id === view.chatId) &&
    (scope.user_id === undefined || scope.user_id === state.me);
  for (const type of SCOPES[view.type] ?? SCOPES.other) {
    const lists = bot.commands.filter(
      (one) => one.scope.type === type && fits(one) && one.commands.length,
    );
    const best =
      lists.find((one) => one.language_code === language) ??
      lists.find((one) => !one.language_code);
    if (best) return best.commands;
  }
  return [];
}

function commandOptions(view, typed, field) {
  const several = view.type !== "private";
  return botsIn(view).flatMap((bot) =>
    commandsOf(bot, view)
      .filter(({ command }) => command.startsWith(typed.toLowerCase()))
      .map(({ command, description }) => {
        const text = `/${command}${several ? `@${bot.user.username}` : ""}`;
        const run = () => {
          closeSuggestions();
          field.value = "";
          field.dispatchEvent(new Event("input"));
          orToast(post("send", { ...where(view), text }));
        };
        return {
          node: [h("b", {}, text), h("span", { dir: "auto" }, description)],
          run,
          text: `${text} `,
        };
      }),
  );
}

async function inlineOptions(view, bot, query, field) {
  const answer = await inlineQuery(view, bot, query);
  if (!answer) return;
  if (answer.error) {
    open([], answer.error);
    return;
  }
  const choose = (result) => {
    closeSuggestions();
    field.value = "";
    field.dispatchEvent(new Event("input"));
    orToast(
      post("choose", {
        bot: view.bot ?? bot.id,
        from: state.me,
        inline_query_id: answer.inline_query_id,
        result_id: result.id,
        chat_id: view.chatId,
      }),
    );
  };
  const list = answer.results.map((result) => ({
    node: resultRow(result),
    run: () => choose(result),
  }));
  open(list, list.length ? null : "No results");
}

/** Opens, changes or closes the list for what stands in `field`. */
export function suggest(view, field) {
  const text = field.value;
  complete = (value) => {
    field.value = value;
    field.dispatchEvent(new Event("input"));
  };
  const command = /^\/(\w*)$/.exec(text);
  const inline = /^@(\w+)\s([\s\S]*)$/.exec(text);
  const bot =
    inline &&
    [...state.bots.values()].find(
      ({ user }) => user.username?.toLowerCase() === inline[1].toLowerCase(),
    );
  inlineQuery.cancel();
  if (command) open(commandOptions(view, command[1], field));
  else if (bot) inlineOptions(view, bot, inline[2], field);
  else closeSuggestions();
}
