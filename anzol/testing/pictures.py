"""A picture for tests: Telegram accepts nothing else as one."""

from __future__ import annotations

import struct
import zlib
from functools import cache


@cache
def picture(width: int = 64, height: int = 64) -> bytes:
    """Return a black PNG of that size in pixels, about a hundred bytes."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)  # a bit for each pixel
    row = b"\0" * (1 + (width + 7) // 8)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(row * height)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a part of a PNG: length, kind, content, checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
