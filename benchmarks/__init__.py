"""What the server costs, beside its peers, on this machine: `python -m benchmarks`."""
