"""What an inbound message must be like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conversations.conftest import said
from understudy.conversations.domain import ContactRef, IdentityKind
from understudy.conversations.inbound import InvalidMessage, check_inbound, identity_value, waits

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("text", {"text": ""}),
    ("text", {"text": " \n\t "}),
    ("text", {"text": "\u200b\u2060"}),
    ("text", {"text": "x" * 100_000}),
    ("text", {"text": "nul \x00 byte"}),
    ("text", {"text": "escape \x1b[31m"}),
    ("text", {"text": "lone \ud800 surrogate"}),
    ("text", {"text": bytes(range(256)).decode("latin-1")}),
    ("channel", {"channel": "pigeon"}),
    ("channel", {"channel": ""}),
    ("modality", {"modality": "smell"}),
    ("external_id", {"external_id": ""}),
    ("external_id", {"external_id": "x" * 201}),
    ("external_id", {"external_id": "two\nlines"}),
    ("external_id", {"external_id": "\udfff"}),
    ("sent_at", {"sent_at": NOW + timedelta(minutes=5, seconds=1)}),
    ("sent_at", {"sent_at": NOW.replace(tzinfo=None)}),
    ("contact.kind", {"contact": ContactRef("soul", "ann")}),
    ("contact.value", {"contact": ContactRef("external", " ")}),
    ("contact.value", {"contact": ContactRef("email", "ann at example")}),
    ("contact.value", {"contact": ContactRef("phone", "call me")}),
    ("contact.value", {"contact": ContactRef("external", "a\x00")}),
    ("contact.display_name", {"contact": ContactRef("external", "1", display_name="\x07")}),
    ("contact.language", {"contact": ContactRef("external", "1", language="english")}),
    ("contact.attributes", {"contact": ContactRef("external", "1", attributes={"No good": 1})}),
    ("contact.attributes", {"contact": ContactRef("external", "1", attributes={f"a{i}": i for i in range(31)})}),
    ("contact.attributes.note", {"contact": ContactRef("external", "1", attributes={"note": "x" * 501})}),
    ("contact.attributes.note", {"contact": ContactRef("external", "1", attributes={"note": "\x00"})}),
    ("contact.attributes.worth", {"contact": ContactRef("external", "1", attributes={"worth": float("nan")})}),
    ("contact.attributes.worth", {"contact": ContactRef("external", "1", attributes={"worth": 10**400})}),
]


@pytest.mark.parametrize(("field", "values"), FAULTS)
def test_each_fault_names_its_field_and_the_remedy(field: str, values: dict[str, Any]) -> None:
    message = said(**({"text": "Where is my card?"} | values))
    with pytest.raises(InvalidMessage) as refused:
        check_inbound(message, now=NOW, max_chars=8_000)
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_long_text_is_told_its_limit() -> None:
    with pytest.raises(InvalidMessage, match=r"text: has 100,000 characters; the limit is 8,000"):
        check_inbound(said("x" * 100_000), now=NOW, max_chars=8_000)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InvalidMessage) as refused:
        check_inbound(said("", channel="pigeon", external_id=""), now=NOW, max_chars=8_000)
    assert [problem.field for problem in refused.value.problems] == ["text", "channel", "external_id"]


@pytest.mark.parametrize(
    "text", ["hi", "?", "👍🏽", "où est ma carte ?", "カードはどこ", "line\nline\ttab\r\n", "👩‍👩‍👧"]
)
def test_what_people_write_is_taken(text: str) -> None:
    check_inbound(said(text, sent_at=NOW + timedelta(minutes=4)), now=NOW, max_chars=8_000)


@given(st.text(max_size=300))
def test_every_text_that_is_taken_can_be_stored(text: str) -> None:
    try:
        check_inbound(said(text), now=NOW, max_chars=200)
    except InvalidMessage:
        return
    assert "\x00" not in text
    assert text.encode("utf-8")
    assert len(text) <= 200


def test_an_identity_is_found_again_however_it_is_written() -> None:
    assert identity_value(IdentityKind.EMAIL, " Ann@Example.COM ") == "ann@example.com"
    assert identity_value(IdentityKind.PHONE, "+1 (555) 010-0") == identity_value(IdentityKind.PHONE, "+15550100")
    assert identity_value(IdentityKind.EXTERNAL, " C-17 ") == "C-17"


def test_waits_grow_and_add_up() -> None:
    steps = list(waits(10))
    assert sum(steps) == pytest.approx(10)
    assert steps[0] < 0.02
    assert max(steps) <= 0.25
