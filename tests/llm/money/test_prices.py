"""Prices out of the list, and what goes before it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

import pytest

from understudy.llm.domain import Dialect, Price, Provider
from understudy.llm.money.prices import price_of
from understudy.llm.settings import PriceSettings

AT = datetime(2026, 11, 20, 12, 34, tzinfo=UTC)
OWN = Price(1, 2, 3, 4)


def provider(
    dialect: Dialect, base_url: str | None = None, prices: Mapping[str, Price] = MappingProxyType({})
) -> Provider:
    return Provider(UUID(int=1), None, "mine", dialect, base_url=base_url, prices=prices)


@pytest.mark.parametrize(
    ("dialect", "model", "price"),
    [
        (Dialect.OPENAI, "gpt-4o-mini-2024-07-18", Price(150_000, 600_000, 75_000, 150_000)),
        (Dialect.OPENAI, "text-embedding-3-small", Price(20_000, 0, 20_000, 20_000)),
        (Dialect.GEMINI, "gemini-2.5-flash-lite", Price(100_000, 400_000, 10_000, 100_000)),
        (Dialect.LOCAL, "any.gguf", Price.free()),
        (Dialect.OPENAI, "nobody-knows-this-one", None),
        (Dialect.OPENAI, "whisper-1", None),
        (Dialect.COMPATIBLE, "gpt-4o-mini", None),
    ],
)
def test_the_list(dialect: Dialect, model: str, price: Price | None) -> None:
    assert price_of(provider(dialect), model, {}, AT) == price


def test_long_prompts_have_a_price_of_their_own() -> None:
    price = price_of(provider(Dialect.ANTHROPIC), "claude-sonnet-4-5", {}, AT)
    long = Price(6_000_000, 22_500_000, 600_000, 7_500_000)
    assert price == Price(3_000_000, 15_000_000, 300_000, 3_750_000, 200_000, long)


def test_others_who_speak_openai_s_dialect_are_known_by_their_address() -> None:
    groq = provider(Dialect.COMPATIBLE, "https://api.groq.com/openai/v1")
    assert price_of(groq, "llama-3.3-70b-versatile", {}, AT) == Price(590_000, 790_000, 590_000, 590_000)
    assert price_of(provider(Dialect.COMPATIBLE, "http://vllm.internal/v1"), "gpt-4o-mini", {}, AT) is None


def test_the_company_goes_before_the_provider_s_entry_and_that_before_the_list() -> None:
    entered = provider(Dialect.OPENAI, prices={"gpt-4o": OWN})
    overrides = {"mine/gpt-4o": PriceSettings(input=7, output=8), "other/gpt-4o-mini": PriceSettings(input=9, output=9)}
    assert price_of(entered, "gpt-4o", {}, AT) == OWN
    assert price_of(entered, "gpt-4o", overrides, AT) == Price(7, 8, 7, 7)
    assert price_of(entered, "gpt-4o-mini", overrides, AT) == Price(150_000, 600_000, 75_000, 150_000)
