"""Templates as files: our own YAML/JSON in and out, and what people already have, in.

Every reader is pure: bytes in, an `Imported` draft with its warnings out, or one error that names what is wrong
and how to mend it.
It must not know where files come from or where drafts are stored.
"""
