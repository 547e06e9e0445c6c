/** A checklist: its tasks, who has done them. */
import { h, icon } from "./dom.js";
import { formatted } from "./entities.js";
import { fullName } from "./format.js";

function task(message, one, actions) {
  const by = one.completed_by_user ?? one.completed_by_chat;
  const done = Boolean(one.completion_date ?? by);
  return h(
    "button.task",
    {
      type: "button",
      role: "checkbox",
      disabled: !message.checklist.others_can_mark_tasks_as_done,
      "aria-checked": String(done),
      onclick: () => actions.mark(message, one.id, !done),
    },
    h("span.task-mark", {}, done && icon("check")),
    h(
      "span.task-text",
      { dir: "auto" },
      formatted(one.text, one.text_entities, actions),
      by && h("small", {}, fullName(by)),
    ),
  );
}

export function checklist(message, actions) {
  const { title, title_entities: entities, tasks } = message.checklist;
  const done = tasks.filter((one) => one.completion_date ?? one.completed_by_user).length;
  return h(
    "div.checklist",
    {},
    h("strong", { dir: "auto" }, formatted(title, entities, actions)),
    h(
      "div.tasks",
      {},
      tasks.map((one) => task(message, one, actions)),
    ),
    h("small.tasks-done", {}, `${done} of ${tasks.length} done`),
  );
}
