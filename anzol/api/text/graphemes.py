"""Where a text may be cut without tearing what a reader takes for one character.

The rules of https://unicode.org/reports/tr29/ that occur in chats: combining marks, families joined by ZWJ, skin tones,
keycaps, flags of two letters or of tags, Hangul syllables.
"""

from __future__ import annotations

import unicodedata

JOINER = "\u200d"


def is_boundary(text: str, index: int) -> bool:
    """Return whether a text may be cut before the character at `index`."""
    if not 0 < index < len(text):
        return True
    before, after = text[index - 1], text[index]
    if before < "\u0300" and after < "\u0300":
        return (before, after) != ("\r", "\n")
    if before == JOINER or _extends(after):
        return False
    if _is_flag_letter(before) and _is_flag_letter(after):
        return _flag_letters_before(text, index) % 2 == 0
    return not _is_inside_syllable(before, after)


def _extends(character: str) -> bool:
    """Return whether a character belongs to the one before it."""
    return (
        character in (JOINER, "\u200c")
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # the tags of regional flags
    )


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_letters_before(text: str, index: int) -> int:
    first = index
    while first > 0 and _is_flag_letter(text[first - 1]):
        first -= 1
    return index - first


def _is_inside_syllable(before: str, after: str) -> bool:
    """Return whether two Hangul letters, or a syllable and a letter, are one syllable."""
    if not ("\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"):
        return False
    leads = before <= "\u115f"
    return "\u1160" <= after <= "\u11ff" or (leads and "\u1100" <= after <= "\u115f")
