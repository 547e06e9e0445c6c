"""Which link a text's preview shows. No page is fetched: every web address is taken to have one."""

from __future__ import annotations

from typing import Any

from anzol.api.text import utf16_slice

Json = dict[str, Any]

FLAGS = ("prefer_small_media", "prefer_large_media", "show_above_text")


def with_preview(content: Json, options: Json | None) -> Json:
    """Return a text's content with the `link_preview_options` that its message shows."""
    options = options or {}
    if options.get("is_disabled"):
        return {**content, "link_preview_options": {"is_disabled": True}}
    url = options.get("url") or first_link(content)
    if not url:
        return content
    shown = {"url": url, **{flag: True for flag in FLAGS if options.get(flag)}}
    return {**content, "link_preview_options": shown}


def first_link(content: Json) -> str:
    """Return the first web address of a text; empty when there is none."""
    for entity in content.get("entities", []):
        if entity["type"] == "text_link":
            url = str(entity["url"])
        elif entity["type"] == "url":
            url = utf16_slice(content["text"], entity["offset"], entity["length"])
        else:
            continue
        if "://" not in url:
            url = f"http://{url}/" if "/" not in url else f"http://{url}"
        if url.lower().startswith(("http://", "https://")):
            return url
    return ""
