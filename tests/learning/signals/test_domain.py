"""What judgements of an answer come to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from understudy.infra.system import utc_now
from understudy.learning.signals.domain import SETTLED_AFTER, Signal, Standing, standing

NOW = utc_now()


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        ({}, Standing(None, None)),
        ({Signal.RE_ASK: False}, Standing(False, Signal.RE_ASK)),
        ({Signal.RE_ASK: False, Signal.THUMBS: True}, Standing(True, Signal.THUMBS)),
        ({Signal.THUMBS: True, Signal.CORRECTION: False}, Standing(False, Signal.CORRECTION)),
        ({Signal.HAND_OVER: False, Signal.OPERATOR: True}, Standing(True, Signal.OPERATOR)),
    ],
)
def test_the_most_telling_signal_decides(judged: dict[Signal, bool], expected: Standing) -> None:
    assert standing(judged, decided_at=NOW, now=NOW) == expected


def test_silence_counts_after_a_while_and_only_where_nothing_else_is_known() -> None:
    almost, enough = NOW + SETTLED_AFTER - timedelta(seconds=1), NOW + SETTLED_AFTER
    assert standing({}, decided_at=NOW, now=almost).is_right is None
    assert standing({}, decided_at=NOW, now=enough) == Standing(True, Signal.SILENCE)
    assert standing({Signal.RE_ASK: False}, decided_at=NOW, now=enough).is_right is False


def test_only_what_somebody_said_is_said() -> None:
    assert [signal for signal in Signal if Standing(True, signal).is_said] == [
        Signal.CORRECTION,
        Signal.THUMBS,
        Signal.OPERATOR,
    ]
