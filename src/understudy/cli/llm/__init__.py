"""Commands of the paid side."""
