"""Templates as they are kept: owner, draft, versions, followers, overlays, questions; and what can go wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import numpy as np

from understudy.kit.errors import Conflict, Forbidden, NotFound
from understudy.language.domain import Matrix
from understudy.templates.domain import Overlay, QaEntry, Reply, Scenario, Template
from understudy.templates.matching.expressions import is_expression
from understudy.templates.matching.packing import FORMAT

TEMPLATE_TOPIC = "template"
"""Change notices of a template: a version began to serve, or a head was fitted. Key: the template."""
MATCHING_TOPIC = "matching"
"""Change notices of what one company answers from: what it follows, overlays, questions. Key: the company."""
TRADE_TOPIC = "trade_qa"
"""Change notices of the questions that a trade shares. Key: the trade."""


class TemplateNotFound(NotFound):
    """No such template, or it is not for this caller to see."""

    code = "template_not_found"


class VersionNotFound(NotFound):
    """The template has no such version."""

    code = "version_not_found"


class ScenarioNotFound(NotFound):
    """The draft has no such scenario."""

    code = "scenario_not_found"


class QuestionNotFound(NotFound):
    """No such question, or it is not for this caller to see."""

    code = "question_not_found"


class NotOwner(Forbidden):
    """The template can be followed, but only its owner changes it."""

    code = "not_owner"


class QuestionExists(Conflict):
    """The same question is there already: two answers to it would make every match of it ambiguous."""

    code = "question_exists"


class TemplateExists(Conflict):
    """The owner has a template of this name."""

    code = "template_exists"


class DraftMoved(Conflict):
    """Somebody changed the same thing since the caller read it; the message names who and when."""

    code = "draft_moved"


class NothingChanged(Conflict):
    """The version would be the same as the newest."""

    code = "nothing_changed"


class TemplateInUse(Conflict):
    """Companies follow the template; the message names them as far as the caller may know."""

    code = "template_in_use"


class TemplateArchived(Conflict):
    """The template is archived."""

    code = "template_archived"


@dataclass(frozen=True, slots=True)
class Shelved:
    """A template in the library. `company_id` is its owner, None for the platform.

    `newest_version` is the last one published; `serving_version` the one that answers for those who follow the newest:
    they differ while the newest one's head is being fitted. None: not published yet.
    """

    id: UUID
    company_id: UUID | None
    name: str
    trade: str
    is_shared: bool
    newest_version: int | None
    serving_version: int | None
    created_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Edited:
    """Who changed something last: the revision it got, by whom and when."""

    revision: int
    by: str
    at: datetime

    def moved(self, subject: str) -> DraftMoved:
        """The error for a caller who had not seen this change."""
        return DraftMoved(
            f"{subject} was changed by {self.by} at {self.at:%Y-%m-%d %H:%M:%S} UTC, to revision {self.revision}",
            field="expected_revision",
            remedy="read it again and repeat the change",
        )


@dataclass(frozen=True, slots=True)
class DraftScenario:
    """One scenario of a draft, with the category it stands in and its place there."""

    scenario: Scenario
    category: str
    position: int
    edited: Edited


@dataclass(frozen=True, slots=True)
class DraftHead:
    """A draft without its scenarios: `template` has categories by name, in order, and nothing in them.

    `revision` counts every change of the draft, `edited` is the last change of the head itself;
    `published_revision` is the revision that was published last.
    """

    template: Template
    edited: Edited
    revision: int
    published_revision: int | None

    @property
    def is_pending(self) -> bool:
        """Whether the draft holds changes that were not published."""
        return self.revision != self.published_revision


@dataclass(frozen=True, slots=True)
class Version:
    """A published version; its document never changes. `checksum` is that of the whole document.

    `fit_checksum` is that of what a head is fitted on, None where there is nothing to fit.
    """

    template_id: UUID
    version: int
    checksum: bytes
    fit_checksum: bytes | None
    note: str
    published_by: str
    published_at: datetime
    is_fitted: bool


@dataclass(frozen=True, slots=True)
class Follow:
    """One template in a company's list, in its order; `pinned_version` None follows the newest.

    `is_fitted`: the version that answers has its head, or nothing that a head could be fitted on.
    """

    template: Shelved
    position: int
    pinned_version: int | None
    overlay_version: int | None
    is_fitted: bool

    @property
    def version(self) -> int | None:
        """The version that answers."""
        return self.pinned_version or self.template.serving_version


@dataclass(frozen=True, slots=True)
class KeptOverlay:
    """A version of an overlay. `vectors` are the embeddings of its examples, made by `encoder`."""

    version: int
    overlay: Overlay
    edited: Edited
    encoder: str
    vectors: bytes


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A question as it is kept. `vectors` are the embeddings of question and variants, made by `encoder`."""

    entry: QaEntry
    edited: Edited
    encoder: str
    vectors: bytes


@dataclass(frozen=True, slots=True)
class TradeQuestion:
    """A question that a trade shares, as one company answers it: `override` is its own reply."""

    entry: QaEntry
    edited: Edited
    override: Reply | None
    is_hidden: bool


def checksum_of(document: Mapping[str, object]) -> bytes:
    """SHA-256 of a document as canonical JSON."""
    return hashlib.sha256(_canonical(document)).digest()


def fit_checksum_of(template: Template) -> bytes | None:
    """SHA-256 of all that a head is fitted on; None when the template has nothing to learn meaning from.

    Versions that differ only in replies, expressions or the order of scenarios share their head; so does a rollback.
    """
    material = [
        (scenario.name, scenario.examples, [trigger for trigger in scenario.triggers if not is_expression(trigger)])
        for scenario in sorted(template.scenarios(), key=lambda scenario: scenario.name)
    ]
    if not any(examples or phrases for _, examples, phrases in material):
        return None
    return hashlib.sha256(_canonical([material, template.out_of_scope_examples])).digest()


def head_maker(encoder: str) -> str:
    """What a head is stored under: the encoder and the format of heads, so that versions of the program can differ."""
    return f"{encoder}/{FORMAT}"


def sorted_synonyms(template: Template) -> Template:
    """The template with its synonyms in alphabetical order: the database keeps no order of an object's keys."""
    return replace(template, synonyms=dict(sorted(template.synonyms.items())))


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def packed(vectors: Matrix) -> bytes:
    """Embeddings as they are stored: half precision, row by row."""
    return vectors.astype(np.float16).tobytes()


def unpacked(data: bytes, rows: int) -> Matrix:
    """Stored embeddings as rows of unit length; `rows` texts were embedded."""
    if not rows:
        return np.zeros((0, 0), np.float32)
    vectors = np.frombuffer(data, np.float16).reshape(rows, -1).astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    rows_of_unit_length: Matrix = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return rows_of_unit_length


def overlay_texts(overlay: Overlay) -> tuple[tuple[str, str], ...]:
    """Scenario and example of all that an overlay adds or changes, in its order: what its embeddings are of."""
    last = {change.scenario_name: change for change in overlay.changes}
    return tuple(
        (name, example) for name, change in last.items() if change.scenario for example in change.scenario.examples
    )


def question_texts(entry: QaEntry) -> tuple[str, ...]:
    """The question and its variants: what its embeddings are of."""
    return (entry.question, *entry.variants)


def known_vectors(kept: Sequence[tuple[str, Sequence[str], bytes]], encoder: str) -> dict[str, np.ndarray]:
    """Embeddings by text of what is kept already; `kept`: encoder, texts, vectors of each."""
    found: dict[str, np.ndarray] = {}
    for made_by, texts, data in kept:
        if made_by == encoder and texts:
            found.update(zip(texts, unpacked(data, len(texts)), strict=True))
    return found
