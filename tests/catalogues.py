"""Catalogues of translations, as Babel writes them."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

Texts = dict[str | tuple[str, str], str | tuple[str, ...]]


def write_catalogue(folder: Path, language: str, texts: Texts) -> Path:
    """Write and compile a catalogue; a pair of texts is a singular with its plural."""
    catalogue = Catalog(locale=language)
    for text, translated in texts.items():
        catalogue.add(text, translated)
    place = folder / language / "LC_MESSAGES"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "messages.po").open("wb") as file:
        write_po(file, catalogue)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    return place
