"""Urgent words are found in six languages, and denied ones are not."""

import pytest

from understudy.language.domain import Urgency
from understudy.language.urgency import urgency_of


@pytest.mark.parametrize(
    "text",
    [
        "This is an EMERGENCY, water everywhere",
        "I smell gas in the kitchen",
        "the carbon monoxide alarm goes off",
        "Hay una fuga de gas en la cocina",
        "Il y a une fuite de gaz",
        "Bei uns brennt die Heizung",
        "ガス漏れのようです",
        "厨房煤气泄漏了",
    ],
)
def test_emergencies(text: str):
    assert urgency_of(text) is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "please call me back ASAP",
        "my card was stolen",
        "we have no heat since last night",
        "Necesito ayuda urgente",
        "Rappelez-moi tout de suite",
        "Bitte sofort zurückrufen",
        "至急お願いします",
        "请尽快处理",
    ],
)
def test_high(text: str):
    assert urgency_of(text) is Urgency.HIGH


@pytest.mark.parametrize(
    "text", ["It is not urgent", "no emergency, just a question", "Where is my card?", "", "non-emergency"]
)
def test_normal(text: str):
    assert urgency_of(text) is Urgency.NORMAL
