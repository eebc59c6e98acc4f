"""Capture: paid answers become tasks, beside the conversation and never in its way."""
