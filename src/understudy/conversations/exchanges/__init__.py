"""Questions that bring their whole history along, each with its answer: what comes through the front door.

Words: *exchange* (one question and its answer, a conversation of its own). It must not know who forwards what.
"""
