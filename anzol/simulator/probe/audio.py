"""Sound: MP3, Ogg (Vorbis and Opus), WAV, FLAC."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import IO


@dataclass
class Sound:
    """A sound's duration in seconds, its performer and its title."""

    duration: float = 0.0
    title: str = ""
    performer: str = ""


def size_of(stream: IO[bytes]) -> int:
    """Return a file's length in bytes."""
    return stream.seek(0, io.SEEK_END)


# --- MP3: https://www.mp3-tech.org/programmer/frame_header.html

BITRATES = {  # kbit/s of layer III by the index in a frame's head
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def is_mp3(head: bytes) -> bool:
    """Return whether a file begins with ID3 tags or with a frame of layer III."""
    if head[:3] == b"ID3":
        return True
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2


def read_mp3(stream: IO[bytes]) -> Sound:
    """Read the tags, then the first frame; a Xing or Info head counts the frames of a variable rate."""
    sound = Sound()
    stream.seek(0)
    head = stream.read(10)
    start = 0
    if head[:3] == b"ID3":
        length = synchsafe(head[6:10])
        read_id3(stream.read(length), head[3], sound)
        start = 10 + length
    stream.seek(start)
    data = stream.read(8192)
    at = next(
        (i for i in range(len(data) - 4) if data[i] == 0xFF and data[i + 1] & 0xE6 == 0xE2), None
    )
    if at is None:
        return sound
    version, layer_bits = data[at + 1] >> 3 & 3, data[at + 2]
    rate = RATES[version][layer_bits >> 2 & 3]
    bitrate = BITRATES[1 if version == 3 else 2][layer_bits >> 4] * 1000
    samples = 1152 if version == 3 else 576
    mark = max(data.find(b"Xing", at, at + 200), data.find(b"Info", at, at + 200))
    if mark > 0 and data[mark + 7] & 1:
        frames = struct.unpack(">I", data[mark + 8 : mark + 12])[0]
        sound.duration = frames * samples / rate
    elif bitrate:
        sound.duration = (size_of(stream) - start - at) * 8 / bitrate
    return sound


def synchsafe(data: bytes) -> int:
    """Return a number of which each byte holds seven bits."""
    return sum((byte & 0x7F) << shift for byte, shift in zip(data, (21, 14, 7, 0), strict=True))


def read_id3(data: bytes, version: int, sound: Sound) -> None:
    """Read title and performer of ID3v2.3 or 2.4."""
    at = 0
    while at + 10 < len(data) and data[at : at + 4].isalnum():
        name, length = data[at : at + 4], data[at + 4 : at + 8]
        size = synchsafe(length) if version == 4 else struct.unpack(">I", length)[0]
        if name in (b"TIT2", b"TPE1") and size > 1:
            field = "title" if name == b"TIT2" else "performer"
            setattr(sound, field, id3_text(data[at + 10 : at + 10 + size]))
        at += 10 + size


def id3_text(data: bytes) -> str:
    """Decode a text frame: its first byte names the encoding."""
    encoding = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}.get(data[0], "latin-1")
    return data[1:].decode(encoding, "replace").strip("\0 ")


# --- Ogg: https://www.rfc-editor.org/rfc/rfc3533


def read_ogg(stream: IO[bytes]) -> Sound:
    """Read the head for the rate, the comments for the tags and the last page for the length."""
    stream.seek(0)
    head = stream.read(65_536)
    rate, skip = 48_000, 0
    opus, vorbis = head.find(b"OpusHead"), head.find(b"\x01vorbis")
    if opus >= 0:
        skip = struct.unpack("<H", head[opus + 10 : opus + 12])[0]
    elif vorbis >= 0:
        rate = struct.unpack("<I", head[vorbis + 12 : vorbis + 16])[0]
    sound = Sound()
    for mark in (b"OpusTags", b"\x03vorbis"):
        at = head.find(mark)
        if at >= 0:
            read_comments(head[at + len(mark) :], sound)
    stream.seek(max(0, size_of(stream) - 65_536))
    tail = stream.read()
    last = tail.rfind(b"OggS")
    granule = struct.unpack("<q", tail[last + 6 : last + 14])[0]
    sound.duration = max(0.0, (granule - skip) / rate)
    return sound


def read_comments(data: bytes, sound: Sound) -> None:
    """Read Vorbis comments: https://www.xiph.org/vorbis/doc/v-comment.html"""
    length = struct.unpack("<I", data[:4])[0]
    count = struct.unpack("<I", data[4 + length : 8 + length])[0]
    at = 8 + length
    for _ in range(min(count, 100)):
        size = struct.unpack("<I", data[at : at + 4])[0]
        name, _, value = data[at + 4 : at + 4 + size].decode("utf-8", "replace").partition("=")
        if name.lower() == "title":
            sound.title = value
        elif name.lower() == "artist":
            sound.performer = value
        at += 4 + size


def read_wav(stream: IO[bytes]) -> Sound:
    """Read the chunks up to the samples: http://soundfile.sapp.org/doc/WaveFormat/"""
    stream.seek(12)
    bytes_a_second = 0
    while len(head := stream.read(8)) == 8:
        name, size = head[:4], struct.unpack("<I", head[4:])[0]
        if name == b"data":
            return Sound(size / bytes_a_second if bytes_a_second else 0.0)
        body = stream.read(size + size % 2)
        if name == b"fmt ":
            bytes_a_second = struct.unpack("<I", body[8:12])[0]
    return Sound()


def read_flac(stream: IO[bytes]) -> Sound:
    """Read STREAMINFO and the comments: https://www.rfc-editor.org/rfc/rfc9639"""
    sound = Sound()
    stream.seek(4)
    last = False
    while not last and len(head := stream.read(4)) == 4:
        last, kind = bool(head[0] & 0x80), head[0] & 0x7F
        body = stream.read(int.from_bytes(head[1:], "big"))
        if kind == 0:
            bits = int.from_bytes(body[10:18], "big")
            rate, samples = bits >> 44, bits & (1 << 36) - 1
            sound.duration = samples / rate if rate else 0.0
        elif kind == 4:
            read_comments(body, sound)
    return sound
