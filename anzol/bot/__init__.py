"""A bot: router, context, replies and conversations; no server and no database."""
