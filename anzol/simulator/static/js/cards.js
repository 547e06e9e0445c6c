/** Media drawn by the page itself: places, contacts, dice, invoices, games. */
import { h, icon, s } from "./dom.js";
import { fullName, money } from "./format.js";

/** A sketch of a map: no tiles are fetched, the streets follow from the coordinates. */
function sketch(latitude, longitude) {
  const shift = (value, range) => Math.round(Math.abs(value * 997) % range);
  const x = shift(longitude, 60);
  const y = shift(latitude, 50);
  const streets = [
    `M0 ${30 + y}L320 ${70 - y / 2}`,
    `M0 ${110 - y / 3}L320 ${100 + y / 2}`,
    `M${50 + x} 0L${20 + x} 160`,
    `M${170 - x / 2} 0L${210 - x / 3} 160`,
    `M${270 - x / 3} 0L${290 - x} 160`,
  ];
  return s(
    "svg",
    {
      viewBox: "0 0 320 160",
      class: "map",
      "aria-hidden": "true",
      preserveAspectRatio: "xMidYMid slice",
    },
    s("rect", { class: "land", width: 320, height: 160 }),
    s("path", {
      class: "water",
      d: `M0 ${125 + y / 2}Q90 ${105 + y / 3} 170 ${140 + y / 4}T320 ${130 - y / 4}V160H0z`,
    }),
    s("ellipse", { class: "park", cx: 230 + x / 2, cy: 45 + y / 4, rx: 38, ry: 24 }),
    streets.map((d) => s("path", { class: "street", d })),
  );
}

export function place(message) {
  const { latitude, longitude, live_period: live } = message.location ?? message.venue.location;
  const address = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=15/${latitude}/${longitude}`;
  const words = message.venue
    ? [h("strong", {}, message.venue.title), h("small", {}, message.venue.address)]
    : [
        h("strong", {}, live ? "Live location" : "Location"),
        h("small", {}, `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`),
      ];
  return h(
    "a.place",
    {
      href: address,
      target: "_blank",
      rel: "noopener noreferrer",
      "aria-label": `Location ${latitude}, ${longitude}`,
    },
    h("span.place-map", {}, sketch(latitude, longitude), icon("pin")),
    h("span.place-text", {}, words),
  );
}

export function contact(card, avatar) {
  return h(
    "div.contact",
    {},
    avatar({ id: card.user_id ?? card.phone_number.length, ...card }),
    h(
      "span.file-text",
      {},
      h("strong", { dir: "auto" }, fullName(card)),
      h("small", {}, card.phone_number),
    ),
  );
}

const PIPS = {
  1: [[12, 12]],
  2: [
    [7, 7],
    [17, 17],
  ],
  3: [
    [7, 7],
    [12, 12],
    [17, 17],
  ],
  4: [
    [7, 7],
    [17, 7],
    [7, 17],
    [17, 17],
  ],
  5: [
    [7, 7],
    [17, 7],
    [12, 12],
    [7, 17],
    [17, 17],
  ],
  6: [
    [7, 6],
    [17, 6],
    [7, 12],
    [17, 12],
    [7, 18],
    [17, 18],
  ],
};

export function dice({ emoji, value }) {
  const die = emoji === "🎲" && PIPS[value];
  const face = die
    ? s(
        "svg",
        { viewBox: "0 0 24 24", class: "die" },
        s("rect", { x: 1, y: 1, width: 22, height: 22, rx: 5 }),
        PIPS[value].map(([cx, cy]) => s("circle", { cx, cy, r: 2 })),
      )
    : h("span.sticker-text", {}, emoji);
  return h(
    "div.dice",
    { title: `${emoji} ${value}`, role: "img", "aria-label": `${emoji} shows ${value}` },
    face,
    !die && h("small.dice-value", {}, value),
  );
}

export function invoice({ title, description, total_amount: amount, currency }) {
  return h(
    "div.invoice",
    {},
    h("strong", {}, title),
    h("span", {}, description),
    h("b.price", {}, money(amount, currency)),
  );
}

export const game = ({ title, description, text }) =>
  h("div.invoice", {}, h("strong", {}, title), h("span.game-text", {}, text ?? description));

const COMMON = new Set([
  "message_id",
  "from",
  "chat",
  "date",
  "reply_markup",
  "outgoing",
  "reactions",
  "is_pinned",
  "edit_date",
  "reply_to_message",
  "forward_origin",
  "via_bot",
  "sender_chat",
  "media_group_id",
  "message_thread_id",
]);

/** A kind of message this page does not draw: named, with its JSON one click away in the menu. */
export function unknown(message) {
  const field = Object.keys(message).find((name) => !COMMON.has(name)) ?? "message";
  return h("div.unknown", {}, icon("braces"), `A ${field.replaceAll("_", " ")}`);
}
