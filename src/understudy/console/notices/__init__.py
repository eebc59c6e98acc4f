"""The page of notices, and the number beside its name."""
