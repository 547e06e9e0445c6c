import { fileUrl } from "./api.js";
import { h } from "./dom.js";
import { fullName } from "./format.js";
import { keyOf, state } from "./store.js";

/** By the sum of the digits: ids that differ little get different colours. */
export const colourOf = (id) =>
  [...String(id)].reduce((sum, digit) => sum + (Number(digit) || 0), 0) % 7;

const photoOf = (id) => (state.bots.get(id) ?? state.chats.get(keyOf(null, id)))?.photo;

/** A round with the photo, or with initials, coloured by id. */
export function avatar(peer, size = "") {
  const name = fullName(peer ?? {});
  const letters = name.split(/\s+/).map((word) => [...word][0] ?? "");
  const initials = (letters[0] + (letters.length > 1 ? letters.at(-1) : "")).toUpperCase();
  const photo = photoOf(peer?.id);
  const image = photo && h("img", { src: fileUrl(photo), alt: "" });
  if (image) image.addEventListener("error", () => image.replaceWith(initials));
  return h(
    `span.avatar${size && `.${size}`}`,
    { data: { colour: colourOf(peer?.id ?? 0) }, "aria-hidden": "true" },
    image || initials,
  );
}
