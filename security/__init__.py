"""Who may come in: addresses, guesses, the operator's key."""
