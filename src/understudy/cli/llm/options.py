"""What the options of `understudy provider` mean: keys, files, models and prices read from them."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path

import typer

from understudy.kit.errors import Invalid
from understudy.llm.domain import Price, Tier

KEY_VARIABLE = "UNDERSTUDY_PROVIDER_KEY"


class KeyFrom(StrEnum):
    """Where a key is read from. There is no option for the key itself: it would stay in the shell's history."""

    PROMPT = "prompt"
    STDIN = "stdin"
    ENV = "env"


def read_key(source: KeyFrom | None, *, asks: bool) -> str | None:
    """The key from where it is to come; None when it is not to be set. `asks`: at a terminal, it is asked for."""
    if source is None and os.environ.get(KEY_VARIABLE) and asks:
        source = KeyFrom.ENV
    if source is None and asks and sys.stdin.isatty():
        source = KeyFrom.PROMPT
    if source is KeyFrom.PROMPT:
        return str(typer.prompt("Key", hide_input=True, default="", show_default=False)).strip()
    if source is KeyFrom.STDIN:
        return sys.stdin.readline().strip()
    if source is KeyFrom.ENV:
        if KEY_VARIABLE not in os.environ:
            raise Invalid("no key in the environment", field=KEY_VARIABLE, remedy="set it, or use --key prompt")
        return os.environ[KEY_VARIABLE].strip()
    return None


def local_file(path: str | None) -> tuple[str, str]:
    """Address and name of a model in a file; raises `Invalid` when there is none."""
    file = Path(path or "").expanduser().resolve()
    if path is None or not file.is_file():
        raise Invalid(
            "a local model needs its file" if path is None else f"there is no file {file}",
            field="model",
            remedy="--model /models/some-model.gguf",
        )
    return file.as_uri(), file.stem.replace(" ", "-")


def tiers_of(model: str | None, pairs: list[str] | None) -> dict[Tier, str]:
    """The model for each tier, from --model and --tier."""
    tiers = dict.fromkeys(Tier, model) if model else {}
    for pair in pairs or ():
        tier, _, name = pair.partition("=")
        if tier not in set(Tier) or not name:
            raise Invalid(f"{pair!r} is not TIER=MODEL", field="tier", remedy="such as --tier small=gpt-4.1-nano")
        tiers[Tier(tier)] = name
    return tiers


def prices_of(pairs: list[str] | None, free: dict[Tier, str]) -> dict[str, Price]:
    """Prices by model, from --price in dollars and --free."""
    prices = {model: Price.free() for model in free.values()}
    for pair in pairs or ():
        model, _, numbers = pair.rpartition("=")
        try:
            micros = [round(float(number) * 1_000_000) for number in numbers.split(",")]
            given, answered, *rest = micros
            prices[model] = Price(given, answered, rest[0] if rest else given, given)
        except (ValueError, OverflowError):
            raise Invalid(
                f"{pair!r} is not MODEL=INPUT,OUTPUT in dollars per million tokens",
                field="price",
                remedy="such as --price qwen3-8b=0.10,0.40",
            ) from None
    return prices
