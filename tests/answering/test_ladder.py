"""The climb: order, thresholds, abstaining, failing rungs, and what must hold for any evidence."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.answering.examples import ScriptedRung, Ticks, evidence, question
from understudy.answering.domain import RungName, Verdict
from understudy.answering.ladder import Bars, Climb, Skipped, climb, judge, path_of, shown
from understudy.answering.settings import Thresholds
from understudy.templates.matching.company_matcher import Evidence

NAMES = [name for name in RungName if name not in (RungName.FALLBACK, RungName.PASSTHROUGH)]
NO_BARS = Bars(Thresholds())


def climbed(rungs: Sequence[ScriptedRung], bars: Bars = NO_BARS) -> Climb:
    return asyncio.run(climb(rungs, question(), bars, Ticks()))


def test_the_first_rung_that_is_sure_enough_answers() -> None:
    found = climbed(
        [
            ScriptedRung(RungName.RULES, evidence(0.42)),
            ScriptedRung(RungName.SEMANTIC, evidence(0.83)),
            ScriptedRung(RungName.LLM, evidence(0.99)),
        ]
    )
    assert found.rung is RungName.SEMANTIC
    assert path_of(found.traces) == "rules 0.42 < semantic 0.83"
    assert [trace.latency_us for trace in found.traces] == [7, 7]


def test_the_threshold_itself_is_enough() -> None:
    assert climbed([ScriptedRung(RungName.RULES, evidence(0.70))]).answer is not None
    assert climbed([ScriptedRung(RungName.RULES, evidence(0.6999))]).answer is None


def test_a_score_below_a_threshold_never_looks_as_if_it_reached_it() -> None:
    assert shown(0.6999) == "0.69"
    assert shown(0.70) == "0.70"
    assert shown(0.29) == "0.29"
    assert shown(1.0) == "1.00"


def test_a_rung_that_raises_is_recorded_by_class_and_skipped() -> None:
    found = climbed(
        [
            ScriptedRung(RungName.RULES, ValueError("the customer said: my card is 4111")),
            ScriptedRung(RungName.SEMANTIC, evidence(0.9)),
        ]
    )
    failed, answered = found.traces
    assert (failed.verdict, failed.error) == (Verdict.FAILED, "ValueError")
    assert "4111" not in repr(failed)
    assert answered.verdict is Verdict.ANSWERED
    assert path_of(found.traces) == "rules failed < semantic 0.90"


def test_a_skipped_rung_says_why() -> None:
    (trace,) = climbed([ScriptedRung(RungName.LLM, Skipped("not configured"))]).traces
    assert (trace.verdict, trace.reason) == (Verdict.SKIPPED, "not configured")


def test_close_candidates_make_it_abstain_when_one_of_them_is_likely_right() -> None:
    found = climbed([ScriptedRung(RungName.SEMANTIC, evidence(0.40, 0.35, ambiguous=True))])
    assert found.traces[0].reason == "ambiguous"
    assert found.traces[0].verdict is Verdict.ABSTAINED
    assert found.ambiguity is not None
    assert found.ambiguity.certainty == pytest.approx(0.75)


def test_close_candidates_that_are_both_unlikely_are_just_below() -> None:
    found = climbed([ScriptedRung(RungName.SEMANTIC, evidence(0.22, 0.21, ambiguous=True))])
    assert found.traces[0].verdict is Verdict.BELOW
    assert found.ambiguity is None


def test_a_later_rung_may_settle_what_an_earlier_one_found_ambiguous() -> None:
    found = climbed(
        [
            ScriptedRung(RungName.RULES, evidence(0.8, 0.8, ambiguous=True)),
            ScriptedRung(RungName.SEMANTIC, evidence(0.9, 0.05)),
        ]
    )
    assert found.rung is RungName.SEMANTIC
    assert path_of(found.traces) == "rules 0.80 ambiguous < semantic 0.90"


def test_the_clearer_ambiguity_is_kept() -> None:
    found = climbed(
        [
            ScriptedRung(RungName.RULES, evidence(0.4, 0.35, ambiguous=True)),
            ScriptedRung(RungName.SEMANTIC, evidence(0.5, 0.45, ambiguous=True)),
        ]
    )
    assert found.ambiguity is not None
    assert found.ambiguity.rung is RungName.SEMANTIC


def test_a_veto_never_answers_even_at_threshold_zero() -> None:
    assert judge(RungName.RULES, evidence(0.0, note="near_miss"), 0.0).verdict is Verdict.BELOW


def test_a_rung_with_nothing_but_a_note_abstained() -> None:
    assert judge(RungName.SEMANTIC, evidence(note="language"), 0.6).verdict is Verdict.ABSTAINED
    assert judge(RungName.SEMANTIC, evidence(), 0.6).verdict is Verdict.NOTHING


def test_a_caller_tightens_every_rung_and_loosens_none() -> None:
    bars = Bars(Thresholds(), 0.75)
    assert bars.of(RungName.COMPANY_QA) == 0.80
    assert bars.of(RungName.SEMANTIC) == 0.75


probability = st.floats(0, 1)
evidences = st.builds(
    evidence, st.none() | probability, st.none() | probability, ambiguous=st.booleans(), note=st.none() | st.just("n")
)
outcomes = evidences | st.just(Skipped("disabled")) | st.just(RuntimeError("x"))
ladders = st.lists(outcomes, max_size=7).map(
    lambda said: [ScriptedRung(name, what) for name, what in zip(NAMES, said, strict=False)]
)
thresholds = st.builds(Thresholds, **{name.value: probability for name in NAMES})


def place(climb: Climb) -> int:
    return len(climb.traces) - 1 if climb.answer else len(NAMES)


@given(ladders, thresholds, thresholds)
def test_raising_thresholds_never_lets_a_lower_rung_answer(
    rungs: list[ScriptedRung], one: Thresholds, other: Thresholds
) -> None:
    higher = Thresholds(**{n.value: max(one.of(n), other.of(n)) for n in NAMES})
    assert place(climbed(rungs, Bars(higher))) >= place(climbed(rungs, Bars(one)))


@given(ladders, thresholds, probability, probability)
def test_asking_for_more_confidence_never_lets_a_lower_rung_answer(
    rungs: list[ScriptedRung], own: Thresholds, less: float, more: float
) -> None:
    less, more = sorted((less, more))
    assert place(climbed(rungs, Bars(own, more))) >= place(climbed(rungs, Bars(own, less)))
    assert place(climbed(rungs, Bars(own, less))) >= place(climbed(rungs, Bars(own)))


@given(ladders, thresholds, st.randoms())
def test_what_a_rung_says_does_not_depend_on_its_place(rungs: list[ScriptedRung], own: Thresholds, random) -> None:
    shuffled = list(rungs)
    random.shuffle(shuffled)
    alone = {rung.name: climbed([rung], Bars(own)).traces[0] for rung in rungs}
    for trace in climbed(shuffled, Bars(own)).traces:
        assert trace == alone[trace.rung]


@given(ladders, thresholds)
def test_rungs_are_asked_in_order_up_to_the_one_that_answers(rungs: list[ScriptedRung], own: Thresholds) -> None:
    found = climbed(rungs, Bars(own))
    assert [trace.rung for trace in found.traces] == [rung.name for rung in rungs][: len(found.traces)]
    answered = [trace for trace in found.traces if trace.verdict is Verdict.ANSWERED]
    assert len(answered) == (found.answer is not None)
    if found.answer:
        assert found.answer.confidence >= own.of(found.traces[-1].rung)
        assert found.traces[-1].verdict is Verdict.ANSWERED
    else:
        assert len(found.traces) == len(rungs)


@given(evidences, probability)
def test_judging_is_pure(found: Evidence, threshold: float) -> None:
    assert judge(RungName.RULES, found, threshold) == judge(RungName.RULES, found, threshold)


def test_what_a_rung_says_of_the_scope_is_kept_whatever_its_verdict() -> None:
    sure, silent = replace(evidence(0.9), in_scope=0.95), replace(evidence(note="near_miss"), in_scope=0.9)
    assert judge(RungName.SEMANTIC, sure, 0.6).in_scope == 0.95
    assert judge(RungName.SEMANTIC, silent, 0.6).in_scope == 0.9
    assert judge(RungName.RULES, evidence(0.9), 0.7).in_scope is None
