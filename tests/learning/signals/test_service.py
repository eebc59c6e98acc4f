"""Judgements over the whole product: thumbs, corrections, re-asks, hand-overs, operators; once, and for one company."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.seeding import Seeded, seed_company
from tests.waiting import until
from understudy import worker
from understudy.answering.personal import AnsweringRecords
from understudy.channels.service import Taken
from understudy.companies.domain import Principal
from understudy.conversations.domain import ContactRef, Inbound
from understudy.conversations.feedback.domain import Given, NewCorrection
from understudy.conversations.handover import OperatorReply
from understudy.conversations.people import Contacts
from understudy.conversations.settings import ConversationSettings
from understudy.evaluation.domain import Truth
from understudy.infra.system import new_id, utc_now
from understudy.learning.signals.domain import SETTLED_AFTER, Signal, Standing
from understudy.learning.signals.jobs import judge_answers
from understudy.learning.signals.known import Standings
from understudy.learning.signals.personal import SignalRecords
from understudy.wiring.product import Product

ARRIVAL, LOST = "scenario:Small bank/card_arrival", "scenario:Small bank/lost_card"
ASKED = "where is my card"


@pytest.fixture
async def seeded(product: Product) -> Seeded:
    return await seed_company(product)


class Desk:
    """Says things to a company, and looks at what is judged."""

    def __init__(self, product: Product, seeded: Seeded) -> None:
        self.product = product
        self.seeded = seeded

    async def say(self, text: str = ASKED, who: str = "ann", kind: str = "external") -> Taken:
        inbound = Inbound("api", str(new_id()), ContactRef(kind, who), text)
        return await self.product.channels.take(self.seeded.company.id, inbound)

    async def operator(self, taken: Taken, text: str) -> UUID:
        talk = taken.message.conversation_id
        return (await self.product.handover.reply(self.seeded.principal, talk, OperatorReply(text))).id

    async def sweep(self) -> int:
        return await judge_answers(self.product.learning.signals.signals, self.product.learning.signals.marks)

    async def judged(self, taken: Taken) -> dict[Signal, bool]:
        async with self.product.database.transaction(self.seeded.company.id) as tx:
            rows = await tx.raw.execute(
                "SELECT signal, is_right FROM judgement WHERE message_id = %s", (taken.message.id,)
            )
            return {Signal(signal): is_right for signal, is_right in await rows.fetchall()}

    async def known(self, *taken: Taken) -> list[Any]:
        ids = [one.message.id for one in taken]
        known = await self.product.learning.signals.known.of(self.seeded.company.id, ids)
        return [known.get(one) for one in ids]


@pytest.fixture
def desk(product: Product, seeded: Seeded) -> Desk:
    return Desk(product, seeded)


async def test_asking_again_speaks_against_the_answer_and_another_question_does_not(desk: Desk) -> None:
    first = await desk.say()
    again = await desk.say("so where is my card")
    other = await desk.say("exchange rate")
    assert await desk.sweep() == 1
    assert await desk.judged(first) == {Signal.RE_ASK: False}
    assert await desk.judged(again) == await desk.judged(other) == {}


async def test_other_contacts_do_not_ask_again(desk: Desk) -> None:
    first = await desk.say()
    await desk.say(who="bob")
    await desk.sweep()
    assert await desk.judged(first) == {}


async def test_asking_for_a_person_right_after_speaks_against_the_answer(desk: Desk) -> None:
    first = await desk.say()
    await desk.say("I want to talk to a person")
    await desk.sweep()
    assert await desk.judged(first) == {Signal.HAND_OVER: False}


async def test_looking_twice_changes_nothing_and_two_workers_share_the_work(desk: Desk) -> None:
    for who in ("ann", "bob", "cat"):
        await desk.say(who=who)
        await desk.say("that did not help", who=who)
    made = await asyncio.gather(*(desk.sweep() for _ in range(4)))
    assert sum(made) == 3
    assert await desk.sweep() == 0


async def test_what_was_there_late_is_judged_while_the_sweep_goes_back(desk: Desk) -> None:
    first = await desk.say()
    second = await desk.say("that did not help")
    assert second.answer.decision is not None
    hide = "UPDATE decision SET outcome = %s WHERE id = %s"
    assert first.answer.decision is not None
    async with desk.product.database.platform() as tx:
        await tx.raw.execute(hide, ("fell_back", first.answer.decision.id))
    await desk.say("exchange rate", who="bob")
    assert await desk.sweep() == 0
    async with desk.product.database.platform() as tx:
        await tx.raw.execute(hide, ("answered", first.answer.decision.id))
    assert await desk.sweep() == 1


async def test_what_the_anonymous_contact_does_counts_for_nothing(desk: Desk) -> None:
    first = await desk.say(kind="anonymous", who="anybody")
    await desk.say("that did not help", kind="anonymous", who="anybody")
    assert await desk.sweep() == 0
    await desk.product.learning.signals.signals.heed(desk.seeded.company.id, first.message.id)
    assert await desk.judged(first) == {}


async def test_small_talk_is_not_judged(desk: Desk) -> None:
    first = await desk.say("hello")
    await desk.say("hello")
    assert await desk.sweep() == 0
    assert await desk.judged(first) == {}


async def test_thumbs_are_judged_by_the_worker_and_follow_a_change_of_mind(desk: Desk, product: Product) -> None:
    taken = await desk.say()
    assert taken.invitation is not None
    token, feedback = taken.invitation.token, product.learning.signals.feedback

    async def becomes(expected: dict[Signal, bool]) -> None:
        async def is_so() -> bool:
            return await desk.judged(taken) == expected

        await until(is_so)

    async with worker.running(product):
        await feedback.submit(token, Given(is_helpful=True))
        await becomes({Signal.THUMBS: True})
        await feedback.submit(token, Given(rating=1))
        await becomes({Signal.THUMBS: False})
        await feedback.submit(token, Given(rating=3))
        await becomes({})
        await feedback.submit(token, Given(is_helpful=True))
        await becomes({Signal.THUMBS: True})
        await feedback.submit(token, Given())
        await becomes({})


async def test_corrections_tell_what_is_right(desk: Desk, product: Product) -> None:
    signals, company_id, principal = product.learning.signals, desk.seeded.company.id, desk.seeded.principal
    wrong, confirmed, thumbed = await desk.say(), await desk.say(who="bob"), await desk.say(who="cat")
    untouched = await desk.say(who="dan")
    assert thumbed.invitation is not None
    await signals.corrections.correct(principal, wrong.message.id, NewCorrection(is_right=False, right_key=LOST))
    await signals.corrections.correct(principal, confirmed.message.id, NewCorrection(is_right=True))
    await signals.feedback.submit(thumbed.invitation.token, Given(is_helpful=False))
    for one in (wrong, confirmed, thumbed, untouched):
        await signals.signals.heed(company_id, one.message.id)
    assert await desk.judged(wrong) == {Signal.CORRECTION: False}
    assert await desk.judged(confirmed) == {Signal.CORRECTION: True}
    corrected, right, down, nothing = await desk.known(wrong, confirmed, thumbed, untouched)
    assert (corrected.expected, corrected.truth, corrected.wrong) == (LOST, Truth.CORRECTED, {ARRIVAL})
    assert (right.expected, right.truth) == (ARRIVAL, Truth.CONFIRMED)
    assert (down.expected, down.truth, down.wrong) == (None, Truth.UNKNOWN, {ARRIVAL})
    assert nothing is None


async def test_a_person_who_says_the_same_confirms_and_another_answer_contradicts(desk: Desk, product: Product) -> None:
    same, greeted = await desk.say(), await desk.say(who="bob")
    assert same.answer.reply is not None
    company_id, compare = desk.seeded.company.id, product.learning.signals.signals.compare
    await compare(company_id, await desk.operator(same, same.answer.reply.text))
    assert await desk.judged(same) == {Signal.OPERATOR: True}
    await compare(company_id, await desk.operator(greeted, "Good morning, Ann here!"))
    assert await desk.judged(greeted) == {}
    asked = await desk.say(who="cat")
    await desk.say("I want to talk to a person", who="cat")
    await compare(company_id, await desk.operator(asked, "My colleague sees where my your card is, wait"))
    assert (await desk.judged(asked)).get(Signal.OPERATOR) is False


async def test_only_a_persons_first_words_after_an_answer_are_compared(desk: Desk, product: Product) -> None:
    taken = await desk.say()
    assert taken.answer.reply is not None
    await desk.operator(taken, "Good morning, Ann here!")
    second = await desk.operator(taken, taken.answer.reply.text)
    await product.learning.signals.signals.compare(desk.seeded.company.id, second)
    assert await desk.judged(taken) == {}


async def test_how_an_answer_stands(desk: Desk, product: Product) -> None:
    quiet = await desk.say()
    loud = await desk.say(who="bob")
    await desk.say("that did not help", who="bob")
    await desk.sweep()
    decisions = [one.answer.decision.id for one in (quiet, loud) if one.answer.decision]
    now = product.learning.signals.standings
    later = Standings(database=product.database, clock=lambda: utc_now() + SETTLED_AFTER + timedelta(minutes=1))
    company_id = desk.seeded.company.id
    assert await now.of(company_id, decisions) == {decisions[1]: False}
    assert await later.of(company_id, decisions) == {decisions[0]: True, decisions[1]: False}
    assert (await later.all(company_id, decisions))[decisions[0]] == Standing(True, Signal.SILENCE)


async def test_nothing_of_another_company_is_seen_or_judged(desk: Desk, product: Product) -> None:
    other = Desk(product, await seed_company(product, slug="other-bank"))
    mine, theirs = await desk.say(), await other.say()
    await other.say("that did not help")
    assert await desk.sweep() == 1
    assert await desk.judged(mine) == await desk.judged(theirs) == {}
    assert await other.judged(theirs) == {Signal.RE_ASK: False}
    assert theirs.answer.decision is not None
    assert await product.learning.signals.standings.of(desk.seeded.company.id, [theirs.answer.decision.id]) == {}
    await product.learning.signals.signals.heed(desk.seeded.company.id, theirs.message.id)


async def test_judgements_are_exported_and_erased_with_the_contact(desk: Desk, product: Product) -> None:
    first = await desk.say()
    await desk.say("that did not help")
    await desk.sweep()
    principal: Principal = desk.seeded.principal
    exported = await product.contacts.export(principal, first.message.contact_id)
    assert [row["signal"] for row in exported["judgement"]] == ["re_ask"]
    erased = await product.contacts.erase(principal, first.message.contact_id)
    assert erased["judgement"] == 1
    assert await desk.judged(first) == {}


async def test_all_of_it_goes_with_old_messages(desk: Desk, product: Product) -> None:
    first = await desk.say()
    await desk.say("that did not help")
    await desk.sweep()
    assert first.invitation is not None
    await product.learning.signals.feedback.submit(first.invitation.token, Given(is_helpful=False))
    await product.learning.signals.corrections.correct(
        desk.seeded.principal, first.message.id, NewCorrection(is_right=False, right_key=LOST)
    )
    in_a_year = Contacts(
        database=product.database,
        outbox=product.outbox,
        audit=product.audit,
        clock=lambda: utc_now() + timedelta(days=400),
        registry=(SignalRecords(), AnsweringRecords()),
    )
    await in_a_year.forget_old(desk.seeded.company.id, ConversationSettings(retention_days=365))
    async with product.database.platform() as tx:
        for table in ("feedback", "correction", "judgement", "decision"):
            assert await (await tx.raw.execute(f"SELECT count(*) FROM {table}")).fetchone() == (0,), table
