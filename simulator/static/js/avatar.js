import { h } from "./dom.js";
import { fullName } from "./format.js";

/** By the sum of the digits: ids that differ little get different colours. */
export const colourOf = (id) =>
  [...String(id)].reduce((sum, digit) => sum + (Number(digit) || 0), 0) % 7;

/** A round with initials, coloured by id. */
export function avatar(peer, size = "") {
  const name = fullName(peer ?? {});
  const letters = name.split(/\s+/).map((word) => [...word][0] ?? "");
  const initials = (letters[0] + (letters.length > 1 ? letters.at(-1) : "")).toUpperCase();
  return h(
    `span.avatar${size && `.${size}`}`,
    { data: { colour: colourOf(peer?.id ?? 0) }, "aria-hidden": "true" },
    initials,
  );
}
