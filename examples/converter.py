"""Convert a file: send a CSV table, get JSON back."""

import csv
import io
import json
from pathlib import PurePath

from anzol import DocumentCtx, MessageCtx, Router, TooLarge

router = Router()

LARGEST = 1024 * 1024


@router.on("message:document")
def convert(ctx: DocumentCtx) -> str | None:
    name = PurePath(ctx.message.document.file_name or "")
    if name.suffix.lower() != ".csv":
        return "Only CSV files, please."
    with ctx.typing("upload_document"):
        try:
            with ctx.download(max_size=LARGEST) as file:
                rows = list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))
        except TooLarge:
            return "That is more than a megabyte."
        except UnicodeDecodeError:
            return "That is not UTF-8 text."
        content = json.dumps(rows, ensure_ascii=False, indent=1).encode()
        ctx.document((f"{name.stem}.json", content), f"{len(rows)} rows")
    return None


@router.on("message")
def other(ctx: MessageCtx) -> str:
    return "Send me a CSV file."
