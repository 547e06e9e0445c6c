"""Text as Telegram reads it: HTML, both Markdowns, entities, splitting into messages, and incoming texts."""

from .commonmark import from_markdown
from .entities import Entity, FormattedText, utf16_length, utf16_slice
from .finders import find_entities
from .formatted import CAPTION_LIMIT, LIMIT, format_text, parse
from .incoming import entities_of, entity_text, is_meant
from .markup import Html, html, is_html, plain
from .splitting import Text, fits, read_text, split

__all__ = [
    "CAPTION_LIMIT",
    "LIMIT",
    "Entity",
    "FormattedText",
    "Html",
    "Text",
    "entities_of",
    "entity_text",
    "find_entities",
    "fits",
    "format_text",
    "from_markdown",
    "html",
    "is_html",
    "is_meant",
    "parse",
    "plain",
    "read_text",
    "split",
    "utf16_length",
    "utf16_slice",
]
