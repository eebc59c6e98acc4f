"""Questions and answers: a company's own, and those that a trade shares, which a company may answer otherwise or hide.

It must not know templates: a question is found by its words and its meaning, with no triggers.
"""
