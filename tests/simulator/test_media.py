"""Files up and down: photos, documents, albums."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from anzol.testing import picture
from tests.simulator.side import PIXEL, Side
from tests.simulator.test_probe import mp4

Simulate = Callable[..., Side]


def test_a_photo_sent_by_a_bot_and_read_back(sim: Side):
    sent = sim.call("sendPhoto", files={"photo": ("a.png", PIXEL)}, chat_id=1001, caption="*x*")
    sizes = sent["result"]["photo"]
    assert [(s["width"], s["height"]) for s in sizes] == [(90, 68), (320, 240), (640, 480)]
    assert sent["result"]["caption"] == "*x*"
    for size in sizes:
        file = sim.ok("getFile", file_id=size["file_id"])
        assert file["file_unique_id"] == size["file_unique_id"]
        got = sim.session.get(f"{sim.url}/file/bot{sim.token}/{file['file_path']}").content
        assert len(got) == file["file_size"] == size["file_size"]
        shown = sim.session.get(f"{sim.url}/user/file/{size['file_id']}")
        assert (shown.content, shown.headers["Content-Type"]) == (got, "image/jpeg")
    assert len({size["file_unique_id"] for size in sizes}) == 3
    again = sim.ok("sendPhoto", chat_id=1001, photo=sizes[0]["file_id"])
    assert again["photo"] == sizes  # one size stands for the photo
    assert sim.refusal("getFile", file_id=sizes[-1]["file_id"] + "_7") == (
        "Bad Request: invalid file_id"
    )


def test_a_file_is_sent_again_by_its_id(sim: Side):
    said = sim.act("send", files={"document": ("notes.txt", b"hi")}, chat_id=1001, caption="see")
    assert said["document"]["file_name"] == "notes.txt"
    assert said["document"]["mime_type"] == "text/plain"
    file_id = said["document"]["file_id"]
    sent = sim.ok("sendDocument", chat_id=1001, document=file_id)
    assert sent["document"]["file_id"] == file_id
    wrong = sim.refusal("sendPhoto", chat_id=1001, photo=file_id)
    assert wrong == "Bad Request: can't use file of type Document as Photo"


def test_albums_both_ways(sim: Side):
    parts = [("photo", ("a.png", PIXEL)), ("photo", ("b.png", PIXEL))]
    said = sim.act("send", files=parts, chat_id=1001, caption="two")
    assert len(said) == 2
    assert said[0]["media_group_id"] == said[1]["media_group_id"]
    assert [message.get("caption") for message in said] == ["two", None]
    media = json.dumps(
        [
            {"type": "photo", "media": "attach://one", "caption": "<b>c</b>", "parse_mode": "HTML"},
            {"type": "photo", "media": said[0]["photo"][-1]["file_id"]},
        ]
    )
    sent = sim.call("sendMediaGroup", files={"one": ("a.png", PIXEL)}, chat_id=1001, media=media)
    assert len({message["media_group_id"] for message in sent["result"]}) == 1
    assert sent["result"][0]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    assert sim.refusal("sendMediaGroup", chat_id=1001, media=json.dumps(json.loads(media)[:1])) == (
        "Bad Request: media group must include 2-10 items"
    )


@pytest.mark.parametrize(
    ("method", "content", "text"),
    [
        ("sendPhoto", b"no image", "IMAGE_PROCESS_FAILED"),
        ("sendPhoto", b"", "file must be non-empty"),
        ("sendDocument", b"", "file must be non-empty"),
    ],
)
def test_refused_files(sim: Side, method: str, content: bytes, text: str):
    kind = method.removeprefix("send").lower()
    answer = sim.call(method, files={kind: ("a.png", content)}, chat_id=1001)
    assert answer["description"] == f"Bad Request: {text}"


def test_refused_names(sim: Side):
    assert sim.refusal("sendPhoto", chat_id=1001) == "Bad Request: there is no photo in the request"
    assert sim.refusal("sendPhoto", chat_id=1001, photo="abc").startswith(
        "Bad Request: wrong remote file identifier specified"
    )
    assert sim.refusal("getFile", file_id="abc") == "Bad Request: invalid file_id"
    long = sim.call(
        "sendPhoto", files={"photo": ("a.png", PIXEL)}, chat_id=1001, caption="x" * 1025
    )
    assert long["description"] == "Bad Request: message caption is too long"


def test_an_address_is_taken_and_never_fetched(sim: Side):
    sent = sim.ok("sendPhoto", chat_id=1001, photo="http://192.0.2.1/cat.jpg")
    assert "file_path" not in sim.ok("getFile", file_id=sent["photo"][-1]["file_id"])


def test_media_is_replaced(sim: Side):
    sent = sim.call("sendPhoto", files={"photo": ("a.png", PIXEL)}, chat_id=1001, caption="one")
    place = {"chat_id": 1001, "message_id": sent["result"]["message_id"]}
    media = json.dumps({"type": "document", "media": "attach://x", "caption": "two"})
    edited = sim.call("editMessageMedia", files={"x": ("x.txt", b"x")}, media=media, **place)
    assert edited["result"]["document"]["file_name"] == "x.txt"
    assert "photo" not in edited["result"]
    assert sim.ok("editMessageCaption", **place, caption="three")["caption"] == "three"


def test_a_page_somebody_sent_is_never_shown_as_one(sim: Side):
    said = sim.act("send", files={"document": ("x.html", b"<script>", "text/html")}, chat_id=1001)
    got = sim.session.get(f"{sim.url}/user/file/{said['document']['file_id']}")
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"


def test_the_oldest_files_go(simulate: Simulate):
    sim = simulate(keep=2)
    ids = []
    for name in "abc":
        said = sim.act("send", files={"document": (name, b"x")}, chat_id=1001)
        ids.append(said["document"]["file_id"])
    assert sim.call("getFile", file_id=ids[0])["ok"] is False
    assert sim.ok("getFile", file_id=ids[2])["file_size"] == 1
    assert len(sim.messages()) == 2


@pytest.mark.parametrize(
    ("kind", "shape", "small"),
    [
        ("video", (640, 480), (320, 240)),
        ("animation", (640, 480), (320, 240)),
        ("sticker", (512, 512), (320, 320)),
    ],
)
def test_what_is_only_an_address_has_a_usual_shape_and_a_thumbnail(
    sim: Side, kind: str, shape: tuple[int, int], small: tuple[int, int]
):
    method = f"send{kind.capitalize()}"
    sent = sim.ok(method, chat_id=1001, **{kind: "https://files.test/a.mp4"})[kind]
    assert (sent["width"], sent["height"]) == shape
    thumbnail = sent["thumbnail"]
    assert (thumbnail["width"], thumbnail["height"]) == small
    assert sim.ok("getFile", file_id=thumbnail["file_id"])["file_size"] == thumbnail["file_size"]


def test_an_album_is_copied_without_what_is_protected(sim: Side):
    plain = sim.ok("sendMessage", chat_id=1001, text="plain")["message_id"]
    kept = sim.ok("sendMessage", chat_id=1001, text="kept", protect_content=True)["message_id"]
    parts = [("photo", ("a.png", PIXEL)), ("photo", ("b.png", PIXEL))]
    album = [message["message_id"] for message in sim.act("send", files=parts, chat_id=1001)]
    copied = sim.ok(
        "copyMessages", chat_id=1001, from_chat_id=1001, message_ids=[plain, kept, *album]
    )
    ids = [one["message_id"] for one in copied]
    groups = [
        message.get("media_group_id") for message in sim.messages() if message["message_id"] in ids
    ]
    assert groups[0] is None and groups[1] == groups[2] and groups[1]


def test_a_film_keeps_its_cover_and_the_second_it_starts_at(sim: Side):
    parts = {"video": ("v.mp4", mp4()), "cover": ("c.png", picture(640, 480))}
    sent = sim.call("sendVideo", files=parts, chat_id=1001, start_timestamp=3)["result"]
    assert sent["video"]["start_timestamp"] == 3
    assert (sent["video"]["cover"][-1]["width"], sent["video"]["cover"][-1]["height"]) == (640, 480)
    place = {"chat_id": 1001, "from_chat_id": 1001, "message_id": sent["message_id"]}
    again = sim.ok("forwardMessage", **place, video_start_timestamp=5)["video"]
    assert again == {**sent["video"], "start_timestamp": 5}
    media = {"type": "video", "media": sent["video"]["file_id"], "start_timestamp": 7}
    edited = sim.ok("editMessageMedia", chat_id=1001, message_id=sent["message_id"], media=media)
    assert edited["video"]["start_timestamp"] == 7
    assert "cover" not in edited["video"]
