"""The only SQL of replays: past messages that are read, and runs that are kept."""
