"""24: hand-over swallowed (Chatwoot #13178, #13881): a typed field; the customer always gets a line.

Elsewhere a model asked for a person with a magic word in its text, which was lost, or shown to the customer.
"""

from __future__ import annotations

import pytest

from tests.answering.conftest import bank
from tests.answering.paid_side import ScriptedModel, answer, writes
from tests.answering.test_llm_rung import ODD, Paying, paid, paying, said
from tests.answering.test_service import inbound, made, rows
from understudy.answering.decision.case import Wish
from understudy.answering.paid import EscalationReason
from understudy.companies.domain import Company
from understudy.conversations.domain import ConversationState
from understudy.wiring.product import Product

__all__ = ["bank", "paying"]


@pytest.mark.parametrize("sure", [0.9, 0.05])
async def test_that_a_person_is_needed_is_a_typed_field(
    product: Product, bank: Company, paying: Paying, sure: float
) -> None:
    model = ScriptedModel(answer("person", escalation="system_access", confidence=sure))
    taken = await paying(model).take(bank.id, inbound(ODD), wish=Wish(0.8))
    assert taken.answer.state is ConversationState.WAITING_FOR_PERSON
    assert said(taken)
    assert made(taken).choice.answered_by == "llm:system_access"
    assert paid(taken).escalation is EscalationReason.SYSTEM_ACCESS
    ((kind, reason),) = await rows(product, bank, "SELECT kind, fields->>'escalation_reason' FROM escalation")
    assert (kind, reason) == ("transfer", "system_access")


async def test_a_magic_word_hands_nobody_over(bank: Company, paying: Paying) -> None:
    taken = await paying(ScriptedModel(writes("ESCALATE: person needed", "card_arrival"))).take(bank.id, inbound(ODD))
    assert taken.answer.state is ConversationState.OPEN
