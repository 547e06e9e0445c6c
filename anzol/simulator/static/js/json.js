/** JSON with colours, built from text nodes. */
import { copy } from "./clipboard.js";
import { h, icon } from "./dom.js";

const TOKEN =
  /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

const kindOf = (match) => {
  if (match[2]) return "key";
  if (match[1]) return "string";
  return /^[tfn]/.test(match[0]) ? "word" : "number";
};

export function json(value) {
  const text = JSON.stringify(value, null, 2) ?? "";
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > at) nodes.push(text.slice(at, match.index));
    nodes.push(h(`span.json-${kindOf(match)}`, {}, match[1] ?? match[0]), match[2] ?? "");
    at = match.index + match[0].length;
  }
  nodes.push(text.slice(at));
  return h("pre.json", { tabIndex: 0 }, nodes);
}

/** The same with a button that copies it. */
export function jsonBox(value) {
  return h(
    "div.json-box",
    {},
    json(value),
    h(
      "button.round.small",
      {
        type: "button",
        title: "Copy",
        "aria-label": "Copy JSON",
        onclick: () => copy(JSON.stringify(value, null, 2)),
      },
      icon("copy"),
    ),
  );
}
