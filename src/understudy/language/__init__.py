"""What a text says about itself: its vector, its language, its mood, its urgency, its length in word pieces.

Words: an *encoder* turns a text into a vector of unit length; a *reading* is the rest. This package knows no company,
no template and no database; what it says of a text depends on the text alone.
"""
