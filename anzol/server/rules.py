"""rules.toml at work: each rule meets each event of its topic in a run of its own, so that a broken one blocks no other."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from anzol.api.methods import did_you_mean
from anzol.api.text import Text
from anzol.bot import texts
from anzol.bot.context import Context
from anzol.bot.matchers import Matcher, always
from anzol.bot.reply import keyboard
from anzol.bot.router import Router
from anzol.push.engine import ACKNOWLEDGED, Event, Notice, Outcome, follow, run
from anzol.push.rules import Rules, RulesError, load
from anzol.settings import Settings, SettingsError

log = logging.getLogger("anzol")

RULE = frozenset({"rule"})


class RuleRouter(Router):
    """Runs rules, and takes the presses on their buttons."""

    def __init__(self, rules: Rules, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.rules, self._clock = rules, clock
        self.add(Matcher(RULE, always), self.run)
        self.button(f"{ACKNOWLEDGED}{{number}}")(self.acknowledge)

    def run(self, ctx: Context) -> None:
        """Run one rule on an event, or do what it had put off."""
        body: dict[str, Any] = ctx.event
        rule = self.rules.named(str(body["rule"]))
        if rule is None:
            log.warning("There is no rule %r any more; its event is dropped.", body["rule"])
            return
        now = self._clock()
        if "then" in body:
            outcome = follow(rule, body, ctx.state, now)
        else:
            event = Event(body["id"], body["topic"], body["payload"], body["type"])
            outcome = run(rule, event, ctx.state, now)
        log.info("rule %r: %s", rule.name, outcome.why)
        deliver(ctx, f"rule:{rule.topic}:{rule.name}", outcome)

    def acknowledge(self, ctx: Context, number: str) -> None:
        """Note who has seen to it, so that nobody else is told."""
        state = ctx.state(f"ack:{number[:64]}")
        user: dict[str, Any] = ctx.user or {}
        name = str(user.get("first_name") or "?")[:64]
        if "open" not in state:
            ctx.answer(ctx.t(texts.OVER))
        elif "by" in state and state["by"] != name:
            ctx.answer(ctx.t(texts.ACKNOWLEDGED_BY, name=state["by"]))
        else:
            state["by"] = name
            ctx.answer(ctx.t(texts.ACKNOWLEDGED))
        shown = state.get("by")
        message: dict[str, Any] = ctx.message or {}
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        if shown and rows:
            links = [row for row in rows if not row[0].get("callback_data", "").endswith(number)]
            done = [{"text": f"✔ {shown}", "callback_data": f"{ACKNOWLEDGED}{number}"}]
            ctx.edit("", {"inline_keyboard": [*links, done]})


def deliver(ctx: Context, lane: str, outcome: Outcome) -> None:
    """Hand over what a rule has to say, and what it does later."""
    for notice in outcome.notices:
        calls = {language: [call_of(notice, text)] for language, text in notice.texts.items()}
        to = [int(chat) if chat.lstrip("-").isdecimal() else chat for chat in notice.to]
        ctx.outlet.tell_all(to, calls, due=notice.at)
    for later in outcome.later:
        ctx.outlet.put("rule", f"rule:{later.key}", lane, later.body, later.after)


def call_of(notice: Notice, text: Text) -> tuple[str, dict[str, Any]]:
    """Return the call that sends a notice."""
    params: dict[str, Any] = {"text": text}
    if notice.buttons:
        params["reply_markup"] = keyboard(*([button] for button in notice.buttons))
    if notice.silent:
        params["disable_notification"] = True
    return "sendMessage", params


def load_rules(settings: Settings, bot: int, *, is_first: bool) -> Rules:
    """Return a bot's rules; none where it has no file. Raises `SettingsError`.

    The file that RULES names is the first bot's. Beside it, `rules.4242.toml` is that of bot 4242, whichever it is.
    """
    path = Path(settings.rules)
    own = path.with_suffix(f".{bot}{path.suffix}")
    if own.exists():
        path = own
    elif not is_first:
        return Rules()
    elif not path.exists():
        if settings.rules != type(settings).rules:
            raise SettingsError([f"RULES names {path}, which is not there."])
        return Rules()
    try:
        return load(path)
    except RulesError as error:
        raise SettingsError(error.lines) from None


def warn_of_strangers(rules: Rules, topics: Collection[str]) -> None:
    """Log each topic that a rule writes to and that nobody can subscribe to: a typing mistake would lose alerts."""
    for rule in rules.rules:
        for entry in dict.fromkeys([*rule.to, *(to for one in rule.escalations for to in one.to)]):
            name = entry.removeprefix("topic:")
            if name != entry and name not in topics:
                close = did_you_mean(name, topics)
                log.warning(
                    "%s: rule %r writes to the topic %r, to which nobody can subscribe%s",
                    *(rule.place, rule.name, name, close),
                )


def with_rules(router: Router, rules: Rules) -> Router:
    """Return a router that runs the rules, too; the same one where there are none."""
    if not rules.rules:
        return router
    whole = Router(languages=router.languages)
    whole.include(RuleRouter(rules), router)
    return whole
