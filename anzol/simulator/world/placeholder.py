"""Stand-ins for pictures that Telegram would make: a video's frame, a game's cover."""

from __future__ import annotations

import struct
import zlib

GREY = b"\x9a\xa5\xb1"
# One grey pixel, to be shown as large as the screen it is given says.
GIF = b"GIF89a%s\x80\0\0\x9a\xa5\xb1\xff\xff\xff!\xf9\4\0\x64\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


def picture(width: int, height: int, colour: bytes = GREY) -> bytes:
    """Return a PNG of one colour, red, green and blue; about a hundred bytes. https://www.w3.org/TR/png-3/"""
    head = struct.pack(
        ">IIBBBBB", width, height, 1, 3, 0, 0, 0
    )  # a bit for each pixel: the only colour
    row = b"\0" * (1 + (width + 7) // 8)
    parts = (
        (b"IHDR", head),
        (b"PLTE", colour),
        (b"IDAT", zlib.compress(row * height, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, body) for name, body in parts)


def chunk(name: bytes, body: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def film(width: int, height: int) -> bytes:
    """Return a GIF of one grey second."""
    return GIF % struct.pack("<HH", width, height)
