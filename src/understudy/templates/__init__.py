"""Templates: the versioned libraries of scenarios a company answers from, and its questions and answers.

Words: a *template* holds *categories* of *scenarios* for one trade; a *scenario* has triggers, negative triggers,
examples and replies; a *version* of a template never changes once published; an *overlay* is what one company adds to,
changes in, or hides from a template it does not own; a *Q&A entry* is a question with its reply.

Inside: `domain` (the values), `validation`, `diff`, `rendering` (pure decisions on them), `formats` (files in and out),
`matching` (what finds the scenario a message is about), and the service with its store and edges around them.

It must not know: conversations, contacts, channels, the ladder, or any language model.
"""
