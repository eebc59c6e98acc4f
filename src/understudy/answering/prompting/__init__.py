"""What a model is told before it answers a customer: the parts, the company, the sources, the customer, the turns.

Words: a *briefing* is everything an answer may rest on, a *source* approved text that the answer may be taken from, a
*candidate* a scenario that may be what the customer wants. Sources and customer are data between delimiters that
nothing inside them can close or forge.
"""
