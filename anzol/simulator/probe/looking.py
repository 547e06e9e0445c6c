"""Identifying files: the reader is chosen by the first bytes, never by the name."""

from __future__ import annotations

import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

from . import audio, images, movies, stills

PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
BROKEN = (ValueError, IndexError, KeyError, struct.error, OverflowError, EOFError)


@dataclass
class Found:
    """The findings of a reader; a field that a file of this kind does not have is 0 or empty."""

    mime: str = ""
    width: int = 0
    height: int = 0
    duration: float = 0.0  # seconds
    performer: str = ""
    title: str = ""
    tracks: set[str] = field(default_factory=set)  # of "video" and "audio"

    @property
    def is_image(self) -> bool:
        """Return whether it is a picture that can be a photo, or a GIF; HEIC and AVIF are files to a bot's server."""
        return self.mime in PICTURES


def look(stream: IO[bytes]) -> Found:
    """Return what a file is; an empty Found for one that no reader knows. Rewinds the stream."""
    stream.seek(0)
    head = stream.read(65_536)
    found = Found()
    for fits, read in READERS:
        if fits(head):
            with suppress(*BROKEN):  # then it is what was found before that
                read(stream, head, found)
            break
    stream.seek(0)
    return found


Reader = Callable[[IO[bytes], bytes, Found], None]


def read_image(stream: IO[bytes], head: bytes, found: Found) -> None:
    """Read a still picture or a GIF."""
    size = images.image_size(head)
    if size:
        found.width, found.height = size
        found.mime = images.mime_of(head)
    if found.mime == "image/gif":
        stream.seek(0)
        found.duration = images.gif_seconds(stream.read())


def read_still(stream: IO[bytes], head: bytes, found: Found) -> None:
    """Read HEIC, HEIF and AVIF."""
    found.mime = stills.mime_of(head)
    found.width, found.height = stills.read_size(head)


def read_mp4(stream: IO[bytes], head: bytes, found: Found) -> None:
    """Read MP4, QuickTime and M4A."""
    movie = movies.read_mp4(stream)
    found.width, found.height, found.duration = movie.width, movie.height, movie.duration
    found.tracks = movie.tracks
    found.title, found.performer = movie.title, movie.performer
    kind = "video" if "video" in movie.tracks else "audio"
    found.mime = "video/quicktime" if head[8:12] == b"qt  " else f"{kind}/mp4"


def read_webm(stream: IO[bytes], head: bytes, found: Found) -> None:
    """Read WebM and Matroska."""
    movie = movies.read_webm(head)
    found.width, found.height, found.duration = movie.width, movie.height, movie.duration
    found.tracks = movie.tracks
    found.mime = "video/webm" if b"webm" in head[:64] else "video/x-matroska"


def read_sound(mime: str, read: Callable[[IO[bytes]], audio.Sound]) -> Reader:
    """Return a reader for one kind of sound."""

    def reader(stream: IO[bytes], head: bytes, found: Found) -> None:
        sound = read(stream)
        found.mime = mime
        found.duration, found.title, found.performer = sound.duration, sound.title, sound.performer
        found.tracks = {"audio"}

    return reader


def read_tgs(stream: IO[bytes], head: bytes, found: Found) -> None:
    """Read an animated sticker: Lottie in gzip."""
    stream.seek(0)
    lottie = images.read_lottie(stream.read(1 << 20))
    found.width, found.height, found.duration = lottie
    found.mime = "application/x-tgsticker"


READERS: list[tuple[Callable[[bytes], bool], Reader]] = [
    (lambda head: images.image_size(head) is not None, read_image),
    (lambda head: bool(stills.mime_of(head)), read_still),
    (lambda head: head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"), read_mp4),
    (lambda head: head.startswith(b"\x1a\x45\xdf\xa3"), read_webm),
    (lambda head: head.startswith(b"OggS"), read_sound("audio/ogg", audio.read_ogg)),
    (
        lambda head: head[:4] == b"RIFF" and head[8:12] == b"WAVE",
        read_sound("audio/x-wav", audio.read_wav),
    ),
    (lambda head: head.startswith(b"fLaC"), read_sound("audio/flac", audio.read_flac)),
    (audio.is_mp3, read_sound("audio/mpeg", audio.read_mp3)),
    (lambda head: head.startswith(b"\x1f\x8b"), read_tgs),
]
