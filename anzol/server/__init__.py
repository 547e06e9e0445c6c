"""The Flask side: the webhook, what runs updates, and what operators see."""
