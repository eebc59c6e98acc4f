"""The built-in sentences, one file for each language that triggers work in.

A company writes its own in its settings, and those always win; a template's replies are in the template's language.
"""
