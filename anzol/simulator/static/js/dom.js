import { PATHS } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

function put(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child);
  }
  return node;
}

/** `h("button.round", { title: "Send", onclick: f }, "text", node)`: text is always text, never HTML. */
export function h(selector, props = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name in node && !name.includes("-") && name !== "list" && name !== "form")
      node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  return put(node, children);
}

/** The same for SVG elements: attributes only. */
export function s(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return put(node, children);
}

export function icon(name) {
  return s(
    "svg",
    { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" },
    PATHS[name].map((d) => s("path", { d })),
  );
}

export const $ = (id) => document.getElementById(id);

export function replace(node, ...children) {
  node.replaceChildren();
  return put(node, children);
}

/** Makes `nodes` the children of `parent`; those in their place are not touched: what is pressed on them is clicked. */
export function arrange(parent, nodes) {
  for (const child of [...parent.childNodes]) if (!nodes.includes(child)) child.remove();
  let place = parent.firstChild;
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
}

export function toggle(node, shown) {
  node.hidden = !shown;
}
