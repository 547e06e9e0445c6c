"""Uploaded files, kept on disk; the oldest go when there are too many."""

from __future__ import annotations

import mimetypes
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from weakref import finalize

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

    @property
    def sizes(self) -> list[dict[str, Any]]:
        """Return the PhotoSize list of a photo: previews first, the file itself last."""
        found = []
        longest = max(self.width, self.height)
        for index, side in enumerate((90, 320)):
            if longest > side:
                found.append(self._size(index, side / longest))
        return [*found, self._size(9, 1.0)]

    def _size(self, index: int, scale: float) -> dict[str, Any]:
        suffix = "" if scale == 1.0 else f"_{index}"
        return {
            "file_id": self.id + suffix,
            "file_unique_id": self.unique_id + suffix,
            "width": max(1, round(self.width * scale)),
            "height": max(1, round(self.height * scale)),
            "file_size": self.size,
        }


def owner_only(path: str, flags: int) -> int:
    """Open a file that only its owner reads: it is what people sent."""
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

    @property
    def root(self) -> Path:
        """Return the folder they lie in, made when the first one is stored."""
        if self._data:
            return Path(self._data, "files")
        with self._lock:
            if self._temporary is None:
                self._temporary = tempfile.mkdtemp(prefix="simulator-")
                self._remove = finalize(self, shutil.rmtree, self._temporary, ignore_errors=True)
            return Path(self._temporary)

    def add(
        self, kind: str, name: str, mime: str, stream: IO[bytes], size: tuple[int, int] = (0, 0)
    ) -> File:
        """Store the bytes of a stream."""
        file_id = secrets.token_urlsafe(36)
        suffix = Path(name).suffix[:10] or EXTENSIONS.get(kind, "")
        with self._lock:
            path = f"{FOLDERS.get(kind, 'files')}/file_{len(self._paths)}_{file_id[:6]}{suffix}"
        target = self.root / path
        for folder in (self.root, target.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stream.seek(0)
        with open(target, "wb", opener=owner_only) as out:
            shutil.copyfileobj(stream, out)
        if mime == "application/octet-stream":
            mime = mimetypes.guess_type(name)[0] or mime
        file = File(file_id, file_id[-15:], kind, name, mime, target.stat().st_size, path, *size)
        self.put(file)
        return file

    def add_url(self, kind: str, url: str) -> File:
        """Note a file that is only an address; its bytes are never fetched."""
        file_id = secrets.token_urlsafe(36)
        name = url.rsplit("/", 1)[-1].partition("?")[0] or "file"
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = File(file_id, file_id[-15:], kind, name, mime, 0, "", 640, 480, url)
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
