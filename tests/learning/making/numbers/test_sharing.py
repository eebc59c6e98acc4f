"""What companies share: terms of three of them or more, and never a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from tests.learning.observed import LOST, content, observe
from understudy.learning.making.domain import Observation
from understudy.learning.making.numbers.sharing import shared_terms
from understudy.learning.queue.evidence import witnesses_in


def said_at(count: int) -> Mapping[UUID, Sequence[Observation]]:
    """What customers of so many companies say; the last words are their own."""
    return {
        uuid4(): [observe(f"the tracking number of my parcel with secret{number}{place}") for place in range(4)]
        + [observe(f"a thief took it at place{number}{place}", key=LOST) for place in range(4)]
        for number in range(count)
    }


def test_a_term_of_three_companies_is_offered() -> None:
    found = list(shared_terms(content(is_own=False), said_at(3)))
    triggers = {text for one in found for text in one.edit.texts}
    assert any("tracking number" in text for text in triggers)
    assert all(one.edit.in_overlay for one in found)
    assert not any(change.examples for one in found for change in one.edit.scenarios)


def test_a_term_of_two_companies_is_not_however_often_it_is_said() -> None:
    assert list(shared_terms(content(), said_at(2))) == []
    many = {company: [*ones] * 50 for company, ones in said_at(2).items()}
    assert list(shared_terms(content(), many)) == []


def test_what_only_one_company_s_customers_say_stays_there() -> None:
    for proposal in shared_terms(content(), said_at(4)):
        assert not any("secret" in text for text in proposal.edit.texts)
        assert proposal.sources == (), "no task of another company"
        assert witnesses_in(proposal.details).contacts >= 3
