/** Short words that go by themselves, and dialogs that wait. */
import { $, h } from "./dom.js";

const SHOWN_MS = 4000;

export function toast(text, kind = "") {
  const node = h(`div.toast${kind && `.${kind}`}`, {}, text);
  $("toasts").append(node);
  setTimeout(() => node.remove(), SHOWN_MS);
}

/** Waits for `promise`; a refusal is shown to the person. Returns the result, or `undefined`. */
export async function orToast(promise) {
  try {
    return await promise;
  } catch (error) {
    toast(error.message, "bad");
    return undefined;
  }
}

/** A modal dialog around `content`; resolves with the value of the button pressed, "" when dismissed. */
export function dialog(title, content, buttons = [["ok", "OK"]]) {
  return new Promise((resolve) => {
    const form = h(
      "form",
      { method: "dialog" },
      title && h("h2", {}, title),
      content,
      h(
        "menu.dialog-buttons",
        {},
        buttons.map(([value, label], index) =>
          h(
            `button.button${index === buttons.length - 1 ? ".primary" : ""}`,
            // Enter presses the first button that submits: it must not be the one that cancels.
            value === "" ? { type: "button", onclick: () => box.close("") } : { value },
            label,
          ),
        ),
      ),
    );
    const box = h("dialog.dialog", { "aria-label": title || "Message" }, form);
    box.addEventListener("click", (event) => event.target === box && box.close(""));
    box.addEventListener("close", () => {
      box.remove();
      resolve(box.returnValue);
    });
    document.body.append(box);
    box.showModal();
  });
}

export const alertBox = (text) => dialog("", h("p.alert-text", { dir: "auto" }, text));

export const confirmBox = (text, action) =>
  dialog("", h("p.alert-text", {}, text), [
    ["", "Cancel"],
    ["yes", action],
  ]).then((value) => value === "yes");

/**
 * Asks for some fields, `[name, label, attributes]`; resolves with their values or `null`.
 * An attribute `rows` makes a textarea, `options` (`[value, label]` pairs) a choice, `type: "checkbox"` a boolean.
 */
export async function ask(title, fields, action) {
  const inputs = fields.map(([name, label, attributes = {}]) => [
    name,
    label,
    field(name, attributes),
  ]);
  const content = inputs.map(([, label, input]) =>
    h(`label.field${input.type === "checkbox" ? ".inline" : ""}`, {}, h("span", {}, label), input),
  );
  const answer = await dialog(title, content, [
    ["", "Cancel"],
    ["yes", action],
  ]);
  if (answer !== "yes") return null;
  return Object.fromEntries(
    inputs.map(([name, , input]) => [
      name,
      input.type === "checkbox" ? input.checked : input.value.trim(),
    ]),
  );
}

/** @returns {any} */
function field(name, { options = null, rows = null, ...attributes }) {
  if (options)
    return h(
      "select",
      { name, ...attributes },
      options.map(([value, label]) => h("option", { value }, label)),
    );
  if (rows) return h("textarea", { name, rows, ...attributes });
  return h("input", { name, autocomplete: "off", ...attributes });
}
