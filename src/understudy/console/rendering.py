"""Jinja set up for the pages: everything escaped, undefined names are errors, numbers written by `formats`."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from understudy.console import formats
from understudy.infra.http.assets import Assets
from understudy.kit.money import dollars
from understudy.kit.text import excerpt

HERE = Path(__file__).parent
STATIC_PATH = "/console/static"
COMPONENTS = ("components.html", "ladder.html")
"""Macros that every template has at hand, in this order: the later use the earlier."""


def assets() -> Assets:
    """The pages' stylesheets, scripts, icons and font."""
    return Assets(HERE / "static", prefix=STATIC_PATH)


def environment(files: Assets) -> Environment:
    """The templates with their filters and the function `asset(name)`."""
    jinja = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.globals["asset"] = files.url
    jinja.filters |= {
        "ago": formats.ago,
        "amount": formats.amount,
        "channel": formats.channel,
        "cost": formats.cost,
        "count": formats.count,
        "dollars": dollars,
        "exact": formats.exact,
        "excerpt": excerpt,
        "latency": formats.latency,
        "percent": formats.percent,
        "score": formats.score,
        "total": formats.total,
        "words": formats.words,
    }
    for name in COMPONENTS:
        jinja.globals |= {
            macro: drawn for macro, drawn in vars(jinja.get_template(name).module).items() if callable(drawn)
        }
    return jinja
