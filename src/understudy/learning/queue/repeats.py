"""What makes two suggestions the same, and how evidence for the same one is put together. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from understudy.learning.content.domain import Content
from understudy.learning.domain import Issue, Proposal
from understudy.learning.editing import Edit, NewScenario, ScenarioEdit
from understudy.templates.domain import Scenario
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
    known = _Known(edit, content, list(dismissed))
    return replace(
        edit,
        scenarios=tuple(
            replace(
                one,
                triggers=_each_once(filter(known.is_new, one.triggers)),
                examples=_each_once(filter(known.is_new, one.examples)),
                negative_triggers=_each_once(
                    text for text in one.negative_triggers if known.is_new_negative(one.scenario, text)
                ),
            )
            for one in edit.scenarios
        ),
        added=tuple(replace(one, scenario=known.left_of(one.scenario)) for one in edit.added),
        synonyms=known.left_synonyms(edit.synonyms),
    )


class _Known:
    """What is there, or was decided about: by words, so that case and punctuation make no difference."""

    def __init__(self, edit: Edit, content: Content | None, decided: Sequence[Edit]) -> None:
        self._content = content
        self._positive = {words for one in decided for words in _positive(one)}
        self._negative = {words for one in decided for words in _negative(one)}
        self._pairs = {(term, one) for known in decided for term, said in known.synonyms.items() for one in said}
        moved = {words_of(text) for one in edit.scenarios for text in one.without_examples}
        self._free = moved | {words_of(text) for name in edit.removed for text in _texts(content, name)}

    def is_new(self, text: str) -> bool:
        """Whether no scenario has the text, unless it moves along with the edit."""
        words = words_of(text)
        if not words or words in self._positive:
            return False
        return self._content is None or words not in self._content.owners or words in self._free

    def is_new_negative(self, scenario: str, text: str) -> bool:
        """Whether the scenario does not forbid it yet, and is not recognised by it."""
        content, words = self._content, words_of(text)
        if not words or words in self._negative:
            return False
        if content is None or scenario not in content.scenarios:
            return True
        forbidden = {words_of(one) for one in content.scenarios[scenario].negative_triggers}
        return words not in forbidden and scenario not in content.owners.get(words, frozenset())

    def left_of(self, scenario: Scenario) -> Scenario:
        """A new scenario with the texts that are new."""
        return replace(
            scenario,
            triggers=_each_once(filter(self.is_new, scenario.triggers)),
            examples=_each_once(filter(self.is_new, scenario.examples)),
        )

    def left_synonyms(self, synonyms: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """The synonyms that are new."""
        known = self._content.synonyms if self._content else {}
        left = {
            term: tuple(one for one in said if one not in known.get(term, ()) and (term, one) not in self._pairs)
            for term, said in synonyms.items()
        }
        return {term: said for term, said in left.items() if said}


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
    return ScenarioEdit(
        known.scenario,
        triggers=_each_once((*known.triggers, *new.triggers)),
        negative_triggers=_each_once((*known.negative_triggers, *new.negative_triggers)),
        examples=_each_once((*known.examples, *new.examples)),
        without_triggers=_each_once((*known.without_triggers, *new.without_triggers)),
        without_negative_triggers=_each_once((*known.without_negative_triggers, *new.without_negative_triggers)),
        without_examples=_each_once((*known.without_examples, *new.without_examples)),
    )


def _both_new(known: NewScenario, new: NewScenario) -> NewScenario:
    first, second = known.scenario, new.scenario
    scenario = replace(
        first,
        triggers=_each_once((*first.triggers, *second.triggers)),
        examples=_each_once((*first.examples, *second.examples)),
        replies=_each_once((*first.replies, *second.replies)),
    )
    return replace(known, scenario=scenario)


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
