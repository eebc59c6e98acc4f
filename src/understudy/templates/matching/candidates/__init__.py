"""What a changed template or overlay would say: its matchers built from those that serve, and many messages at once."""
