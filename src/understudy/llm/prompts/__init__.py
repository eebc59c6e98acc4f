"""The words that models are instructed with: named parts, shipped ones and a company's own versions over them.

Words: a *part* is one named piece of instructions with placeholders such as `{sources}`, a *catalogue* all parts as
they are shipped, a *prompt set* the parts that hold for a company now. It knows no meaning of any part.
"""
