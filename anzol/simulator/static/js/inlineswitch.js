/** Buttons that put `@bot query` into the composer, here or in a chat the person chooses. */
import { on } from "./bus.js";
import { chooseChat } from "./chats.js";
import { setText } from "./composer.js";
import { current, open } from "./navigation.js";
import { state } from "./store.js";

async function fill({ view, message, spec, query }) {
  const bot = state.bots.get(message.via_bot?.id ?? message.from?.id ?? view.bot);
  const key =
    spec.switch_inline_query_current_chat === undefined ? await chooseChat("Send to") : current();
  if (!bot || !key) return;
  open(key);
  setText(`@${bot.user.username} ${query}`);
}

export function startInlineSwitch() {
  on("inline", fill);
}
