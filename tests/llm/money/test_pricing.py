"""Costs and worst cases."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from understudy.llm.domain import MILLION, Price, Usage
from understudy.llm.money.pricing import MOST_PERCENT, cost_micros, factor_percent, worst_case_micros

MICROS = st.integers(0, 10**9)
TOKENS = st.integers(0, 2_000_000)
FLAT = st.builds(Price, MICROS, MICROS, MICROS, MICROS)
PRICES = FLAT | st.builds(Price, MICROS, MICROS, MICROS, MICROS, st.integers(1, 10**6), FLAT)
USAGES = st.builds(Usage, TOKENS, TOKENS, TOKENS, TOKENS)


def test_each_kind_of_token_at_its_price_rounded_up_once() -> None:
    price = Price(input=3_000_000, output=15_000_000, cached=300_000, cache_write=3_750_000)
    assert cost_micros(price, Usage(1_000, 200, cached_tokens=600, cache_write_tokens=100)) == 4_455
    assert cost_micros(Price(1, 1, 1, 1), Usage(1, 1)) == 1
    assert cost_micros(Price.free(), Usage(10**6, 10**6)) == 0


def test_a_long_prompt_costs_the_long_price_from_its_first_token() -> None:
    price = Price(100, 0, 100, 100, 1_000_000, Price(200, 0, 200, 200))
    assert cost_micros(price, Usage(1_000_000, 0)) == 100
    assert cost_micros(price, Usage(1_000_001, 0)) == 201


def test_the_worst_case_takes_the_dearest_input_and_the_longest_output() -> None:
    assert worst_case_micros(Price(3_000_000, 15_000_000, 300_000, 3_750_000), 1_000, 200) == 6_750


@given(PRICES, USAGES, st.integers(0, 1_000), st.integers(0, 1_000))
def test_no_call_within_its_bounds_costs_more_than_its_worst_case(
    price: Price, usage: Usage, more_input: int, more_output: int
) -> None:
    worst = worst_case_micros(price, usage.input_tokens + more_input, usage.output_tokens + more_output)
    assert cost_micros(price, usage) <= worst


@given(FLAT, USAGES)
def test_a_cost_is_the_exact_sum_rounded_up_by_less_than_a_micro_dollar(price: Price, usage: Usage) -> None:
    cached = min(usage.cached_tokens, usage.input_tokens)
    written = min(usage.cache_write_tokens, usage.input_tokens - cached)
    exact = (
        Fraction((usage.input_tokens - cached - written) * price.input, MILLION)
        + Fraction(cached * price.cached, MILLION)
        + Fraction(written * price.cache_write, MILLION)
        + Fraction(usage.output_tokens * price.output, MILLION)
    )
    assert 0 <= cost_micros(price, usage) - exact < 1


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_widened_hold_covers_the_call_that_was_too_dear(asked: int, cost: int) -> None:
    percent = factor_percent(asked, cost)
    assert percent == MOST_PERCENT or asked * percent >= cost * 100
