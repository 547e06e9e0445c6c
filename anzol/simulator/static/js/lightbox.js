import { h, icon } from "./dom.js";

/** A picture at full size; Esc or a click closes it. */
export function lightbox(url) {
  const box = h(
    "dialog.lightbox",
    { "aria-label": "Photo", onclick: () => box.close(), onclose: () => box.remove() },
    h("img", { src: url, alt: "" }),
    h("button.round", { type: "button", "aria-label": "Close" }, icon("close")),
  );
  document.body.append(box);
  box.showModal();
}
