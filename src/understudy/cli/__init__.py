"""The command line: one file per noun. It opens the product, makes one service call and prints what comes back.

Every command takes --json. Exit codes: see `understudy.cli.context.EXIT`.
"""
