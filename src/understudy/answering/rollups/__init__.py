"""Decisions counted by hour: what pages of sums read instead of every row.

Words: an *hour* is one of UTC, and a decision belongs to the one in which its identifier was made; hours up to a *mark*
are counted, later ones are read from the decisions themselves, so that a sum is right wherever the counting stands.
"""
