"""What a model says is checked against what it was given."""

from __future__ import annotations

from typing import Any

import pytest

from tests.answering.paid_side import answer
from understudy.answering.paid import AnswerKind, EscalationReason
from understudy.answering.rungs.verdicts import Given, Judgement, reader, shape

GIVEN = Given(
    cited={"A1": "scenario:Bank/card_arrival", "S1": "qa:1", "S2": "document:7"},
    texts={
        "scenario:Bank/card_arrival": "Cards take five working days.",
        "qa:1": "Write to cards@harbour.example or see https://harbour.example/cards. Call +1 (555) 010-0199.",
        "document:7": "Fees are listed at harbour.example/fees.",
    },
    pickable=frozenset({"scenario:Bank/card_arrival", "qa:1"}),
    known=("www.harbour.example", "555 0100"),
    placeholders={"[EMAIL_1]": "ann@home.example"},
)


def read(values: dict[str, Any], given: Given = GIVEN) -> Judgement:
    return reader(lambda: given)(values)


def written(text: str, *sources: str) -> dict[str, Any]:
    return answer("written", text=text, sources=list(sources))


def test_a_pick_is_read_as_what_it_stands_for() -> None:
    judged = read(answer("scenario", key="A1", rationale="asks for\n its card"))
    assert (judged.kind, judged.key, judged.rating) == (AnswerKind.SCENARIO, "scenario:Bank/card_arrival", 0.9)
    assert judged.rationale == "asks for its card"
    assert '"A1"' in judged.raw


@pytest.mark.parametrize("key", [None, "A2", "scenario:Bank/card_arrival", "S2", ""])
def test_what_was_not_offered_cannot_be_picked(key: str | None) -> None:
    with pytest.raises(ValueError, match="was not offered"):
        read(answer("scenario", key=key))


def test_an_answer_is_written_from_sources_alone() -> None:
    judged = read(written("Five working days [A1].", "A1", "S1", "A1"))
    assert judged.text == "Five working days."
    assert judged.sources == ("scenario:Bank/card_arrival", "qa:1")
    with pytest.raises(ValueError, match="without one, no answer"):
        read(written("Five working days."))
    with pytest.raises(ValueError, match="S9 were not given"):
        read(written("Five working days.", "S9"))
    with pytest.raises(ValueError, match="needs the answer"):
        read(written("  ", "S1"))


def test_with_nothing_given_nothing_can_be_written() -> None:
    with pytest.raises(ValueError, match="nothing was given"):
        read(written("Five working days.", "S1"), Given({}, {}, frozenset()))


@pytest.mark.parametrize(
    "text",
    [
        "See https://harbour.example/cards.",
        "Write to cards@harbour.example",
        "Call 1 555 010 0199, please.",
        "It is on www.harbour.example.",
        "Ring 555-0100.",
        "I have your address as [EMAIL_1].",
        "It takes 5 to 7 days and costs 12.50.",
    ],
)
def test_what_stands_in_a_source_may_be_said(text: str) -> None:
    assert read(written(text, "S1")).text == text


@pytest.mark.parametrize(
    "text",
    [
        "See https://harbour.example.evil.example/cards.",
        "See harbour-cards.com for it.",
        "Write to boss@harbour.example",
        "Call +1 555 010 0198.",
        "See harbour.example/fees.",
        "I have it as [EMAIL_2].",
    ],
)
def test_links_addresses_numbers_and_placeholders_are_not_made_up(text: str) -> None:
    with pytest.raises(ValueError, match="stands in none of the sources named"):
        read(written(text, "S1"))


def test_a_reason_to_escalate_goes_before_any_answer() -> None:
    judged = read(answer("scenario", key="A1", escalation="legal"))
    assert (judged.kind, judged.escalation, judged.key) == (AnswerKind.PERSON, EscalationReason.LEGAL, None)
    with pytest.raises(ValueError, match="needs the reason"):
        read(answer("person"))
    with pytest.raises(ValueError, match="escalation"):
        read(answer("person", escalation="I feel like it"))


@pytest.mark.parametrize("kind", ["out_of_scope", "unclear"])
def test_it_may_say_that_it_has_nothing_to_say(kind: str) -> None:
    assert read(answer(kind)).kind == kind


@pytest.mark.parametrize(
    "wrong",
    [
        {"confidence": 1.2},
        {"confidence": float("nan")},
        {"kind": "sing"},
        {"sources": ["everything"]},
        {"reply": "hello"},
        {"rationale": None},
    ],
)
def test_any_other_shape_is_refused_saying_where(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        read(answer("unclear") | wrong)


def test_the_schema_leaves_nothing_open() -> None:
    schema = shape().schema
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(schema["properties"])
