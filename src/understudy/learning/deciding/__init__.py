"""What becomes of a suggestion: replayed before anybody sees it, shown, approved, applied, rejected, taken back.

Words: *ground* is what a change is about as it is now; an *application* one time that a change was applied, with what
takes it back. It changes content only through templates, overlays and settings, each time as somebody.
"""
