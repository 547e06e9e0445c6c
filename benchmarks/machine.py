"""What a measurement was taken on: the machine, the checkout, the versions of everything."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
PACKAGES = ("Flask", "waitress", "requests", "aiogram", "python-telegram-bot", "pyTelegramBotAPI")


def describe() -> dict[str, str]:
    """Return the machine in words."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": f"{cores} cores of {processor()}",
        "memory": f"{memory_mb() / 1024:.0f} GB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "load": f"{os.getloadavg()[0]:.1f} at the start"
        if hasattr(os, "getloadavg")
        else "unknown",
    }


def processor() -> str:
    names = re.findall(r"model name\s*:\s*(.+)", read("/proc/cpuinfo"))
    return names[0].strip() if names else platform.processor() or "an unknown processor"


def memory_mb() -> float:
    found = re.search(r"MemTotal:\s*(\d+)", read("/proc/meminfo"))
    return int(found[1]) / 1024 if found else 0.0


def read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def versions() -> dict[str, str]:
    """Return the version of each program and library that takes part, those that are installed."""
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    package = HERE / "peers/node_modules/grammy/package.json"
    if package.exists():
        found["grammY"] = json.loads(package.read_text())["version"]
    for name, words in (("Node", ["node", "--version"]), ("Go", ["go", "version"])):
        if text := output(words):
            found[name] = re.sub(r"^(v|go version go)|\s.*", "", text)
    return found


def commit(checkout: Path = ROOT) -> str:
    """Return the checkout's commit, with a + when files have been changed since."""
    short = output(["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]) or "unknown"
    changed = output(["git", "-C", str(checkout), "status", "--porcelain", "-uno"])
    return short + ("+" if changed else "")


def today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def output(words: list[str]) -> str:
    if not shutil.which(words[0]):
        return ""
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


def pinned(core: int) -> list[str]:
    """Return the words that hold a program to one core, where the system can do that."""
    able = shutil.which("taskset") and (os.cpu_count() or 1) > 1 and sys.platform == "linux"
    return ["taskset", "-c", str(core)] if able else []
