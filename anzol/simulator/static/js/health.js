/** Whether a bot takes what it is sent: what a person whose message stays unanswered wants to know. */
import { state } from "./store.js";
import { records } from "./updates.js";

const PATIENCE_SECONDS = 4;

/** `{text, after}`: a sentence, or the milliseconds after which to ask again; `null` when all is well. */
export function trouble(view) {
  const bot = state.bots.get(view.bot);
  const open = records.filter(
    (one) =>
      one.kind === "update" &&
      one.bot === view.bot &&
      (one.state === "waiting" || one.state === "retrying"),
  );
  if (!bot || !open.length) return null;
  if (open.some((one) => one.state === "retrying"))
    return { text: "its server does not take updates; see the inspector" };
  const patience = open[0].time + PATIENCE_SECONDS - Date.now() / 1000;
  if (patience > 0) return { after: patience * 1000 };
  return {
    text: bot.webhook.url
      ? "its server is slow to take updates"
      : "not running: it has no webhook and does not poll",
  };
}
