"""The version of this library, as `python -m anzol --version` and the banner show it."""

__version__ = "1.0.0"
