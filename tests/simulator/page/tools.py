"""Hands and eyes of a person in front of the page."""

from __future__ import annotations

import base64
import re
from typing import Any

import requests

from anzol.simulator import Running
from anzol.simulator.world.placeholder import picture
from tests.browsers import expect
from tests.processes import PATIENCE, eventually

__all__ = ["expect"]


def tell(running: Running, path: str, **body: Any) -> Any:
    """Post to the user side."""
    answer = requests.post(f"{running.url}/user/{path}", json=body, timeout=PATIENCE).json()
    assert answer["ok"], answer
    return answer["result"]


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A picture of one colour."""
    return picture(width, height, bytes(colour))


def comes_true(page: Any, expression: str) -> None:
    """Wait until JavaScript says so. Playwright's own wait evaluates text inside the page, which the page forbids."""
    eventually(lambda: page.evaluate(expression))


def say(page: Any, text: str) -> None:
    """Write in the composer and press Enter."""
    page.fill("#text", text)
    page.press("#text", "Enter")


def said(page: Any, text: str) -> Any:
    """The bubbles that hold this text."""
    return page.locator(".bubble", has_text=text)


def drop(page: Any, pictures: list[bytes]) -> None:
    """Drop files on the conversation, as a hand with a mouse does."""
    encoded = [base64.b64encode(picture).decode() for picture in pictures]
    page.evaluate(
        """(pictures) => {
          const transfer = new DataTransfer();
          pictures.forEach((text, index) => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            transfer.items.add(new File([bytes], `${index}.png`, { type: "image/png" }));
          });
          const target = document.getElementById("log");
          for (const type of ["dragenter", "dragover", "drop"]) {
            const options = { bubbles: true, cancelable: true, dataTransfer: transfer };
            target.dispatchEvent(new DragEvent(type, options));
          }
        }""",
        encoded,
    )


def lightness(page: Any) -> int:
    """How light the page's background is: 0 to 255."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return max(int(part) for part in re.findall(r"\d+", colour)[:3])
