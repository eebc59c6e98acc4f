"""What paid calls used and cost: every call as a row, a summary for each day, and how both are read.

Words: *usage* is tokens, calls and money over a range of time; a *call* is one request that reached (or may have
reached) a provider. Nothing here holds what was said.
"""
