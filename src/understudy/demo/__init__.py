"""The seeded companies and the replay behind `understudy demo`: real customer messages, through HTTP, with figures.

It uses the product as anybody would: services to seed, the HTTP API to replay. Nothing in the product knows of it.
"""
