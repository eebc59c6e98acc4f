"""The maker that needs no model: grouping, phrases, and what they propose. Pure throughout."""
