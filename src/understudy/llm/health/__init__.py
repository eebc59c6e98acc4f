"""Which providers can be asked: circuit breakers that processes share, the share of failures, checks, snapshots."""
