"""Telegram's Bot API and nothing else: calls, types, errors, files and text."""
