"""What a decision makes of a suggestion, and who may take it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from understudy.kit.errors import Invalid
from understudy.learning.deciding.domain import (
    Approval,
    Choice,
    SecondApproverNeeded,
    SuggestionDecided,
    SuggestionHeld,
)
from understudy.learning.domain import OPEN, Decided, Status, Suggestion, SuggestionMoved
from understudy.learning.editing import Edit
from understudy.templates.domain import Reply

READY = (Status.PENDING, Status.SAVED)
"""The states in which a suggestion may be approved."""
AGAIN = (Status.REVERTED, Status.REJECTED, Status.EXPIRED)
"""The states from which one may be proposed again."""
UNDECIDED = (*OPEN, Status.APPROVED)
REASON_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Turn:
    """A simple decision: from which states it leads where, what the log calls it, and for how long it is kept open."""

    what: str
    allowed: tuple[Status, ...]
    to: Status
    reason: str = ""
    renews: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who decides, when, and whether two people must."""

    by: str
    at: datetime
    needs_second: bool = False


def approved(known: Suggestion, approval: Approval, occasion: Occasion) -> Suggestion:
    """The suggestion after somebody approved it.

    Raises `SuggestionMoved`, `SuggestionDecided`, `SuggestionHeld`, `SecondApproverNeeded`, `Invalid`.
    """
    expect(known, approval.choice)
    after = _moved(known, Status.APPROVED, occasion)
    decided = known.decided
    is_edited = approval.edit is not None and approval.edit != known.proposal.edit
    if known.status is Status.APPROVED:
        if is_complete(known, needs_second=occasion.needs_second) or decided is None:
            raise SuggestionDecided(f"{decided.by if decided else 'somebody'} approved it already")
        if not is_edited:
            if decided.by == occasion.by:
                raise SecondApproverNeeded("you approved it already", remedy="somebody else approves it too")
            return replace(after, decided=replace(decided, second_by=occasion.by))
    elif known.status not in OPEN:
        raise SuggestionDecided(f"it is {known.status.value} already", remedy="read it again")
    elif not is_ready(known) and not approval.is_forced:
        raise SuggestionHeld(
            known.held_because or "not enough speaks for it yet",
            remedy="wait for more evidence, or force it and answer for it",
        )
    after = replace(after, decided=Decided(occasion.by, occasion.at, reason_in(approval.reason)))
    after = _edited(after, approval.edit) if is_edited and approval.edit is not None else after
    if mute := unanswered(after.proposal.edit):
        raise Invalid(
            f"the scenario {mute[0]} has no reply yet", field="edit", remedy="approve it edited, with what it answers"
        )
    return after


def turned(known: Suggestion, choice: Choice, turn: Turn, occasion: Occasion) -> Suggestion:
    """The suggestion after a simple decision; raises `SuggestionMoved`, `SuggestionDecided`."""
    expect(known, choice)
    if known.status not in turn.allowed:
        raise SuggestionDecided(f"it is {known.status.value}", remedy="read it again")
    after = replace(_moved(known, turn.to, occasion), decided=Decided(occasion.by, occasion.at, reason_in(turn.reason)))
    if turn.to is not Status.COLLECTING:
        return after
    again = replace(after, decided=None, backtest=None, held_because=None, applied_version=None, applied_at=None)
    return replace(again, expires_at=occasion.at + turn.renews)


def expect(known: Suggestion, choice: Choice) -> None:
    """Raises `SuggestionMoved` where the caller saw another revision."""
    if choice.revision not in (None, known.revision):
        by = f" by {known.decided.by}" if known.decided else ""
        raise SuggestionMoved(
            f"it was changed{by} at {known.updated_at:%Y-%m-%d %H:%M:%S} UTC, to revision {known.revision}",
            field="revision",
            remedy="read it again",
        )


def is_ready(known: Suggestion) -> bool:
    """Whether it may be approved without force; one that was held back stays so when somebody puts it aside."""
    return known.status in READY and known.held_because is None


def is_complete(known: Suggestion, *, needs_second: bool) -> bool:
    """Whether all who must approve it did."""
    return known.decided is not None and (not needs_second or known.decided.second_by is not None)


def is_repeated(known: Suggestion, approval: Approval, occasion: Occasion) -> bool:
    """Whether this person approved just this, and it was carried out or will be: a request that came twice."""
    decided = known.decided
    if decided is None or occasion.by != (decided.second_by or decided.by):
        return False
    if approval.edit not in (None, known.proposal.edit):
        return False
    is_agreed = known.status is Status.APPROVED and is_complete(known, needs_second=occasion.needs_second)
    return is_agreed or known.status is Status.APPLIED


def unanswered(edit: Edit) -> tuple[str, ...]:
    """The scenarios that an edit adds without anything to answer."""
    return tuple(one.scenario.name for one in edit.added if not one.scenario.replies)


def answering(edit: Edit, reply: str) -> Edit:
    """The edit with a reply for each scenario that it adds without one."""
    text = reply.strip()
    added = tuple(
        one if one.scenario.replies else replace(one, scenario=replace(one.scenario, replies=(Reply(text, text),)))
        for one in edit.added
    )
    return replace(edit, added=added)


def reason_in(text: str) -> str:
    """A reason as it is kept; raises `Invalid` for one that is too long."""
    if len(text) > REASON_CHARACTERS:
        raise Invalid(f"a reason has {REASON_CHARACTERS} characters at most", field="reason", remedy="shorten it")
    return " ".join(text.split())


def _edited(after: Suggestion, edit: Edit) -> Suggestion:
    before = after.proposal.edit
    if (edit.template_id, edit.in_overlay) != (before.template_id, before.in_overlay):
        raise Invalid(
            "an edited suggestion changes the same template or overlay", field="edit", remedy="change its texts only"
        )
    return replace(after, proposal=replace(after.proposal, edit=edit), backtest=None)


def _moved(known: Suggestion, status: Status, occasion: Occasion) -> Suggestion:
    return replace(known, status=status, revision=known.revision + 1, updated_at=occasion.at)
