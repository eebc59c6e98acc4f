"""Ways in and out for customers: a message is taken in, answered, and its reply goes back the way it came.

Words: *channel*, *take* (receive, then answer). It must not know how answers come about.
"""
