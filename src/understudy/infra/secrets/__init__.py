"""Secrets at rest: what they are sealed with, and how they are opened again."""
