"""Makers: from observations to proposals. One counts and compares and needs no model, one asks a model."""
