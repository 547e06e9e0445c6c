"""What an editor shows for the methods that bots use most."""

HOVER: dict[str, str] = {}
