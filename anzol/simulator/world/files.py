"""Uploaded files, kept on disk; the oldest go when there are too many."""

from __future__ import annotations

import mimetypes
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple
from weakref import finalize

from ..probe import Found, look, scaling
from .placeholder import picture

FOLDERS = {
    "photo": "photos",
    "document": "documents",
    "video": "videos",
    "animation": "animations",
    "audio": "music",
    "voice": "voice",
    "video_note": "video_notes",
    "sticker": "stickers",
}
WITH_THUMBNAIL = {"video", "animation", "video_note", "sticker"}
EXTENSIONS = {"photo": ".jpg", "voice": ".oga", "sticker": ".webp", "video": ".mp4"}


class Preview(NamedTuple):
    """A smaller size of a photo."""

    width: int
    height: int
    size: int
    path: str


@dataclass(frozen=True)
class File:
    """A stored file. `url` is set when the bot gave only an address, which is not fetched."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    size: int
    path: str
    width: int = 0
    height: int = 0
    url: str = ""
    duration: float = 0.0
    performer: str = ""
    title: str = ""
    thumbnail: dict[str, Any] | None = None  # a PhotoSize
    previews: tuple[Preview, ...] = ()  # of a photo, the smallest first

    @property
    def sizes(self) -> list[dict[str, Any]]:
        """Return the PhotoSize list of a photo: previews first, the largest last."""
        every = [*(self.preview(n) for n in range(len(self.previews))), self]
        return [
            {
                "file_id": each.id,
                "file_unique_id": each.unique_id,
                "width": each.width,
                "height": each.height,
                **({"file_size": each.size} if each.size else {}),
            }
            for each in every
        ]

    def preview(self, number: int) -> File:
        """Return a smaller size as a file of its own."""
        width, height, size, path = self.previews[number]
        return replace(
            self,
            id=f"{self.id}_{number}",
            unique_id=f"{self.unique_id}_{number}",
            width=width,
            height=height,
            size=size,
            path=path,
            previews=(),
        )

    @property
    def paths(self) -> set[str]:
        """Return where its bytes are, and those of its previews."""
        return {path for path in (self.path, *(each.path for each in self.previews)) if path}


def settle(asked: str, found: Found, believed: bool) -> str:
    """Return what a file is sent as: Telegram looks into it, and does not believe the method's name.

    Unless a file of unknown content is believed to be what it is called.
    """
    if asked == "document" and found.mime == "image/gif":
        return "animation"
    if asked == "video_note" and found.width != found.height:
        return "video"
    if not found.mime and believed:
        return asked
    moves = "video" in found.tracks or found.mime == "image/gif"
    if asked in ("video", "animation", "video_note") and not moves:
        return "document"
    if asked in ("audio", "voice") and found.tracks != {"audio"}:
        return "document"
    if asked == "sticker" and found.mime not in STICKERS:
        return "document"
    return asked


STICKERS = {"image/webp", "image/png", "image/jpeg", "video/webm", "application/x-tgsticker"}


def owner_only(path: str, flags: int) -> int:
    """Open a file that only its owner can read, since it holds what people sent."""
    return os.open(path, flags, 0o600)


def new_ids() -> tuple[str, str]:
    """Return a file's id and its unique id."""
    file_id = secrets.token_urlsafe(36)
    return file_id, file_id[-15:]


class Files:
    """Files by id. Without a data folder they live in a temporary one.

    With `looks`, content decides: what is not a video is not sent as one, and pictures are decoded and scaled, as far as
    Pillow is there. Otherwise any bytes are believed, and those of a photo stay what they are in all its sizes.
    """

    def __init__(
        self, data: str | None, keep: int, changed: Callable[[str], None], looks: bool = False
    ) -> None:
        self._changed = changed
        self._data = data
        self._temporary: str | None = None
        self._remove: Callable[[], object] = lambda: None
        self._keep = keep
        self._lock = threading.RLock()
        self._files: dict[str, File] = {}
        self._paths: dict[str, File] = {}
        self._made: dict[str, str] = {}
        self._written = 0
        self._looks = looks
        self.scales = looks and scaling.is_available()

    @property
    def root(self) -> Path:
        """Return the files' folder, made when the first one is stored."""
        if self._data:
            return Path(self._data, "files")
        with self._lock:
            if self._temporary is None:
                self._temporary = tempfile.mkdtemp(prefix="simulator-")
                self._remove = finalize(self, shutil.rmtree, self._temporary, ignore_errors=True)
            return Path(self._temporary)

    def add(
        self,
        kind: str,
        name: str,
        mime: str,
        stream: IO[bytes],
        thumbnail: IO[bytes] | None = None,
        size: tuple[int, int] = (0, 0),
    ) -> File:
        """Store the bytes of a stream, as the kind of file that they turn out to be.

        `size` gives the pixels of what no reader knows. Raises scaling.Broken for a photo that cannot be decoded.
        """
        found = look(stream)
        kind = settle(kind, found, believed=not self._looks)
        if kind == "photo":
            return self.add_photo(name, stream, size=size)
        length, path = self._write(kind, name, stream)
        if found.mime or mime == "application/octet-stream":
            mime = found.mime or mimetypes.guess_type(name)[0] or mime
        file = File(
            *new_ids(),
            kind,
            name,
            mime,
            length,
            path,
            found.width or size[0],
            found.height or size[1],
            duration=found.duration,
            performer=found.performer,
            title=found.title,
        )
        # Of pictures, and of films that it can read, Telegram makes its own thumbnail.
        own = found.is_image or kind == "video_note" or (kind in WITH_THUMBNAIL and found.width > 0)
        small = self._thumbnail(thumbnail) if thumbnail and not own else None
        small = small or self._frame(file, stream)
        if small and kind != "voice":
            file = replace(file, thumbnail=small.sizes[-1])
        self.put(file)
        return file

    def add_photo(
        self,
        name: str,
        stream: IO[bytes],
        sides: tuple[int, ...] = scaling.PHOTO,
        size: tuple[int, int] = (0, 0),
    ) -> File:
        """Store a picture in several sizes. Raises scaling.Broken for one that cannot be decoded."""
        if self.scales:
            mime = "image/jpeg"
            sizes = [
                Preview(width, height, *self._write("photo", "photo.jpg", BytesIO(content)))
                for width, height, content in scaling.scale(stream, sides)
            ]
        else:
            found = look(stream)
            mime = found.mime
            length, path = self._write("photo", name, stream)
            shapes = scaling.measures(found.width or size[0], found.height or size[1], sides)
            sizes = [Preview(*shape, length, path) for shape in shapes]
        *previews, (width, height, length, path) = sizes
        file = File(*new_ids(), "photo", name, mime, length, path, width, height)
        file = replace(file, previews=tuple(previews))
        self.put(file)
        return file

    def _write(self, kind: str, name: str, stream: IO[bytes]) -> tuple[int, str]:
        """Write a stream to the folder of its kind, and return the number of bytes and the path."""
        with self._lock:
            self._written += 1
            number = self._written
        suffix = Path(name).suffix[:10] or EXTENSIONS.get(kind, "")
        path = f"{FOLDERS.get(kind, 'files')}/file_{number}_{secrets.token_hex(3)}{suffix}"
        target = self.root / path
        for folder in (self.root, target.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stream.seek(0)
        with open(target, "wb", opener=owner_only) as out:
            shutil.copyfileobj(stream, out)
        return target.stat().st_size, path

    def _frame(self, file: File, stream: IO[bytes] | None = None) -> File | None:
        """Return the thumbnail that Telegram makes of a file: of what cannot be decoded here a grey one of its shape."""
        pictured = file.kind == "document" and file.mime in ("image/png", "image/jpeg")
        if not file.width or not (pictured or file.kind in WITH_THUMBNAIL):
            return None
        if stream and self.scales and file.mime.startswith("image/"):
            small = self._thumbnail(stream)
            if small:
                return small
        ((width, height),) = scaling.measures(file.width, file.height, scaling.THUMBNAIL)
        name = f"thumbnail {width}x{height}.png"
        return self.made("photo", name, picture(width, height))

    def _thumbnail(self, stream: IO[bytes]) -> File | None:
        """Store a picture as a thumbnail; None for what is not one."""
        try:
            if look(stream).is_image:
                return self.add_photo("thumbnail.jpg", stream, scaling.THUMBNAIL)
        except scaling.Broken:
            pass
        return None

    def made(self, kind: str, name: str, content: bytes) -> File:
        """Return a file that the simulator makes itself, the same each time it is asked for by its name."""
        known = self._files.get(self._made.get(name, ""))
        if known is None:
            known = self.add(kind, name, "application/octet-stream", BytesIO(content))
            self._made[name] = known.id
        return known

    def add_url(self, kind: str, url: str) -> File:
        """Add a file that is only an address, of a usual shape; its bytes are never fetched."""
        file_id = secrets.token_urlsafe(36)
        name = url.rsplit("/", 1)[-1].partition("?")[0] or "file"
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        width, height = (512, 512) if kind == "sticker" else (640, 480)
        file = File(file_id, file_id[-15:], kind, name, mime, 0, "", width, height, url)
        if small := self._frame(file):
            file = replace(file, thumbnail=small.sizes[-1])
        if kind == "photo":
            *smaller, _ = scaling.measures(width, height, scaling.PHOTO)
            file = replace(file, previews=tuple(Preview(*shape, 0, "") for shape in smaller))
        self.put(file)
        return file

    def put(self, file: File) -> None:
        """Remember a file; the oldest beyond the limit is deleted."""
        with self._lock:
            self._files[file.id] = file
            self._paths |= dict.fromkeys(file.paths, file)
            self._changed(file.id)
            while len(self._files) > self._keep:
                oldest = self._files.pop(next(iter(self._files)))
                self._changed(oldest.id)
                for path in oldest.paths:
                    if self._paths.pop(path, None):
                        (self.root / path).unlink(missing_ok=True)

    def get(self, file_id: str) -> File | None:
        """Return a file by its id, or by the id of one of its previews."""
        whole, _, number = file_id.rpartition("_")
        file = self._files.get(file_id)
        if file is None and whole in self._files and number.isdecimal():
            file = self._files[whole]
            return file if int(number) < len(file.previews) else None
        return file

    def exact(self, file_id: str) -> File | None:
        """Return a file by its id; by the id of a preview, the preview."""
        file = self.get(file_id)
        if file is None or file.id == file_id:
            return file
        return file.preview(int(file_id.rpartition("_")[2]))

    def at(self, path: str) -> Path | None:
        """Return where the file that getFile called `path` lies; `None` when there is none."""
        return self.root / path if path in self._paths else None

    def close(self) -> None:
        """Delete the temporary folder."""
        self._remove()
