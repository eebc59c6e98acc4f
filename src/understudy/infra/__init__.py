"""Database, jobs, outbox, change notices, settings loader, telemetry: what every package stands on.

Of product words this package knows only "company". It holds no rule of the product.
"""
