"""Benchmarks: what the product does, measured beside its peers, with real messages. `make bench-NAME`."""
