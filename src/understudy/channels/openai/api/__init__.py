"""The front door over HTTP: routes, and answers that stop working for callers who left."""
