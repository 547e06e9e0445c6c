"""A long run of the whole: mixed traffic, with crashes, restarts, faults and outages of Telegram meanwhile."""
