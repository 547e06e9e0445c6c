"""Test a bot in memory: `client = anzol.testing.client(router)`, then `client.send("/start")` and look at `client.texts`.

No network, no sleeping, no token. What the bot sends is held against the published Bot API, so that a call which
Telegram would refuse fails the test.
"""

from .client import Client, client

__all__ = ["Client", "client"]
