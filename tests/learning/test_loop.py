"""The whole loop on real parts: paid rescue, suggestion, replay, approval, free answer, measured saving, taken back."""

from __future__ import annotations

from tests.learning.rescued import ARRIVAL, LATE, open_desk
from understudy.channels.service import Taken
from understudy.conversations.domain import ContactRef, IdentityKind, Inbound
from understudy.infra.system import utc_now
from understudy.learning.deciding.domain import Choice
from understudy.learning.domain import Status
from understudy.learning.savings.domain import Grouping, months_of
from understudy.wiring.product import Product


async def test_a_paid_rescue_becomes_a_free_answer_whose_saving_is_measured(product: Product) -> None:
    desk = await open_desk(product)
    services, company_id = product.learning.deciding, desk.company_id
    for text in LATE:
        await desk.rescue(text)
    await desk.learn()
    (keywords,) = [one for one in await desk.suggestions() if one.proposal.issue.value == "add_keywords"]
    gated = await services.gating.examine(company_id, keywords.id)
    assert gated.backtest
    assert gated.backtest.counted.newly_caught == len(LATE)
    assert (gated.status, gated.backtest.wrong) == (Status.PENDING, ())
    (came,) = await services.deciding.approve_many(desk.seeded.principal, [Choice(gated.id, gated.revision)])
    assert came.suggestion, came.error
    assert came.suggestion.applied_version
    (follow,) = await product.templates.following.list(company_id)
    await product.templates.heads.fit(follow.template.id, came.suggestion.applied_version)
    product.templates.matchers.on_template_change(str(follow.template.id))
    await product.templates.matchers.settle()

    async def ask(text: str, who: str) -> Taken:
        contact = ContactRef(IdentityKind.EXTERNAL, who)
        return await product.channels.take(company_id, Inbound("api", f"m-{who}", contact, text))

    for number, text in enumerate(LATE):
        taken = await ask(text, f"late-{number}")
        assert taken.answer.decision
        assert taken.answer.decision.choice.answered_by == ARRIVAL
        assert taken.answer.decision.spending.cost_micros == 0
    await services.watch.measure_all()
    track = (await services.deciding.tracks(company_id, [gated.id]))[gated.id]
    assert track.uses > 0
    assert track.saved_micros > 0
    (line,) = await services.savings.table(company_id, months_of(None, None, utc_now()), by=Grouping.SUGGESTION)
    assert (line.calls, line.saved_micros) == (track.uses, track.saved_micros)
    reverted = await services.deciding.revert(desk.seeded.principal, Choice(gated.id))
    assert reverted.status is Status.REVERTED
