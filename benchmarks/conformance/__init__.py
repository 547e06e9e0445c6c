"""The same black-box probes on us and on the peers: `python -m benchmarks.conformance`."""
