"""Near misses: messages that look like what they matched and mean something else.

"I don't want to cancel" is no "cancel"; "cancel my account" is no "cancel my order"; the fee for 2024 is not that for
2025. A sentence encoder hardly sees these, words do. English only: in other languages the guard says nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from understudy.templates.matching.defaults.english import (
    DENIAL,
    DETERMINERS,
    EMPTY_WORDS,
    KIND_OF,
    NO_DENIAL,
    NUMBER_WORDS,
    OPPOSITES,
    VALUES_OF,
    stem,
)
from understudy.templates.matching.normalise import fold, tokens_of

VETO = 0.0
DOUBT = 0.5  # takes even a certain match below every default threshold

REACH = 6  # tokens behind a negation in which what it denies is looked for
TYPICAL = 0.5  # share of a scenario's texts that name a thing before its absence speaks against the scenario

Kind = Literal["negation", "number", "entity"]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Why a message does not mean what it matched; multiply the confidence with `factor` (0 is a veto)."""

    kind: Kind
    reason: str
    factor: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Which labels of a template name which things; built once per compiled template."""

    labels_of: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, texts: Sequence[str], labels: Sequence[str]) -> "Vocabulary":
        """From all texts of a template and the label of each."""
        found: dict[str, set[str]] = {}
        for text, label in zip(texts, labels, strict=True):
            for thing in _read(text).things:
                found.setdefault(thing, set()).add(label)
        return cls({thing: frozenset(known) for thing, known in found.items()})


def near_miss(
    message: str, matched: Sequence[str], *, label: str = "", vocabulary: Vocabulary | None = None
) -> NearMiss | None:
    """Say why the message does not mean what it matched, or None.

    `matched` are the texts it matched: a question, a trigger, or a scenario's examples and triggers. With a vocabulary
    another thing counts only if another scenario than `label` names it; without, any other thing counts.
    """
    said, known = _read(message), [_read(text) for text in matched]
    if not known:
        return None
    return (
        _negated(said, known)
        or _turned(said, known)
        or _numbered(said, known)
        or _swapped(said, known, label, vocabulary)
    )


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as the guard reads it: things are stems of nouns, or the name of their kind where it is known."""

    tokens: tuple[str, ...]
    content: frozenset[str]
    denied: tuple[tuple[str, frozenset[str]], ...]  # negation as written -> stems of what it denies
    values: Mapping[str, frozenset[str]]  # "number", "month", "day" -> those that stand in the text
    things: Mapping[str, str]  # kind or stem -> word as written


@lru_cache(maxsize=20_000)  # texts of templates come again with every message; some 2 kB each
def _read(text: str) -> _Text:
    tokens = tuple(tokens_of(fold(text).text))
    stems = tuple(stem(token) for token in tokens)
    content = frozenset(one for token, one in zip(tokens, stems, strict=True) if token not in EMPTY_WORDS)
    return _Text(tokens, content, tuple(_denials(tokens, stems)), _values(text, tokens), _things(tokens, stems))


def _denials(tokens: Sequence[str], stems: Sequence[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Wishes and orders that the text denies, "i dont want", "please dont", and what follows them."""
    line = f" {' '.join(tokens)} "
    if NO_DENIAL.search(line):
        return
    for found in DENIAL.finditer(line):
        start = line[: found.end()].rstrip().count(" ")
        scope = [one for token, one in zip(tokens[start:], stems[start:], strict=True) if token not in EMPTY_WORDS]
        yield found["wish"] or found["order"], frozenset(scope[:REACH])


NUMBER = re.compile(r"(?<![\w.,])[$€£#]?(\d+(?:[.,:/-]\d+)*)(?:st|nd|rd|th|k|%)?(?!\w)")


def _values(text: str, tokens: Iterable[str]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    numbers = {
        number.rstrip("0").rstrip(".") if "." in number else number.replace(",", "") for number in NUMBER.findall(text)
    }
    numbers |= {NUMBER_WORDS[token] for token in tokens if token in NUMBER_WORDS}
    if numbers:
        found["number"] = numbers
    for token in tokens:
        if token in VALUES_OF:
            found.setdefault(VALUES_OF[token], set()).add(token)
    return {kind: frozenset(values) for kind, values in found.items()}


def _things(tokens: Sequence[str], stems: Sequence[str]) -> Mapping[str, str]:
    """The things that a text is about: words of known kinds, and the last word of what follows a determiner."""
    found = {KIND_OF[one]: token for token, one in zip(tokens, stems, strict=True) if one in KIND_OF}
    last = ""
    within = False
    for token in (*tokens, "the"):
        if token in EMPTY_WORDS:
            if within and last:
                one = stem(last)
                found.setdefault(KIND_OF.get(one, one), last)
            within, last = token in DETERMINERS, ""
        elif not token.endswith("ly"):
            last = token
    return found


def _negated(said: _Text, known: Sequence[_Text]) -> NearMiss | None:
    """The message denies what all the matched texts ask for."""
    if any(text.denied for text in known):
        return None
    asked = frozenset().union(*(text.content for text in known))
    for cue, scope in said.denied:
        if scope & asked:
            return NearMiss("negation", f'near_miss: negation "{cue}"', VETO)
    return None


def _turned(said: _Text, known: Sequence[_Text]) -> NearMiss | None:
    """The message says the opposite of a word of the matched texts: "disable" for "enable"."""
    for word in sorted(said.content & OPPOSITES.keys()):
        if any(word in text.content for text in known):
            continue
        for opposite in OPPOSITES[word]:
            holders = sum(opposite in text.content for text in known)
            if opposite not in said.content and holders >= TYPICAL * len(known):
                return NearMiss("negation", f'near_miss: opposite "{word}" / "{opposite}"', VETO)
    return None


def _numbered(said: _Text, known: Sequence[_Text]) -> NearMiss | None:
    """The matched texts agree on a number, a month, a weekday, and the message names another."""
    for kind, values in said.values.items():
        named = [text.values[kind] for text in known if kind in text.values]
        if len(named) < max(TYPICAL * len(known), 1) or len(set(named)) > 1 or named[0] & values:
            continue
        other, own = ", ".join(sorted(values)), ", ".join(sorted(named[0]))
        return NearMiss("number", f'near_miss: {kind} "{other}" / "{own}"', VETO)
    return None


def _swapped(said: _Text, known: Sequence[_Text], label: str, vocabulary: Vocabulary | None) -> NearMiss | None:
    """The message asks the same of another thing: "cancel my account" for "cancel my order"."""
    counts = Counter(thing for text in known for thing in text.things)
    typical = [thing for thing, count in counts.most_common() if count >= TYPICAL * len(known)]
    others = [thing for thing in said.things if thing not in counts and not _is_said(thing, known)]
    if not others or not typical or any(thing in said.things or thing in said.content for thing in typical):
        return None
    acts = said.content - _stems(said)
    if not any(acts & (text.content - _stems(text)) for text in known):
        return None
    if vocabulary is not None:
        others = [thing for thing in others if vocabulary.labels_of.get(thing, frozenset()) - {label}]
    if not others:
        return None
    other, own = others[0], typical[0]
    written = next(text.things[own] for text in known if own in text.things)
    certain = other in KINDS and own in KINDS
    return NearMiss("entity", f'near_miss: entity "{said.things[other]}" / "{written}"', VETO if certain else DOUBT)


KINDS = frozenset(KIND_OF.values())


def _is_said(thing: str, known: Sequence[_Text]) -> bool:
    return any(thing in text.content for text in known)


def _stems(text: _Text) -> frozenset[str]:
    return frozenset(stem(word) for word in text.things.values())
