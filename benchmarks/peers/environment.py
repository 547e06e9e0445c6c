"""What a peer is told by its environment."""

from __future__ import annotations

import os

TOKEN = os.environ["BOT_TOKEN"]
API = os.environ["API_ROOT"]
HOST = "127.0.0.1"
PORT = int(os.environ.get("WEBHOOK_PORT", "0"))
PATH = os.environ.get("WEBHOOK_PATH", "/hook")
SECRET = os.environ.get("WEBHOOK_SECRET", "")
URL = f"http://{HOST}:{PORT}{PATH}"
FOLDER = os.environ.get("FOLDER", ".")  # for its files
PROBED = bool(os.environ.get("PROBED"))  # also the handlers that the conformance probes call
