"""The scenarios and questions nearest to a message, more than the two that a rung judges: what a model chooses among.

Nearness is no probability that is calibrated past the first: it only sorts, and says what to leave out first. A text in
a language that the encoder does not know is looked up all the same: who chooses reads the candidates, and names,
numbers and borrowed words still bring the right ones near.
"""

from __future__ import annotations

from collections.abc import Iterator

from understudy.templates.matching.company import weighing
from understudy.templates.matching.company.compiled import words_of
from understudy.templates.matching.company.evidence import Asked, Followed, Match, Message
from understudy.templates.matching.normalise import Folded

TEXTS_COMPARED = 8
"""Texts of a scenario whose words are compared: a few say what it is about."""
MOST_BY_WORDS = 0.3
"""Nearness of a scenario that has all of the message's words: less than what meaning or a trigger tells."""


def by_meaning(followed: tuple[Followed, ...], message: Message) -> Iterator[Match]:
    """Scenarios by the examples of templates and overlays, those of one template in order."""
    if message.embedding is None:
        return
    for one in followed:
        for source in weighing.meaning_sources(one):
            for label, nearness in source.near(message.written, message.embedding):
                match = one.match(label, nearness, "")
                if match is not None:
                    yield match


def by_question(asked: Asked, message: Message) -> Iterator[Match]:
    """Questions by how near they are to the message."""
    nearest = asked.questions.nearest
    if nearest is None or message.embedding is None:
        return
    for label, nearness in nearest.near(message.written, message.embedding):
        entry = asked.entry(label)
        if entry is not None:
            yield asked.match(entry, nearness, entry.question)


def by_rules(followed: tuple[Followed, ...], folded: Folded) -> Iterator[Match]:
    """Scenarios whose triggers the message contains."""
    for one in followed:
        for _, verdict in weighing.verdicts(one, folded):
            for found in (verdict.best, verdict.second):
                match = one.match(found.scenario, found.confidence, found.trigger) if found else None
                if match is not None:
                    yield match


def by_words(followed: tuple[Followed, ...], message: Message) -> Iterator[Match]:
    """Scenarios of templates that are not read by meaning yet, by the words they share with the message; all of them.

    Compares up to `TEXTS_COMPARED` texts of each scenario: milliseconds for the largest templates, so only for them.
    """
    words = frozenset(words_of(message.text))
    for one in followed:
        if one.template.head is not None and message.embedding is not None:
            continue
        for name, placed in one.template.scenarios.items():
            scenario = placed.scenario
            texts = (name.replace("_", " "), *scenario.triggers, *scenario.examples)[:TEXTS_COMPARED]
            shared = max(len(words & frozenset(words_of(text))) for text in texts)
            match = one.match(name, MOST_BY_WORDS * shared / max(1, len(words)), "")
            if match is not None:
                yield match


def wanted_by(match: Match, followed: tuple[Followed, ...], asked: tuple[Asked, ...]) -> tuple[str, ...]:
    """What customers say who want what matched: its scenario's examples, or the ways its question is asked."""
    kind, _, name = match.key.partition(":")
    for questions in asked:
        if kind == questions.prefix:
            entry = questions.entry(name)
            return (entry.question, *entry.variants) if entry else ()
    placed = next((one.placed(match.title) for one in followed if one.template.name == match.template), None)
    return placed.scenario.examples if placed else ()


def best_first(matches: Iterator[Match], count: int) -> tuple[Match, ...]:
    """The nearest `count`, each once."""
    nearest: dict[str, Match] = {}
    for match in matches:
        known = nearest.get(match.key)
        if known is None or match.confidence > known.confidence:
            nearest[match.key] = match
    return tuple(sorted(nearest.values(), key=lambda match: -match.confidence)[:count])
