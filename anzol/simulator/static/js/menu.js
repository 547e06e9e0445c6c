/** A menu at a point or under a button: arrows walk, Enter chooses, Esc leaves. */
import { h, icon } from "./dom.js";

let opened = null;

export function closeMenu() {
  if (!opened) return;
  const { node, back } = opened;
  opened = null;
  node.remove();
  back?.focus?.({ preventScroll: true });
}

/** Below and to the right of `box` if there is room, else on its other sides. */
function place(node, box, right) {
  const { offsetWidth: width, offsetHeight: height } = node;
  const left = right ? box.right - width : box.left;
  node.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  const below = box.bottom + height + 8 <= innerHeight;
  node.style.top = `${Math.max(8, below ? box.bottom : box.top - height)}px`;
}

function walk(event) {
  const items = [...event.currentTarget.querySelectorAll("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
  } else if (to !== undefined) {
    event.preventDefault();
    items.at(to % items.length)?.focus();
  }
}

function item(spec) {
  if (spec === "-") return h("hr");
  if (spec instanceof Node) return spec;
  const [name, label, run, extra = {}] = spec;
  return h(
    `button.menu-item${extra.danger ? ".danger" : ""}`,
    {
      type: "button",
      role: extra.checked === undefined ? "menuitem" : "menuitemradio",
      tabIndex: -1,
      "aria-checked": extra.checked === undefined ? null : String(extra.checked),
      onclick: () => {
        closeMenu();
        run();
      },
    },
    name instanceof Node ? name : icon(name),
    h("span", { dir: "auto" }, label),
    extra.checked && icon("check"),
  );
}

/**
 * `items`: `[icon name or node, label, run, {danger, checked}]`, `"-"`, or a node; falsy ones are left out.
 * @param {any[]} items
 * @param {{x?: number, y?: number, under?: HTMLElement, right?: boolean}} place
 */
export function menu(items, { x, y, under, right = false }) {
  closeMenu();
  const node = h("div.menu", { role: "menu", onkeydown: walk }, items.filter(Boolean).map(item));
  document.body.append(node);
  opened = { node, back: under ?? document.activeElement };
  const {
    left,
    right: end,
    top,
    bottom,
  } = under?.getBoundingClientRect() ?? { left: x, right: x, top: y, bottom: y };
  place(node, { left, right: end, top: top - 4, bottom: bottom + 4 }, right);
  node.querySelector(".menu-item")?.focus({ preventScroll: true });
}

addEventListener("pointerdown", (event) => {
  if (opened && !opened.node.contains(event.target)) closeMenu();
});
addEventListener("resize", closeMenu);
