"""What Telegram does in a sample. Times between the bot and the API are round trips."""

from __future__ import annotations

from benchmarks.rounds import Scenario

API = 80  # ms: what a call to api.telegram.org takes from a data centre that is not the nearest
FULL = Scenario("full", {"mode": "closed"})
FULL_API = Scenario("full-api", {"mode": "closed", "latency": API})
STEADY = Scenario("steady", {"mode": "open", "rate": 200, "latency": API})
BURST = Scenario("burst", {"mode": "burst", "updates": 100, "chats": 100, "latency": API})
ONE_CHAT = Scenario("one-chat", {"mode": "closed", "chats": 1})
THREADS = Scenario("threads", {"mode": "burst", "updates": 200, "chats": 200, "latency": 1000})
