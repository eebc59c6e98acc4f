"""The page of learning: what waits for a decision, what was applied and how it does, what it saves."""
