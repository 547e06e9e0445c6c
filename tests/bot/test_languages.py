"""Texts in each user's language: the bot's own, and those of the library."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from babel.messages.extract import extract as extract_with_babel
from babel.messages.pofile import read_po

from anzol import Context, HandlerError, Html, Languages, Router, number, throttle
from anzol.bot import texts
from anzol.bot.extraction import extract
from anzol.bot.languages import OURS, read_catalogue
from anzol.testing import Client, client
from tests.catalogues import write_catalogue

SHOPPING = {
    "Hello, {name}!": "Привет, {name}!",
    "<b>Hi</b> {name}": "<i>Привет</i> {name}",
    ("One apple", "{n} apples"): ("{n} яблоко", "{n} яблока", "{n} яблок"),
    "Cancelled.": "Забыто.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_catalogue(tmp_path, "ru", SHOPPING)
    write_catalogue(tmp_path, "pt_BR", {"Hello, {name}!": "Olá, {name}!"})
    return tmp_path


def shop(folder: Path) -> Router:
    router = Router(languages=Languages(folder))

    @router.command("hello")
    def hello(ctx: Context):
        return ctx.t("Hello, {name}!", name=ctx.user.first_name)

    @router.command("bold")
    def bold(ctx: Context):
        return ctx.t(Html("<b>Hi</b> {name}"), name="<Ann>")

    @router.command("apples")
    def apples(ctx: Context):
        return ctx.t("One apple", "{n} apples", n=int(ctx.payload))

    @router.command("speak")
    def speak(ctx: Context):
        ctx.language = ctx.payload or None
        return ctx.language

    router.command("ask")(lambda ctx: ctx.ask("?", then="age"))
    router.state("age", number)(lambda ctx: "ok")
    return router


def speaker(router: Router, language: str) -> Client:
    return client(router).as_user("Zoe", language_code=language)


@pytest.mark.parametrize(
    ("language", "hello"),
    [
        ("ru", "Привет, Zoe!"),
        ("pt-br", "Olá, Zoe!"),
        ("de", "Hello, Zoe!"),
        ("", "Hello, Zoe!"),
    ],
)
def test_a_user_reads_the_language_of_their_telegram(folder: Path, language: str, hello: str):
    assert speaker(shop(folder), language).send("/hello")[0].text == hello


def test_a_language_without_its_region_serves_all_of_them(tmp_path: Path):
    write_catalogue(tmp_path, "pt", {"Hello, {name}!": "Olá, {name}!"})
    assert speaker(shop(tmp_path), "pt-br").send("/hello")[0].text == "Olá, Zoe!"


def test_a_user_may_choose_another_and_go_back(folder: Path):
    zoe = speaker(shop(folder), "de")
    for text in ("/speak ru", "/hello", "/speak", "/hello"):
        zoe.send(text)
    assert zoe.texts == ["ru", "Привет, Zoe!", "en", "Hello, Zoe!"]
    assert zoe.in_group("Team").send("/hello")[0].text == "Hello, Zoe!"
    with pytest.raises(
        ValueError, match="does not speak 'rus'; did you mean 'ru'.*It has en, pt_BR, ru"
    ):
        zoe.send("/speak rus")


def test_plural_forms_are_those_of_the_language(folder: Path):
    zoe = speaker(shop(folder), "ru")
    for count in (1, 3, 5, 21):
        zoe.send(f"/apples {count}")
    assert zoe.texts == ["1 яблоко", "3 яблока", "5 яблок", "21 яблоко"]
    ann = speaker(shop(folder), "en")
    ann.send("/apples 1")
    ann.send("/apples 2")
    assert ann.texts == ["One apple", "2 apples"]


def test_html_is_translated_and_its_values_are_escaped(folder: Path):
    (said,) = speaker(shop(folder), "ru").send("/bold")
    assert (said.text, said.entities[0].type) == ("Привет <Ann>", "italic")


def test_the_librarys_own_texts_are_translated_and_can_be_replaced(folder: Path):
    zoe = speaker(shop(folder), "ru")
    for text in ("/ask", "old", "/cancel"):
        zoe.send(text)
    assert zoe.texts[1:] == ["Число, пожалуйста.", "Забыто."]


def test_a_bot_of_one_language_needs_no_catalogue():
    router = Router(languages=Languages(default="pt"))
    router.before(throttle(1))
    router.on("message")(lambda ctx: "olá")
    zoe = speaker(router, "ru")
    for text in "ab":
        zoe.send(text)
    assert zoe.texts == ["olá", "Mais devagar, por favor. Tente de novo em 60 segundos."]


def test_without_languages_texts_stay_as_they_are():
    router = Router()
    router.command("n")(
        lambda ctx: ctx.t("One {what}", "{n} {what}s", n=int(ctx.payload), what="day")
    )
    ann = client(router)
    ann.send("/n 1")
    ann.send("/n 2")
    assert ann.texts == ["One day", "2 days"]


def own_texts() -> set[str | tuple[str, ...]]:
    found: set[str | tuple[str, ...]] = set()
    for name, value in vars(texts).items():
        if name.isupper() and not name.endswith("_PLURAL"):
            several = getattr(texts, f"{name}_PLURAL", None)
            found |= (
                {*value} if isinstance(value, tuple) else {(value, several) if several else value}
            )
    return found


@pytest.mark.parametrize("language", ["pt", "ru", "es", "de"])
def test_every_text_of_the_library_is_translated(language: str):
    place = OURS / language / "LC_MESSAGES"
    catalogue = read_po(io.BytesIO((place / "anzol.po").read_bytes()))
    assert {message.id for message in catalogue if message.id} == own_texts()
    compiled = read_catalogue(place / "anzol.mo")
    for message in catalogue:
        if isinstance(message.id, str) and message.id:
            assert message.string
            assert compiled.gettext(message.id) == message.string, "run pybabel compile"
        elif message.id:
            found = {compiled.ngettext(*message.id, n) for n in (1, 2, 5, 1_000_000)}
            assert found == {*message.string} and "" not in found


def test_texts_are_found_in_the_code():
    source = b'''
@router.command("start")
def start(ctx):
    """Say hello.

    More."""
    ctx.t("One", "{n} many", n=2)
    ctx.ask(ctx.t(html("Who <b>are</b> you?")), then="x", again="Again.", late="Late.")
    return ctx.text("no") or t(variable)

@dataclass
class Order:
    size: Literal["Small", "Large"] = question("Size?", again="Which?")

class Notes:
    """Not a command."""
'''
    found = [(line, text) for line, _, text, _ in extract(io.BytesIO(source), (), (), {})]
    assert sorted(found, key=str) == sorted(
        [
            *[(3, "Say hello."), (7, ("One", "{n} many")), (8, "Who <b>are</b> you?")],
            *[(8, "Again."), (8, "Late."), (13, "Small"), (13, "Large")],
            *[(13, "Size?"), (13, "Which?")],
        ],
        key=str,
    )
    by_babel = extract_with_babel(extract, io.BytesIO(source))
    assert (7, ("One", "{n} many"), [], None) in by_babel


def test_a_folder_without_catalogues_is_told(tmp_path: Path):
    with pytest.raises(HandlerError, match="has no catalogues; begin one with pybabel init"):
        Languages(tmp_path)


def test_a_catalogue_that_was_not_compiled_again_is_told(folder: Path):
    made = folder / "ru" / "LC_MESSAGES" / "messages.mo"
    os.utime(made, (1, 1))
    with pytest.raises(
        HandlerError, match=r"messages.po is newer than its .mo file; run pybabel compile"
    ):
        Languages(folder)


def test_a_translation_with_a_field_that_the_text_has_not_is_told(tmp_path: Path):
    write_catalogue(tmp_path, "ru", {"Hello, {name}!": "Привет, {nmae}!"})
    with pytest.raises(HandlerError, match=r"translates 'Hello, {name}!' with {nmae}, which"):
        Languages(tmp_path)
    write_catalogue(tmp_path, "ru", {"Hello": "Привет {"})
    with pytest.raises(HandlerError, match="translates 'Hello' with"):
        Languages(tmp_path)


def test_a_broken_catalogue_is_told(folder: Path):
    (folder / "ru" / "LC_MESSAGES" / "messages.mo").write_bytes(b"broken" * 99)
    with pytest.raises(HandlerError, match="messages.mo is not a catalogue"):
        Languages(folder)


def test_a_description_that_is_too_long_is_told():
    with pytest.raises(HandlerError, match="longer than the 120 characters"):
        Languages(short_description="x" * 121)
