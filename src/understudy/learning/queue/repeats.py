"""What makes two suggestions the same, and how evidence for the same one is put together. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from understudy.learning.content.domain import Content
from understudy.learning.domain import Issue, Proposal
from understudy.learning.editing import Edit, NewScenario, ScenarioEdit
from understudy.templates.matching.company.compiled import words_of

T = TypeVar("T")

MOST_EXAMPLES = 80
"""Most examples that one suggestion brings: more cannot be looked through; the rest comes with the next one."""
MOST_TRIGGERS = 12

GROWING = frozenset((Issue.ADD_KEYWORDS, Issue.ADD_EXAMPLES, Issue.TIGHTEN_NEGATIVE_TRIGGERS))
"""Issues of which a scenario has one open suggestion, which grows as more speaks for it."""


def fingerprint(proposal: Proposal) -> str:
    """The same for proposals of the same thing: issue, template, scenario, language, and what tells it from others.

    Growing issues have one for each scenario and language, whatever texts they bring.
    """
    edit, told = proposal.edit, ""
    if proposal.issue is Issue.ADD_SYNONYMS:
        told = ",".join(sorted(" ".join(words_of(term)) for term in edit.synonyms))
    elif proposal.issue is Issue.MERGE_SCENARIOS:
        told = ",".join(sorted(edit.names))
    elif proposal.issue is Issue.ADJUST_THRESHOLD:
        told = ",".join(sorted(edit.thresholds)) + str(proposal.details.get("direction", ""))
    elif proposal.issue is Issue.ADD_NEW_SCENARIO:
        told = ",".join(sorted(one.scenario.name for one in edit.added))
    parts = [proposal.issue, str(edit.template_id), edit.in_overlay, proposal.scenario, proposal.language, told]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def is_empty(edit: Edit) -> bool:
    """Whether the edit changes nothing; a new scenario without examples and triggers answers nothing."""
    brings = any(one.triggers or one.negative_triggers or one.examples or _takes(one) for one in edit.scenarios)
    adds = any(one.scenario.triggers or one.scenario.examples for one in edit.added)
    return not (brings or adds or edit.removed or edit.synonyms or edit.thresholds)


def without_known(edit: Edit, content: Content | None, dismissed: Iterable[Edit]) -> Edit:
    """The edit without what the content holds already, in any scenario, and without what was decided about before.

    A text that another scenario has would contradict it. `dismissed`: edits of suggestions that were rejected, taken
    back, or are on their way into the content.
    """
    decided = list(dismissed)
    examples = {words for one in decided for words in _positive(one)}
    negatives = {words for one in decided for words in _negative(one)}
    pairs = {(term, variant) for one in decided for term, variants in one.synonyms.items() for variant in variants}
    moved = {words_of(text) for one in edit.scenarios for text in one.without_examples}
    gone = {words_of(text) for name in edit.removed for text in _texts(content, name)}

    def is_new(text: str) -> bool:
        words = words_of(text)
        if not words or words in examples:
            return False
        return content is None or words not in content.owners or words in moved or words in gone

    def is_new_negative(scenario: str, text: str) -> bool:
        known = content.scenarios.get(scenario) if content else None
        own = {words_of(one) for one in known.negative_triggers} if known else set()
        words = words_of(text)
        # What the scenario is recognised by can never forbid it.
        is_own = content is not None and scenario in content.owners.get(words, frozenset())
        return bool(words) and words not in negatives and words not in own and not is_own

    def left_of(one: ScenarioEdit) -> ScenarioEdit:
        return replace(
            one,
            triggers=_each_once(text for text in one.triggers if is_new(text)),
            examples=_each_once(text for text in one.examples if is_new(text)),
            negative_triggers=_each_once(t for t in one.negative_triggers if is_new_negative(one.scenario, t)),
        )

    def left_of_new(one: NewScenario) -> NewScenario:
        texts = {
            name: _each_once(text for text in getattr(one.scenario, name) if is_new(text))
            for name in ("triggers", "examples")
        }
        return replace(one, scenario=replace(one.scenario, **texts))

    known_synonyms = content.synonyms if content else {}
    synonyms = {
        term: left
        for term, variants in edit.synonyms.items()
        if (left := tuple(v for v in variants if v not in known_synonyms.get(term, ()) and (term, v) not in pairs))
    }
    return replace(
        edit,
        scenarios=tuple(left_of(one) for one in edit.scenarios),
        added=tuple(left_of_new(one) for one in edit.added),
        synonyms=synonyms,
    )


def merged(known: Edit, new: Edit) -> Edit:
    """The edit of a suggestion that more speaks for: what was there first, then what is new, up to what one may bring.

    A threshold is the newer one.
    """
    scenarios = {one.scenario: one for one in known.scenarios}
    for one in new.scenarios:
        scenarios[one.scenario] = _both(scenarios[one.scenario], one) if one.scenario in scenarios else one
    added = {one.scenario.name: one for one in known.added}
    for fresh in new.added:
        name = fresh.scenario.name
        added[name] = _both_new(added[name], fresh) if name in added else fresh
    synonyms: dict[str, tuple[str, ...]] = dict(known.synonyms)
    for term, variants in new.synonyms.items():
        synonyms[term] = _each_once((*synonyms.get(term, ()), *variants))
    return capped(
        replace(
            known,
            scenarios=tuple(scenarios.values()),
            added=tuple(added.values()),
            removed=_each_once((*known.removed, *new.removed)),
            synonyms=synonyms,
            thresholds={**known.thresholds, **new.thresholds},
        )
    )


def capped(edit: Edit) -> Edit:
    """The edit with as much as one suggestion may bring."""
    return replace(
        edit,
        scenarios=tuple(
            replace(
                one,
                examples=one.examples[:MOST_EXAMPLES],
                triggers=one.triggers[:MOST_TRIGGERS],
                negative_triggers=one.negative_triggers[:MOST_TRIGGERS],
            )
            for one in edit.scenarios
        ),
    )


def without_words(edit: Edit, words: frozenset[tuple[str, ...]]) -> Edit:
    """The edit without the texts of these words: what somebody said who was erased."""

    def left(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(text for text in texts if words_of(text) not in words)

    return replace(
        edit,
        scenarios=tuple(
            replace(one, examples=left(one.examples), triggers=left(one.triggers)) for one in edit.scenarios
        ),
        added=tuple(
            replace(one, scenario=replace(one.scenario, examples=left(one.scenario.examples))) for one in edit.added
        ),
    )


def _both(known: ScenarioEdit, new: ScenarioEdit) -> ScenarioEdit:
    names = ("triggers", "negative_triggers", "examples", "without_triggers", "without_negative_triggers")
    texts = {name: _each_once((*getattr(known, name), *getattr(new, name))) for name in (*names, "without_examples")}
    return replace(known, **texts)


def _both_new(known: NewScenario, new: NewScenario) -> NewScenario:
    texts = {
        name: _each_once((*getattr(known.scenario, name), *getattr(new.scenario, name)))
        for name in ("triggers", "examples", "replies")
    }
    return replace(known, scenario=replace(known.scenario, **texts))


def _takes(one: ScenarioEdit) -> bool:
    return bool(one.without_triggers or one.without_negative_triggers or one.without_examples)


def _positive(edit: Edit) -> Iterable[tuple[str, ...]]:
    return (words_of(text) for text in edit.texts)


def _negative(edit: Edit) -> Iterable[tuple[str, ...]]:
    return (words_of(text) for one in edit.scenarios for text in one.negative_triggers)


def _texts(content: Content | None, scenario: str) -> tuple[str, ...]:
    known = content.scenarios.get(scenario) if content else None
    return (*known.triggers, *known.examples) if known else ()


def _each_once(texts: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(texts))
