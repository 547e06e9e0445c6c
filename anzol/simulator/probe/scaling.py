"""Pictures as Telegram stores them: scaled, upright, in JPEG. Pillow does it, where it is installed."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

PHOTO = (90, 320, 800, 1280)  # pixels of the longer side
SQUARE = (160, 320, 640)  # pixels of a side: photos of people, bots and groups, cut to squares
THUMBNAIL = (320,)
MOST_PIXELS = (
    50_000_000  # a picture of more is not decoded: it would take seconds and half a gigabyte
)
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
QUALITY = 87  # of Telegram's own JPEGs


class Scaled(NamedTuple):
    """One size of a picture; the bytes are JPEG."""

    width: int
    height: int
    content: bytes


class Broken(ValueError):
    """What looks like a picture cannot be decoded."""


def is_available() -> bool:
    """Return whether pictures can be scaled here."""
    try:
        import PIL.Image  # noqa: F401
    except ImportError:
        return False
    return True


def measures(width: int, height: int, sides: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return width and height of each size of a picture, the smallest first; none is larger than the picture."""
    if sides == SQUARE:
        shorter = min(width, height)
        return [(side, side) for side in fitting(shorter, sides)]
    longer = max(width, height)
    if not longer:
        return [(0, 0)]
    return [
        (max(1, round(width * side / longer)), max(1, round(height * side / longer)))
        for side in fitting(longer, sides)
    ]


def fitting(own: int, sides: tuple[int, ...]) -> list[int]:
    """Return the sides that a picture is scaled to, and its own when it is smaller than the largest of them."""
    smaller = [side for side in sides if side < own]
    return smaller if own > sides[-1] else [*smaller, own]


def scale(stream: IO[bytes], sides: tuple[int, ...]) -> list[Scaled]:
    """Return each size of a picture, the smallest first, and rewind the stream.

    Raises Broken for what is not a picture, and ImportError without Pillow.
    """
    from PIL import Image, ImageOps

    stream.seek(0)
    unreadable = (OSError, ValueError, SyntaxError, LookupError, ArithmeticError, struct.error)
    try:
        with Image.open(stream, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Broken("too many pixels")
            opened.draft("RGB", (sides[-1], sides[-1]))  # a large JPEG is decoded at half its size
            picture = flat(ImageOps.exif_transpose(opened))
        found = []
        for size in reversed(measures(*picture.size, sides)):
            cut = ImageOps.fit(picture, size) if sides == SQUARE else picture.resize(size)
            found.append(Scaled(*size, jpeg(cut)))
    except (*unreadable, Image.DecompressionBombError) as error:
        raise Broken(str(error)) from None
    finally:
        stream.seek(0)
    return found[::-1]


def flat(picture: Image) -> Image:
    """Return a picture without transparency: on white."""
    from PIL import Image

    if not picture.has_transparency_data:
        return picture.convert("RGB")
    above = picture.convert("RGBA")
    ground = Image.new("RGBA", above.size, "white")
    return Image.alpha_composite(ground, above).convert("RGB")


def jpeg(picture: Image) -> bytes:
    """Return a picture's bytes."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
