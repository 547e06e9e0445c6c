"""Texts as Telegram reads them: HTML, Markdown and entities."""
