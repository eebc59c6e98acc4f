"""Denials in the languages that triggers work in beside English: "no quiero cancelar" is no "cancelar".

Each language is a file of closed lists, written for customer support; `denials` reads them. It must not know labels,
rungs or confidences: a message and the texts it matched go in, the words that deny come out.
"""
