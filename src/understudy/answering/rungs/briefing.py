"""From a question to what a model is told, with personal data masked throughout. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from understudy.answering.prompting.customers import customer_of
from understudy.answering.prompting.domain import Briefing, Customer, Identity, Setting
from understudy.answering.question.asked import Question, Situation
from understudy.answering.rungs.candidates import Offered
from understudy.answering.settings import FallbackSettings
from understudy.companies.domain import Company
from understudy.companies.settings import Profile
from understudy.conversations.domain import Direction, Modality
from understudy.language.masking.masking import Masker
from understudy.llm.domain import Turn
from understudy.llm.prompts.domain import PromptSet
from understudy.llm.settings import LlmSettings

Mask = Callable[[str], str]
"""What stands in a prompt in place of a text."""

TURNS = 20
"""Most turns of the conversation that are told; the token budget may leave fewer."""


def masker_of(situation: Situation) -> Masker:
    """Masks the texts of one prompt; the contact's own name is known."""
    name = situation.contact.display_name
    return Masker(known=(name,) if name else ())


def briefing_of(question: Question, situation: Situation, offered: Offered, prompts: PromptSet, mask: Mask) -> Briefing:
    """Everything an answer may rest on. Approved texts are told as they are; what customers said is masked."""
    history = situation.history[-TURNS:]
    return Briefing(
        prompts=prompts,
        company=identity_of(situation.company),
        question=mask(question.message.text),
        setting=Setting.VOICE if situation.modality == Modality.VOICE else Setting.TEXT,
        customer=_customer(situation, mask),
        candidates=offered.candidates,
        sources=offered.sources,
        history=tuple(
            Turn("user" if said.direction is Direction.IN else "assistant", mask(said.text)) for said in history
        ),
        allow_code=situation.company.settings.get(LlmSettings).allow_code,
    )


def identity_of(company: Company) -> Identity:
    """The company as its instructions name it."""
    profile = company.settings.get(Profile)
    return Identity(
        name=company.name,
        trade=company.trade,
        language=profile.language,
        tone=company.settings.get(FallbackSettings).tone.value,
        website=profile.website,
        opening_hours=profile.opening_hours,
        support_phone=profile.support_phone,
        support_email=profile.support_email,
    )


def known_of(company: Company) -> tuple[str, ...]:
    """What a model is told of the company itself: links and numbers that it may repeat."""
    told = identity_of(company)
    return (told.website, told.opening_hours, told.support_phone, told.support_email)


def _customer(situation: Situation, mask: Mask) -> Customer:
    contact = situation.contact
    known = customer_of(contact.display_name, contact.attributes, situation.now.date())
    return Customer(**{field.name: mask(getattr(known, field.name)) for field in fields(Customer)})
