"""What was said to a provider for a message, and what it said: masked as it was sent, gone when the message goes."""
