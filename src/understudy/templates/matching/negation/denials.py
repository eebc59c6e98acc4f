"""Whether a message denies what the texts it matched ask for, in a language other than English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from understudy.templates.matching.negation import chinese, french, german, japanese, spanish
from understudy.templates.matching.negation.grammar import Spaced, Unspaced
from understudy.templates.matching.normalise import fold, tokens_of

REACH = 6
"""Words behind a denial in which what it denies is looked for, as in English."""
KIN_LETTERS = 5
"""Words that begin with the same so many letters are forms of one: annuler and annulez, stornieren and Stornierung."""
_CLAUSE = re.compile(r"[,.;:!?¿¡。、!?,;:…\n]+")
_KATAKANA = re.compile(r"[\u30a0-\u30ff]+")

Denial = tuple[str, frozenset[str]]
"""The words that deny, and what they deny, comparable with what a text is about."""


@dataclass(frozen=True, slots=True)
class _SpacedReader:
    """Reads a language that writes words apart; words are compared by how they begin."""

    grammar: Spaced

    def denials(self, text: str) -> Iterator[Denial]:
        """What each clause of a folded text denies."""
        for clause in _CLAUSE.split(text):
            line = f" {' '.join(tokens_of(clause))} "
            if not self.grammar.unless.search(line):
                for pattern in self.grammar.denials:
                    yield from (self._denial(found, line) for found in pattern.finditer(line))

    def content(self, text: str) -> frozenset[str]:
        """The beginnings of the words of a folded text that mean something."""
        return self._kin(tokens_of(text))

    def _denial(self, found: re.Match[str], line: str) -> Denial:
        behind = line[found.end() :].split()[:REACH]
        turn = next((place for place, word in enumerate(behind) if word in self.grammar.turns), REACH)
        return found["cue"].strip(), self._kin([*(found.groupdict().get("what") or "").split(), *behind[:turn]])

    def _kin(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset(word[:KIN_LETTERS] for word in words if word not in self.grammar.empty)


@dataclass(frozen=True, slots=True)
class _UnspacedReader:
    """Reads a language that writes words together: words in katakana, and pairs of neighbouring ideographs."""

    grammar: Unspaced

    def denials(self, text: str) -> Iterator[Denial]:
        """What each clause of a folded text denies."""
        if self.grammar.unless.search(text):
            return
        for clause in _CLAUSE.split(text):
            for pattern in self.grammar.denials:
                yield from ((found["cue"], self.content(found["what"])) for found in pattern.finditer(clause))

    def content(self, text: str) -> frozenset[str]:
        """The parts of a folded text that mean something."""
        return frozenset(part for run in self.grammar.part.findall(text) for part in _parts(run))


def _parts(run: str) -> Sequence[str]:
    if len(run) == 1 or _KATAKANA.fullmatch(run):
        return (run,)
    return [run[place : place + 2] for place in range(len(run) - 1)]


_READERS: Mapping[str, _SpacedReader | _UnspacedReader] = {
    "es": _SpacedReader(spanish.GRAMMAR),
    "fr": _SpacedReader(french.GRAMMAR),
    "de": _SpacedReader(german.GRAMMAR),
    "ja": _UnspacedReader(japanese.GRAMMAR),
    "zh": _UnspacedReader(chinese.GRAMMAR),
}
LANGUAGES = frozenset(_READERS)
"""Codes (ISO 639-1) of the languages that denials are read in here."""


def denied(message: str, matched: Sequence[str], language: str) -> str | None:
    """The words with which a message denies what the matched texts ask for; None where it does not.

    Texts that deny something themselves are matched as they stand. Languages that are not read deny nothing.
    """
    reader = _READERS.get(language)
    found = list(reader.denials(fold(message).text)) if reader else []
    if reader is None or not found:
        return None
    texts = [fold(text).text for text in matched]
    if any(True for text in texts for _ in reader.denials(text)):
        return None
    asked = frozenset(word for text in texts for word in reader.content(text))
    return next((cue for cue, scope in found if not scope.isdisjoint(asked)), None)
