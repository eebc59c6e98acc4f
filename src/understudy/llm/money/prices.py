"""What models cost: what the company says, else the provider's entry, else the price list of genai-prices.

The list comes with the package and is never fetched. The first look-up loads it, which takes a third of a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache

from genai_prices import data_snapshot
from genai_prices.types import ModelPrice, TieredPrices

from understudy.llm.domain import MILLION, Dialect, Price, Provider
from understudy.llm.settings import PriceSettings

LISTED_AS = {Dialect.OPENAI: "openai", Dialect.ANTHROPIC: "anthropic", Dialect.GEMINI: "google"}
"""The list's name for who speaks a dialect. Who else speaks OpenAI's is found by the address, if at all."""
REMEMBERED = 4_096


def price_of(provider: Provider, model: str, overrides: Mapping[str, PriceSettings], at: datetime) -> Price | None:
    """The price of a model at a moment; None: not known. `overrides`: the company's, by provider/model."""
    override = overrides.get(f"{provider.name}/{model}")
    if override is not None:
        return override.price
    if model in provider.prices:
        return provider.prices[model]
    if provider.dialect is Dialect.LOCAL:
        return Price.free()
    hour = at.replace(minute=0, second=0, microsecond=0)  # some prices depend on the hour
    return _listed(LISTED_AS.get(provider.dialect), provider.base_url, model, hour)


def listed_price(dialect: Dialect, model: str, at: datetime) -> Price | None:
    """The listed price of a model of a dialect's own provider at a moment; None: not known."""
    return _listed(LISTED_AS.get(dialect), None, model, at.replace(minute=0, second=0, microsecond=0))


@lru_cache(REMEMBERED)
def _listed(name: str | None, base_url: str | None, model: str, at: datetime) -> Price | None:
    if name is None and base_url is None:
        return None
    try:
        _, found = data_snapshot.get_snapshot().find_provider_model(model, None, name, None if name else base_url)
    except LookupError:
        return None
    return _price(found.get_prices(at))


def _price(listed: ModelPrice) -> Price | None:
    """None where the price is not one of text tokens alone. An embedding has no output, and no price of it."""
    if listed.input_mtok is None or listed.requests_kcount is not None:
        return None
    read, written = listed.cache_read_mtok, listed.cache_write_mtok
    fields = (
        listed.input_mtok,
        Decimal(0) if listed.output_mtok is None else listed.output_mtok,
        listed.input_mtok if read is None else read,
        listed.input_mtok if written is None else written,
    )
    starts = [tier.start for field in fields if isinstance(field, TieredPrices) for tier in field.tiers]
    base = _of([_micros(field.base if isinstance(field, TieredPrices) else field) for field in fields])
    return replace(base, long_from=min(starts), long=_of([_dearest(field) for field in fields])) if starts else base


def _of(micros: Sequence[int]) -> Price:
    plain, output, cached, cache_write = micros
    return Price(plain, output, cached, cache_write)


def _dearest(field: Decimal | TieredPrices) -> int:
    """Of several steps the dearest, so that no call costs more than it seems to."""
    if isinstance(field, TieredPrices):
        return _micros(max(field.base, *(tier.price for tier in field.tiers)))
    return _micros(field)


def _micros(dollars_per_million: Decimal) -> int:
    return int((dollars_per_million * MILLION).to_integral_value(ROUND_CEILING))
