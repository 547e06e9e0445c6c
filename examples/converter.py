"""Convert a file, and show the progress: send a CSV table, get JSON back."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from anzol import DocumentCtx, MessageCtx, Router, TooLarge

router = Router()

LARGEST = 1024 * 1024
STEPS = 4  # times at which the message says how far it is: each is a call


@router.on("message:document")
def convert(ctx: DocumentCtx) -> str | None:
    name = PurePath(ctx.message.document.file_name or "")
    if name.suffix.lower() != ".csv":
        return "Only CSV files, please."
    ctx.reply("Reading…")
    with ctx.typing("upload_document"):
        try:
            with ctx.download(max_size=LARGEST) as file:
                text = file.read().decode("utf-8-sig")
        except TooLarge:
            ctx.edit("That is more than a megabyte.")
            return None
        except UnicodeDecodeError:
            ctx.edit("That is not UTF-8 text.")
            return None
        rows: list[dict[str, Any]] = []
        for percent, part in parts(text):
            rows += part
            ctx.edit(f"{percent} %")
        content = json.dumps(rows, ensure_ascii=False, indent=1).encode()
        ctx.document((f"{name.stem}.json", content), f"{len(rows)} rows")
    return None


def parts(text: str) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Yield the rows in a few parts, each with how much is done then."""
    reader = csv.DictReader(io.StringIO(text))
    count = max(1, text.count("\n") // STEPS)
    for step in range(1, STEPS + 1):
        last = step == STEPS
        found = [row for _, row in zip(range(len(text) if last else count), reader, strict=False)]
        yield 100 * step // STEPS, found


@router.on("message")
def other(ctx: MessageCtx) -> str:
    return "Send me a CSV file."
