"""Seeds the demo's companies through the services; running it again changes nothing."""

from __future__ import annotations

from uuid import UUID

from understudy.companies.domain import Company, CompanyNotFound, Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS, Permission
from understudy.demo.content import DemoCompany, Question
from understudy.templates.formats.detect import import_template
from understudy.templates.questions.domain import NewQuestion
from understudy.wiring.product import Product

SEEDER = Principal("demo", None, frozenset(Permission))
KEY_NAME = "demo"


async def seed(product: Product, wanted: DemoCompany) -> Company:
    """The company with everything it needs; what is there already, after a run that was broken off too, stays."""
    try:
        company = await product.companies.by_slug(wanted.slug)
    except CompanyNotFound:
        company = await product.companies.create(
            SEEDER, slug=wanted.slug, name=wanted.name, trade=wanted.trade, settings=wanted.settings
        )
    principal = Principal("demo", company.id, COMPANY_PERMISSIONS)
    if not await product.templates.following.list(company.id):
        await product.templates.following.follow(principal, await _publish(product, principal, wanted))
    if wanted.company_qa and not await product.templates.questions.list(company.id):
        await product.templates.questions.add(principal, [_new(question) for question in wanted.company_qa])
    if wanted.trade_qa and not await product.templates.trade_questions.list(principal):
        await _add_trade_questions(product, principal, wanted)
    return company


async def fresh_token(product: Product, company: Company) -> str:
    """A new key for the replay; those of earlier runs are revoked."""
    for key in await product.access.keys(company.id):
        if key.name == KEY_NAME and key.revoked_at is None:
            await product.access.revoke_key(SEEDER, key.id, company_id=company.id)
    permissions = frozenset({Permission.MESSAGE_SEND, Permission.TEMPLATE_READ})
    _, token = await product.access.create_key(SEEDER, name=KEY_NAME, permissions=permissions, company_id=company.id)
    return token


async def is_fitted(product: Product, company: Company) -> bool:
    """Whether every template that the company follows answers by meaning."""
    return all(follow.is_fitted for follow in await product.templates.following.list(company.id))


async def _publish(product: Product, principal: Principal, wanted: DemoCompany) -> UUID:
    imported = import_template([wanted.template])
    draft = await product.templates.library.import_draft(principal, imported.template)
    await product.templates.versions.publish(principal, draft.template.id, note="seeded by the demo")
    return draft.template.id


async def _add_trade_questions(product: Product, principal: Principal, wanted: DemoCompany) -> None:
    service = product.templates.trade_questions
    kept = await service.add(SEEDER, wanted.trade, [_new(question) for question in wanted.trade_qa])
    ids = {question.id: one.entry.id for question, one in zip(wanted.trade_qa, kept, strict=True)}
    for name, reply in wanted.overridden.items():
        await service.override(principal, ids[name], reply)
    for name in wanted.hidden:
        await service.hide(principal, ids[name])


def _new(question: Question) -> NewQuestion:
    return NewQuestion(question.question, question.reply, question.variants)
