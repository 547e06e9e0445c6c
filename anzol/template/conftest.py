"""Tests find the bot's modules from here, and get the `telegram` fixture."""

pytest_plugins = ["anzol.testing.pytest_plugin"]
