"""Understudy: the support agent that learns its part by watching, and costs less every week."""
