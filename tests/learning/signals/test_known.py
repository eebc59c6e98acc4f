"""What is known of the right answer to a message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from understudy.conversations.feedback.domain import Category
from understudy.evaluation.domain import Truth
from understudy.evaluation.ports import Known
from understudy.infra.system import new_id, utc_now
from understudy.learning.signals.domain import Signal
from understudy.learning.signals.known import NOTHING, known_of
from understudy.learning.signals.store import Answered, Judged

KEY, OTHER = "scenario:Bank/card_arrival", "scenario:Bank/lost_card"
FREE = Judged(
    answered=Answered(new_id(), new_id(), new_id(), KEY, utc_now()),
    is_answer=True,
    is_paid=False,
    judged={},
    is_corrected_right=None,
    right_key=None,
    category=None,
)
PAID = replace(FREE, is_paid=True)
WRITTEN = replace(PAID, answered=replace(PAID.answered, key="llm:written"))
WRONG = Known(None, Truth.UNKNOWN, frozenset({KEY}))


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        (FREE, None),
        (PAID, Known(KEY, Truth.PAID, NOTHING)),
        (WRITTEN, None),
        (replace(PAID, is_answer=False), None),
        (replace(FREE, judged={Signal.THUMBS: True}), Known(KEY, Truth.CONFIRMED, NOTHING)),
        (replace(FREE, judged={Signal.THUMBS: False}), WRONG),
        (replace(PAID, judged={Signal.OPERATOR: False}), WRONG),
        (replace(FREE, judged={Signal.RE_ASK: False}), None),
        (replace(PAID, judged={Signal.RE_ASK: False}), Known(KEY, Truth.PAID, NOTHING)),
        (replace(FREE, judged={Signal.RE_ASK: False, Signal.THUMBS: True}), Known(KEY, Truth.CONFIRMED, NOTHING)),
        (replace(FREE, is_corrected_right=True), Known(KEY, Truth.CONFIRMED, NOTHING)),
        (
            replace(FREE, is_corrected_right=False, right_key=OTHER, judged={Signal.THUMBS: True}),
            Known(OTHER, Truth.CORRECTED, frozenset({KEY})),
        ),
        (replace(FREE, is_corrected_right=False, right_key=KEY), Known(KEY, Truth.CORRECTED, NOTHING)),
        (
            replace(FREE, is_corrected_right=False, category=Category.NEEDS_PERSON),
            Known(None, Truth.CORRECTED, frozenset({KEY})),
        ),
        (replace(FREE, is_corrected_right=False, category=Category.WRONG), WRONG),
        (
            replace(FREE, is_answer=False, is_corrected_right=False, right_key=OTHER),
            Known(OTHER, Truth.CORRECTED, NOTHING),
        ),
        (replace(FREE, is_answer=False, is_corrected_right=False), None),
    ],
)
def test_what_is_known(judged: Judged, expected: Known | None) -> None:
    assert known_of(judged) == expected
