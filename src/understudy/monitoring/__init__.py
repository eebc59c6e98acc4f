"""What people should know about: notices, told once, kept until seen, and sent on.

Words: a *notice* says that something happened which a person may have to act on; its *subject* is what it is about, so
that the same thing happening again counts up instead of piling up; a *delivery* is one notice sent to a company's
webhook. It knows events of other packages, and nothing of how they came about.
"""
