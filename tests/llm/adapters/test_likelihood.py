"""How sure a model was, from its tokens."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.llm.adapters.likelihood import likelihood, value_spans


def tokens(*pairs: tuple[str, float]) -> list[dict[str, object]]:
    return [{"token": text, "logprob": logprob} for text, logprob in pairs]


def test_free_text_counts_every_token() -> None:
    assert likelihood(tokens(("a", -0.2), ("b", -0.4)), "ab", is_structured=False) == pytest.approx(math.exp(-0.3))


def test_a_structured_answer_counts_its_values() -> None:
    said = tokens(('{"a', -5.0), ('": "', -5.0), ("yes", -0.1), ('", "n": ', -5.0), ("12", -0.3), ("}", -5.0))
    text = "".join(str(token["token"]) for token in said)
    assert [text[start:end] for start, end in value_spans(text)] == ["yes", "12"]
    assert likelihood(said, text, is_structured=True) == pytest.approx(math.exp(-0.2))


@pytest.mark.parametrize("broken", [[], [None], [{"token": "x"}], [{"token": 1, "logprob": -1}], ["x"]])
def test_without_tokens_nothing_is_known(broken: list[object]) -> None:
    assert likelihood(broken, "x", is_structured=False) is None


def test_names_and_braces_are_no_values() -> None:
    assert value_spans('{"a": {"b": []}}') == []


@given(st.lists(st.tuples(st.text(max_size=5), st.floats(-50, 0)), max_size=20), st.booleans())
def test_it_is_a_probability(pairs: list[tuple[str, float]], is_structured: bool) -> None:
    found = likelihood(tokens(*pairs), "".join(text for text, _ in pairs), is_structured=is_structured)
    assert found is None or 0 <= found <= 1
