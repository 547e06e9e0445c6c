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
from typing import IO, Any
from weakref import finalize

from ..probe import Found, look
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
SIDES = (90, 320, 800, 1280)  # pixels of a photo's longer side, as Telegram scales it
THUMBNAIL = 320  # pixels, at most
WITH_THUMBNAIL = {"video", "animation", "video_note", "sticker"}
EXTENSIONS = {"photo": ".jpg", "voice": ".oga", "sticker": ".webp", "video": ".mp4"}


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

    @property
    def sizes(self) -> list[dict[str, Any]]:
        """Return the PhotoSize list of a photo: previews first, the largest last.

        Their measures are those that Telegram would scale to; the bytes of all are the original's.
        """
        longest = max(self.width, self.height)
        smaller = [side for side in SIDES if side < longest]
        scales = [side / longest for side in smaller]
        if longest <= SIDES[-1]:
            scales.append(1.0)
        last = len(scales) - 1
        return [self._size("" if n == last else f"_{n}", s) for n, s in enumerate(scales)]

    def _size(self, suffix: str, scale: float) -> dict[str, Any]:
        return {
            "file_id": self.id + suffix,
            "file_unique_id": self.unique_id + suffix,
            "width": max(1, round(self.width * scale)),
            "height": max(1, round(self.height * scale)),
            "file_size": max(1, round(self.size * scale * scale)),
        }


def settle(asked: str, found: Found) -> str:
    """Return what a file is sent as: Telegram looks into it, and does not believe the method's name."""
    if asked == "document" and found.mime == "image/gif":
        return "animation"
    if asked == "video_note" and found.width != found.height:
        return "video"
    if not found.mime:
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


class Files:
    """Files by id. Without a data folder they live in a temporary one."""

    def __init__(self, data: str | None, keep: int, changed: Callable[[str], None]) -> None:
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
        thumbnail: File | None = None,
        size: tuple[int, int] = (0, 0),
    ) -> File:
        """Store the bytes of a stream, as the kind of file that they turn out to be.

        `size` gives the pixels of what no reader knows.
        """
        found = look(stream)
        kind = settle(kind, found)
        path, length = self._write(kind, name, stream)
        if found.mime or mime == "application/octet-stream":
            mime = found.mime or mimetypes.guess_type(name)[0] or mime
        file_id = secrets.token_urlsafe(36)
        file = File(
            file_id,
            file_id[-15:],
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
        small = self._frame(file)
        if thumbnail and not (
            found.is_image or kind == "video_note"
        ):  # of those Telegram makes its own
            small = thumbnail.sizes[-1]
        if small and kind not in ("photo", "voice"):
            file = replace(file, thumbnail=small)
        self.put(file)
        return file

    def _write(self, kind: str, name: str, stream: IO[bytes]) -> tuple[str, int]:
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
        return path, target.stat().st_size

    def _frame(self, file: File) -> dict[str, Any] | None:
        """Return the thumbnail that Telegram makes of a file: here a grey one of its shape."""
        pictured = file.kind == "document" and file.mime in ("image/png", "image/jpeg")
        if not file.width or not (pictured or file.kind in WITH_THUMBNAIL):
            return None
        scale = min(1.0, THUMBNAIL / max(file.width, file.height))
        shape = max(1, round(file.width * scale)), max(1, round(file.height * scale))
        name = "thumbnail {}x{}.png".format(*shape)
        return self.made("photo", name, picture(*shape)).sizes[-1]

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
        file = replace(file, thumbnail=self._frame(file))
        self.put(file)
        return file

    def put(self, file: File) -> None:
        """Remember a file; the oldest beyond the limit is deleted."""
        with self._lock:
            self._files[file.id] = file
            if file.path:
                self._paths[file.path] = file
            self._changed(file.id)
            while len(self._files) > self._keep:
                oldest = self._files.pop(next(iter(self._files)))
                self._changed(oldest.id)
                if self._paths.pop(oldest.path, None):
                    (self.root / oldest.path).unlink(missing_ok=True)

    def get(self, file_id: str) -> File | None:
        """Return a file by its id, or by the id of one of its previews."""
        return self._files.get(file_id) or self._files.get(file_id[:-2])

    def at(self, path: str) -> Path | None:
        """Return where the file that getFile called `path` lies; `None` when there is none."""
        file = self._paths.get(path)
        return self.root / file.path if file else None

    def close(self) -> None:
        """Delete the temporary folder."""
        self._remove()
