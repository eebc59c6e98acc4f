"""Applied suggestions measured on real messages: what they answered, what it saved, and when they have to go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.learning.suggesting import Loop, suggest
from tests.seeding import Seeded
from understudy.channels.service import Taken
from understudy.conversations.domain import ContactRef, IdentityKind, Inbound
from understudy.infra.system import utc_now
from understudy.learning.deciding.domain import Approval, Choice
from understudy.learning.domain import Status
from understudy.learning.editing import Edit, ScenarioEdit
from understudy.learning.savings.domain import Grouping, months_of
from understudy.learning.watch import watching
from understudy.learning.watch.domain import Track
from understudy.monitoring.domain import Code, NoticeQuery
from understudy.wiring.product import Product

TEXT = "parcel status please"


async def say(product: Product, seeded: Seeded, text: str, contact: str, number: int) -> Taken:
    who = ContactRef(IdentityKind.EXTERNAL, contact, contact.title())
    return await product.channels.take(seeded.company.id, Inbound("api", f"m-{contact}-{number}", who, text))


async def served(product: Product, seeded: Seeded) -> None:
    """Waits until what was changed answers."""
    product.templates.matchers.on_company_change(str(seeded.company.id))
    await product.templates.matchers.settle()


async def apply(product: Product, seeded: Seeded, loop: Loop, template_id: UUID, **more: object) -> UUID:
    """A suggestion that is applied, over the company's overlay, so that it answers at once."""
    edit = Edit(template_id, True, (ScenarioEdit("card_arrival", triggers=(TEXT,)),))
    one = await suggest(product, seeded.company.id, edit, **more)
    await loop.services.deciding.approve(seeded.principal, Approval(Choice(one), is_forced=True))
    await served(product, seeded)
    return one


async def ask(product: Product, seeded: Seeded, count: int, *, contact: str = "") -> list[UUID]:
    """The decisions about so many messages, each of another contact unless one is named."""
    found = []
    for number in range(count):
        taken = await say(product, seeded, TEXT, contact or f"contact-{number}", number)
        assert taken.answer.decision
        assert taken.answer.decision.choice.answered_by == "scenario:Small bank/card_arrival"
        found.append(taken.answer.decision.id)
    return found


async def track_of(loop: Loop, seeded: Seeded, one: UUID) -> Track:
    return (await loop.services.deciding.tracks(seeded.company.id, [one]))[one]


async def recount(product: Product, seeded: Seeded) -> tuple[int, int]:
    """Answers that rest on the learnt text and what they saved, counted from the decisions themselves."""
    query = (
        "SELECT count(*), coalesce(sum(greatest(0, counterfactual_micros - cost_micros)), 0) FROM decision "
        "WHERE answered_by = 'scenario:Small bank/card_arrival' AND rungs -> -1 -> 'best' ->> 'matched' = %s"
    )
    async with product.database.transaction(seeded.company.id) as tx:
        row = await (await tx.raw.execute(query, (TEXT,))).fetchone()
    assert row
    return int(row[0]), int(row[1])


async def test_answers_that_rest_on_it_are_its_uses(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await apply(product, seeded, loop, template_id)
    await ask(product, seeded, 5)
    await say(product, seeded, "where is my card", "zoe", 1)
    await loop.services.watch.measure_all()
    await loop.services.watch.measure_all()
    track = await track_of(loop, seeded, one)
    assert (track.uses, track.saved_micros) == await recount(product, seeded)
    assert track.uses == 5
    assert track.saved_micros > 0


async def test_the_ledger_equals_an_independent_recount(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await apply(product, seeded, loop, template_id, cost_micros=700)
    await ask(product, seeded, 7)
    await loop.services.watch.measure_all()
    calls, saved = await recount(product, seeded)
    months = months_of(None, None, utc_now())
    savings = loop.services.savings
    for by, key in (
        (Grouping.SUGGESTION, str(one)),
        (Grouping.TEMPLATE, str(template_id)),
        (Grouping.MONTH, f"{utc_now():%Y-%m}"),
    ):
        (line,) = await savings.table(seeded.company.id, months, by=by)
        assert (line.key, line.calls, line.saved_micros) == (key, calls, saved)
    (line,) = await savings.table(seeded.company.id, months, by=Grouping.SUGGESTION)
    assert line.net_micros == saved - 700
    bill = await savings.bill(seeded.company.id, months)
    assert len(bill) == 6
    assert bill[-1].without_micros - bill[-1].spent_micros == saved


async def test_late_decisions_are_counted_once(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await apply(product, seeded, loop, template_id)
    monkeypatch.setattr(watching, "BATCH", 2)
    for round_ in range(3):
        await ask(product, seeded, round_ + 1, contact=f"round-{round_}")
        await loop.services.watch.measure_all()
    assert (await track_of(loop, seeded, one)).uses == (await recount(product, seeded))[0] == 6


async def test_a_harmful_one_that_was_forced_through_is_demoted_within_fifty_judged_uses(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await apply(product, seeded, loop, template_id, status=Status.HELD)
    decisions = await ask(product, seeded, 50)
    judged = 0
    for decision_id in decisions:
        loop.told.known[decision_id] = False
        judged += 1
        if await loop.services.watch.measure(seeded.company.id):
            break
    assert judged == 3
    shown = await loop.services.deciding.show(seeded.company.id, one)
    assert shown.suggestion.status is Status.REVERTED
    assert shown.suggestion.decided
    assert shown.suggestion.decided.reason == "demoted: 0 of 3 judged right, and the floor is 0.85"
    await served(product, seeded)
    taken = await say(product, seeded, TEXT, "zoe", 99)
    assert taken.answer.decision
    assert taken.answer.decision.choice.answered_by != "scenario:Small bank/card_arrival"
    again = await loop.services.deciding.propose_again(seeded.principal, Choice(one))
    assert again.status is Status.COLLECTING


async def test_people_are_told(product: Product, seeded: Seeded, loop: Loop, template_id: UUID) -> None:
    await apply(product, seeded, loop, template_id)
    for decision_id in await ask(product, seeded, 3):
        loop.told.known[decision_id] = False
    assert await loop.services.watch.measure_all() == 1
    async with product.database.lookup() as tx:
        row = await (await tx.raw.execute("SELECT id, kind, payload FROM outbox")).fetchall()
    (event_id, kind, payload) = next(found for found in row if found[1] == "SuggestionDemoted")
    assert kind == "SuggestionDemoted"
    hear = next(job for job in product.job_kinds if job.name == "notices.on_suggestion_demoted")
    await hear.run(event_id=str(event_id), **payload)
    (notice,) = await product.notices.notices.list(seeded.company.id, NoticeQuery(code=Code.SUGGESTION_DEMOTED))
    assert notice.title == "What was learnt about card_arrival was taken back"
    assert "Of 3 of its answers that were judged, 0 were right" in notice.text


async def test_one_contact_can_never_have_it_demoted(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await apply(product, seeded, loop, template_id)
    for decision_id in await ask(product, seeded, 12, contact="angry"):
        loop.told.known[decision_id] = False
    assert await loop.services.watch.measure_all() == 0
    track = await track_of(loop, seeded, one)
    assert (track.uses, track.right, track.wrong) == (12, 0, 1)


async def test_a_judgement_that_changes_counts_as_it_is_now(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await apply(product, seeded, loop, template_id)
    decisions = await ask(product, seeded, 2)
    loop.told.known = dict.fromkeys(decisions, False)
    await loop.services.watch.measure_all()
    loop.told.known = {decisions[0]: True}
    await loop.services.watch.measure_all()
    track = await track_of(loop, seeded, one)
    assert (track.right, track.wrong) == (1, 0)
    (line,) = await loop.services.savings.table(
        seeded.company.id, months_of(None, None, utc_now()), by=Grouping.SUGGESTION
    )
    assert (line.right, line.wrong) == (1, 0)


async def test_what_was_judged_before_it_was_taken_back_does_not_count_again(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await apply(product, seeded, loop, template_id)
    loop.told.known = dict.fromkeys(await ask(product, seeded, 3), False)
    assert await loop.services.watch.measure_all() == 1
    deciding = loop.services.deciding
    await deciding.propose_again(seeded.principal, Choice(one))
    await deciding.approve(seeded.principal, Approval(Choice(one), is_forced=True))
    assert await loop.services.watch.measure_all() == 0
    assert (await track_of(loop, seeded, one)).uses == 0


async def test_an_erased_contact_is_forgotten_and_the_sum_stays(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await apply(product, seeded, loop, template_id)
    (decision_id,) = await ask(product, seeded, 1, contact="ann")
    await loop.services.watch.measure_all()
    before = await track_of(loop, seeded, one)
    async with product.database.transaction(seeded.company.id) as tx:
        row = await (await tx.raw.execute("SELECT contact_id FROM suggestion_use")).fetchone()
    assert row
    await product.contacts.erase(seeded.principal, row[0])
    async with product.database.transaction(seeded.company.id) as tx:
        rows = await (await tx.raw.execute("SELECT decision_id, contact_id FROM suggestion_use")).fetchall()
    assert rows == [(decision_id, None)]
    await loop.services.watch.measure_all()
    assert await track_of(loop, seeded, one) == before


async def test_old_uses_are_forgotten_and_their_months_stay(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await apply(product, seeded, loop, template_id)
    await ask(product, seeded, 3)
    await loop.services.watch.measure_all()
    long_ago = datetime(utc_now().year - 2, 5, 17, tzinfo=UTC)
    async with product.database.transaction(seeded.company.id) as tx:
        await tx.raw.execute("UPDATE suggestion_use SET at = %s", (long_ago,))
    assert await loop.services.watch.forget() == 3
    (line,) = await loop.services.savings.table(
        seeded.company.id, months_of(None, None, utc_now()), by=Grouping.SUGGESTION
    )
    assert (line.key, line.calls) == (str(one), 3)


async def test_an_archived_company_is_not_measured(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    await apply(product, seeded, loop, template_id)
    await product.companies.archive(seeded.principal, seeded.company.id)
    assert await loop.services.watch.measure_all() == 0


def test_the_mark_goes_back_a_little() -> None:
    at = utc_now()
    from_id = UUID(int=int(at.timestamp() * 1000) << 80)
    gone = (from_id.int - watching.before(from_id).int) >> 80
    assert timedelta(milliseconds=gone) >= timedelta(milliseconds=watching.OVERLAP_MILLIS - 1)
