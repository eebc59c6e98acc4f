"""What keeping questions takes, whoever's they are: checked, embedded when saved, changed under their revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.infra.database import Tx
from understudy.kit.clock import Clock
from understudy.kit.errors import Conflict
from understudy.kit.ids import NewId
from understudy.templates.domain import QaEntry
from understudy.templates.library.embedding import Embedder
from understudy.templates.questions.domain import NewQuestion
from understudy.templates.records import Edited, KeptQuestion, known_vectors, question_texts
from understudy.templates.store import questions
from understudy.templates.store.questions import QuestionShelf
from understudy.templates.validation import check_qa

MAX_TEXTS = 10_000
"""Questions and variants of one shelf: each message is compared with all of them, about a millisecond for so many."""


class TooManyQuestions(Conflict):
    """The shelf is full."""

    code = "too_many_questions"


@dataclass(frozen=True, slots=True)
class QuestionWork:
    """What keeping questions takes, whoever's they are."""

    audit: Audit
    clock: Clock
    new_id: NewId
    embedder: Embedder

    async def prepared(self, principal: Principal, given: Sequence[NewQuestion]) -> list[KeptQuestion]:
        """New questions, checked and embedded; raises `InvalidTemplate`. To be called outside a transaction."""
        entries = [QaEntry(self.new_id(), one.question, one.variants, one.reply) for one in given]
        for entry in entries:
            check_qa(entry)
        vectors = await self.embedder.embedded_each([question_texts(entry) for entry in entries])
        edited = Edited(1, principal.name, self.clock())
        return [
            KeptQuestion(entry, edited, self.embedder.encoder, of_entry)
            for entry, of_entry in zip(entries, vectors, strict=True)
        ]

    async def rewritten(self, principal: Principal, before: KeptQuestion, given: NewQuestion) -> KeptQuestion:
        """A question in its new words, checked and embedded. To be called outside a transaction."""
        entry = QaEntry(before.entry.id, given.question, given.variants, given.reply)
        check_qa(entry)
        known = known_vectors([(before.encoder, question_texts(before.entry), before.vectors)], self.embedder.encoder)
        vectors = await self.embedder.embedded(question_texts(entry), known)
        edited = Edited(before.edited.revision + 1, principal.name, self.clock())
        return KeptQuestion(entry, edited, self.embedder.encoder, vectors)

    async def add(self, tx: Tx, shelf: QuestionShelf, principal: Principal, kept: Sequence[KeptQuestion]) -> None:
        """Puts new questions on a shelf; raises `QuestionExists`, `TooManyQuestions`."""
        await questions.add_questions(tx, shelf, kept)
        await refuse_too_many(tx, shelf)
        for one in kept:
            await self._record(tx, principal, "question.added", None, one)

    async def change(
        self, tx: Tx, shelf: QuestionShelf, principal: Principal, pair: tuple[KeptQuestion, KeptQuestion]
    ) -> None:
        """Puts the second in the place of the first; raises `DraftMoved` when that is no longer as it was."""
        before, after = pair
        found = await questions.find_question(tx, shelf, before.entry.id, lock=True)
        expect(found, before.edited.revision)
        await questions.change_question(tx, shelf, after)
        await refuse_too_many(tx, shelf)
        await self._record(tx, principal, "question.changed", before, after)

    async def delete(self, tx: Tx, shelf: QuestionShelf, principal: Principal, named: tuple[UUID, int]) -> None:
        """Takes the question of an id and revision off a shelf; raises `DraftMoved`."""
        entry_id, revision = named
        before = await questions.find_question(tx, shelf, entry_id, lock=True)
        expect(before, revision)
        await questions.delete_question(tx, shelf, entry_id)
        await self._record(tx, principal, "question.deleted", before, None)

    async def _record(
        self, tx: Tx, principal: Principal, action: str, before: KeptQuestion | None, after: KeptQuestion | None
    ) -> None:
        one = after or before
        assert one is not None
        change = Change(principal.name, action, str(one.entry.id), _audited(before), _audited(after))
        await self.audit.record(tx, change)


def expect(found: KeptQuestion, revision: int) -> None:
    """Raises `DraftMoved` when a question is not at the revision that the caller saw."""
    if found.edited.revision != revision:
        raise found.edited.moved("the question")


async def refuse_too_many(tx: Tx, shelf: QuestionShelf) -> None:
    """Raises `TooManyQuestions` when the shelf holds more texts than a message can be compared with in time."""
    count = await questions.count_texts(tx, shelf)
    if count > MAX_TEXTS:
        raise TooManyQuestions(
            f"{count:,} questions and variants, more than {MAX_TEXTS:,}", remedy="make a template of them"
        )


def _audited(kept: KeptQuestion | None) -> dict[str, object] | None:
    if kept is None:
        return None
    entry, reply = kept.entry, kept.entry.reply
    return {"question": entry.question, "variants": list(entry.variants), "reply": [reply.short, reply.full]}
