"""The languages of a bot: catalogues that Babel makes, and which of them a user reads."""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple, Protocol

from anzol.api.errors import HandlerError
from anzol.api.methods import did_you_mean
from anzol.api.text import Html, html, is_html

from .checks import short
from .migration import Sessions

OURS = Path(__file__).with_name("locale")
SOURCE = "en"  # the language that the library itself is written in
# https://core.telegram.org/bots/api#setmydescription and #setmyshortdescription, in characters
DESCRIPTION_LIMIT, SHORT_LIMIT = 512, 120


class Languages:
    """The languages of a bot: `Router(languages=Languages(Path(__file__).with_name("locale")))`.

    `folder` has a catalogue for each, `pt/LC_MESSAGES/messages.mo`, as `pybabel` writes them. `default` is the language
    of the texts in the code. What no catalogue translates is taken from the library's own, if it is one of its texts, or
    stays as it is. `description` and `short_description` are the bot's profile, which is translated too.

    Raises `HandlerError` for a folder without catalogues, for one that is older than its source, and for a translation
    with other {fields} than the text.
    """

    def __init__(
        self,
        folder: Path | str | None = None,
        *,
        default: str = SOURCE,
        description: str = "",
        short_description: str = "",
    ) -> None:
        for text, limit in ((description, DESCRIPTION_LIMIT), (short_description, SHORT_LIMIT)):
            if len(text) > limit:
                raise HandlerError(f"{text[:20]!r}… is longer than the {limit} characters allowed.")
        self.default = default
        self.description = description
        self.short_description = short_description
        own = {} if folder is None else read_folder(Path(folder))
        self._catalogues = {
            language: catalogue_of(language, own.get(language)) for language in {default, *own}
        }

    @property
    def available(self) -> list[str]:
        """Return the languages that users can read, the default one first."""
        return [self.default, *sorted(self._catalogues.keys() - {self.default})]

    @property
    def codes(self) -> list[str]:
        """Return the two letters by which Telegram knows each language but the default one."""
        return sorted({name[:2] for name in self._catalogues} - {self.default[:2]})

    def best(self, code: str | None) -> str:
        """Return the available language for a user's `language_code`: `pt-br` → `pt_BR`, else any `pt`, else the default."""
        name = (code or "").replace("-", "_").lower()
        plain = name.partition("_")[0]
        names = {language.lower(): language for language in sorted(self._catalogues, reverse=True)}
        akin = {other.partition("_")[0]: language for other, language in names.items()}
        return names.get(name) or names.get(plain) or akin.get(plain) or self.default

    def translate(self, language: str, text: str, plural: str = "", n: int | None = None) -> str:
        """Return a text in a language; of two, the form for `n` things."""
        catalogue = self._catalogues[language]
        if plural and n is not None:
            return catalogue.ngettext(text, plural, n)
        return catalogue.gettext(text) if text else text  # "" is the catalogue's own head

    def __repr__(self) -> str:
        return f"<Languages {' '.join(self.available)}>"


def read_folder(folder: Path) -> dict[str, Path]:
    """Return the catalogues of a folder by their languages. Raises `HandlerError` for none, and for a stale one."""
    found = {path.parts[-3]: path for path in sorted(folder.glob("*/LC_MESSAGES/messages.mo"))}
    for source in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        made = found.get(source.parts[-3])
        if made is None or made.stat().st_mtime < source.stat().st_mtime:
            raise HandlerError(
                f"{short(str(source))} is newer than its .mo file; run pybabel compile -d {short(str(folder))}"
            )
    if not found:
        raise HandlerError(
            f"{short(str(folder))} has no catalogues; begin one with pybabel init -l pt -d {short(str(folder))} "
            "-i messages.pot"
        )
    return found


def catalogue_of(language: str, own: Path | None) -> NullTranslations:
    """Return the author's catalogue of a language, with ours behind it."""
    chain: list[NullTranslations] = []
    ours = {name: OURS / name for name in (language, language.partition("_")[0])}
    paths = [own, *(folder / "LC_MESSAGES" / "anzol.mo" for folder in ours.values())]
    for path in paths:
        if path is not None and path.exists():
            chain.append(read_catalogue(path))
    chain.append(NullTranslations())
    for catalogue, behind in zip(chain, chain[1:], strict=False):
        catalogue.add_fallback(behind)
    return chain[0]


def read_catalogue(path: Path) -> GNUTranslations:
    """Return a catalogue. Raises `HandlerError` for a file that is none."""
    try:
        with path.open("rb") as file:
            found = GNUTranslations(file)
    except (OSError, ValueError) as error:
        raise HandlerError(
            f"{short(str(path))} is not a catalogue ({error}); run pybabel compile again."
        ) from None
    translated: dict[Any, str] = vars(found)["_catalog"]
    for key, text in translated.items():
        source, allowed = (key[0], {"n"}) if isinstance(key, tuple) else (key, set())
        if not source:  # the catalogue's own head
            continue
        wrong = fields_in(text) - fields_in(source) - allowed
        if wrong:
            raise HandlerError(
                f"{short(str(path.with_suffix('.po')))} translates {source!r} with "
                f"{', '.join(f'{{{field}}}' for field in sorted(wrong))}, which the text does not have."
            )
    return found


def fields_in(text: str) -> set[str]:
    """Return the names of the {fields} in a text; what cannot be read counts as one that no text has."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {text}


class Speaker(Protocol):
    """The part of `ctx` that decides about its language."""

    @property
    def router(self) -> Any: ...
    @property
    def user(self) -> Any: ...
    @property
    def address(self) -> Any: ...
    @property
    def state(self) -> Sessions: ...


class Choice(NamedTuple):
    """Where a user's own choice of a language is kept, and the languages there are."""

    languages: Languages
    key: str


def choice_of(ctx: Speaker) -> Choice | None:
    """Return where the choice of this user is kept; `None` for a bot of one language."""
    languages = getattr(ctx.router, "languages", None)
    return languages and Choice(languages, f"language:{ctx.address.sender}")


def language_of(ctx: Speaker) -> str:
    """Return the language that this user chose, else the one of their Telegram, as far as the bot speaks it."""
    if (choice := choice_of(ctx)) is None:
        return SOURCE
    chosen = ctx.state(choice.key).get("chosen") if ctx.address.sender is not None else None
    return choice.languages.best(chosen or (ctx.user or {}).get("language_code"))


def choose_language(ctx: Speaker, language: str | None) -> None:
    """Keep a user's choice of a language, or forget it. Raises `ValueError` for one that the bot does not speak."""
    choice = choice_of(ctx)
    available = choice.languages.available if choice else []
    if choice is None or (language is not None and language not in available):
        raise ValueError(
            f"The bot does not speak {language!r}{did_you_mean(str(language), available)} "
            f"It has {', '.join(available) or 'no Languages'}."
        )
    kept = ctx.state(choice.key)
    if language is None:
        kept.clear()
    else:
        kept["chosen"] = language


def translate(
    ctx: Speaker, text: str | Html, plural: str | Html, n: int | None, values: dict[str, Any]
) -> str | Html:
    """Return a text in this user's language, with its values; those of HTML are escaped."""
    source, more = (t.source if isinstance(t, Html) else t for t in (text, plural))
    if (choice := choice_of(ctx)) is not None:
        found = choice.languages.translate(language_of(ctx), source, more, n)
    else:
        found = source if n in (None, 1) or not more else more
    if n is not None:
        values = {"n": n, **values}
    if is_html(text):
        return html(Html(found), **values)
    return found.format(**values) if values else found
