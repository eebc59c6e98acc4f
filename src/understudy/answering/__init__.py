"""How a message becomes an answer: the ladder, its rungs, the policy, the fallback, and the decision that is stored.

Words: *rung*, *ladder*, *climb*, *threshold*, *decision*, *fallback*, *offer* (what a clarifying question offered).
It must not know how a message arrived or how its reply leaves, nor how scenarios are matched: rungs are plugged in.
"""
