/** Faults on demand: a form, the list of active ones, a strip over the chat while there are any. */
import { post } from "./api.js";
import { emit, on, onEach } from "./bus.js";
import { chatView, isBlocked } from "./chats.js";
import { $, h, icon, replace, toggle } from "./dom.js";
import { count } from "./format.js";
import { current, open } from "./navigation.js";
import { keyOf, state } from "./store.js";
import { orToast, toast } from "./toast.js";

const EFFECTS = [
  ["429", "429 Too Many Requests"],
  ["500", "500 Internal Server Error"],
  ["403", "403 Forbidden"],
  ["400", "400 Bad Request"],
  ["latency", "only slow"],
  ["cut", "cut the connection, do nothing"],
  ["lose", "do the work, lose the response"],
];
const COMMON = [
  "sendMessage",
  "editMessageText",
  "answerCallbackQuery",
  "sendPhoto",
  "sendMediaGroup",
  "sendChatAction",
  "deleteMessage",
  "getUpdates",
  "setWebhook",
];

const active = h("ul.faults", { "aria-label": "Active faults" });
const chatTools = h("div.record-tools");
const limits = h("input", {
  type: "checkbox",
  onchange: ({ target }) => orToast(post("flood", { enforced: target.checked })),
});

function effect(fault) {
  if (fault.cut) return "connection cut";
  if (fault.lose) return "response lost";
  return [fault.error_code, fault.latency ? `${fault.latency} s late` : null]
    .filter(Boolean)
    .join(", ");
}

const described = (fault) =>
  `${fault.method === "*" ? "every call" : fault.method} → ${effect(fault)}`;

const remaining = (fault) => (fault.times ? `${count(fault.times, "call")} left` : "until removed");

function item(fault) {
  return h(
    "li",
    {},
    icon("bolt"),
    h("span", {}, h("strong", {}, described(fault)), h("small", {}, remaining(fault))),
    h(
      "button.round.small",
      {
        type: "button",
        "aria-label": `Remove ${described(fault)}`,
        onclick: () => orToast(post("faults", { remove: fault.id })),
      },
      icon("close"),
    ),
  );
}

function body(form) {
  /** @type {Record<string, any>} */
  const fields = Object.fromEntries(new FormData(form));
  const { method, times, effect: chosen, latency, retry_after: after } = fields;
  /** @type {Record<string, any>} */
  const fault = { method: method.trim() || "*", times: Number(times) };
  if (Number(latency)) fault.latency = Number(latency);
  if (/^\d+$/.test(chosen)) fault.error_code = Number(chosen);
  else if (chosen !== "latency") fault[chosen] = true;
  else fault.latency ??= 3;
  if (chosen === "429") fault.retry_after = Number(after) || 5;
  return fault;
}

function form() {
  const after = h(
    "label.field",
    {},
    h("span", {}, "retry_after, s"),
    h("input", { name: "retry_after", type: "number", min: 1, value: "5" }),
  );
  const effects = h(
    "select",
    { name: "effect", onchange: ({ target }) => toggle(after, target.value === "429") },
    EFFECTS.map(([value, label]) => h("option", { value }, label)),
  );
  const node = h(
    "form.fault-form",
    {},
    h(
      "label.field.wide",
      {},
      h("span", {}, "Method, * for every call"),
      h("input", {
        name: "method",
        value: "sendMessage",
        list: "methods",
        autocomplete: "off",
        spellcheck: false,
      }),
    ),
    h(
      "datalist",
      { id: "methods" },
      ["*", ...COMMON].map((name) => h("option", { value: name })),
    ),
    h("label.field.wide", {}, h("span", {}, "Answer"), effects),
    h(
      "label.field",
      {},
      h("span", {}, "Next calls, 0: all"),
      h("input", { name: "times", type: "number", min: 0, value: "1" }),
    ),
    h(
      "label.field",
      {},
      h("span", {}, "Wait first, s"),
      h("input", { name: "latency", type: "number", min: 0, step: "0.1", value: "0" }),
    ),
    after,
    h("button.button.primary", { type: "submit" }, "Add the fault"),
  );
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    orToast(post("faults", body(node)));
  });
  return node;
}

async function migrate(view) {
  const chat = await orToast(post("migrate", { chat_id: view.chatId }));
  if (chat) open(keyOf(null, chat.id));
}

/** What can go wrong with the open chat itself. */
function drawChatTools() {
  const key = current();
  const view = key && chatView(key);
  if (!view?.peer) {
    replace(chatTools, h("p.hint", {}, "Open a chat first."));
    return;
  }
  const tool = (name, label, run) =>
    h("button.button.tiny", { type: "button", onclick: run }, icon(name), label);
  const blocked = isBlocked(view);
  const block = () => orToast(post("block", { bot: view.bot, from: state.me, blocked: !blocked }));
  if (view.bot !== null)
    replace(chatTools, tool("block", blocked ? "Unblock the bot" : "Block the bot", block));
  else if (view.type === "group")
    replace(
      chatTools,
      tool("bolt", "Migrate to a supergroup", () => migrate(view)),
    );
  else replace(chatTools, h("p.hint", {}, "Nothing to break here."));
}

function draw() {
  const faults = state.faults;
  /** @type {HTMLInputElement} */ (limits).checked = Boolean(state.options.flood);
  replace(
    active,
    faults.length ? faults.map(item) : h("li.hint", {}, "No faults: every call is answered."),
  );
  toggle($("fault-strip"), faults.length > 0);
  replace(
    $("fault-strip"),
    icon("bolt"),
    h("span", {}, faults.map((fault) => `${described(fault)}, ${remaining(fault)}`).join(" · ")),
  );
  $("tab-faults")?.classList.toggle("alarm", faults.length > 0);
}

const JUMPS = [
  [60, "a minute"],
  [3600, "an hour"],
  [86_400, "a day"],
];

/** Retries, lifetimes, polls and limits go by the simulator's clock; the bot's own timers by the bot's. */
function jumpButton([seconds, label]) {
  const jump = async () => {
    if (await orToast(post("clock", { advance: seconds })))
      toast(`The simulator is ${label} ahead`);
  };
  return h("button.button.tiny", { type: "button", onclick: jump }, icon("clock"), `+ ${label}`);
}

export function faultsPanel() {
  const clear = h(
    "button.button.tiny",
    { type: "button", onclick: () => orToast(post("faults", { clear: true })) },
    "Remove all",
  );
  return h(
    "div.page.padded",
    { hidden: true },
    h("h4", {}, "Active", clear),
    active,
    h("h4", {}, "Answer the bot's next calls with"),
    form(),
    h("h4", {}, "The simulator's clock"),
    h("div.record-tools", {}, JUMPS.map(jumpButton)),
    h("h4", {}, "Sending limits"),
    h(
      "label.field.inline",
      {},
      h("span", {}, "Answer 429 over Telegram's limits; without it they are warnings"),
      limits,
    ),
    h("h4", {}, "This chat"),
    chatTools,
  );
}

export function startFaults() {
  on("faults", draw);
  on("state", draw);
  onEach(["state", "chats", "open", "me"], drawChatTools);
  $("fault-strip").addEventListener("click", () => emit("inspect", "faults"));
}
