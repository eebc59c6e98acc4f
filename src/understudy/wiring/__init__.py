"""Builds everything once. Reading `product` is reading the architecture; `parts` plugs the larger packages together."""
