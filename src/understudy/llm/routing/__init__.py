"""Which model is asked: how complex a question is, which tier that calls for, and why. Pure; term lists are data."""
