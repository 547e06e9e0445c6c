"""How updates reach a bot: as webhooks, in order, with retries."""
