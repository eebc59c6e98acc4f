"""What opinions and corrections must be like."""

from __future__ import annotations

import pytest

from understudy.conversations.feedback.domain import (
    Given,
    InvalidFeedback,
    NewCorrection,
    check_correction,
    check_given,
)

KEY = "scenario:Retail bank/card_arrival"


@pytest.mark.parametrize("given", [Given(), Given(is_helpful=False), Given(rating=1), Given(comment="It came.")])
def test_what_contacts_may_say(given: Given) -> None:
    check_given(given)


@pytest.mark.parametrize(
    ("given", "field"),
    [(Given(rating=0), "rating"), (Given(rating=6), "rating"), (Given(comment=" "), "comment")],
)
def test_what_contacts_may_not_say(given: Given, field: str) -> None:
    with pytest.raises(InvalidFeedback) as caught:
        check_given(given)
    assert caught.value.problems[0].field == field


@pytest.mark.parametrize(
    "said",
    [
        NewCorrection(is_right=True),
        NewCorrection(is_right=False),
        NewCorrection(is_right=False, right_key=KEY, reason="asked about a card on its way"),
        NewCorrection(is_right=False, right_key="qa:01920c5e", right_text="Five days."),
    ],
)
def test_what_people_may_say(said: NewCorrection) -> None:
    check_correction(said)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (NewCorrection(is_right=False, right_key="card_arrival"), "right_key"),
        (NewCorrection(is_right=False, right_key="scenario:"), "right_key"),
        (NewCorrection(is_right=False, right_key=f"{KEY}\nand more"), "right_key"),
        (NewCorrection(is_right=False, right_text="\0"), "right_text"),
        (NewCorrection(is_right=True, right_key=KEY), "is_right"),
    ],
)
def test_what_people_may_not_say(said: NewCorrection, field: str) -> None:
    with pytest.raises(InvalidFeedback) as caught:
        check_correction(said)
    assert caught.value.problems[0].field == field
