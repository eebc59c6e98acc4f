"""The only SQL of templates, split by noun; every function takes a transaction and gives back values, never rows.

Templates of the platform have no company: the platform's transactions write them, row-level security lets every
company read them. A company's transaction sees its own templates, the platform's, and those that others share.
"""
