"""What climbs the ladder, and what a rung may come back with.

Words: a *situation* is what a message stands in, an *opinion* what the paid rung came to, to *escalate* is to see that
a person is needed.
"""
