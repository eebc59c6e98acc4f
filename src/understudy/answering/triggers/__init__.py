"""What is seen, free and before anything is paid for, to need a person: data per language, and how it is read.

Words: a *trigger* is a reason to hand over that the words themselves give away, a *sign* what it was seen by.
"""
