"""Past traffic under other content and settings: at once, and in parts as jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.evaluation.conftest import ARRIVAL, FREE, LOST, PAID, UNKNOWN, Traffic, with_trigger
from tests.waiting import until
from understudy import worker
from understudy.answering.domain import RungName
from understudy.companies.domain import Company, Principal
from understudy.evaluation.domain import Effect, ReplayNotFound, Tally, Truth
from understudy.evaluation.golden.domain import NewCase
from understudy.evaluation.ports import Known
from understudy.evaluation.replaying.domain import Candidate, ContentMoved, ListQuery, ReplayEnded, ReplayRun, RunStatus
from understudy.evaluation.replaying.service import ABANDONED_AFTER, FORGOTTEN_AFTER, Replays, Tools
from understudy.evaluation.replaying.trying import Trying
from understudy.infra.system import elapsed, new_id, utc_now
from understudy.kit.errors import Invalid
from understudy.templates.domain import Overlay, OverlayChange, OverlayKind

GREEDY = with_trigger("card_lost", "plastic", "umbrellas")
RIGHT = with_trigger("card_arrival", "postman never brings")


def tried(traffic: Traffic, template: object = RIGHT, **thresholds: float) -> Candidate:
    return Candidate(traffic.template_id, template, None, thresholds)  # type: ignore[arg-type]


@pytest.fixture
def replays(traffic: Traffic) -> Replays:
    return traffic.product.learning.evaluation.replays


async def test_a_backtest_counts_what_would_have_been_free(replays: Replays, traffic: Traffic) -> None:
    await traffic.said(FREE, UNKNOWN, "hello")
    await traffic.paid(PAID, cost_micros=120)
    report = await replays.backtest(traffic.company.id, tried(traffic), days=30)
    assert report.tally == Tally(messages=4, newly_caught=1, still_paid=1, saving_micros=120)
    (caught,) = report.changed
    assert (caught.recorded.text, caught.before.key, caught.after.key) == (PAID, None, ARRIVAL)
    assert (caught.after.rung, caught.recorded.truth) == (RungName.RULES, Truth.PAID)
    assert report.wrong == ()
    assert report.saving_low_micros <= report.saving_month_micros <= report.saving_high_micros
    assert report.saving_month_micros == round(120 * 30.44)
    assert "bank@1" in report.base_version
    assert (await traffic.say(PAID)).answer.decision.choice.answered_by != ARRIVAL  # type: ignore[union-attr]


async def test_what_contradicts_the_paid_answer_and_the_golden_set_is_named(replays: Replays, traffic: Traffic) -> None:
    await traffic.paid(PAID)
    await traffic.product.learning.evaluation.golden.add(
        traffic.principal, [NewCase(UNKNOWN, None), NewCase("how do I freeze my card", "freeze_card")]
    )
    report = await replays.backtest(traffic.company.id, tried(traffic, GREEDY), days=30)
    assert (report.tally.messages, report.golden, report.tally.newly_wrong) == (1, 2, 2)
    assert [(one.recorded.text, one.recorded.truth, one.after.key) for one in report.wrong] == [
        (UNKNOWN, Truth.GOLDEN, LOST),
        (PAID, Truth.PAID, LOST),
    ]


async def test_thresholds_are_tried_without_touching_any(replays: Replays, traffic: Traffic) -> None:
    await traffic.said(FREE)
    report = await replays.backtest(traffic.company.id, Candidate(thresholds={"rules": 1.0}), days=30)
    assert report.tally == Tally(messages=1)
    said = (await traffic.say("so where is my card please tell me now")).message
    before = await replays.backtest(traffic.company.id, Candidate(thresholds={"rules": 0.1}), days=30)
    assert before.tally.messages == 2
    report = await replays.backtest(traffic.company.id, Candidate(thresholds={"rules": 1.0, "semantic": 1.0}), days=30)
    assert (report.tally.lost, report.tally.still_paid) == (1, 1)
    assert [one.recorded.id for one in report.changed] == [said.id]
    assert report.tally.saving_micros < 0


async def test_an_overlay_is_tried(replays: Replays, traffic: Traffic) -> None:
    await traffic.said(FREE)
    hidden = Overlay((OverlayChange(OverlayKind.HIDE, "card_arrival"),))
    report = await replays.backtest(traffic.company.id, Candidate(traffic.template_id, overlay=hidden), days=30)
    assert [one.effect for one in report.changed] == [Effect.LOST]


@pytest.mark.parametrize(
    ("candidate", "days", "at_most"),
    [
        (Candidate(thresholds={"llm": 0.5}), 30, 100),
        (Candidate(thresholds={"rules": 1.5}), 30, 100),
        (Candidate(thresholds={"rules": float("nan")}), 30, 100),
        (Candidate(), 0, 100),
        (Candidate(), 366, 100),
        (Candidate(), 30, 0),
        (Candidate(), 30, 10**6),
    ],
)
async def test_numbers_that_cannot_be(
    replays: Replays, traffic: Traffic, candidate: Candidate, days: int, at_most: int
) -> None:
    with pytest.raises(Invalid):
        await replays.backtest(traffic.company.id, candidate, days=days, at_most=at_most)


async def test_the_newest_messages_are_taken_and_chosen_ones_left_out(replays: Replays, traffic: Traffic) -> None:
    await traffic.said("block it")  # two scenarios fit: it asks back
    await traffic.said("freeze card")  # the choice, which is read against what was offered
    older = await traffic.said(FREE, UNKNOWN, who="bob")
    newest = await traffic.paid(PAID, who="bob")
    report = await replays.backtest(traffic.company.id, tried(traffic), days=30, at_most=2)
    assert report.tally.messages == 2
    assert [one.recorded.id for one in report.changed] == [newest[0].id]
    whole = await replays.backtest(traffic.company.id, tried(traffic), days=30)
    assert whole.tally.messages in (1 + len(older) + len(newest), 2 + len(older) + len(newest))


async def test_a_message_without_an_embedding_gets_one(replays: Replays, traffic: Traffic) -> None:
    await traffic.product.templates.heads.fit(traffic.template_id, 1)
    matchers = traffic.product.templates.matchers
    matchers.on_template_change("*")
    await matchers.settle()
    await traffic.said("my new card is not here yet")
    async with traffic.product.database.transaction(traffic.company.id) as tx:
        await tx.raw.execute("DELETE FROM message_embedding")
    report = await replays.backtest(traffic.company.id, Candidate(thresholds={"semantic": 1.0}), days=30)
    assert [(one.before.rung, one.after.key) for one in report.changed] == [(RungName.SEMANTIC, None)]


class Somebody:
    """Knows what was wrong and right."""

    def __init__(self, known: Mapping[UUID, Known]) -> None:
        self._known = known

    async def of(self, company_id: UUID, message_ids: Sequence[UUID]) -> Mapping[UUID, Known]:
        return {one: self._known[one] for one in message_ids if one in self._known}


def knowing(traffic: Traffic, known: Mapping[UUID, Known]) -> Replays:
    of_product = traffic.product.learning.evaluation.replays.trying
    trying = Trying(database=traffic.product.database, around=replace(of_product.around, truths=Somebody(known)))
    tools = Tools(traffic.product.audit, traffic.product.jobs, utc_now, elapsed, new_id)
    return Replays(database=traffic.product.database, trying=trying, tools=tools)


async def test_what_people_know_goes_before_what_was_paid(traffic: Traffic) -> None:
    (paid,) = await traffic.paid(PAID)
    (free,) = await traffic.said(FREE)
    right = {paid.id: Known(LOST, Truth.CORRECTED, frozenset())}
    report = await knowing(traffic, right).backtest(traffic.company.id, tried(traffic), days=30)
    assert [(one.recorded.expected, one.recorded.truth) for one in report.wrong] == [(LOST, Truth.CORRECTED)]
    wrong = {
        paid.id: Known(None, Truth.UNKNOWN, frozenset({ARRIVAL})),
        free.id: Known(None, Truth.UNKNOWN, frozenset({ARRIVAL})),
    }
    report = await knowing(traffic, wrong).backtest(traffic.company.id, tried(traffic), days=30)
    assert [one.recorded.id for one in report.wrong] == [paid.id]
    mended = Candidate(thresholds={"rules": 1.0, "semantic": 1.0, "company_qa": 1.0})
    moved = await knowing(traffic, wrong).backtest(traffic.company.id, mended, days=30)
    assert moved.tally.newly_wrong == 0


async def test_another_company_s_messages_are_never_read(
    replays: Replays, traffic: Traffic, other_company: Company
) -> None:
    await traffic.said(FREE)
    report = await replays.backtest(other_company.id, Candidate(), days=30)
    assert report.tally == Tally()
    run = await replays.start(traffic.principal, tried(traffic), days=30)
    stranger = Principal("other", other_company.id, traffic.principal.permissions)
    for attempt in (
        replays.show(other_company.id, run.id),
        replays.messages(other_company.id, run.id, ListQuery()),
        replays.cancel(stranger, run.id),
        replays.run_part(other_company.id, run.id, 1),
    ):
        with pytest.raises(ReplayNotFound):
            await attempt
    assert await replays.list(other_company.id) == []


async def test_progress_is_told(replays: Replays, traffic: Traffic) -> None:
    await traffic.said(FREE, UNKNOWN)
    told: list[tuple[int, int]] = []
    await replays.backtest(
        traffic.company.id, tried(traffic), days=30, progress=lambda done, total: told.append((done, total))
    )
    assert told[-1] == (2, 2)


async def run_all(replays: Replays, run: ReplayRun, parts: int) -> ReplayRun:
    for number in range(1, parts + 1):
        await replays.run_part(run.company_id, run.id, number)
    return await replays.show(run.company_id, run.id)


async def test_parts_come_to_what_one_call_does(traffic: Traffic) -> None:
    replays = traffic.replays(part=3)
    await traffic.said(*([FREE, UNKNOWN] * 4))
    await traffic.paid(PAID, PAID, PAID, who="bob")
    await traffic.product.learning.evaluation.golden.add(traffic.principal, [NewCase(UNKNOWN, None)])
    whole = await replays.backtest(traffic.company.id, tried(traffic, GREEDY), days=30)
    run = await replays.start(traffic.principal, tried(traffic, GREEDY), days=30)
    assert (run.status, run.total, run.done) == (RunStatus.RUNNING, 11, 0)
    done = await run_all(replays, run, parts=5)
    assert (done.status, done.done, done.tally, done.golden) == (RunStatus.DONE, 11, whole.tally, whole.golden)
    assert done.saving_month_micros == whole.saving_month_micros
    assert done.finished_at is not None
    listed = await replays.messages(traffic.company.id, run.id, ListQuery(limit=200))
    assert {one.id for one in listed} == {one.recorded.id for one in (*whole.changed, *whole.wrong)}
    wrong = await replays.messages(traffic.company.id, run.id, ListQuery(only_wrong=True, limit=200))
    assert {one.text for one in wrong} == {PAID, UNKNOWN}
    assert all(one.text for one in listed)
    page = await replays.messages(traffic.company.id, run.id, ListQuery(after=listed[1].id, limit=2))
    assert [one.id for one in page] == [one.id for one in listed[2:4]]


async def test_a_part_that_runs_again_counts_once(traffic: Traffic) -> None:
    replays = traffic.replays(part=2)
    await traffic.paid(PAID, PAID, PAID)
    run = await replays.start(traffic.principal, tried(traffic), days=30)
    for number in (2, 2, 3, 1, 2, 3, 1):
        await replays.run_part(traffic.company.id, run.id, number)
    done = await replays.show(traffic.company.id, run.id)
    assert (done.status, done.done, done.tally.newly_caught) == (RunStatus.DONE, 3, 3)


async def test_workers_run_it(traffic: Traffic) -> None:
    await traffic.paid(PAID)
    replays = traffic.product.learning.evaluation.replays
    run = await replays.start(traffic.principal, tried(traffic), days=30)

    async def is_done() -> bool:
        return (await replays.show(traffic.company.id, run.id)).status is RunStatus.DONE

    async with worker.running(traffic.product):
        await until(is_done)
    assert (await replays.show(traffic.company.id, run.id)).tally.newly_caught == 1
    assert [one.id for one in await replays.list(traffic.company.id)] == [run.id]


async def test_it_is_cancelled_and_stays_so(traffic: Traffic) -> None:
    replays = traffic.replays(part=2)
    await traffic.paid(PAID, PAID, PAID)
    run = await replays.start(traffic.principal, tried(traffic), days=30)
    await replays.run_part(traffic.company.id, run.id, 2)
    cancelled = await replays.cancel(traffic.principal, run.id)
    assert (cancelled.status, cancelled.done) == (RunStatus.CANCELLED, 2)
    ended = await run_all(replays, run, parts=3)
    assert (ended.status, ended.done, ended.tally.newly_caught) == (RunStatus.CANCELLED, 2, 2)
    with pytest.raises(ReplayEnded):
        await replays.cancel(traffic.principal, run.id)


async def test_content_that_moves_meanwhile_ends_it(traffic: Traffic) -> None:
    replays = traffic.replays(part=2)
    await traffic.paid(PAID, PAID, PAID)
    run = await replays.start(traffic.principal, tried(traffic), days=30)
    await traffic.product.companies.change_settings(
        traffic.principal, traffic.company.id, {"ladder": {"thresholds": {"rules": 0.71}}}
    )
    traffic.product.companies.forget("*")
    with pytest.raises(ContentMoved):
        await replays.run_part(traffic.company.id, run.id, 1)
    failed = await replays.show(traffic.company.id, run.id)
    assert failed.status is RunStatus.FAILED
    assert "changed meanwhile" in (failed.error or "")


async def test_a_window_without_messages_is_done_with_its_golden_cases(traffic: Traffic) -> None:
    replays = traffic.product.learning.evaluation.replays
    run = await replays.start(traffic.principal, tried(traffic), days=30)
    done = await run_all(replays, run, parts=1)
    assert (done.status, done.total, done.tally) == (RunStatus.DONE, 0, Tally())


async def test_what_no_worker_comes_to_fails_and_old_ones_are_forgotten(traffic: Traffic) -> None:
    run = await traffic.product.learning.evaluation.replays.start(traffic.principal, tried(traffic), days=30)
    of_product = traffic.product.learning.evaluation.replays

    def later(by: timedelta) -> Replays:
        tools = Tools(traffic.product.audit, traffic.product.jobs, lambda: utc_now() + by, elapsed, new_id)
        return Replays(database=traffic.product.database, trying=of_product.trying, tools=tools)

    assert await of_product.tend() == 0
    assert await later(ABANDONED_AFTER + timedelta(minutes=1)).tend() == 1
    assert (await of_product.show(traffic.company.id, run.id)).status is RunStatus.FAILED
    await later(ABANDONED_AFTER + FORGOTTEN_AFTER + timedelta(hours=1)).tend()
    with pytest.raises(ReplayNotFound):
        await of_product.show(traffic.company.id, run.id)


async def test_erased_contacts_leave_the_lists(traffic: Traffic) -> None:
    replays = traffic.replays(part=2)
    (paid,) = await traffic.paid(PAID, who="ann")
    await traffic.paid(PAID, who="bob")
    run = await replays.start(traffic.principal, tried(traffic), days=30)
    await run_all(replays, run, parts=2)
    assert len(await replays.messages(traffic.company.id, run.id, ListQuery())) == 2
    exported = await traffic.product.contacts.export(traffic.principal, paid.contact_id)
    assert [row["message_id"] for row in exported["replay_message"]] == [str(paid.id)]
    await traffic.product.contacts.erase(traffic.principal, paid.contact_id)
    assert len(await replays.messages(traffic.company.id, run.id, ListQuery())) == 1


async def test_a_template_that_nobody_follows_is_tried_as_well(replays: Replays, traffic: Traffic) -> None:
    await traffic.paid(PAID)
    other = replace(RIGHT, name="Another")
    report = await replays.backtest(traffic.company.id, Candidate(uuid4(), other), days=30)
    assert [one.after.key for one in report.changed] == ["scenario:Another/card_arrival"]
