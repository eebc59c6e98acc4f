"""Contacts, conversations, messages, and handing over to a person and back.

Words: *contact* (the end customer) and its *identities*, *conversation* (a bounded exchange on one channel), *message*,
*lease* (whose turn it is to answer in a conversation), *escalation* (a hand-over with what was collected for it).
It stores and orders; it must not know how an answer comes about, nor how a reply is delivered.
"""
