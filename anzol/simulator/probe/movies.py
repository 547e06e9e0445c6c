"""Moving pictures: MP4 with its kin, and WebM."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO


@dataclass
class Movie:
    """A movie's size in pixels, length in seconds, tracks and tags."""

    width: int = 0
    height: int = 0
    duration: float = 0.0
    tracks: set[str] = field(default_factory=set)
    title: str = ""
    performer: str = ""


# --- MP4: boxes of a length, a name and a body; ISO/IEC 14496-12

MOST_MOOV = 16 * 1024 * 1024  # bytes; a larger index belongs to a film of several hours


def read_mp4(stream: IO[bytes]) -> Movie:
    """Find the index, which may be at the end, and read it."""
    stream.seek(0, io.SEEK_END)
    end, at, movie = stream.tell(), 0, Movie()
    while at + 8 <= end:
        stream.seek(at)
        head = stream.read(16)
        size = struct.unpack(">I", head[:4])[0]
        if size == 1:
            size = struct.unpack(">Q", head[8:16])[0]
        if head[4:8] == b"moov":
            stream.seek(at + 8)
            read_moov(stream.read(min(size or end, MOST_MOOV) - 8), movie)
            break
        at += size or end
        if size and size < 8:
            break
    return movie


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the body of each box."""
    at = 0
    while at + 8 <= len(data):
        size = struct.unpack(">I", data[at : at + 4])[0] or len(data) - at
        if size < 8:
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def read_moov(data: bytes, movie: Movie) -> None:
    """Read length, tracks and tags of an index."""
    for name, body in boxes(data):
        if name == b"mvhd":
            long = body[0] == 1
            scale, length = struct.unpack(
                ">IQ" if long else ">II", body[20:32] if long else body[12:20]
            )
            movie.duration = length / scale if scale else 0.0
        elif name == b"trak":
            read_track(body, movie)
        elif name == b"udta":
            read_tags(body, movie)


def read_track(data: bytes, movie: Movie) -> None:
    """Read what a track is, and the size of a picture."""
    inner = dict(boxes(data))
    handler = dict(boxes(inner.get(b"mdia", b""))).get(b"hdlr", b"")[8:12]
    kind = {b"vide": "video", b"soun": "audio"}.get(handler)
    if kind:
        movie.tracks.add(kind)
    head = inner.get(b"tkhd", b"")
    if kind == "video" and len(head) >= 8:
        width, height = struct.unpack(">II", head[-8:])
        movie.width, movie.height = width >> 16, height >> 16
        turned = struct.unpack(">i", head[-40:-36])[0] != 0  # by a quarter, as phones film
        if turned:
            movie.width, movie.height = movie.height, movie.width


def read_tags(data: bytes, movie: Movie) -> None:
    """Read iTunes' title and artist."""
    meta = dict(boxes(data)).get(b"meta", b"")
    tags = dict(boxes(dict(boxes(meta[4:])).get(b"ilst", b"")))
    for name, field_name in ((b"\xa9nam", "title"), (b"\xa9ART", "performer")):
        value = dict(boxes(tags.get(name, b""))).get(b"data", b"")[8:]
        if value:
            setattr(movie, field_name, value.decode("utf-8", "replace"))


# --- WebM: elements of an id, a length and a body; https://www.rfc-editor.org/rfc/rfc8794

SEGMENT, INFO, TRACKS, ENTRY, VIDEO = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0
SCALE, DURATION, TYPE, WIDTH, HEIGHT = 0x2AD7B1, 0x4489, 0x83, 0xB0, 0xBA
NESTED = {SEGMENT, INFO, TRACKS, ENTRY, VIDEO}


def read_webm(data: bytes) -> Movie:
    """Read the elements at the beginning of a file."""
    movie, scale, length = Movie(), 1_000_000, 0.0
    for name, body in elements(data):
        if name == SCALE:
            scale = int.from_bytes(body, "big")
        elif name == DURATION:
            length = struct.unpack(">f" if len(body) == 4 else ">d", body)[0]
        elif name == TYPE:
            movie.tracks.add({1: "video", 2: "audio"}.get(body[0], "other"))
        elif name == WIDTH:
            movie.width = int.from_bytes(body, "big")
        elif name == HEIGHT:
            movie.height = int.from_bytes(body, "big")
    movie.duration = length * scale / 1e9
    return movie


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the elements of a file; of those that hold others, the others."""
    at = 0
    while at < len(data):
        width = 9 - data[at].bit_length()
        name = int.from_bytes(data[at : at + width], "big")
        at += width
        if at >= len(data):
            return
        size_width = 9 - data[at].bit_length()
        size = int.from_bytes(data[at : at + size_width], "big") & (1 << 7 * size_width) - 1
        at += size_width
        if name in NESTED:
            continue
        yield name, data[at : at + size]
        at += size
