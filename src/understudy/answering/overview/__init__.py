"""Decisions of all companies, for those who run the installation: reading only, through the platform role."""
