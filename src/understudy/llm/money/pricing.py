"""What a call costs, and what it can cost at most. Whole micro-dollars, rounded up once for the call."""

from __future__ import annotations

from understudy.llm.domain import MILLION, Price, Usage

MOST_PERCENT = 1_600
"""How much larger than asked holds are made at most: a provider that reports nonsense must not shut a model out."""
MARGIN_PERCENT = 110
"""The room left above the worst call seen."""


def cost_micros(price: Price, usage: Usage) -> int:
    """What a call cost. Tokens said to be cached count only as far as there is input."""
    if price.long is not None and price.long_from is not None and usage.input_tokens > price.long_from:
        price = price.long
    cached = min(usage.cached_tokens, usage.input_tokens)
    written = min(usage.cache_write_tokens, usage.input_tokens - cached)
    plain = usage.input_tokens - cached - written
    return _up(
        plain * price.input + cached * price.cached + written * price.cache_write + usage.output_tokens * price.output
    )


def worst_case_micros(price: Price, input_bound_tokens: int, max_output_tokens: int) -> int:
    """What a call can cost at most: all input at the dearest price of input, and the longest output."""
    dearest, output = max(price.input, price.cached, price.cache_write), price.output
    if price.long is not None and price.long_from is not None and input_bound_tokens > price.long_from:
        return max(
            worst_case_micros(price.long, input_bound_tokens, max_output_tokens),
            _up(price.long_from * dearest + max_output_tokens * output),
        )
    return _up(input_bound_tokens * dearest + max_output_tokens * output)


def factor_percent(asked_micros: int, cost_micros: int) -> int:
    """How much larger than asked a model's holds have to be, now that a call cost more than was held for it."""
    if asked_micros <= 0:
        return MOST_PERCENT
    return min(MOST_PERCENT, -(-cost_micros * MARGIN_PERCENT // asked_micros))


def _up(micros_times_million: int) -> int:
    return -(-micros_times_million // MILLION)
