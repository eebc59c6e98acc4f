"""JSON routes of templates, split by noun; they stand twice where both companies and the platform own things.

A company's routes need permissions of the company; the platform's stand under /v1/content and need `content:manage`.
"""
