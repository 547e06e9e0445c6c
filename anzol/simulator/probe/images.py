"""Pictures: PNG, JPEG, GIF, WebP, and the animated stickers that are drawings in JSON."""

from __future__ import annotations

import json
import struct
import zlib


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels; `None` for what is not an image."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return struct.unpack("<HH", data[6:10])
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return webp_size(data)
    if data.startswith(b"\xff\xd8"):
        return jpeg_size(data)
    return None


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk the segments to the frame header."""
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            at += 1
            continue
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        if marker in (0x01, 0xFF) or 0xD0 <= marker <= 0xD9:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Read the three kinds of WebP header."""
    if len(data) < 30:
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        return (
            int.from_bytes(data[24:27], "little") + 1,
            int.from_bytes(data[27:30], "little") + 1,
        )
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def mime_of(data: bytes) -> str:
    """Return the MIME type of what `image_size` knows."""
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if data.startswith(b"GIF8"):
        return "image/gif"
    return "image/webp" if data.startswith(b"RIFF") else "image/jpeg"


def gif_seconds(data: bytes) -> float:
    """Return how long a GIF takes: the sum of its frames' delays. https://www.w3.org/Graphics/GIF/spec-gif89a.txt"""
    seconds, at = 0.0, 13
    if data[10] & 0x80:
        at += 3 << (data[10] & 7) + 1
    while at < len(data):
        if data[at] == 0x21:
            if data[at + 1] == 0xF9:  # before each frame
                seconds += struct.unpack("<H", data[at + 4 : at + 6])[0] / 100
            at = past_blocks(data, at + 2)
        elif data[at] == 0x2C:
            flags = data[at + 9]
            at += 10 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
            at = past_blocks(data, at + 1)
        else:
            break
    return seconds


def past_blocks(data: bytes, at: int) -> int:
    """Return where a run of data blocks ends: each begins with its length, the last has none."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1


def read_lottie(data: bytes) -> tuple[int, int, float]:
    """Return width, height and seconds of an animated sticker. Raises ValueError for anything else."""
    try:
        drawing = json.loads(zlib.decompressobj(31).decompress(data, 4 << 20))
    except zlib.error:
        raise ValueError("not gzip") from None
    return int(drawing["w"]), int(drawing["h"]), (drawing["op"] - drawing["ip"]) / drawing["fr"]
