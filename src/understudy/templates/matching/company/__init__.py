"""What a company's matcher is put together from: compiled templates, overlays, questions, and how matches are weighed.

It must not know where these are kept or when they change: it is handed values and gives back values.
"""
