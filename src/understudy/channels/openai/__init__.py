"""The front door for other software: OpenAI's chat completions, answered by the free rungs or by the model asked for.

Words: *asked* (a request as read), *climb* (ask the free rungs first), *hand on* (give it to the model asked for). It
must not know how answers come about, nor how a provider is spoken to.
"""
