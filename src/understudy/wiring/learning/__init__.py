"""What learns, plugged together: signals, evaluation, makers of suggestions, and what becomes of these."""
