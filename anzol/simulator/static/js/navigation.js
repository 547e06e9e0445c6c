/** Which chat is open, and which of the three columns a narrow screen shows. */
import { emit } from "./bus.js";
import { $ } from "./dom.js";

export const current = () => decodeURIComponent(location.hash.slice(1)) || null;

export const isNarrow = () => matchMedia("(max-width: 719px)").matches;

/** Opens a chat by its key; the browser's back button returns to the one before. */
export function open(key) {
  if (key !== current()) location.hash = key;
  else show();
}

export function showList() {
  history.pushState(null, "", location.pathname);
  show();
}

/** `list`, `chat` or `inspector`: wide screens show all of them, a narrow one this one. */
export function view(name) {
  $("app").dataset.view = name;
}

function show() {
  const key = current();
  if (key) sessionStorage.setItem("open", key);
  view(key ? "chat" : "list");
  emit("open", key);
}

export function startNavigation() {
  addEventListener("hashchange", show);
  addEventListener("popstate", show);
}

/** After the state is there: the chat of the address, else the last open one, else the first. */
export function openFirst(keys) {
  const wanted = [current(), sessionStorage.getItem("open")].find((key) => keys.includes(key));
  const first = wanted ?? (isNarrow() && keys.length !== 1 ? null : keys[0]);
  if (first) history.replaceState(null, "", `#${first}`);
  else history.replaceState(null, "", location.pathname);
  show();
}
