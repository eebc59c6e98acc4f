"""Turns decisions and messages into what the pages show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from understudy.answering.domain import Choice, Decision, FallbackKind, Outcome, RungName, RungTrace, Verdict
from understudy.answering.overview.domain import Tally
from understudy.companies.domain import Company
from understudy.console.appearance import ASIDE, LOOKS, PERSON, SILENT, TO_COME, Look, Tier, look_of
from understudy.console.formats import score, words
from understudy.console.paid.presenting import paid_view
from understudy.console.views import (
    CandidateView,
    ClimbView,
    Fact,
    MessageRow,
    RungState,
    RungView,
    Share,
    Traffic,
    Turn,
)
from understudy.conversations.domain import CONTACT, UNDERSTUDY, Direction, Message, Thread
from understudy.kit.money import dollars

STATES = {
    Verdict.ANSWERED: RungState.ANSWERED,
    Verdict.BELOW: RungState.PASSED,
    Verdict.ABSTAINED: RungState.ABSTAINED,
    Verdict.NOTHING: RungState.NOTHING,
    Verdict.SKIPPED: RungState.SKIPPED,
    Verdict.FAILED: RungState.FAILED,
}
OUTCOMES = {
    Outcome.ANSWERED: "",
    Outcome.CLARIFIED: "asked back",
    Outcome.HANDED_OVER: "handed over",
    Outcome.FELL_BACK: "no rung was sure",
    Outcome.WAITING: "a person has it",
    Outcome.RATE_LIMITED: "too many messages",
}
KINDS = {FallbackKind.OUT_OF_SCOPE: "out of scope", FallbackKind.TECHNICAL_ISSUE: "something failed"}
"""Why it fell back, where that is not for want of certainty."""
ERASED = "(erased)"
NAMELESS = "a customer"
MOODS = ((-0.35, "negative"), (0.35, "neutral"), (1.01, "positive"))
"""Up to which sentiment which word is used. The compound score's usual bounds, ±0.05, jump too much for one message."""


@dataclass(frozen=True, slots=True)
class Climb:
    """One decision with what stands around it: its company, conversation, and that conversation's other decisions."""

    decision: Decision
    company: Company
    thread: Thread | None
    others: Mapping[UUID, Decision]
    """The conversation's decisions by the message they are about."""


def seen_as(outcome: Outcome, rung: RungName | None) -> Look:
    """The look of what came of a message: the rung that answered, a person, or held back."""
    if outcome in {Outcome.HANDED_OVER, Outcome.WAITING}:
        return PERSON
    if outcome is Outcome.RATE_LIMITED:
        return SILENT
    return look_of(rung)


def about(choice: Choice) -> str:
    """What came of a message in a few words; nothing for a plain answer."""
    if choice.outcome is Outcome.FELL_BACK and choice.fallback_kind in KINDS:
        return KINDS[choice.fallback_kind]
    return OUTCOMES[choice.outcome]


def row(decision: Decision, company: Company, message: Message | None) -> MessageRow:
    """One line of the list. A message that was erased leaves its decision."""
    choice = decision.choice
    return MessageRow(
        decision_id=decision.id,
        at=decision.decided_at,
        company_name=company.name,
        company_slug=company.slug,
        channel=message.channel if message else "",
        text=message.text if message else "",
        look=seen_as(choice.outcome, choice.rung),
        outcome=about(choice),
        confidence=choice.confidence,
        latency_us=decision.latency_us,
        cost_micros=decision.spending.cost_micros,
        saved_micros=decision.spending.saved_micros,
    )


def traffic(tally: Tally) -> Traffic:
    """The day in numbers, with a share for each rung that answered anything, from the foot up."""
    by_look: dict[str, int] = {}
    for one in tally.counted:
        name = seen_as(one.outcome, one.rung).name
        by_look[name] = by_look.get(name, 0) + one.count
    whole = sum(by_look.values())
    by_tier = dict.fromkeys(Tier, 0.0)
    for name, count in by_look.items():
        by_tier[look_of(name).tier] += count / whole
    return Traffic(
        messages=whole,
        free_share=by_tier[Tier.FREE],
        paid_share=by_tier[Tier.PAID],
        person_share=by_tier[Tier.PERSON],
        median_us=tally.median_us,
        cost_micros=tally.cost_micros,
        saved_micros=tally.saved_micros,
        shares=tuple(_shares(by_look, whole)),
    )


def _shares(by_look: Mapping[str, int], whole: int) -> Iterator[Share]:
    start = 0.0
    for look in (*LOOKS, PERSON, SILENT):
        if count := by_look.get(look.name, 0):
            yield Share(look, count, start, count / whole)
            start += count / whole


def rungs(decision: Decision) -> tuple[RungView, ...]:
    """The ladder from the lowest rung up: those that were asked, then those that were not needed."""
    choice = decision.choice
    if not decision.rungs and choice.rung is not None:
        note = "a choice between the two that the last reply offered"
        return (RungView(look_of(choice.rung), RungState.ANSWERED, score=choice.confidence, note=note),)
    traced = tuple(_rung(trace, choice) for trace in decision.rungs)
    if not traced or choice.rung is None:
        return traced
    names = [name.value for name in RungName]
    above = names[max(names.index(trace.rung.value) for trace in decision.rungs) + 1 :]
    return traced + tuple(_unreached(name, decision) for name in above if name not in TO_COME | ASIDE)


def _rung(trace: RungTrace, choice: Choice) -> RungView:
    has_asked = choice.outcome is Outcome.CLARIFIED and choice.rung is trace.rung
    note = trace.reason
    if trace.error:
        note = f"raised {trace.error}; recorded, and the climb went on"
    second = trace.second
    is_overruled = trace.verdict is Verdict.ANSWERED and choice.rung not in {None, trace.rung}  # out of scope, say
    state = RungState.PASSED if is_overruled else STATES[trace.verdict]
    return RungView(
        look=look_of(trace.rung),
        state=RungState.ASKED if has_asked else state,
        score=trace.score,
        threshold=trace.threshold if trace.score is not None else None,
        best=CandidateView(trace.best.title, trace.best.confidence, trace.best.matched) if trace.best else None,
        second=CandidateView(second.title, second.confidence, second.matched) if second else None,
        version=trace.version,
        latency_us=trace.latency_us if trace.verdict is not Verdict.SKIPPED else None,
        note=words(note) if note else None,
        paid=paid_view(trace.paid) if trace.paid else None,
    )


def _unreached(name: str, decision: Decision) -> RungView:
    look = look_of(name)
    spared = decision.spending.counterfactual_micros if look.tier is Tier.PAID else 0
    note = f"would have cost about {dollars(spared)}" if spared else None
    return RungView(look=look, state=RungState.UNREACHED, note=note)


def turns(climb: Climb) -> tuple[Turn, ...]:
    """The conversation in order, with who or what wrote each message."""
    if climb.thread is None:
        return ()
    name = climb.thread.contact.display_name or NAMELESS
    return tuple(_turn(message, climb, name) for message in climb.thread.messages)


def _turn(message: Message, climb: Climb, name: str) -> Turn:
    is_inbound = message.direction is Direction.IN
    is_subject = message.id == climb.decision.about.message_id
    decision = climb.others.get(message.in_reply_to or message.id)
    return Turn(
        at=message.at,
        text=message.text,
        author=_author(message.author, name),
        is_inbound=is_inbound,
        is_subject=is_subject,
        look=None if is_inbound else _writer(message.author, decision),
        climb=decision.id if decision and is_inbound and not is_subject else None,
    )


def _author(author: str, contact_name: str) -> str:
    if author == CONTACT:
        return contact_name
    return "Understudy" if author == UNDERSTUDY else author.removeprefix("operator:")


def _writer(author: str, decision: Decision | None) -> Look | None:
    if author not in {CONTACT, UNDERSTUDY}:
        return PERSON
    return look_of(decision.choice.rung) if decision and decision.choice.rung else None


def view(climb: Climb, *, now: datetime) -> ClimbView:
    """The whole page of one message."""
    decision, company, thread = climb.decision, climb.company, climb.thread
    message = _subject(climb)
    choice, spending = decision.choice, decision.spending
    return ClimbView(
        decision_id=decision.id,
        company_name=company.name,
        company_slug=company.slug,
        channel=message.channel if message else ERASED,
        contact_name=(thread.contact.display_name if thread else None) or NAMELESS,
        at=message.at if message else decision.decided_at,
        text=message.text if message else "",
        reply=_reply(climb),
        look=seen_as(choice.outcome, choice.rung),
        outcome=about(choice),
        confidence=choice.confidence,
        latency_us=decision.latency_us,
        cost_micros=spending.cost_micros,
        counterfactual_micros=spending.counterfactual_micros,
        saved_micros=spending.saved_micros,
        method=spending.method,
        path=choice.path,
        state=thread.conversation.state if thread else "",
        rungs=rungs(decision),
        turns=turns(climb),
        facts=tuple(facts(decision)),
        now=now,
    )


def _subject(climb: Climb) -> Message | None:
    messages = climb.thread.messages if climb.thread else ()
    return next((message for message in messages if message.id == climb.decision.about.message_id), None)


def _reply(climb: Climb) -> str:
    messages = climb.thread.messages if climb.thread else ()
    return next((message.text for message in messages if message.id == climb.decision.about.reply_id), "")


def facts(decision: Decision) -> Iterator[Fact]:
    """What else the decision holds, in the order in which it is asked for."""
    choice, hearing, circumstances = decision.choice, decision.hearing, decision.circumstances
    said = about(choice)
    yield Fact("Outcome", words(choice.outcome), said if said != words(choice.outcome) else "")
    if choice.answered_by:
        yield Fact("Answered with", choice.answered_by)
    if choice.fallback_kind:
        yield Fact("Kind of fallback", words(choice.fallback_kind))
    if choice.action.value != "none":
        yield Fact("Action", words(choice.action))
    if choice.offer:
        yield Fact("Offered", " / ".join(words(option.title) for option in choice.offer.options))
    if choice.notices:
        yield Fact("Notices", ", ".join(map(words, choice.notices)))
    yield Fact("Language", hearing.language)
    yield Fact("Sentiment", *mood(hearing.sentiment))
    yield Fact("Urgency", hearing.urgency)
    yield Fact("Important customer", "yes" if circumstances.is_vip else "no")
    if circumstances.min_confidence is not None:
        yield Fact("Asked to be at least", score(circumstances.min_confidence), "by the caller; it only tightens")
    yield Fact("Counterfactual", dollars(decision.spending.counterfactual_micros), words(decision.spending.method))
    yield Fact("Settings", f"version {circumstances.settings_version}")
    for arm, variant in circumstances.experiment_arms.items():
        yield Fact(f"Experiment {arm}", variant)
    yield Fact("Decision", str(decision.id))
    yield Fact("Message", str(decision.about.message_id))


def mood(sentiment: float | None) -> tuple[str, str]:
    """A sentiment as a word and its number."""
    if sentiment is None:
        return "–", "cannot be told in this language"
    word = next(word for bound, word in MOODS if sentiment < bound)
    return word, f"{sentiment:+.2f}"
