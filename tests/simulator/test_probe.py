"""What is found in files: made here byte by byte, as their formats say."""

from __future__ import annotations

import gzip
import io
import json
import struct
import wave
from typing import Any

import pytest
from PIL import Image

from anzol.simulator.probe import look
from anzol.simulator.probe.images import image_size
from anzol.simulator.world.placeholder import film, picture
from tests.simulator.side import Side


def box(name: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I", len(body) + 8) + name + body


def mp4(width: int = 640, height: int = 360, seconds: int = 5, turned: bool = False) -> bytes:
    """A movie without pictures: its index, after what would be the pictures."""
    matrix = (0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30) if turned else (1 << 16, *[0] * 8)
    head = bytes(40) + struct.pack(">9i", *matrix) + struct.pack(">II", width << 16, height << 16)
    kind = box(b"hdlr", bytes(8), b"vide", bytes(12))
    track = box(b"trak", box(b"tkhd", head), box(b"mdia", kind))
    sound = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), b"soun", bytes(12))))
    length = box(b"mvhd", bytes(12), struct.pack(">II", 1000, seconds * 1000), bytes(80))
    return box(b"ftyp", b"isom") + box(b"mdat", bytes(5000)) + box(b"moov", length, track, sound)


def still(brand: bytes, *compatible: bytes, turned: bool = False, tags: bool = True) -> bytes:
    """A picture as phones take it: a grid of tiles, the whole and a preview, each with its size, and no film."""
    sizes = [struct.pack(">4xII", *size) for size in ((512, 512), (4032, 3024), (320, 240))]
    properties = [box(b"ispe", size) for size in sizes] + [box(b"irot", b"\1")] * turned
    inner = box(b"iprp", box(b"ipco", *properties)) if tags else b""
    meta = box(b"meta", bytes(4), box(b"hdlr", bytes(8), b"pict", bytes(12)), inner)
    return box(b"ftyp", brand, bytes(4), *compatible) + meta + box(b"mdat", bytes(5000))


def avif() -> bytes:
    """A picture that Pillow has encoded."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "AVIF")
    return out.getvalue()


def mp3(frames: int = 115) -> bytes:
    """Silent frames of 128 kbit/s, 26 ms each, behind a title and a performer."""
    tags = b"".join(
        name + struct.pack(">I", len(text) + 1) + b"\0\0\3" + text
        for name, text in ((b"TIT2", b"Song"), (b"TPE1", "Zé".encode()))
    )
    size = bytes([len(tags) >> shift & 0x7F for shift in (21, 14, 7, 0)])
    return b"ID3\3\0\0" + size + tags + (b"\xff\xfb\x90\0" + bytes(413)) * frames


def ogg(seconds: int = 3) -> bytes:
    """Two pages of Opus: the head with a title, and the last one."""
    comment = b"TITLE=Voice"
    tags = b"OpusTags" + struct.pack("<II", 0, 1) + struct.pack("<I", len(comment)) + comment
    head = b"OpusHead\1\1" + struct.pack("<H", 312) + bytes(7)
    last = struct.pack("<q", seconds * 48_000 + 312)
    return b"OggS\0\2" + bytes(22) + head + tags + b"OggS\0\4" + last + bytes(14)


def wav(seconds: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(16_000 * seconds))
    return out.getvalue()


def element(name: int, body: bytes) -> bytes:
    size = len(body) | 1 << 28
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + size.to_bytes(4, "big") + body


def webm() -> bytes:
    length = element(0x4489, struct.pack(">d", 2500))
    size = element(0xB0, b"\2\0") + element(0xBA, b"\1\0")
    track = element(0xAE, element(0x83, b"\1") + element(0xE0, size))
    inside = element(0x1549A966, length) + element(0x1654AE6B, track)
    return element(0x1A45DFA3, element(0x4282, b"webm")) + element(0x18538067, inside)


# Without a time in it: its bytes are in a test's name, which every worker of a run must collect alike.
TGS = gzip.compress(
    json.dumps({"w": 512, "h": 512, "ip": 0, "op": 180, "fr": 60}).encode(), mtime=0
)
FLAC = (
    b"fLaC\x80\0\0\x22"
    + bytes(10)
    + (44_100 << 44 | 1 << 41 | 15 << 36 | 44_100 * 4).to_bytes(8, "big")
    + bytes(16)
)


@pytest.mark.parametrize(
    ("content", "mime", "shape", "seconds"),
    [
        (mp4(), "video/mp4", (640, 360), 5),
        (mp4(turned=True), "video/mp4", (360, 640), 5),
        (mp3(), "audio/mpeg", (0, 0), 3),
        (ogg(), "audio/ogg", (0, 0), 3),
        (wav(), "audio/x-wav", (0, 0), 2),
        (webm(), "video/webm", (512, 256), 2.5),
        (FLAC, "audio/flac", (0, 0), 4),
        (TGS, "application/x-tgsticker", (512, 512), 3),
        (film(320, 180), "image/gif", (320, 180), 1),
        (picture(30, 20), "image/png", (30, 20), 0),
        (still(b"heic", b"mif1", b"heic"), "image/heic", (4032, 3024), 0),
        (still(b"heix", turned=True), "image/heic", (3024, 4032), 0),
        (still(b"mif1", b"mif1", b"heic"), "image/heic", (4032, 3024), 0),
        (still(b"mif1", b"mif1", b"avif"), "image/avif", (4032, 3024), 0),
        (still(b"mif1", b"miaf"), "image/heif", (4032, 3024), 0),
        (still(b"heif", tags=False), "image/heif", (0, 0), 0),
        (avif(), "image/avif", (64, 48), 0),
        (b"just text", "", (0, 0), 0),
        (b"", "", (0, 0), 0),
    ],
)
def test_a_file_says_what_it_is(content: bytes, mime: str, shape: tuple[int, int], seconds: float):
    stream = io.BytesIO(content)
    found = look(stream)
    assert (found.mime, (found.width, found.height)) == (mime, shape)
    assert found.duration == pytest.approx(seconds, abs=0.05)
    assert stream.tell() == 0


@pytest.mark.parametrize(
    "content", [mp4(), mp3(), ogg(), wav(), webm(), FLAC, TGS, film(9, 9), still(b"heic")]
)
def test_a_file_that_was_cut_off_is_no_error(content: bytes):
    for end in range(0, len(content), max(1, len(content) // 50)):
        look(io.BytesIO(content[:end]))


def test_tags_are_read():
    found = look(io.BytesIO(mp3()))
    assert (found.title, found.performer) == ("Song", "Zé")
    assert look(io.BytesIO(ogg())).title == "Voice"


def send(sim: Side, method: str, field: str, content: bytes, **more: Any) -> dict[str, Any]:
    thumb = more.pop("thumb", None)
    files = {field: ("file.bin", content)} | ({"thumbnail": ("t.png", thumb)} if thumb else {})
    answer = sim.call(method, files=files, chat_id=1001, **more)
    assert answer["ok"], answer
    found: dict[str, Any] = answer["result"]
    return found


def test_a_message_shows_what_was_found(sim: Side):
    given = {"width": 1, "height": 1, "thumb": picture(50, 50)}
    video = send(sim, "sendVideo", "video", mp4(), **given)["video"]
    assert (video["width"], video["height"], video["duration"]) == (640, 360, 5)
    thumbnail = video["thumbnail"]
    assert (thumbnail["width"], thumbnail["height"]) == (320, 180)
    assert video["thumb"] == thumbnail
    audio = send(sim, "sendAudio", "audio", mp3(), title="Mine", thumb=picture(50, 50))["audio"]
    assert (audio["duration"], audio["title"], audio["performer"]) == (3, "Mine", "Zé")
    assert audio["thumbnail"]["width"] == 50
    shown = sim.session.get(f"{sim.url}/user/file/{audio['thumbnail']['file_id']}")
    assert image_size(shown.content) == (50, 50)
    assert len(shown.content) == audio["thumbnail"]["file_size"]


def test_what_a_file_is_counts_more_than_the_method(sim: Side):
    gif = send(sim, "sendDocument", "document", film(320, 180))
    assert gif["animation"]["mime_type"] == "video/mp4"
    assert gif["animation"]["duration"] == 1
    assert "document" in gif
    assert "video" in send(sim, "sendVideoNote", "video_note", mp4())
    square = send(sim, "sendVideoNote", "video_note", mp4(240, 240))["video_note"]
    assert (square["length"], square["duration"]) == (240, 5)
    assert "document" in send(sim, "sendVoice", "voice", mp4())
    assert "document" in send(sim, "sendSticker", "sticker", mp3())


@pytest.mark.parametrize("kind", ["Voice", "Sticker", "Audio", "Video", "Animation"])
def test_a_text_is_a_document_whatever_it_is_sent_as(sim: Side, kind: str):
    sent = send(sim, f"send{kind}", kind.lower(), b"just text")
    assert "document" in sent
    assert kind.lower() not in sent


@pytest.mark.parametrize("content", [still(b"heic"), avif()], ids=["heic", "avif"])
def test_a_phones_picture_is_no_sound_and_no_photo(sim: Side, content: bytes):
    mime = "image/heic" if b"ftypheic" in content else "image/avif"
    sent = send(sim, "sendDocument", "document", content)["document"]
    assert sent["mime_type"] == mime
    assert "document" in send(sim, "sendAudio", "audio", content)
    files = {"photo": ("a.heic", content)}
    assert "IMAGE_PROCESS_FAILED" in sim.call("sendPhoto", files=files, chat_id=1001)["description"]
    said = act(sim, "send", content)
    assert said["document"]["mime_type"] == mime


def act(sim: Side, action: str, content: bytes) -> Any:
    """Have a person send or set a photo; return the result, or the refusal's words."""
    fields = {"bot": sim.token, "from": 1001, "chat_id": 1001}
    answer = sim.session.post(
        f"{sim.url}/user/{action}", data=fields, files={"photo": ("a.png", content)}, timeout=60
    ).json()
    return answer["result"] if answer["ok"] else answer["description"]


@pytest.mark.parametrize("shape", [(1, 3000), (3000, 1), (2, 41), (9_000, 1_001), (600, 9_401)])
def test_no_photo_is_too_narrow_or_too_large_whoever_sends_it(sim: Side, shape: tuple[int, int]):
    content = picture(*shape)
    refused = "Bad Request: PHOTO_INVALID_DIMENSIONS"
    files = {"photo": ("a.png", content)}
    assert sim.call("sendPhoto", files=files, chat_id=1001)["description"] == refused
    assert act(sim, "send", content) == refused
    assert act(sim, "photo", content) == refused
    assert not sim.messages()


@pytest.mark.parametrize("shape", [(1, 20), (40, 2), (9_000, 1_000)])
def test_a_photo_at_the_limits_is_taken_from_everybody(sim: Side, shape: tuple[int, int]):
    content = picture(*shape)
    assert send(sim, "sendPhoto", "photo", content)["photo"]
    assert act(sim, "send", content)["photo"]


def test_photos_have_telegrams_sizes(sim: Side):
    sizes = send(sim, "sendPhoto", "photo", picture(1920, 1080))["photo"]
    assert [size["width"] for size in sizes] == [90, 320, 800, 1280]
    assert sizes[0]["file_size"] < sizes[-1]["file_size"]


def test_a_live_photo(sim: Side):
    files = {"live_photo": ("a.mp4", mp4()), "photo": ("a.png", picture(640, 360))}
    sent = sim.call("sendLivePhoto", files=files, chat_id=1001)["result"]
    assert sent["live_photo"]["duration"] == 5
    assert sent["live_photo"]["photo"] == sent["photo"]
    media = {"type": "live_photo", "media": "attach://film", "photo": "attach://still"}
    parts = {"film": ("b.mp4", mp4(seconds=7)), "still": ("b.png", picture(640, 360))}
    place = {"chat_id": 1001, "message_id": sent["message_id"], "media": json.dumps(media)}
    edited = sim.call("editMessageMedia", files=parts, **place)["result"]
    assert edited["live_photo"]["duration"] == 7
