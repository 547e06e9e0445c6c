/** Text with Telegram's entities → nodes. Nothing from a message is ever read as HTML. */
import { h } from "./dom.js";

const SAFE = new Set(["http:", "https:", "tg:", "mailto:", "tel:"]);

/** The address if a click on it is harmless, else `null`. */
export function safeUrl(address) {
  const full = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `http://${address}`;
  try {
    const url = new URL(full);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(address, children) {
  const href = safeUrl(address);
  if (!href) return h("span", {}, children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, children);
}

function act(actions, name, value, children) {
  if (!actions[name]) return h("span.link", {}, children);
  const run = (event) => {
    event.stopPropagation();
    actions[name](value);
  };
  return h("button.link", { type: "button", onclick: run }, children);
}

function spoiler(children) {
  const reveal = (event) => {
    const node = event.currentTarget;
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (!node.classList.contains("revealed")) event.preventDefault();
    node.classList.add("revealed");
    node.removeAttribute("aria-label");
  };
  return h(
    "span.spoiler",
    {
      role: "button",
      tabIndex: 0,
      "aria-label": "Hidden text, press to show",
      onclick: reveal,
      onkeydown: reveal,
    },
    h("span", {}, children),
  );
}

function pre(entity, children) {
  return h("pre", {}, entity.language && h("small", {}, entity.language), h("code", {}, children));
}

function foldable(children) {
  const node = h("blockquote.folded", { tabIndex: 0 }, children);
  node.addEventListener("click", () => node.classList.toggle("folded"));
  return node;
}

const BUILD = {
  bold: (_, children) => h("b", {}, children),
  italic: (_, children) => h("i", {}, children),
  underline: (_, children) => h("u", {}, children),
  strikethrough: (_, children) => h("s", {}, children),
  code: (_, children) => h("code", {}, children),
  pre,
  spoiler: (_, children) => spoiler(children),
  blockquote: (_, children) => h("blockquote", {}, children),
  expandable_blockquote: (_, children) => foldable(children),
  url: (_, children, text) => link(text, children),
  text_link: (entity, children) => link(entity.url, children),
  email: (_, children, text) => link(`mailto:${text}`, children),
  phone_number: (_, children, text) => link(`tel:${text}`, children),
  bot_command: (_, children, text, actions) => act(actions, "command", text, children),
  mention: (_, children, text, actions) => act(actions, "mention", text, children),
  text_mention: (entity, children) =>
    h("span.link", { title: `user ${entity.user?.id}` }, children),
  hashtag: (_, children) => h("span.link", {}, children),
  cashtag: (_, children) => h("span.link", {}, children),
};

function build(text, from, to, entities, actions) {
  const nodes = [];
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    index += 1;
    if (end <= start) continue;
    const inner = [];
    while (index < entities.length && entities[index].offset < end) inner.push(entities[index++]);
    if (start > at) nodes.push(text.slice(at, start));
    const children = build(text, start, end, inner, actions);
    const maker = BUILD[entity.type];
    nodes.push(maker ? maker(entity, children, text.slice(start, end), actions) : children);
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

/** Offsets are UTF-16 units, JavaScript's own. `actions` may hold `command(text)` and `mention(text)`. */
export function formatted(text, entities = [], actions = {}) {
  const outerFirst = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, 0, text.length, outerFirst, actions);
}
