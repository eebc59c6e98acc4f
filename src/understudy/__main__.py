"""`python -m understudy`: the command line."""

from __future__ import annotations

from understudy.cli.main import app

if __name__ == "__main__":
    app()
