"""The queue of suggestions: what makers propose is cleaned, told from what is known, and gathers evidence there."""
