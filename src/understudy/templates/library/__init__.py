"""The library of templates: what is on the shelf, drafts, published versions, and the heads fitted for them.

Only the owner of a template changes it: a company its own, the platform those that it gives to all. What a caller may
not see does not exist for it; what it may see but does not own can be followed, not changed.
"""
