"""The bots that can be measured: ours in its ways of running, and its peers."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.machine import HERE, ROOT

TOKEN = "4242:AAH-benchmarks_on_one_machine-94xQz"
SECRET = "benchmarks-7f3a9c"
PEERS = HERE / "peers"


@dataclass(frozen=True)
class Place:
    """Where one run of a bot happens."""

    api: str
    port: int
    folder: Path
    token: str

    def tokens(self, count: int) -> list[str]:
        """Return the tokens of so many bots, this one's first."""
        number, _, rest = self.token.partition(":")
        return [self.token, *(f"{number}{each:04}:{rest}" for each in range(1, count))]


@dataclass(frozen=True)
class Bot:
    """A program under test.

    `hold` is the most seconds that Telegram lets its getUpdates wait. `most` bounds the updates of a
    sample when each call takes long, for bots that take in far more than they answer. `missing` says in a sentence why it
    cannot run here, empty when it can. Without `one_core` it has all cores, those of the load generator too. It is
    as many `bots` in one server, and has as many `chats` when that is not the scenario's number.
    """

    name: str
    words: Callable[[Place], list[str]]
    environ: Callable[[Place], dict[str, str]]
    cwd: Path | None = None
    path: str = "/hook"
    polls: bool = False
    hold: int = 50
    most: int = 0
    missing: Callable[[], str] = field(default=lambda: "")
    one_core: bool = True
    bots: int = 1
    chats: int = 0

    def options(self, place: Place) -> dict[str, object]:
        """Return how the load generator reaches it, and what it differs in from the others of its scenario."""
        path = self.path.format(token=place.token)
        webhook = {"port": place.port, "path": path, "secret": SECRET}
        return {
            "token": place.token,
            "others": place.tokens(self.bots)[1:],
            "webhook": None if self.polls else webhook,
            "hold": self.hold,
            **({"chats": self.chats} if self.chats else {}),
        }


# ------------------------------------------------------------------- ours


def anzol(
    name: str = "anzol",
    *,
    handlers: str = "echo",
    polls: bool = False,
    hold: int = 50,
    checkout: Path = ROOT,
    database: str = "sqlite:///{folder}/anzol.db",
    missing: Callable[[], str] = lambda: "",
    processes: int = 0,
    bots: int = 1,
    chats: int = 0,
    **settings: str,
) -> Bot:
    """Our server under waitress, as docs/hosting.md starts it; `settings` as in the environment.

    With `processes` it is `python app.py --processes`, on all cores. With several `bots` each has the secret that follows
    from its token.
    """

    def words(place: Place) -> list[str]:
        if processes:
            return [sys.executable, str(checkout / "app.py"), f"--processes={processes}"]
        if polls:
            return [sys.executable, str(checkout / "app.py"), "--polling"]
        listen = f"--listen=127.0.0.1:{place.port}"
        return [sys.executable, "-m", "waitress", listen, "--call", "app:serve"]

    def environ(place: Place) -> dict[str, str]:
        return {
            "PYTHONPATH": os.pathsep.join((str(checkout), str(HERE / "handlers"))),
            "TELEGRAM_BOT_TOKEN": ",".join(place.tokens(bots)),
            "TELEGRAM_API_URL": place.api,
            "WEBHOOK_SECRET": SECRET if bots == 1 else "",
            "WEBHOOK_PATH": "/hook",
            "PUBLIC_URL": "" if polls else f"http://127.0.0.1:{place.port}",
            "PORT": str(place.port),
            "DATABASE_URL": database.format(folder=place.folder),
            "HANDLERS": handlers,
            # The peers log nothing for an update that went well.
            "LOG_LEVEL": "WARNING",
            **settings,
        }

    return Bot(
        name,
        words,
        environ,
        polls=polls,
        hold=hold,
        missing=missing,
        one_core=not processes,
        bots=bots,
        chats=chats,
    )


def inline(name: str = "anzol, reply in the response") -> Bot:
    """Our server where background threads are forbidden: the reply stands in the webhook's response."""
    return anzol(name, PROCESSING="inline", WEBHOOK_REPLY="sendMessage")


def in_memory_files(name: str) -> Bot:
    """Our server with its database in memory: the same work, and no disk that is waited for."""
    shared = Path("/dev/shm")

    def missing() -> str:
        return "" if shared.is_dir() else "there is no /dev/shm"

    return anzol(
        name, database=f"sqlite:///{shared}/anzol-benchmark-{os.getpid()}.db", missing=missing
    )


# ------------------------------------------------------------------ peers


def peer(
    name: str,
    program: str,
    *arguments: str,
    package: str,
    polls: bool = False,
    path: str = "/hook",
    most: int = 0,
    probed: bool = False,
) -> Bot:
    """A peer in Python or Node, as in benchmarks/peers."""
    python = program.endswith(".py")

    def words(place: Place) -> list[str]:
        return [sys.executable if python else "node", program, *arguments]

    def missing() -> str:
        if python:
            found = importlib.util.find_spec(package) is not None
            return "" if found else f"{package} is not installed"
        found = (PEERS / "node_modules" / package).is_dir()
        return "" if found else f"{package} is not installed: (cd benchmarks/peers && npm ci)"

    return Bot(
        name,
        words,
        told(path, probed),
        cwd=PEERS,
        path=path,
        polls=polls,
        most=most,
        missing=missing,
    )


def told(path: str, probed: bool = False) -> Callable[[Place], dict[str, str]]:
    """Return what a peer finds in its environment."""

    def environ(place: Place) -> Mapping[str, str]:
        return {
            "API_ROOT": place.api,
            "BOT_TOKEN": place.token,
            "WEBHOOK_PORT": str(place.port),
            "WEBHOOK_PATH": path.format(token=place.token),
            "WEBHOOK_SECRET": SECRET,
            "FOLDER": str(place.folder),
            "PROBED": "1" if probed else "",
        }

    return lambda place: dict(environ(place))


def go() -> Bot:
    """A bot in bare Go that stores nothing: what a compiled server costs."""
    binary = Path(tempfile.gettempdir()) / f"anzol-benchmark-go-{os.getuid()}"

    def missing() -> str:
        if not shutil.which("go"):
            return "go is not installed"
        built = subprocess.run(
            ["go", "build", "-o", str(binary), "main.go"],
            cwd=PEERS / "go",
            capture_output=True,
            text=True,
            check=False,
        )
        return built.stderr.strip()

    return Bot("Go, bare", lambda place: [str(binary)], told("/hook"), missing=missing)


GRAMMY, AIOGRAM, GO, OURS = "grammY", "aiogram", "Go, bare", "anzol"
TELEBOT_PATH = "/{token}/"  # its example's


def webhook_peers() -> list[Bot]:
    """Return the peers by webhook, each as its documentation sets it up."""
    return [
        peer(GRAMMY, "grammy_bot.mjs", "webhook", package="grammy"),
        peer(AIOGRAM, "aiogram_bot.py", "background", package="aiogram", most=1000),
        peer("aiogram, 200 after the handler", "aiogram_bot.py", "waiting", package="aiogram"),
        peer("python-telegram-bot", "ptb_bot.py", "webhook", package="telegram", most=60),
        peer(
            "python-telegram-bot, concurrent",
            "ptb_bot.py",
            "webhook",
            "concurrent",
            package="telegram",
            most=300,
        ),
        telebot("pyTelegramBotAPI, Flask", 4, most=150),
        telebot("pyTelegramBotAPI, Flask, 40 threads", 40),
        go(),
    ]


def telebot(name: str, threads: int, most: int = 0) -> Bot:
    return peer(
        name,
        "telebot_bot.py",
        "waiting",
        str(threads),
        package="telebot",
        path=TELEBOT_PATH,
        most=most,
    )


def polling_peers() -> list[Bot]:
    """Return the peers by long polling."""
    return [
        peer("grammY, polling", "grammy_bot.mjs", "polling", package="grammy", polls=True, most=60),
        peer("aiogram, polling", "aiogram_bot.py", "polling", package="aiogram", polls=True),
        peer(
            "python-telegram-bot, polling",
            "ptb_bot.py",
            "polling",
            package="telegram",
            polls=True,
            most=60,
        ),
        peer(
            "pyTelegramBotAPI, polling",
            "telebot_bot.py",
            "polling",
            package="telebot",
            polls=True,
            most=100,
        ),
    ]
