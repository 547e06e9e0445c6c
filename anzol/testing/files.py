"""The files of a test: what users send, what the bot sends, what getFile finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from anzol.api.methods import schema

from .rules import bad_request
from .samples import sample

URLS = ("http://", "https://")


class Files:
    """Contents by file_id."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def add(self, spec: str, content: bytes, **fields: Any) -> Any:
        """Keep a content and describe it as a Document, as `[PhotoSize]`, or as what `spec` says."""
        number = f"file{len(self._contents) + 1}"
        self._contents[number] = content
        known = {"file_id": number, "file_unique_id": f"u{number}", "file_size": len(content)}
        if spec.startswith("["):
            return [sample(spec[1:-1], known | fields)]
        return sample(spec, known | fields)

    def content(self, path: str) -> bytes:
        """What is in a file, by its file_id or the path that getFile told."""
        return self._contents[path.rpartition("/")[2]]

    def describe(self, method: str, file_id: str) -> dict[str, Any]:
        """getFile's answer."""
        if file_id not in self._contents:
            raise bad_request(method, "invalid file_id")
        size = len(self._contents[file_id])
        known = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size}
        return {**known, "file_path": f"documents/{file_id}"}

    def take(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> dict[str, Any]:
        """The file parameters of a call as the objects that its message will hold."""
        kinds = schema()["types"]["Message"]
        taken = {}
        for name, spec in schema()["methods"][method]["params"].items():
            if "InputFile" in spec and name in kinds and (name in files or name in fields):
                taken[name] = self._resolve(method, kinds[name], fields.get(name), files, name)
        for item in self._media(fields):
            item["media"] = self._resolve(method, kinds[item["type"]], item["media"], files, "")
        return taken

    def _media(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        media = fields.get("media") or []
        return media if isinstance(media, list) else [media]

    def _resolve(self, method: str, spec: str, value: Any, files: dict[str, Any], name: str) -> Any:
        attached = str(value).removeprefix("attach://")
        upload = files.get(name or attached)
        if upload is not None:
            filename, content = read(upload)
            named = {"file_name": filename} if spec == "Document" else {}
            return self.add(spec, content, **named)
        if str(value).startswith(URLS):
            return self.add(spec, b"")
        if value in self._contents:
            return self.add(spec, self._contents[value])
        raise bad_request(method, "wrong file identifier/HTTP URL specified")


def read(upload: Any) -> tuple[str, bytes]:
    """A file's name and content, whichever way it was given."""
    if isinstance(upload, tuple):
        return upload[0], read(upload[1])[1]
    if isinstance(upload, Path):
        return upload.name, upload.read_bytes()
    if isinstance(upload, bytes | bytearray):
        return "file", bytes(upload)
    place = upload.tell()
    content = upload.read()
    upload.seek(place)
    return Path(str(getattr(upload, "name", "file"))).name, content
