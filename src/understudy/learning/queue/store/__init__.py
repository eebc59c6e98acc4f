"""The only SQL of suggestions and their sources."""
