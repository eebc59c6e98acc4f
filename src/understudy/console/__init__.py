"""Pages for operators: recent messages, and for each the ladder it climbed. Asks services, never a store or our API."""
