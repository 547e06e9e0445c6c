"""The version of this library, told by `python -m anzol --version` and the banner."""

__version__ = "0.2.0"
