"""The Flask side: the webhook, what runs updates, and what operators see."""

from .extension import Anzol
from .failures import one_line_errors
from .serve import serve

__all__ = ["Anzol", "one_line_errors", "serve"]
