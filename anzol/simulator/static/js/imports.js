/** Updates of a real bot, from a file: delivered to the bot here, in their order. */
import { post } from "./api.js";
import { h } from "./dom.js";
import { open } from "./navigation.js";
import { keyOf, state } from "./store.js";
import { orToast, toast } from "./toast.js";

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An array, an Update, an answer of getUpdates, or a log with one Update in a line, after its time or without. */
function updatesIn(text) {
  const whole = parsed(text);
  const found = whole === undefined ? text.split("\n").map(inLine) : [whole.result ?? whole].flat();
  return found.filter((one) => Number.isInteger(one?.update_id));
}

const inLine = (line) => parsed(line.slice(line.indexOf("{") >>> 0));

/** Who wrote it exists here, with a chat: else the bot's answers would find nobody. */
async function invite(bot, update) {
  const body = Object.values(update).find((value) => value?.from);
  if (!body || body.from.is_bot) return;
  await post("person", body.from);
  await post("read", { bot, chat_id: body.from.id });
}

async function importUpdates(text) {
  const updates = updatesIn(text);
  const [bot] = state.bots.keys();
  if (!updates.length) return toast("No updates in this file: one Update as JSON in each line.");
  if (bot === undefined) return toast("There is no bot yet.");
  for (const { update_id: _, ...update } of updates) {
    await invite(bot, update);
    await post("update", { bot, update });
  }
  toast(updates.length === 1 ? "1 update delivered" : `${updates.length} updates delivered`);
  const person = updates.flatMap(Object.values).find((value) => value?.from)?.from;
  if (person) open(keyOf(bot, person.id));
}

/** Asks for a file and delivers what is in it. */
export function pickUpdates() {
  const input = h("input", {
    type: "file",
    accept: ".json,.jsonl,.ndjson,.log,.txt",
    hidden: true,
  });
  input.addEventListener("change", async () => {
    await orToast(input.files[0].text().then(importUpdates));
    input.remove();
  });
  document.body.append(input);
  input.click();
}
