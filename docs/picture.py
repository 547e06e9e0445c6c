"""Record docs/chat.webp, the README's moving picture: `python docs/picture.py` (wants docs/requirements.txt, Chromium).

The bot is the repository's own, started as the README says; a browser opens its page, writes and presses.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "chat.webp"
SIZE: ViewportSize = {"width": 720, "height": 460}
STEP = 80  # ms a picture stands
READ = 1200  # ms that a reader needs for an answer


class Film:
    """The pictures of a page, each with the time that it stands."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[tuple[Image.Image, int]] = []

    def shoot(self, stand: int = STEP) -> None:
        """Take a picture; one that shows nothing new lets the last one stand longer."""
        frame = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        if self.frames and frame.tobytes() == self.frames[-1][0].tobytes():
            last, stood = self.frames[-1]
            self.frames[-1] = last, stood + stand
        else:
            self.frames.append((frame, stand))

    def write(self, text: str) -> None:
        """Write a message letter by letter, and send it."""
        for letter in text:
            self.page.type("#text", letter)
            self.shoot()
        self.page.press("#text", "Enter")

    def watch(self, text: str) -> None:
        """Wait until the page shows a text, and let it be read."""
        self.shoot()
        self.page.get_by_text(text).last.wait_for()
        for _ in range(4):  # it slides in
            self.page.wait_for_timeout(STEP)
            self.shoot()
        self.shoot(READ)

    def save(self, target: Path) -> None:
        pictures = [frame for frame, _ in self.frames]
        stands = [stand for _, stand in self.frames]
        pictures[0].save(
            target, save_all=True, append_images=pictures[1:], duration=stands, loop=0, quality=70
        )


def play(film: Film) -> None:
    """Say hello, like something, write a word, and look at what went over the wire."""
    film.write("/start")
    film.watch("Send me a text or a photo")
    film.page.get_by_text("Like", exact=False).last.click()
    film.watch("You liked this once.")
    film.page.locator("#toasts > *").wait_for(state="detached")
    film.write("Good morning!")
    film.watch("Good morning!")
    film.page.click("#inspector-toggle")
    film.page.locator("#inspector .record").first.wait_for()
    film.shoot(2 * READ)


def main() -> None:
    with tempfile.TemporaryDirectory() as work, sync_playwright() as tool:
        settings = {
            "DATABASE_URL": f"sqlite:///{work}/bot.db",
            "PORT": "8771",
            "SIMULATOR_PORT": "8772",
        }
        bot = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env={**os.environ, **settings, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert bot.stdout
            address = next(filter(None, map(re.compile(r"http://\S+:8772/\S*").search, bot.stdout)))
            browser = tool.chromium.launch(executable_path="/usr/bin/chromium")
            page = browser.new_page(viewport=SIZE, device_scale_factor=1)
            page.goto(address[0])
            page.wait_for_selector("#text")
            film = Film(page)
            play(film)
            film.save(TARGET)
            browser.close()
        finally:
            bot.terminate()
            bot.wait()


if __name__ == "__main__":
    main()
