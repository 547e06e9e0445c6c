/** The menus of the left column: who I am, new people, groups and bots, the theme. */
import { post } from "./api.js";
import { avatar } from "./avatar.js";
import { $, icon, replace } from "./dom.js";
import { fullName } from "./format.js";
import { pickUpdates } from "./imports.js";
import { menu } from "./menu.js";
import { open } from "./navigation.js";
import { becomePerson, keyOf, state } from "./store.js";
import { ask, orToast } from "./toast.js";

async function newPerson() {
  const form = await ask(
    "New person",
    [
      ["first_name", "First name", { required: true, maxLength: 64 }],
      ["last_name", "Last name", { maxLength: 64 }],
      ["username", "Username", { maxLength: 32 }],
      ["language_code", "Language", { value: "en", maxLength: 8 }],
    ],
    "Create",
  );
  if (!form) return;
  const person = await orToast(
    post("person", Object.fromEntries(Object.entries(form).filter(([, value]) => value))),
  );
  if (!person) return;
  state.people.set(person.id, person);
  becomePerson(person.id);
}

function whoMenu() {
  const people = [...state.people.values()].map((person) => [
    avatar(person, "small"),
    fullName(person),
    () => becomePerson(person.id),
    { checked: person.id === state.me },
  ]);
  menu([...people, "-", ["plus", "New person", newPerson]], { under: $("who") });
}

async function newChat(type) {
  const form = await ask(
    type === "channel" ? "New channel" : "New group",
    [
      ["title", "Title", { required: true, maxLength: 128 }],
      ["everybody", "Add everybody, and all bots", { type: "checkbox", checked: true }],
    ],
    "Create",
  );
  if (!form) return;
  const members = form.everybody ? [...state.people.keys()].filter((id) => id !== state.me) : [];
  const bots = form.everybody ? [...state.bots.keys()] : [];
  const chat = await orToast(
    post("chat", { type, title: form.title, from: state.me, members, bots }),
  );
  if (chat) open(keyOf(null, chat.id));
}

export async function newBot() {
  const form = await ask(
    "New bot",
    [
      [
        "token",
        "Token: a number, a colon, at least three letters or digits",
        { required: true, value: "4242:simulated-bot", pattern: "\\d+:[\\w\\-]{3,}" },
      ],
      ["first_name", "Name", { maxLength: 64 }],
    ],
    "Create",
  );
  if (!form) return;
  const bot = await orToast(
    post("bot", { bot: form.token, first_name: form.first_name || undefined }),
  );
  if (bot) open(keyOf(bot.id, state.me));
}

const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

function switchTheme() {
  const next = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem("theme", next);
}

function mainMenu() {
  const dark = isDark();
  menu(
    [
      ["group", "New group", () => newChat("group")],
      ["channel", "New channel", () => newChat("channel")],
      ["person", "New person", newPerson],
      ["bot", "New bot", newBot],
      "-",
      ["braces", "Import updates", pickUpdates],
      [dark ? "sun" : "moon", dark ? "Light theme" : "Dark theme", switchTheme],
    ],
    { under: $("main-menu"), right: true },
  );
}

export function startMenus() {
  replace($("main-menu"), icon("menu"));
  $("main-menu").addEventListener("click", mainMenu);
  $("who").addEventListener("click", whoMenu);
}
