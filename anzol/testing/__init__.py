"""Test a bot in memory: `client = anzol.testing.client(router)`, then `client.send("/start")` and look at `client.texts`.

No network, no sleeping, no token: the Telegram of `anzol.simulator`, in this process. What it refuses fails the test.
"""

from .client import Client, client
from .pictures import picture

__all__ = ["Client", "client", "picture"]
