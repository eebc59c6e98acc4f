"""Applied suggestions, measured: which answers they gave, how many were right, what they saved; demoted when they harm.

Words: a *use* is a decision that an applied change made; it is *judged* once something tells whether the answer was
right. What judges is handed in.
"""
