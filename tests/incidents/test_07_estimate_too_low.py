"""Incident 7, the estimate is too low (TensorZero's flat default): no call costs more than its hold.

Taken out to see it fail: the dearest price of input, in favour of the plain one.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.language.adapters.shipped import open_tokens
from understudy.llm.domain import Dialect, Price, Provider, Usage
from understudy.llm.money.prices import price_of
from understudy.llm.money.pricing import cost_micros, worst_case_micros

TOKENS = open_tokens()
AT = datetime(2026, 11, 20, tzinfo=UTC)
LISTED = [
    (Dialect.OPENAI, "gpt-4o-mini"),
    (Dialect.OPENAI, "gpt-5.4"),
    (Dialect.ANTHROPIC, "claude-sonnet-4-5"),
    (Dialect.GEMINI, "gemini-2.5-pro"),
]
OPENAI_MESSAGE, OPENAI_REPLY = 4, 3
"""Tokens around a message and before the reply: OpenAI's cookbook, "How to count tokens with tiktoken"."""

MICROS = st.integers(0, 10**8)
FLAT = st.builds(Price, MICROS, MICROS, MICROS, MICROS)
STEPPED = st.builds(Price, MICROS, MICROS, MICROS, MICROS, st.integers(1, 5_000), FLAT)
TEXTS = st.lists(st.text(max_size=400) | st.text("aé漢👍🏽 \n", max_size=3_000), min_size=1, max_size=6)


def listed(dialect: Dialect, model: str) -> Price:
    price = price_of(Provider(UUID(int=1), None, "listed", dialect), model, {}, AT)
    assert price is not None
    return price


@settings(max_examples=150)
@given(
    texts=TEXTS,
    price=FLAT | STEPPED | st.sampled_from([listed(*names) for names in LISTED]),
    model=st.sampled_from([None, "gpt-4o-mini", "claude-sonnet-4-5"]),
    shares=st.tuples(*[st.floats(0, 1)] * 4),
    most_output=st.integers(1, 5_000),
)
def test_no_call_costs_more_than_its_hold(
    texts: list[str], price: Price, model: str | None, shares: tuple[float, ...], most_output: int
) -> None:
    held = worst_case_micros(price, asyncio.run(TOKENS.bound(texts, model=model)), most_output)
    most = charged_at_most(texts, model)
    cached = int(most * shares[1])
    usage = Usage(
        input_tokens=most if shares[0] > 0.5 else int(most * shares[0]),
        output_tokens=int(most_output * shares[3]),
        cached_tokens=cached,
        cache_write_tokens=int((most - cached) * shares[2]),
    )
    assert cost_micros(price, usage) <= held


def charged_at_most(texts: list[str], model: str | None) -> int:
    """What a provider counts: OpenAI its own tokens, any other at most one for each byte."""
    around = len(texts) * OPENAI_MESSAGE + OPENAI_REPLY
    if model is not None and TOKENS.knows(model):
        return around + sum(map(TOKENS.count, texts))
    return around + sum(len(text.encode()) for text in texts)
