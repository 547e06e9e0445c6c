"""The simulated world: people, chats, messages, files and what happens among them."""
