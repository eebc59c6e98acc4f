"""Providers over plain HTTP: requests handed on as they are, and a look whether they are there."""
