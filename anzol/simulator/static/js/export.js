/** A record taken elsewhere: as curl, as a sample file, as a test; or sent again. */
import { post } from "./api.js";
import { emit } from "./bus.js";
import { copy } from "./clipboard.js";
import { h, icon } from "./dom.js";
import { contentOf } from "./format.js";
import { testOf, testOfSession } from "./testtext.js";
import { ask, orToast, toast } from "./toast.js";

/** For a POSIX shell: in single quotes, whatever is inside. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

const JSON_HEADER = "-H 'Content-Type: application/json'";

/** Hands the update to the simulator, which delivers it with the right secret: nothing to fill in. */
function curlOfUpdate({ bot, update }) {
  const { update_id: _, ...rest } = update;
  return `curl -s ${location.origin}/user/update ${JSON_HEADER} -d ${quoted(JSON.stringify({ bot, update: rest }))}`;
}

/** The page does not know the token, so the shell has to. */
function curlOfCall({ method, params }) {
  return `curl -s "${location.origin}/bot$TELEGRAM_BOT_TOKEN/${method}" ${JSON_HEADER} -d ${quoted(JSON.stringify(params ?? {}))}`;
}

export const copyCall = (call) => copy(curlOfCall(call));

const SAMPLES = {
  callback_query: "button",
  inline_query: "inline",
  edited_message: "edited",
};

/** A sample is called by what it holds: `text`, `command`, `photo`, `button`, `my_chat_member`. */
function sampleName({ update, type }) {
  const message = update[type];
  if (SAMPLES[type]) return SAMPLES[type];
  if (!message?.message_id) return type;
  if (message.text?.startsWith("/")) return "command";
  return contentOf(message);
}

function download(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

const save = (record) =>
  download(
    `${sampleName(record)}.json`,
    `${JSON.stringify(record.update, null, 2)}\n`,
    "application/json",
  );

/** Saves records as one test of all that happened. */
export function saveSession(records) {
  const steps = records.filter((record) => record.kind === "update" && record.update[record.type]);
  if (!steps.length) toast("Nothing has happened yet.");
  else download("test_session.py", testOfSession(steps), "text/x-python");
}

async function resend({ bot, updateId }, update) {
  const again = await orToast(post("resend", { bot, update_id: updateId, update }));
  if (again) emit("resent", { bot, updateId: again.update_id });
}

async function editAndResend(record) {
  const { update_id: _, ...rest } = record.update;
  let text = JSON.stringify(rest, null, 2);
  let title = "Edit and resend";
  for (;;) {
    const form = await ask(
      title,
      [["update", "Update", { rows: 18, value: text, spellcheck: false, className: "code-field" }]],
      "Resend",
    );
    if (!form) return;
    try {
      await resend(record, JSON.parse(form.update));
      return;
    } catch (error) {
      title = `This is not JSON: ${error.message}`;
      text = form.update;
    }
  }
}

export function exportButtons(record) {
  const button = (name, label, run) =>
    h("button.button.tiny", { type: "button", onclick: run }, icon(name), label);
  return [
    button("resend", "Resend", () => resend(record)),
    button("edit", "Edit and resend", () => editAndResend(record)),
    button("copy", "Copy as curl", () => copy(curlOfUpdate(record))),
    button("save", "Save as sample", () => save(record)),
    button("flask", "Copy as test", () => copy(testOf(record))),
  ];
}
