"""The golden cases of companies: added, imported, made from answers, dropped; every change is a version of the set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from understudy.answering.domain import DecisionNotFound
from understudy.answering.service import Answering
from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.companies.service import Companies
from understudy.companies.settings import Profile
from understudy.conversations.overview.service import MessageOverview
from understudy.evaluation.domain import GoldenCase, Origin
from understudy.evaluation.golden import store
from understudy.evaluation.golden.domain import (
    MOST_CASES,
    GoldenCaseExists,
    KeptCase,
    NewCase,
    TooManyGoldenCases,
    check_cases,
    each_once,
)
from understudy.infra.database import Database, Tx
from understudy.kit.clock import Clock
from understudy.kit.errors import Invalid
from understudy.kit.ids import NewId
from understudy.kit.text import excerpt
from understudy.language.service import Language
from understudy.templates.matchers import Matchers
from understudy.templates.matching.company_matcher import CompanyMatcher

MAX_PAGE = 200
ANSWER_KEYS = ("scenario:", "qa:", "trade_qa:")
"""How the keys begin of what a free rung may answer with."""
EXCERPT = 60


@dataclass(frozen=True, slots=True)
class Around:
    """What golden cases are made from: companies, what they answer from, what was said and decided."""

    companies: Companies
    matchers: Matchers
    language: Language
    answering: Answering
    messages: MessageOverview


class GoldenCases:
    """The golden sets of companies."""

    def __init__(self, *, database: Database, audit: Audit, around: Around, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._audit = audit
        self._around = around
        self._clock = clock
        self._new_id = new_id

    async def list(
        self, company_id: UUID, *, version: int | None = None, after: UUID | None = None, limit: int = 50
    ) -> Sequence[GoldenCase]:
        """Cases of a version of the set, or as it is now, oldest first."""
        async with self._database.transaction(company_id) as tx:
            return await store.list_cases(tx, version, after=after, limit=min(limit, MAX_PAGE))

    async def version(self, company_id: UUID) -> int:
        """The version of the set; 0 before the first case."""
        async with self._database.transaction(company_id) as tx:
            return await store.version_of(tx)

    async def show(self, company_id: UUID, case_id: UUID) -> GoldenCase:
        """A case, also one that was dropped; raises `GoldenCaseNotFound`."""
        async with self._database.transaction(company_id) as tx:
            return await store.find_case(tx, case_id)

    async def add(self, principal: Principal, given: Sequence[NewCase]) -> Sequence[GoldenCase]:
        """Adds cases, all or none, as one version; a case that is there already is left out.

        Raises `Invalid` naming every fault, `GoldenCaseExists` where the set expects something else of a text, and
        `TooManyGoldenCases`.
        """
        cases = [replace(one, text=one.text.strip()) for one in given]
        check_cases(cases)
        company = await self._around.companies.show(principal.company)
        matcher = await self._around.matchers.of(company.id)
        language, default = self._around.language, company.settings.get(Profile).language
        spoken = [
            replace(one, language=one.language or language.read(one.text).language_or(default))
            for one in _resolved(cases, matcher)
        ]
        unique = each_once(spoken)
        vectors = await language.encode_many([one.text for one in unique])
        async with self._database.transaction(company.id) as tx:
            version = await store.lock_version(tx) + 1
            fresh = await self._fresh(tx, unique)
            ids = iter(sorted(self._new_id() for _ in unique))
            made = [
                KeptCase(self._made(principal, one, next(ids), version), language.model.key, vector)
                for one, vector in zip(unique, vectors, strict=True)
                if one.text in fresh
            ]
            if made:
                await store.add_cases(tx, made)
                await store.set_version(tx, version)
                after = {"version": version, "cases": [str(one.case.id) for one in made]}
                await self._audit.record(tx, Change(principal.name, "golden.added", str(company.id), None, after))
        return [one.case for one in made]

    async def confirm(
        self, principal: Principal, decision_id: UUID, *, expected: str | None = None, note: str = ""
    ) -> Sequence[GoldenCase]:
        """Makes a case of a recorded answer: what answered is right, or `expected` would have been.

        Raises `DecisionNotFound`, and `Invalid` where nothing answered and nothing is expected.
        """
        decision = await self._around.answering.decision(principal.company, decision_id)
        answered_by = decision.choice.answered_by or ""
        key = expected or (answered_by if answered_by.startswith(ANSWER_KEYS) else None)
        if key is None:
            raise Invalid(
                "no scenario and no question answered there",
                field="expected",
                remedy="say what would have been right: a key such as scenario:Bank/card_arrival",
            )
        origin = Origin.CONFIRMED if key == answered_by else Origin.CORRECTED
        message_id = decision.about.message_id
        found = await self._around.messages.of([(principal.company, message_id)])
        if message_id not in found:
            raise DecisionNotFound(f"there is no decision {decision_id} any more")
        text = found[message_id].text
        case = NewCase(text, key, decision.hearing.language, note, origin, message_id)
        return await self.add(principal, [case])

    async def drop(self, principal: Principal, case_id: UUID) -> int:
        """Takes a case out of the set; gives back the version without it. Raises `GoldenCaseNotFound`.

        Earlier versions keep it; one that is out already stays out.
        """
        async with self._database.transaction(principal.company) as tx:
            version = await store.lock_version(tx) + 1
            case = await store.find_case(tx, case_id)
            if case.until is not None:
                return case.until
            await store.set_version(tx, version)
            await store.drop_cases(tx, [case_id], version)
            change = Change(principal.name, "golden.dropped", str(case_id), None, {"version": version})
            await self._audit.record(tx, change)
        return version

    async def kept(self, company_id: UUID) -> Sequence[KeptCase]:
        """All cases of the set as it is now, with their embeddings by the encoder in use."""
        async with self._database.transaction(company_id) as tx:
            found = await store.load_cases(tx)
        model = self._around.language.model.key
        outdated = [place for place, one in enumerate(found) if one.encoder != model]
        vectors = await self._around.language.encode_many([found[place].case.text for place in outdated])
        for place, vector in zip(outdated, vectors, strict=True):
            found[place] = replace(found[place], encoder=model, vector=vector)
        return found

    def _made(self, principal: Principal, given: NewCase, case_id: UUID, version: int) -> GoldenCase:
        return GoldenCase(
            id=case_id,
            text=given.text,
            expected=given.expected,
            language=given.language or "",
            origin=given.origin,
            since=version,
            added_by=principal.name,
            added_at=self._clock(),
            message_id=given.message_id,
            note=given.note,
        )

    async def _fresh(self, tx: Tx, given: Sequence[NewCase]) -> frozenset[str]:
        """The texts that the set does not hold yet."""
        known = await store.cases_with(tx, [one.text for one in given])
        for one in given:
            if one.text in known and known[one.text].expected != one.expected:
                raise GoldenCaseExists(
                    f'"{excerpt(one.text, EXCERPT)}" is there already and expects {known[one.text].expected}',
                    field="text",
                    remedy=f"drop the case {known[one.text].id} first",
                )
        fresh = frozenset(one.text for one in given if one.text not in known)
        if await store.count_cases(tx) + len(fresh) > MOST_CASES:
            raise TooManyGoldenCases(f"a set holds {MOST_CASES:,} cases at most", remedy="drop some first")
        return fresh


def _resolved(given: Sequence[NewCase], matcher: CompanyMatcher) -> list[NewCase]:
    """The cases with whole keys; raises `Invalid` for what names nothing that the company answers with."""
    found = []
    for place, one in enumerate(given):
        key = key_of(one.expected, matcher) if one.expected is not None else None
        if one.expected is not None and key is None:
            raise Invalid(
                f"{one.expected!r} names nothing that the company answers with",
                field=f"cases.{place}.expected",
                remedy="give a key such as scenario:Bank/card_arrival or the name of one scenario",
            )
        found.append(replace(one, expected=key))
    return found


def key_of(named: str, matcher: CompanyMatcher) -> str | None:
    """The key of what is named, by its key or as the only scenario of that name; None where there is none."""
    if named.startswith(ANSWER_KEYS):
        match = matcher.find(named)
        return match.key if match else None
    matches = [match for one in matcher.followed if (match := one.match(named, 1.0, "")) is not None]
    return matches[0].key if len(matches) == 1 else None
