"""What tells whether an answer was right: thumbs, corrections, operators, and what the contact did next.

Words: a *signal* is a kind of evidence; a *judgement* is what one signal says of one decision; a *standing* is what all
of them come to. It judges answers that were given, and never gives one.
"""
