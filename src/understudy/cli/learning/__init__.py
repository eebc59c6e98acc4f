"""The nouns of learning: what is said of answers, and what is made of it."""
