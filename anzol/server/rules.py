"""rules.toml at work: each rule meets each event of its topic in a run of its own, so that a broken one blocks no other."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from glob import escape
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
    """Return a bot's rules; none where it has no file. Raises `SettingsError`."""
    path = file_of(settings, bot, is_first=is_first)
    if not path.exists():
        if is_first and settings.rules != type(settings).rules:
            raise SettingsError([f"RULES names {path}, which is not there."])
        return Rules()
    try:
        return load(path)
    except RulesError as error:
        raise SettingsError(error.lines) from None


def file_of(settings: Settings, bot: int, *, is_first: bool) -> Path:
    """Return the file that a bot's rules are read from, whether it is there or not.

    The file that RULES names is the first bot's. Beside it, `rules.4242.toml` is that of bot 4242, whichever it is.
    """
    path = Path(settings.rules)
    own = path.with_suffix(f".{bot}{path.suffix}")
    return path if is_first and not own.exists() else own


def files_of_bots(settings: Settings) -> dict[int, Path]:
    """Return the files of rules that name a bot, by its number, configured or not."""
    path = Path(settings.rules)
    found = {}
    for each in path.parent.glob(f"{escape(path.stem)}.*{escape(path.suffix)}"):
        number = each.name.removeprefix(f"{path.stem}.").removesuffix(path.suffix)
        if number.isascii() and number.isdecimal():
            found[int(number)] = each
    return dict(sorted(found.items()))


def warn_of_ignored(settings: Settings, bots: Collection[int]) -> None:
    """Log which files of rules are of bots that are not configured: a wrong number would lose alerts."""
    ignored = [each.name for bot, each in files_of_bots(settings).items() if bot not in bots]
    if ignored:
        verb = "is" if len(ignored) == 1 else "are"
        here = f"only {', '.join(map(str, bots))}" if bots else "none at all"
        log.warning(
            "%s %s not read: there is no such bot here, %s.", ", ".join(ignored), verb, here
        )


def check_file(file: Path, settings: Settings, bot: int, *, is_first: bool) -> None:
    """Raise `ValueError` for a file that another bot's rules are read from than this one; a draft is anybody's."""
    own = file_of(settings, bot, is_first=is_first)
    named = files_of_bots(settings)
    configured = {each.resolve() for each in (Path(settings.rules), *named.values())}
    if file.resolve() == own.resolve() or file.resolve() not in configured:
        return
    others = [each for each, path in named.items() if path.resolve() == file.resolve()]
    if others:
        raise ValueError(f"{file} has the rules of bot {others[0]}: give --bot {others[0]}.")
    advice = f"give {own}" if own.exists() else f"write {own}, or leave out --bot {bot}"
    raise ValueError(f"{file} is not read for bot {bot}: {advice}.")


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
