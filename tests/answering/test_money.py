"""What the paid rung would have cost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from understudy.answering.decision import money


def test_the_figure_is_message_and_reply_and_the_prompt() -> None:
    message, reply = "x" * 40, "y" * 400
    # (1,200 + 10) tokens at $0.10 and 100 tokens at $0.40 a million: 121 + 40 micro-dollars
    assert money.counterfactual_micros(message, reply) == 161
    assert money.saved(message, reply).saved_micros == 161
    assert "1200 tokens" in money.saved(message, reply).method


def test_it_is_rounded_up_once() -> None:
    # 1,201 tokens in: 120.1, 1 token out: 0.4 → 120.5 → 121
    assert money.counterfactual_micros("a", "b") == 121


def test_what_nobody_answered_saves_nothing() -> None:
    assert money.unsaved().saved_micros == 0
    assert money.unsaved().counterfactual_micros == 0


@given(st.text(max_size=200), st.text(max_size=200), st.text(min_size=1, max_size=50))
def test_longer_texts_never_cost_less(message: str, reply: str, more: str) -> None:
    cost = money.counterfactual_micros(message, reply)
    assert isinstance(cost, int)
    assert cost <= money.counterfactual_micros(message + more, reply)
    assert cost <= money.counterfactual_micros(message, reply + more)
