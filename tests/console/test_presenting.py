"""What the pages make of a decision."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.console import samples
from tests.console.samples import ASKED, COMPANY, NOW, REPLIED, decision, fell_back, message, thread
from understudy.answering.domain import Choice, FallbackKind, Outcome, RungName, RungTrace, Verdict
from understudy.answering.overview.domain import Counted, Tally
from understudy.answering.paid import AnswerKind, EscalationReason, PaidTrace
from understudy.console import formats, presenting
from understudy.console.appearance import BY_NAME, LOOKS, PERSON, SILENT, Tier
from understudy.console.presenting import Climb
from understudy.console.reading import Wanted, selection
from understudy.console.views import RungState
from understudy.conversations.domain import Direction
from understudy.llm.bills import CallNote, Route
from understudy.llm.domain import Tier as LlmTier


def test_every_rung_has_a_look_of_its_own():
    assert [look.name for look in LOOKS] == [name.value for name in RungName]
    assert len({(look.tone) for look in LOOKS}) == len({look.icon for look in LOOKS}) == len(LOOKS)
    assert {look.name for look in LOOKS if look.tier is Tier.PAID} == {"llm", "passthrough"}


def test_the_ladder_shows_the_rungs_above_the_answer_as_not_needed():
    rungs = presenting.rungs(decision())
    assert [rung.look.name for rung in rungs] == ["company_qa", "trade_qa", "rules", "semantic", "llm", "fallback"]
    assert [rung.state for rung in rungs[-3:]] == [RungState.ANSWERED, RungState.UNREACHED, RungState.UNREACHED]
    assert rungs[4].note == "would have cost about $0.000412"
    assert rungs[2].note == 'near miss: negation "hasn\'t"'
    assert rungs[3].best is not None
    assert rungs[3].best.matched == "I am still waiting on my card?"


def test_a_rung_that_raised_and_one_that_was_skipped_say_so():
    rungs = {rung.look.name: rung for rung in presenting.rungs(fell_back())}
    assert rungs["semantic"].state is RungState.FAILED
    assert rungs["semantic"].note == "raised EncoderBroken; recorded, and the climb went on"
    assert (rungs["llm"].state, rungs["llm"].note) == (RungState.SKIPPED, "not configured")
    assert rungs["llm"].latency_us is None


def test_a_rung_that_asked_back_is_where_the_climb_ended():
    asked = Choice(Outcome.CLARIFIED, "semantic 0.91 ambiguous", RungName.SEMANTIC, 0.95)
    rungs = presenting.rungs(decision(choice=asked))
    assert [rung.look.name for rung in rungs if rung.is_last] == ["semantic"]
    assert rungs[3].state is RungState.ASKED


def test_a_choice_between_what_was_offered_is_no_climb():
    chosen = decision(rungs=(), choice=Choice(Outcome.ANSWERED, "offer", RungName.SEMANTIC, 0.9))
    (rung,) = presenting.rungs(chosen)
    assert rung.state is RungState.ANSWERED
    assert presenting.rungs(decision(rungs=(), choice=Choice(Outcome.WAITING, "waiting_for_person"))) == ()


@pytest.mark.parametrize(
    ("outcome", "rung", "name"),
    [
        (Outcome.ANSWERED, RungName.RULES, "rules"),
        (Outcome.CLARIFIED, RungName.SEMANTIC, "semantic"),
        (Outcome.HANDED_OVER, RungName.RULES, "person"),
        (Outcome.WAITING, None, "person"),
        (Outcome.RATE_LIMITED, None, "silent"),
        (Outcome.FELL_BACK, RungName.FALLBACK, "fallback"),
    ],
)
def test_what_came_of_a_message_is_seen_as_one_look_and_found_by_it(outcome: Outcome, rung: RungName | None, name: str):
    assert presenting.seen_as(outcome, rung).name == name
    wanted = selection(Wanted(seen_as=name), 10)
    assert wanted.outcomes is not None
    assert outcome in wanted.outcomes
    assert wanted.rung in {None, rung}


def test_the_conversation_names_who_wrote_what():
    by_ann = message(8, 5, "I am on it.", direction=Direction.OUT, author="operator:Ann")
    climb = Climb(decision(), COMPANY, thread(ASKED, REPLIED, by_ann), {ASKED.id: decision()})
    asked, replied, person = presenting.turns(climb)
    assert (asked.is_subject, asked.author, asked.look) == (True, "a customer", None)
    assert replied.look == BY_NAME["semantic"]
    assert (person.look, person.author) == (PERSON, "Ann")
    view = presenting.view(climb, now=NOW)
    assert view.reply.startswith("Cards usually arrive")
    assert view.saved_micros == 412


def test_an_erased_message_leaves_its_decision():
    view = presenting.view(Climb(decision(), COMPANY, None, {}), now=NOW)
    assert (view.text, view.turns, view.channel) == ("", (), "(erased)")
    assert presenting.row(decision(), COMPANY, None).text == ""


def test_the_day_in_numbers():
    counted = (
        Counted(RungName.RULES, Outcome.ANSWERED, 6),
        Counted(RungName.RULES, Outcome.HANDED_OVER, 1),
        Counted(None, Outcome.WAITING, 1),
        Counted(None, Outcome.RATE_LIMITED, 2),
    )
    day = presenting.traffic(Tally(counted, 8_000, 0, 90))
    assert (day.messages, day.free_share, day.person_share) == (10, 0.6, 0.2)
    assert [(share.look.name, share.start) for share in day.shares] == [("rules", 0), ("person", 0.6), ("silent", 0.8)]
    assert presenting.traffic(Tally((), 0, 0, 0)).shares == ()
    assert SILENT.tier is Tier.NONE


@pytest.mark.parametrize(
    ("micros", "text"),
    [(38, "38 µs"), (3_420, "3.4 ms"), (12_345, "12 ms"), (999_999, "1.0 s"), (1_240_000, "1.2 s")],
)
def test_latency(micros: int, text: str):
    assert formats.latency(micros) == text


def test_a_score_never_seems_to_reach_a_threshold_that_it_missed():
    assert [formats.score(value) for value in (0.6999, 0.7, 0.29, 1.0, None)] == ["0.69", "0.70", "0.29", "1.00", "–"]


def test_only_the_whole_is_all_and_only_nothing_is_nothing():
    written = {0: "0 %", 0.001: "< 1 %", 0.006: "1 %", 0.5: "50 %", 0.999: "99 %", 1: "100 %"}
    assert {share: formats.percent(share) for share in written} == written


def test_how_long_ago():
    seconds = (1, 59, 61, 3_600, 90_000, 8 * 86_400)
    written = [formats.ago(NOW - timedelta(seconds=ago), NOW) for ago in seconds]
    assert written == ["just now", "59 s ago", "1 min ago", "1 h ago", "1 d ago", "22 Feb 2026"]
    assert formats.exact(NOW) == "02 Mar 2026, 10:30:00 UTC"


def test_money():
    assert [formats.cost(0), formats.cost(412), formats.total(480_213), formats.total(412)] == [
        "free",
        "$0.000412",
        "$0.48",
        "$0.000412",
    ]


def test_the_samples_are_of_one_conversation():
    assert isinstance(samples.made(1), UUID)
    assert ASKED.conversation_id == REPLIED.conversation_id


def test_the_paid_rung_shows_its_calls_and_the_models_reason():
    note = CallNote(COMPANY.id, "twin/small", Route("complexity 0.10", LlmTier.SMALL, 0.1), 700, 420)
    told = PaidTrace((note,), "0@1f2e3d4c", AnswerKind.PERSON, "asks a court", EscalationReason.LEGAL, "self-rating")
    trace = RungTrace(RungName.LLM, Verdict.ANSWERED, score=0.9, reason="person: legal", paid=told)
    (shown, *_) = presenting.rungs(decision(rungs=(trace,)))
    assert shown.paid is not None
    assert (shown.paid.kind, shown.paid.rationale) == ("person: legal", "asks a court")
    (call,) = shown.paid.calls
    assert (call.model, call.tier, call.came_to, call.cost_micros) == ("twin/small", "small", "answered", 700)


def test_only_the_rung_that_replied_is_shown_as_the_one_that_answered():
    said = RungTrace(RungName.LLM, Verdict.ANSWERED, score=0.95, reason="out_of_scope")
    reply = RungTrace(RungName.FALLBACK, Verdict.ANSWERED)
    choice = Choice(Outcome.FELL_BACK, "llm < fallback", RungName.FALLBACK, fallback_kind=FallbackKind.OUT_OF_SCOPE)
    drawn = presenting.rungs(decision(rungs=(said, reply), choice=choice))
    assert [rung.state for rung in drawn] == [RungState.PASSED, RungState.ANSWERED]
    assert presenting.about(choice) == "out of scope"
