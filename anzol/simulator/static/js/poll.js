/** A poll that can be voted on. */
import { h, icon } from "./dom.js";
import { count } from "./format.js";
import { state } from "./store.js";

function kindOf(poll) {
  if (poll.is_closed) return "Final results";
  const what = poll.type === "quiz" ? "Quiz" : "Poll";
  return poll.is_anonymous === false
    ? `Public ${what.toLowerCase()}`
    : `Anonymous ${what.toLowerCase()}`;
}

function option(poll, index, mine, shown, choose) {
  const { text, voter_count: votes } = poll.options[index];
  const share = poll.total_voter_count ? Math.round((votes / poll.total_voter_count) * 100) : 0;
  const chosen = mine.includes(index);
  const right =
    shown && (poll.correct_option_id === index || poll.correct_option_ids?.includes(index));
  const bar = shown && h("span.poll-bar");
  if (bar) bar.style.width = `${share}%`;
  return h(
    "button.poll-option",
    {
      type: "button",
      disabled: Boolean(poll.is_closed),
      "aria-pressed": String(chosen),
      data: { right: right ? "1" : "" },
      onclick: () => choose(index),
    },
    h("span.poll-share", {}, shown ? `${share}%` : h("span.poll-dot")),
    h("span.poll-text", { dir: "auto" }, text, chosen && icon("check")),
    bar,
  );
}

export function poll(message, actions) {
  const { poll: asked, votes = {} } = message;
  const mine = votes[state.me] ?? [];
  const shown = mine.length > 0 || Boolean(asked.is_closed);
  const choose = (index) => {
    const again = mine.includes(index);
    if (!asked.allows_multiple_answers) actions.vote(message, again ? [] : [index]);
    else actions.vote(message, again ? mine.filter((one) => one !== index) : [...mine, index]);
  };
  return h(
    "div.poll",
    {},
    h("strong", { dir: "auto" }, asked.question),
    h("small", {}, kindOf(asked)),
    asked.options.map((_, index) => option(asked, index, mine, shown, choose)),
    shown && asked.explanation && h("small", {}, asked.explanation),
    h(
      "small.poll-total",
      {},
      asked.total_voter_count ? count(asked.total_voter_count, "vote") : "No votes yet",
    ),
  );
}
