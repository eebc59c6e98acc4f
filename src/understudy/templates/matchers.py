"""Matchers in memory: what each company answers from, put together from parts that companies share.

A version of a template is compiled once per process however many companies follow it, with the head that was fitted
for it. When something changes, what serves goes on serving until its successor is ready; then they are swapped.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from understudy.companies.service import Companies
from understudy.infra.computing import in_thread, in_thread_to_stay
from understudy.infra.database import Database
from understudy.infra.refreshing import Refreshing
from understudy.infra.settings import ProcessSettings
from understudy.infra.telemetry import get_logger
from understudy.language.domain import EncoderModel, Matrix
from understudy.templates.domain import Overlay, QaEntry, Reply
from understudy.templates.formats.overlay import overlay_from
from understudy.templates.matching.company.compiled import (
    CompiledOverlay,
    CompiledQuestions,
    CompiledTemplate,
    compile_overlay,
    compile_questions,
    compile_template,
)
from understudy.templates.matching.company_matcher import Asked, CompanyMatcher, Followed
from understudy.templates.matching.head import Head
from understudy.templates.matching.packing import HeadUnreadable
from understudy.templates.records import (
    TemplateNotFound,
    overlay_texts,
    question_texts,
    unpacked,
)
from understudy.templates.store import hot, versions
from understudy.templates.store.hot import FollowedRow, QuestionRow

log = get_logger(__name__)


class MatchingSettings(ProcessSettings):
    """How much a process keeps in memory to match messages."""

    loaded_templates: int = 64
    """Versions of templates kept ready, shared by the companies that follow them; up to 10 MB each and its texts."""
    loaded_companies: int = 5_000
    """Companies whose lists, overlays and questions are kept ready."""
    loaded_trades: int = 100
    """Trades whose shared questions are kept ready."""


@dataclass(frozen=True, slots=True)
class Line:
    """One template of a company's list. `pinned` None follows the newest; `vectors` are those of `overlay_texts`."""

    template_id: UUID
    pinned: int | None
    overlay_version: int
    overlay: Overlay | None
    vectors: Matrix | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one company answers from, by name: light, so that thousands fit in memory."""

    company_id: UUID
    lines: tuple[Line, ...]
    own: Asked
    replies: dict[str, Reply]
    hidden: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Trade:
    """The questions of a trade, compiled."""

    version: int
    questions: CompiledQuestions


class Matchers:
    """Gives each company its matcher, from memory. `built_in` is small talk, `model` what made the embeddings."""

    def __init__(
        self,
        *,
        database: Database,
        companies: Companies,
        model: EncoderModel,
        built_in: CompiledTemplate,
        settings: MatchingSettings,
    ) -> None:
        self._database = database
        self._companies = companies
        self._model = model
        self._built_in = built_in
        self._plans = Refreshing("company_matching", self._load_plan, capacity=settings.loaded_companies)
        self._serving = Refreshing("serving_version", self._load_serving, capacity=settings.loaded_companies)
        self._templates = Refreshing("template", self._load_template, capacity=settings.loaded_templates)
        self._trades = Refreshing("trade_qa", self._load_trade, capacity=settings.loaded_trades)
        self._overlays = _Overlays(encoder=model.key, capacity=settings.loaded_companies)

    async def of(self, company_id: UUID) -> CompanyMatcher:
        """The company's matcher as of now; raises `CompanyNotFound`. Only the first use of a part waits for it."""
        return (await self.lined_up(company_id))[0]

    async def lined_up(self, company_id: UUID) -> tuple[CompanyMatcher, tuple[Line, ...]]:
        """The same, with the line of the company's list that each of its `followed` comes from."""
        company = await self._companies.show(company_id)
        plan = await self._plans.get(company_id)
        trade = await self._trades.get(company.trade)
        followed = [await self._followed(company_id, line) for line in plan.lines]
        matcher = CompanyMatcher(
            followed=tuple(followed),
            own=plan.own,
            trade=Asked("trade_qa", f"trade_qa@{trade.version}", trade.questions, plan.replies, plan.hidden),
            built_in=self._built_in,
            languages=self._model.languages,
        )
        return matcher, plan.lines

    @property
    def loaded_templates(self) -> int:
        """How many versions of templates are in memory."""
        return len(self._templates)

    def on_template_change(self, key: str) -> None:
        """Loads what changed of a template anew, in the background; "*" all. Called on a change notice."""
        for template_id, version in self._templates.known():
            known = self._templates.peek((template_id, version))
            if key in ("*", str(template_id)) and (known is None or known.head is None):
                self._templates.refresh((template_id, version))
        if key == "*":
            self._serving.refresh_all()
        else:
            self._serving.refresh(UUID(key))

    def on_company_change(self, key: str) -> None:
        """Loads what a company follows and asks anew, in the background; "*" all. Called on a change notice."""
        if key == "*":
            self._plans.refresh_all()
        else:
            self._plans.refresh(UUID(key))

    def on_trade_change(self, key: str) -> None:
        """Loads a trade's questions anew, in the background; "*" all. Called on a change notice."""
        if key == "*":
            self._trades.refresh_all()
        else:
            self._trades.refresh(key)

    async def settle(self) -> None:
        """Waits until all that is being loaded serves."""
        for cache in (self._plans, self._templates, self._serving, self._trades):
            await cache.settle()

    async def close(self) -> None:
        """Gives up what is being loaded in the background."""
        for cache in (self._plans, self._serving, self._templates, self._trades):
            await cache.close()

    async def _followed(self, company_id: UUID, line: Line) -> Followed:
        version = line.pinned or await self._serving.get(line.template_id)
        template = await self._templates.get((line.template_id, version))
        return Followed(template, await self._overlays.of(company_id, line, template) if line.overlay else None)

    async def _load_plan(self, company_id: UUID, _: _Plan | None) -> _Plan:
        async with self._database.transaction(company_id) as tx:
            followed = await hot.load_followed(tx)
            version, questions = await hot.load_questions(tx)
            changes = await hot.load_reply_changes(tx)
        compiled = await in_thread(self._questions, questions)
        return _Plan(
            company_id=company_id,
            lines=tuple(await in_thread(self._lines, followed)),
            own=Asked("qa", f"company_qa@{version}", compiled, {}),
            replies={str(change.entry_id): change.reply for change in changes if change.reply is not None},
            hidden=frozenset(str(change.entry_id) for change in changes if change.reply is None),
        )

    async def _load_trade(self, trade: str, _: _Trade | None) -> _Trade:
        async with self._database.lookup() as tx:
            version, questions = await hot.load_trade_questions(tx, trade)
        return _Trade(version, await in_thread_to_stay(self._questions, questions))

    async def _load_serving(self, template_id: UUID, _: int | None) -> int:
        """The version that serves, once it is ready to: the one before serves until then."""
        async with self._database.platform() as tx:
            serving = await hot.find_serving(tx, template_id)
        if serving is None:
            raise TemplateNotFound(f"the template {template_id} has no version that serves")
        await self._templates.get((template_id, serving))
        return serving

    async def _load_template(self, key: tuple[UUID, int], known: CompiledTemplate | None) -> CompiledTemplate:
        """A version with its head, if that is fitted; the one in memory where nothing came to it."""
        template_id, version = key
        async with self._database.platform() as tx:
            head = await versions.find_fitted(tx, template_id, version, encoder=self._model.key)
            if known is not None and (head is None or known.head is not None):
                return known
            document = await versions.find_text(tx, template_id, version) if known is None else ""
        if known is not None:
            compiled = replace(known, head=await in_thread_to_stay(_readable, head))
        else:
            compiled = await in_thread_to_stay(compiled_from, document, version, head)
        if head is not None and compiled.head is None:
            async with self._database.platform() as tx:
                await versions.drop_fitted(tx, template_id, version, encoder=self._model.key)
        log.info("template_loaded", template=str(template_id), version=version, fitted=head is not None)
        return compiled

    def _lines(self, rows: Sequence[FollowedRow]) -> list[Line]:
        return [self._line(row) for row in rows]

    def _line(self, row: FollowedRow) -> Line:
        if row.overlay_version is None or row.overlay_document is None:
            return Line(row.template_id, row.pinned_version, 0, None, None)
        overlay = overlay_from(row.overlay_document)
        vectors = None
        if row.overlay_encoder == self._model.key:
            vectors = unpacked(row.overlay_vectors or b"", len(overlay_texts(overlay)))
        return Line(row.template_id, row.pinned_version, row.overlay_version, overlay, vectors)

    def _questions(self, rows: Sequence[QuestionRow]) -> CompiledQuestions:
        vectors = [
            unpacked(row.vectors, len(question_texts(row.entry))) if row.encoder == self._model.key else None
            for row in rows
        ]
        entries: list[QaEntry] = [row.entry for row in rows]
        return compile_questions(entries, vectors=vectors, encoder=self._model.key)


class _Overlays:
    """Compiled overlays by company; an overlay is compiled again when the version beneath it is another."""

    def __init__(self, *, encoder: str, capacity: int) -> None:
        self._encoder = encoder
        self._capacity = capacity
        self._kept: OrderedDict[tuple[object, ...], CompiledOverlay] = OrderedDict()

    async def of(self, company_id: UUID, line: Line, template: CompiledTemplate) -> CompiledOverlay:
        """The overlay of a line over this version."""
        embedded = line.vectors is not None
        key = (company_id, line.template_id, line.overlay_version, embedded, template.version)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        overlay = line.overlay or Overlay()
        compiled = await in_thread(
            compile_overlay, overlay, line.overlay_version, template, vectors=line.vectors, encoder=self._encoder
        )
        self._kept[key] = compiled
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
        return compiled


def compiled_from(document: str, version: int, head: bytes | None) -> CompiledTemplate:
    """A version of a template as it is stored, made ready; without its head where that cannot be read."""
    return compile_template(versions.read_document(document), version, _readable(head))


def _readable(head: bytes | None) -> Head | None:
    try:
        return Head.from_bytes(head) if head is not None else None
    except HeadUnreadable as error:
        log.error("head_unreadable", detail=error.message)
        return None
