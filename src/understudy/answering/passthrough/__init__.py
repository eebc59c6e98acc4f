"""Answers of the front door for other software: a free rung's where one is sure, else the words of the model asked for.

Words: *enquiry* (a question at the front door), *handed on* (given to the model that was asked for). It must not know
the protocol of the front door, nor how a request is forwarded.
"""
