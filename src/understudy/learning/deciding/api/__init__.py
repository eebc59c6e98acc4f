"""JSON routes of suggestions, and what they look like there."""
