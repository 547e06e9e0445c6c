/** Files into a chat: the button, a drop, a paste; and the other things a person can send. */
import { where } from "./actions.js";
import { post, upload } from "./api.js";
import { chatView, mayWrite } from "./chats.js";
import { endReply, replyTarget } from "./composer.js";
import { $, h, icon, replace, toggle } from "./dom.js";
import { size } from "./format.js";
import { menu } from "./menu.js";
import { current } from "./navigation.js";
import { state } from "./store.js";
import { ask, dialog, orToast, toast } from "./toast.js";
import { recordVoice } from "./voice.js";

const MOST = 10;
const PHOTO = /^image\/(png|jpe?g|webp|bmp)$/;

const LABELS = {
  photo: "Photo",
  sticker: "Sticker",
  animation: "GIF",
  video: "Video",
  video_note: "Video message",
  voice: "Voice message",
  audio: "Music",
  document: "File",
};

/** The parts a file may travel in, by its type; the first is what people mean. */
function partsOf({ type }) {
  if (PHOTO.test(type)) return ["photo", "document", "sticker"];
  if (type === "image/gif") return ["animation", "document"];
  if (type.startsWith("video/")) return ["video", "document", "animation", "video_note"];
  if (type === "audio/ogg") return ["voice", "audio", "document"];
  if (type.startsWith("audio/")) return ["audio", "voice", "document"];
  return ["document"];
}

function thumbnail(file, urls) {
  if (!file.type.startsWith("image/"))
    return h(
      "div.pending-file",
      {},
      icon("file"),
      h("span", {}, file.name),
      h("small", {}, size(file.size)),
    );
  const url = URL.createObjectURL(file);
  urls.push(url);
  return h("img", { src: url, alt: file.name });
}

/** Shows what is about to be sent; the person adds a caption and chooses how they travel. */
async function sendFiles(files) {
  const view = chatView(current());
  if (!files.length || !mayWrite(view)) return;
  if (files.length > MOST) toast(`An album holds ${MOST} files; the first ${MOST} are taken.`);
  const chosen = [...files].slice(0, MOST);
  const urls = [];
  const caption = h("input", {
    name: "caption",
    placeholder: "Caption",
    autocomplete: "off",
    "aria-label": "Caption",
  });
  const kinds = [...new Set(chosen.flatMap(partsOf))].filter(
    (kind) => chosen.length === 1 || kind !== "sticker",
  );
  const as = h(
    "select",
    { name: "as" },
    [["", "what it is"], ...kinds.map((kind) => [kind, LABELS[kind]])].map(([value, label]) =>
      h("option", { value }, label),
    ),
  );
  const content = [
    h(
      "div.pending",
      { data: { count: chosen.length } },
      chosen.map((file) => thumbnail(file, urls)),
    ),
    kinds.length > 1 && h("label.field.inline", {}, h("span", {}, "Send as"), as),
    caption,
  ];
  const title = chosen.length === 1 ? "Send a file" : `Send ${chosen.length} files`;
  const answer = dialog(title, content, [
    ["", "Cancel"],
    ["send", "Send"],
  ]);
  caption.focus();
  const decided = await answer;
  for (const url of urls) URL.revokeObjectURL(url);
  if (decided !== "send") return;
  const fields = {
    ...where(view),
    caption: caption.value.trim() || undefined,
    reply_to_message_id: replyTarget(),
  };
  const parts = chosen.map((file) => [as.value || partsOf(file)[0], file]);
  if (await orToast(upload("send", fields, parts))) endReply();
}

function pick(accept) {
  const input = h("input", { type: "file", multiple: true, accept, hidden: true });
  input.addEventListener("change", () => {
    sendFiles(input.files);
    input.remove();
  });
  input.addEventListener("cancel", () => input.remove());
  document.body.append(input);
  input.click();
}

async function speak() {
  const view = chatView(current());
  if (mayWrite(view) && (await recordVoice(view, replyTarget()))) endReply();
}

async function send(content) {
  const view = chatView(current());
  if (
    await orToast(post("send", { ...where(view), ...content, reply_to_message_id: replyTarget() }))
  )
    endReply();
}

async function sendLocation() {
  const form = await ask(
    "Location",
    [
      [
        "latitude",
        "Latitude",
        { type: "number", step: "any", min: -90, max: 90, value: "38.7139", required: true },
      ],
      [
        "longitude",
        "Longitude",
        { type: "number", step: "any", min: -180, max: 180, value: "-9.1394", required: true },
      ],
    ],
    "Send",
  );
  if (form)
    send({ location: { latitude: Number(form.latitude), longitude: Number(form.longitude) } });
}

async function sendContact() {
  const me = state.people.get(state.me);
  const form = await ask(
    "Contact",
    [
      ["first_name", "First name", { value: me.first_name, required: true }],
      ["phone_number", "Phone number", { type: "tel", value: "+351910000001", required: true }],
    ],
    "Send",
  );
  if (!form) return;
  const own = form.first_name === me.first_name ? { user_id: me.id } : {};
  send({ contact: { ...form, ...own } });
}

async function sendPoll() {
  const form = await ask(
    "Poll",
    [
      ["question", "Question", { required: true, maxLength: 300 }],
      ["options", "Answers, one per line", { rows: 4, required: true }],
      ["several", "Several answers", { type: "checkbox" }],
      ["open", "Show who voted", { type: "checkbox" }],
    ],
    "Send",
  );
  if (!form) return;
  const options = form.options
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  send({
    poll: {
      question: form.question,
      options,
      allows_multiple_answers: form.several,
      is_anonymous: !form.open,
    },
  });
}

function openMenu() {
  menu(
    [
      ["image", "Photo or video", () => pick("image/*,video/*")],
      ["file", "File", () => pick("")],
      ["microphone", "Voice message", speak],
      ["pin", "Location", sendLocation],
      ["person", "Contact", sendContact],
      ["poll", "Poll", sendPoll],
      ["dice", "Dice", () => send({ dice: "🎲" })],
    ],
    { under: $("attach") },
  );
}

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

function startDrop(area) {
  let depth = 0;
  const show = (change) => {
    depth = Math.max(0, depth + change);
    toggle($("drop"), depth > 0);
  };
  area.addEventListener("dragenter", (event) => hasFiles(event) && show(1));
  area.addEventListener("dragleave", (event) => hasFiles(event) && show(-1));
  area.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  area.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(-depth);
    sendFiles(event.dataTransfer.files);
  });
}

export function startAttach() {
  replace($("attach"), icon("attach"));
  $("attach").addEventListener("click", openMenu);
  $("text").addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    sendFiles(event.clipboardData.files);
  });
  startDrop($("conversation"));
}
