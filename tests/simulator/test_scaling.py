"""Pictures are scaled as Telegram scales them: the bytes of each size have its measures."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from anzol.simulator.probe import scaling
from anzol.simulator.world.placeholder import picture
from tests.simulator.side import Side

Simulate = Callable[..., Side]
RED, BLUE = (200, 30, 30), (30, 30, 200)


def two_halves(width: int, height: int, kind: str = "PNG", **options: Any) -> bytes:
    """A picture that is red on the left and blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(sim: Side, size: dict[str, Any]) -> Image.Image:
    """The picture that a PhotoSize names, decoded."""
    file = sim.ok("getFile", file_id=size["file_id"])
    got = sim.session.get(f"{sim.url}/file/bot{sim.token}/{file['file_path']}").content
    assert len(got) == size["file_size"]
    image = Image.open(io.BytesIO(got))
    image.load()
    return image


def upload(sim: Side, method: str, content: bytes, **more: Any) -> dict[str, Any]:
    field = method.removeprefix("send").lower()
    files = {field: ("file.bin", content), **more.pop("files", {})}
    answer = sim.call(method, files=files, chat_id=1001, **more)
    assert answer["ok"], answer
    sent: dict[str, Any] = answer["result"]
    return sent


def near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_each_size_has_its_measures_and_the_picture(sim: Side, kind: str):
    sizes = upload(sim, "sendPhoto", two_halves(2000, 1500, kind))["photo"]
    assert [(s["width"], s["height"]) for s in sizes] == [
        (90, 68),
        (320, 240),
        (800, 600),
        (1280, 960),
    ]
    for size in sizes:
        image = opened(sim, size)
        assert (image.format, image.size) == ("JPEG", (size["width"], size["height"]))
        assert near(image.getpixel((5, 5)), RED)
        assert near(image.getpixel((image.width - 5, 5)), BLUE)


def test_a_small_photo_is_not_enlarged(sim: Side):
    sizes = upload(sim, "sendPhoto", two_halves(200, 100))["photo"]
    assert [opened(sim, size).size for size in sizes] == [(90, 45), (200, 100)]


def test_a_photo_is_turned_as_its_camera_was(sim: Side):
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter to the right
    sizes = upload(sim, "sendPhoto", two_halves(400, 200, "JPEG", exif=exif))["photo"]
    image = opened(sim, sizes[-1])
    assert image.size == (200, 400)
    assert near(image.getpixel((100, 5)), RED)


def test_what_is_transparent_becomes_white(sim: Side):
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    sizes = upload(sim, "sendPhoto", out.getvalue())["photo"]
    assert near(opened(sim, sizes[-1]).getpixel((9, 9)), (255, 255, 255))


def test_what_only_begins_like_a_picture_is_no_photo(sim: Side):
    content = two_halves(640, 480)[:200]
    answer = sim.call("sendPhoto", files={"photo": ("a.png", content)}, chat_id=1001)
    assert answer["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    said = sim.act("send", files={"photo": ("a.png", content)}, chat_id=1001)
    assert said["document"]["file_name"] == "a.png"


def test_thumbnails_are_pictures_of_at_most_320_pixels(sim: Side):
    document = upload(sim, "sendDocument", two_halves(1000, 500))["document"]
    image = opened(sim, document["thumbnail"])
    assert (image.size, near(image.getpixel((5, 5)), RED)) == ((320, 160), True)
    files = {"thumbnail": ("t.jpg", two_halves(800, 800, "JPEG"))}
    audio = upload(sim, "sendDocument", b"text", files=files)["document"]
    assert opened(sim, audio["thumbnail"]).size == (320, 320)
    broken = {"thumbnail": ("t.jpg", two_halves(800, 800, "JPEG")[:300])}
    assert "thumbnail" not in upload(sim, "sendDocument", b"text", files=broken)["document"]
    gif = upload(sim, "sendAnimation", two_halves(640, 320, "GIF"))["animation"]
    assert near(opened(sim, gif["thumbnail"]).getpixel((5, 5)), RED)
    sticker = upload(sim, "sendSticker", two_halves(512, 512, "WEBP"))["sticker"]
    assert near(opened(sim, sticker["thumbnail"]).getpixel((5, 5)), RED)


def test_photos_of_groups_and_bots_are_squares(sim: Side):
    group = sim.group()
    sim.promote(group)
    photo = {"photo": ("g.png", two_halves(1000, 700))}
    assert sim.call("setChatPhoto", files=photo, chat_id=group)["ok"]
    sizes = sim.messages(group)[-1]["new_chat_photo"]
    assert [opened(sim, size).size for size in sizes] == [(160, 160), (320, 320), (640, 640)]
    shown = sim.ok("getChat", chat_id=group)["photo"]
    for name, size in (("small", sizes[0]), ("big", sizes[-1])):
        assert shown[f"{name}_file_id"] == size["file_id"]
        assert shown[f"{name}_file_unique_id"] == size["file_unique_id"]
    given = json.dumps({"type": "static", "photo": "attach://me"})
    assert sim.call("setMyProfilePhoto", files={"me": photo["photo"]}, photo=given)["ok"]
    (own,) = sim.ok("getUserProfilePhotos", user_id=4242)["photos"]
    assert [size["width"] for size in own] == [160, 320, 640]
    small = sim.call("setChatPhoto", files={"photo": ("s.png", picture(150, 300))}, chat_id=group)
    assert small["description"] == "Bad Request: PHOTO_CROP_SIZE_SMALL"


def test_without_pillow_a_photo_keeps_its_bytes_and_the_inspector_says_so(
    monkeypatch: pytest.MonkeyPatch, simulate: Simulate
):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    sim = simulate()
    content = two_halves(1600, 800)
    sizes = upload(sim, "sendPhoto", content)["photo"]
    assert [size["width"] for size in sizes] == [90, 320, 800, 1280]
    for size in sizes:
        file = sim.ok("getFile", file_id=size["file_id"])
        got = sim.session.get(f"{sim.url}/file/bot{sim.token}/{file['file_path']}").content
        assert (got, size["file_size"]) == (content, len(content))
    (warning,) = next(call["warnings"] for call in sim.log("call") if call["method"] == "sendPhoto")
    assert "pip install Pillow" in warning


def test_a_picture_that_unfolds_into_gigabytes_is_a_document_without_a_thumbnail(sim: Side):
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    answer = upload(sim, "sendDocument", bomb.getvalue())
    assert answer["document"]["file_size"] == len(bomb.getvalue())
    with pytest.raises(scaling.Broken):
        scaling.scale(bomb, scaling.PHOTO)


def test_too_many_pixels_are_not_decoded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scaling, "MOST_PIXELS", 99)
    with pytest.raises(scaling.Broken):
        scaling.scale(io.BytesIO(two_halves(10, 10)), scaling.PHOTO)
