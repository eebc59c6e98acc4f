"""How good the answers are: golden cases, and past traffic that climbs the free rungs again under another content.

Words: a *golden case* is a message whose right answer a person confirmed; a *replay* lets recorded messages climb again
under a *candidate* (other content, other settings) and compares. All of it runs in memory on stored embeddings;
nothing is sent, nothing is paid. It knows no suggestion.
"""
