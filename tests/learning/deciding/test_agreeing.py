"""What a decision makes of a suggestion, and who may take it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.templates.examples import scenario
from understudy.kit.errors import Conflict, Invalid
from understudy.learning.deciding.agreeing import (
    AGAIN,
    READY,
    UNDECIDED,
    Occasion,
    Turn,
    answering,
    approved,
    is_complete,
    is_repeated,
    turned,
    unanswered,
)
from understudy.learning.deciding.domain import Approval, Choice, Line, SecondApproverNeeded, Sign, lines_of
from understudy.learning.domain import Decided, Evidence, Issue, Maker, Proposal, Status, Suggestion
from understudy.learning.editing import Edit, NewScenario, ScenarioEdit

ID = UUID(int=1)
NOW = datetime(2026, 11, 20, tzinfo=UTC)
ANN, BOB = Occasion("ann", NOW), Occasion("bob", NOW)
EDIT = Edit(ID, scenarios=(ScenarioEdit("card", examples=("x",)),))


def one(status: Status = Status.PENDING, edit: Edit = EDIT, decided: Decided | None = None) -> Suggestion:
    proposal = Proposal(Issue.ADD_EXAMPLES, "card", edit, "because", "en", Maker.STATISTICS, ())
    return Suggestion(ID, ID, proposal, status, Evidence(4, 4, 1), 0.9, 1.0, 5, NOW, NOW, NOW, decided=decided)


@pytest.mark.parametrize("status", Status)
def test_only_what_is_ready_is_approved(status: Status) -> None:
    if status in READY:
        after = approved(one(status), Approval(Choice(ID, 5)), ANN)
        assert (after.status, after.revision, after.decided) == (Status.APPROVED, 6, Decided("ann", NOW))
        return
    with pytest.raises(Conflict):
        approved(one(status, decided=Decided("zoe", NOW)), Approval(Choice(ID)), ANN)


@pytest.mark.parametrize("status", [Status.COLLECTING, Status.HELD])
def test_by_force_what_is_held_back_too(status: Status) -> None:
    assert approved(one(status), Approval(Choice(ID), is_forced=True), ANN).status is Status.APPROVED


def test_what_was_held_back_stays_so_when_it_is_put_aside() -> None:
    held = replace(one(Status.HELD), held_because="it would do harm")
    aside = turned(held, Choice(ID), Turn("saved", UNDECIDED, Status.SAVED), ANN)
    with pytest.raises(Conflict, match="it would do harm"):
        approved(aside, Approval(Choice(ID)), BOB)
    assert approved(aside, Approval(Choice(ID), is_forced=True), BOB).status is Status.APPROVED


def test_two_people_and_not_one_twice() -> None:
    first = approved(one(), Approval(Choice(ID)), replace(ANN, needs_second=True))
    assert not is_complete(first, needs_second=True)
    with pytest.raises(SecondApproverNeeded):
        approved(first, Approval(Choice(ID)), replace(ANN, needs_second=True))
    second = approved(first, Approval(Choice(ID)), replace(BOB, needs_second=True))
    assert second.decided == Decided("ann", NOW, "", "bob")
    assert is_complete(second, needs_second=True)


def test_who_edits_what_another_approved_is_the_first_again() -> None:
    first = approved(one(), Approval(Choice(ID)), replace(ANN, needs_second=True))
    other = Edit(ID, scenarios=(ScenarioEdit("card", examples=("y",)),))
    after = approved(first, Approval(Choice(ID), other), replace(BOB, needs_second=True))
    assert after.decided == Decided("bob", NOW)
    assert after.proposal.edit == other


def test_a_request_that_comes_twice_is_known() -> None:
    done = one(Status.APPLIED, decided=Decided("ann", NOW))
    assert is_repeated(done, Approval(Choice(ID, 1)), ANN)
    assert not is_repeated(done, Approval(Choice(ID)), BOB)
    assert not is_repeated(done, Approval(Choice(ID), Edit(ID)), ANN)


def test_a_scenario_without_a_reply_is_not_approved() -> None:
    mute = Edit(ID, added=(NewScenario(replace(scenario("hours"), replies=())),))
    with pytest.raises(Invalid, match="hours has no reply"):
        approved(one(edit=mute), Approval(Choice(ID)), ANN)
    spoken = answering(mute, " Nine. ")
    assert unanswered(spoken) == ()
    assert spoken.added[0].scenario.replies[0].full == "Nine."


def test_proposing_again_starts_over() -> None:
    turn = Turn("proposed_again", AGAIN, Status.COLLECTING, renews=timedelta(days=28))
    after = turned(one(Status.REVERTED, decided=Decided("ann", NOW)), Choice(ID), turn, BOB)
    assert (after.status, after.decided, after.expires_at) == (Status.COLLECTING, None, NOW + timedelta(days=28))
    with pytest.raises(Conflict):
        turned(one(), Choice(ID), turn, BOB)


def test_a_reason_has_an_end() -> None:
    with pytest.raises(Invalid):
        turned(one(), Choice(ID), Turn("rejected", UNDECIDED, Status.REJECTED, "x" * 501), ANN)


def test_a_change_line_by_line() -> None:
    edit = Edit(
        ID,
        scenarios=(ScenarioEdit("card", negative_triggers=("no",), without_examples=("old",)),),
        removed=("gone",),
        synonyms={"card": ("plastic",)},
        thresholds={"rules": 0.65},
    )
    assert lines_of(edit, {"rules": 0.7}) == (
        Line(Sign.ADDED, "card", "negative trigger", "no"),
        Line(Sign.REMOVED, "card", "example", "old"),
        Line(Sign.REMOVED, "gone", "scenario", ""),
        Line(Sign.ADDED, "card", "synonym", "plastic, as card"),
        Line(Sign.REMOVED, "rules", "threshold", "0.70"),
        Line(Sign.ADDED, "rules", "threshold", "0.65"),
    )
