"""What the server starts itself: events, rules, topics."""
