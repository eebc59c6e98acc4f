"""Paid models: providers and their keys, prices, the budget and its holds, routing, failover, the ledger.

Words: a *provider* is who answers, a *dialect* how it is spoken to, a *target* one model of one provider with its
price, a *tier* how strong a model has to be, a *hold* money set aside before a call, a *call* one request that
reached (or may have reached) a provider. It knows no scenario, conversation or reply: it
gets prompts and gives back completions.
"""
