/** What a message carries besides words. */
import { fileUrl } from "./api.js";
import { player } from "./audio.js";
import { avatar } from "./avatar.js";
import { contact, dice, game, invoice, place, unknown } from "./cards.js";
import { checklist } from "./checklist.js";
import { h, icon } from "./dom.js";
import { count, size } from "./format.js";
import { lightbox } from "./lightbox.js";
import { poll } from "./poll.js";
import { state } from "./store.js";

const WIDEST = 420;
const TALLEST = 440;

/** Reserves the place before the bytes are there, so that nothing jumps. */
function frame(node, width = 320, height = 240) {
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  node.style.width = `${Math.max(120, Math.round(width * scale))}px`;
  node.style.aspectRatio = `${width} / ${height}`;
  return node;
}

function veil(node, message) {
  if (!message.has_media_spoiler) return node;
  const cover = h("button.veil", {
    type: "button",
    "aria-label": "Hidden media, press to show",
    onclick: () => cover.remove(),
  });
  return h("div.veiled", {}, node, cover);
}

/** A file that is only an address is never fetched: what stands in its place. */
function orPlaceholder(node, holder = node) {
  const absent = () => {
    const instead = h("span.unseen", {}, icon("image"), h("small", {}, "an address, not fetched"));
    instead.style.cssText = holder.style.cssText;
    holder.replaceWith(instead);
  };
  node.addEventListener("error", absent);
  return holder;
}

function picture(url, label) {
  const image = h("img", { src: url, alt: "", loading: "lazy", draggable: false });
  const open = { type: "button", "aria-label": label, onclick: () => lightbox(url) };
  return orPlaceholder(image, h("button.picture", open, image));
}

function photo(message) {
  const best = message.photo.at(-1);
  const node = picture(
    fileUrl(best.file_id),
    message.caption ? `Photo: ${message.caption}` : "Photo",
  );
  return frame(node, best.width, best.height);
}

function video(message) {
  const { file_id: id, width, height } = message.video;
  const film = { src: fileUrl(id), controls: true, preload: "metadata", playsInline: true };
  return frame(orPlaceholder(h("video", film)), width, height);
}

function animation(message) {
  const { file_id: id, mime_type: type = "", width, height } = message.animation;
  if (type.startsWith("image/")) return frame(picture(fileUrl(id), "GIF"), width, height);
  const moving = h("video", {
    src: fileUrl(id),
    autoplay: true,
    loop: true,
    muted: true,
    playsInline: true,
  });
  // A GIF is described as the film that Telegram makes of it, and kept as it came.
  const gif = frame(picture(fileUrl(id), "GIF"), width, height);
  moving.addEventListener("error", () => moving.replaceWith(gif));
  return frame(moving, width, height);
}

function videoNote(message) {
  return h("video.round-video", {
    src: fileUrl(message.video_note.file_id),
    controls: true,
    preload: "metadata",
    playsInline: true,
  });
}

function sticker(message) {
  const { file_id: id, emoji = "", is_video: moving, is_animated: vector } = message.sticker;
  if (vector) return h("span.sticker.sticker-text", {}, emoji || "sticker");
  if (moving)
    return h("video.sticker", {
      src: fileUrl(id),
      autoplay: true,
      loop: true,
      muted: true,
      playsInline: true,
    });
  const image = h("img.sticker", { src: fileUrl(id), alt: `Sticker ${emoji}` });
  image.addEventListener("error", () =>
    image.replaceWith(h("span.sticker.sticker-text", {}, emoji || "sticker")),
  );
  return image;
}

function file(message) {
  const { file_id: id, file_name: name = "file", file_size: bytes, thumbnail } = message.document;
  const ending = name.includes(".") ? name.split(".").at(-1).slice(0, 4) : "";
  return h(
    "a.file",
    { href: fileUrl(id), download: name, "aria-label": `Download ${name}` },
    thumbnail
      ? h("img.file-thumbnail", { src: fileUrl(thumbnail.file_id), alt: "" })
      : h("span.file-icon", {}, ending ? ending : icon("file")),
    h("span.file-text", {}, h("strong", { dir: "auto" }, name), h("small", {}, size(bytes))),
  );
}

function audio(message) {
  const { file_id: id, title, performer, file_name: name, duration: seconds } = message.audio;
  return player(fileUrl(id), seconds, title ?? name ?? "Audio", performer);
}

const voice = (message) => player(fileUrl(message.voice.file_id), message.voice.duration);

/** A stranger to the content sees its length and shape only. */
const unseen = ({ width = 320, height = 240 }) =>
  frame(h("span.unseen", {}, icon("image")), width, height);

const PAID = { photo, video, preview: unseen };

/** Veiled until this person has bought it; the price stands on it. */
function paidMedia(message, actions) {
  const { star_count: stars, paid_media: items } = message.paid_media;
  const bought = message.bought_by?.includes(state.me);
  const cells = items.map((item) => h("div.cell", {}, (PAID[item.type] ?? unseen)(item)));
  const price = count(stars, "Star");
  const inside = h("div.paid-items", { inert: !bought }, shelf(cells));
  const button = { type: "button", onclick: () => actions.buy(message) };
  return h(
    `div.paid${bought ? "" : ".locked"}`,
    {},
    inside,
    bought
      ? h("span.paid-price", {}, price)
      : h("button.paid-unlock", button, icon("lock"), `Unlock for ${price}`),
  );
}

const shelf = (cells) =>
  cells.length > 1 ? h("div.album", { data: { count: cells.length } }, cells) : cells;

const richText = ({ rich_message: { blocks } }) =>
  h(
    "div.rich",
    { dir: "auto" },
    blocks.map(({ text }) => h("p", {}, typeof text === "string" ? text : JSON.stringify(text))),
  );

const BUILD = {
  animation,
  photo,
  video,
  video_note: videoNote,
  sticker,
  voice,
  audio,
  document: file,
  venue: place,
  location: place,
  contact: (message) => contact(message.contact, avatar),
  poll,
  dice: (message) => dice(message.dice),
  invoice: (message) => invoice(message.invoice),
  game: (message) => game(message.game),
  paid_media: paidMedia,
  checklist,
  rich_message: richText,
};
const BARE = new Set(["sticker", "dice", "video_note"]);
const FULL = new Set(["photo", "video", "animation", "venue", "location", "paid_media"]);
const SILENT = new Set(["text", "caption"]);

const kindOf = (message) => Object.keys(BUILD).find((field) => message[field] !== undefined);

function one(message, actions) {
  const kind = kindOf(message);
  if (kind) return veil(BUILD[kind](message, actions), message);
  if (Object.keys(message).some((field) => SILENT.has(field))) return null;
  return unknown(message);
}

/** Photos and videos stand side by side, files and music one below the other. */
function album(messages, actions) {
  const seen = messages.every((message) => message.photo || message.video);
  const cells = messages.map((message) =>
    h("div.cell", { data: { id: message.message_id } }, one(message, actions)),
  );
  return h(`div.${seen ? "album" : "stacked"}`, { data: { count: messages.length } }, cells);
}

/** The node for one message or an album, or `null`; `data-full` and `data-bare` tell the bubble how to hold it. */
export function mediaOf(messages, actions) {
  const inner = messages.length > 1 ? album(messages, actions) : one(messages[0], actions);
  if (!inner) return null;
  const kind = kindOf(messages[0]);
  const node = h("div.media", {}, inner);
  if (FULL.has(kind)) node.dataset.full = "1";
  if (BARE.has(kind)) node.dataset.bare = "1";
  if (inner.matches(".album, .paid:has(.album)")) node.classList.add("media-album");
  return node;
}
