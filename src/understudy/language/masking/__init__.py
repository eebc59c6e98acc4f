"""Personal data in texts: found, replaced by placeholders such as `[EMAIL_1]`, and put back into what was answered.

Words: a *span* is one find, a *placeholder* stands for it in the masked text. English, Spanish, French, German,
Japanese and Chinese are read. Names are masked where the caller gives them or somebody introduces themselves; no model
guesses at others. What is found depends on the text alone: nothing is kept and nothing leaves the process.
"""
