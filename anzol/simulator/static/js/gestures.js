/** What hands do to a message: right click, tap, double click, arrows and Enter. */
import { emit } from "./bus.js";
import { messageMenu } from "./messagemenu.js";
import { messageById } from "./store.js";

const OWN_CLICK = "a, button, input, video, audio, .spoiler, blockquote.folded";

const rowOf = (target) => target.closest("[data-id]");

/** Arrows go from message to message, Enter opens the menu of the one that has the focus. */
function walk(event, log, open) {
  const rows = [...log.querySelectorAll("article")];
  const at = rows.indexOf(event.target);
  if (event.target !== log && at < 0) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const next = at < 0 ? rows.at(-1) : rows[at + step];
    event.preventDefault();
    next?.focus();
  } else if (event.key === "Enter" && at >= 0) {
    event.preventDefault(); // or it would press the menu's first item
    const box = event.target.querySelector(".bubble").getBoundingClientRect();
    open(event.target, { clientX: box.left, clientY: box.bottom });
  }
}

/** `view` gives the open chat when something happens. */
export function startGestures(log, view) {
  const open = (row, at) => messageMenu(view(), Number(row.dataset.id), at);

  log.addEventListener("contextmenu", (event) => {
    const row = rowOf(event.target);
    if (!row || event.target.closest("a, video") || String(getSelection())) return;
    event.preventDefault();
    open(row, event);
  });
  log.addEventListener("click", (event) => {
    const row =
      event.pointerType === "touch" && event.target.closest(".bubble") && rowOf(event.target);
    if (row && !event.target.closest(OWN_CLICK)) open(row, event);
  });
  log.addEventListener("dblclick", (event) => {
    const row = rowOf(event.target);
    if (!row || event.target.closest(`${OWN_CLICK}, .text`)) return; // in words it selects one
    getSelection().removeAllRanges();
    emit("reply", messageById(view().key, Number(row.dataset.id)));
  });
  log.addEventListener("keydown", (event) => walk(event, log, open));
}
