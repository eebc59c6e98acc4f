"""Matching: which scenario, or which question, a message is about, and how sure that is.

Words: to *fold* is to take away case, accents and typographic variants; a *trigger* is a phrase or an expression;
the *share* of a message is the part that a match explains; *confidence* is a probability between 0 and 1.
It must not know companies, conversations or the ladder: text in, candidates out.
"""
