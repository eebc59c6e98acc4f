"""Feedback and corrections over the database: one for each, changeable, erased with the contact."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tests.seeding import Seeded, seed_company
from understudy.channels.service import Taken
from understudy.companies.domain import Company, NotAllowed, Principal
from understudy.conversations.domain import ContactRef, Inbound, MessageNotFound
from understudy.conversations.feedback.domain import (
    MOST_CHANGES,
    Category,
    Given,
    InvalidFeedback,
    NewCorrection,
    OpinionQuery,
    OpinionSettled,
    TokenRefused,
)
from understudy.conversations.handover import OperatorReply
from understudy.infra.system import new_id
from understudy.wiring.learning.signals import SignalServices
from understudy.wiring.product import Product

KEY = "scenario:Small bank/lost_card"


@pytest.fixture
async def seeded(product: Product) -> Seeded:
    return await seed_company(product)


@pytest.fixture
def signals(product: Product) -> SignalServices:
    return product.learning.signals


async def take(product: Product, seeded: Seeded, text: str = "where is my card", **contact: Any) -> Taken:
    reference = ContactRef(**({"kind": "external", "value": "ann"} | contact))
    return await product.channels.take(seeded.company.id, Inbound("api", str(new_id()), reference, text))


def token_of(taken: Taken) -> str:
    assert taken.invitation is not None
    return taken.invitation.token


async def opinions(signals: SignalServices, seeded: Seeded) -> list[Any]:
    return await signals.feedback.list(seeded.principal, OpinionQuery())


async def test_the_last_word_counts_and_there_is_one_for_each_reply(
    product: Product, seeded: Seeded, signals: SignalServices
) -> None:
    taken = await take(product, seeded)
    token = token_of(taken)
    await signals.feedback.submit(token, Given(is_helpful=True))
    await signals.feedback.submit(token, Given(is_helpful=False, rating=2, comment="It never came."))
    (opinion,) = await opinions(signals, seeded)
    assert taken.answer.reply is not None
    assert opinion.message_id == taken.answer.reply.id
    assert opinion.contact_id == taken.message.contact_id
    assert opinion.given == Given(False, 2, "It never came.")
    assert opinion.changes == 1
    assert opinion.changed_at > opinion.given_at
    assert await signals.feedback.submit(token, Given()) is None
    assert await opinions(signals, seeded) == []


async def test_many_at_once_leave_one(product: Product, seeded: Seeded, signals: SignalServices) -> None:
    token = token_of(await take(product, seeded))
    await asyncio.gather(*(signals.feedback.submit(token, Given(rating=1 + i % 5)) for i in range(20)))
    (opinion,) = await opinions(signals, seeded)
    assert opinion.changes == 19


async def test_who_plays_is_stopped(product: Product, seeded: Seeded, signals: SignalServices) -> None:
    token = token_of(await take(product, seeded))
    for i in range(MOST_CHANGES + 1):
        await signals.feedback.submit(token, Given(is_helpful=i % 2 == 0))
    with pytest.raises(OpinionSettled):
        await signals.feedback.submit(token, Given(is_helpful=False))
    (opinion,) = await opinions(signals, seeded)
    assert opinion.given.is_helpful


async def test_a_refusal_is_respected_and_can_be_taken_back(
    product: Product, seeded: Seeded, signals: SignalServices
) -> None:
    settings = {"feedback_prompts": "always"}
    await product.companies.change_settings(
        seeded.principal, seeded.company.id, {"learning": settings}, expected_version=seeded.company.settings_version
    )
    first = await take(product, seeded)
    assert first.invitation is not None
    assert first.invitation.asks
    await signals.feedback.submit(first.invitation.token, Given(), may_ask=False)
    assert await opinions(signals, seeded) == []
    contact = await product.contacts.show(seeded.company.id, first.message.contact_id)
    assert contact.feedback_refused_at is not None
    second = await take(product, seeded)
    assert second.invitation is not None
    assert not second.invitation.asks
    await signals.feedback.submit(second.invitation.token, Given(is_helpful=True), may_ask=True)
    third = await take(product, seeded)
    assert third.invitation is not None
    assert third.invitation.asks


async def test_only_answers_are_asked_about(product: Product, seeded: Seeded) -> None:
    settings = {"feedback_prompts": "always"}
    await product.companies.change_settings(
        seeded.principal, seeded.company.id, {"learning": settings}, expected_version=seeded.company.settings_version
    )
    asked = [await take(product, seeded, text) for text in ("where is my card", "hello", "colourless green ideas")]
    assert [one.invitation.asks for one in asked if one.invitation] == [True, False, False]


async def test_whoever_is_not_known_gets_no_invitation(product: Product, seeded: Seeded) -> None:
    assert (await take(product, seeded, kind="anonymous", value="anybody")).invitation is None


async def test_wrong_tokens_and_bad_words_keep_nothing(
    product: Product, seeded: Seeded, signals: SignalServices
) -> None:
    taken = await take(product, seeded)
    with pytest.raises(InvalidFeedback):
        await signals.feedback.submit(token_of(taken), Given(rating=9))
    with pytest.raises(TokenRefused):
        await signals.feedback.submit("A" * 64, Given(is_helpful=True))
    about_the_question = signals.feedback.invite(seeded.company.id, taken.message.id, asks=True)
    assert about_the_question is not None
    with pytest.raises(TokenRefused):
        await signals.feedback.submit(about_the_question.token, Given(is_helpful=True))
    assert await opinions(signals, seeded) == []


async def test_lists_are_filtered_and_paged(product: Product, seeded: Seeded, signals: SignalServices) -> None:
    for number, helpful in enumerate((True, False, True)):
        taken = await take(product, seeded, value=f"contact-{number}")
        comment = "so so" if number == 1 else None
        await signals.feedback.submit(token_of(taken), Given(is_helpful=helpful, comment=comment))
    everything = await opinions(signals, seeded)
    assert [one.given.is_helpful for one in everything] == [True, False, True]
    assert len(await signals.feedback.list(seeded.principal, OpinionQuery(is_helpful=True))) == 2
    (commented,) = await signals.feedback.list(seeded.principal, OpinionQuery(with_comment=True))
    assert commented.given.comment == "so so"
    rest = await signals.feedback.list(seeded.principal, OpinionQuery(before=everything[0].message_id, limit=1))
    assert rest == [everything[1]]


async def correct(signals: SignalServices, principal: Principal, message_id: UUID, **said: Any) -> Any:
    return await signals.corrections.correct(principal, message_id, NewCorrection(**({"is_right": False} | said)))


async def test_a_correction_is_about_the_question_and_the_last_one_counts(
    product: Product, seeded: Seeded, signals: SignalServices
) -> None:
    taken = await take(product, seeded)
    assert taken.answer.reply is not None
    await correct(signals, seeded.principal, taken.answer.reply.id, right_key=KEY, reason="lost, not late")
    await correct(signals, seeded.principal, taken.message.id, category=Category.NEEDS_PERSON)
    (made,) = await signals.corrections.list(seeded.principal)
    assert made.message_id == taken.message.id
    assert (made.said.right_key, made.said.category, made.corrected_by) == (None, Category.NEEDS_PERSON, "test")
    async with product.database.transaction(seeded.company.id) as tx:
        entries = await product.audit.entries(tx, action="answer.corrected")
    assert [entry.change.after["right_key"] for entry in entries] == [None, KEY]
    assert "lost, not late" not in str(entries)


async def test_what_answers_nothing_cannot_be_corrected(
    product: Product, seeded: Seeded, signals: SignalServices
) -> None:
    taken = await take(product, seeded)
    said = await product.handover.reply(
        seeded.principal, taken.message.conversation_id, OperatorReply("Ann here, can I help?")
    )
    for message_id in (said.id, new_id()):
        with pytest.raises(MessageNotFound):
            await correct(signals, seeded.principal, message_id)


async def test_other_companies_and_lesser_keys_are_refused(
    product: Product, seeded: Seeded, signals: SignalServices, other_company: Company
) -> None:
    taken = await take(product, seeded)
    stranger = Principal("test", other_company.id, seeded.principal.permissions)
    with pytest.raises(MessageNotFound):
        await correct(signals, stranger, taken.message.id)
    nobody = Principal("test", seeded.company.id, frozenset())
    with pytest.raises(NotAllowed):
        await correct(signals, nobody, taken.message.id)
    for listing in (signals.feedback.list(nobody, OpinionQuery()), signals.corrections.list(nobody)):
        with pytest.raises(NotAllowed):
            await listing


async def test_all_of_it_is_exported_and_erased_with_the_contact(
    product: Product, seeded: Seeded, signals: SignalServices
) -> None:
    taken = await take(product, seeded)
    token = token_of(taken)
    await signals.feedback.submit(token, Given(comment="Zanzibar"))
    await correct(signals, seeded.principal, taken.message.id, right_text="Zanzibar")
    exported = await product.contacts.export(seeded.principal, taken.message.contact_id)
    assert exported["feedback"][0]["comment"] == exported["correction"][0]["right_text"] == "Zanzibar"
    erased = await product.contacts.erase(seeded.principal, taken.message.contact_id)
    assert erased["feedback"] == erased["correction"] == 1
    with pytest.raises(MessageNotFound):
        await signals.feedback.submit(token, Given(is_helpful=True))
