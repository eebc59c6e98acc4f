"""A template as a company has it, with its texts ready to be compared. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from understudy.templates.domain import Scenario, Template
from understudy.templates.matching.company.compiled import words_of
from understudy.templates.matching.expressions import is_expression


def padded(text: str) -> str:
    """The words of a text with a space on both sides of each: a phrase of words is inside exactly as a substring."""
    return f" {' '.join(words_of(text))} "


@dataclass(frozen=True)
class Content:
    """One template that a company answers from, its overlay applied. `version` changes with anything of it.

    `is_own`: the company may change the template itself; else what it learns goes into its overlay.
    """

    template_id: UUID
    name: str
    version: str
    is_own: bool
    scenarios: Mapping[str, Scenario]
    categories: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]

    @classmethod
    def of_template(cls, template: Template, template_id: UUID, version: str) -> Content:
        """The content of a template of the company's own that nobody follows yet, such as a draft."""
        placed = [(one, category.name) for category in template.categories for one in category.scenarios]
        return cls(
            template_id,
            template.name,
            version,
            True,
            {one.name: one for one, _ in placed},
            {one.name: category for one, category in placed},
            template.synonyms,
        )

    def key(self, scenario: str) -> str:
        """The key under which a scenario answers."""
        return f"scenario:{self.name}/{scenario}"

    def named_by(self, key: str) -> Scenario | None:
        """The scenario that a key names, if it is of this template and still there."""
        prefix = self.key("")
        return self.scenarios.get(key.removeprefix(prefix)) if key.startswith(prefix) else None

    @cached_property
    def owners(self) -> Mapping[tuple[str, ...], frozenset[str]]:
        """The words of every trigger and example → the scenarios that have them."""
        found: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        for name, text in self._texts():
            found[words_of(text)].add(name)
        return {words: frozenset(names) for words, names in found.items()}

    @cached_property
    def phrases(self) -> tuple[tuple[str, str], ...]:
        """Scenario and padded words of every trigger and example."""
        return tuple((name, padded(text)) for name, text in self._texts())

    def _texts(self) -> Iterator[tuple[str, str]]:
        for name, scenario in self.scenarios.items():
            for text in plain((*scenario.triggers, *scenario.examples)):
                yield name, text


def plain(texts: Iterable[str]) -> Iterator[str]:
    """The texts that are no regular expressions."""
    return (text for text in texts if not is_expression(text))
