"""What is inside a file: its kind, size, duration and tags, read from a few of its bytes. Pictures alone are decoded, to be scaled."""

from .looking import Found, look

__all__ = ["Found", "look"]
