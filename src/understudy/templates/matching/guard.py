"""Near misses: messages that look like what they matched and mean something else.

"I don't want to cancel" is no "cancel"; "cancel my account" is no "cancel my order"; the fee for 2024 is not that for
2025. A sentence encoder hardly sees these, words do. In other languages than English the guard knows numbers, and the
denials of those that `negation` reads.
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
    NEGATORS,
    NO_DENIAL,
    NUMBER_WORDS,
    OPPOSITES,
    VALUES_OF,
    stem,
)
from understudy.templates.matching.negation.denials import denied
from understudy.templates.matching.normalise import Folded, fold

ENGLISH = "en"
VETO = 0.0
DOUBT = 0.5  # takes even a certain match below every default threshold
REACH = 6  # tokens behind a negation in which what it denies is looked for
TYPICAL = 0.5  # share of a scenario's texts that name a thing before its absence speaks against the scenario
KNOWN_KINDS = frozenset(KIND_OF.values())

Kind = Literal["negation", "number", "entity"]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Why a message does not mean what it matched; multiply the confidence with `factor` (0 is a veto)."""

    kind: Kind
    reason: str
    factor: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What each label of a template talks about; built once per compiled template, so that a message costs little."""

    profiles: Mapping[str, "Profile"]
    things: frozenset[str]  # that any label names

    @classmethod
    def of(cls, texts: Sequence[str], labels: Sequence[str]) -> "Vocabulary":
        """From all texts of a template and the label of each."""
        texts_of: dict[str, list[str]] = {}
        for text, label in zip(texts, labels, strict=True):
            texts_of.setdefault(label, []).append(text)
        return cls.of_profiles({label: Profile.of(known) for label, known in texts_of.items()})

    @classmethod
    def of_profiles(cls, profiles: Mapping[str, "Profile"]) -> "Vocabulary":
        """From the texts of each label, added up."""
        return cls(profiles, frozenset[str]().union(*(profile.things for profile in profiles.values())))


def near_miss(
    message: "str | Text",
    matched: Sequence[str],
    *,
    label: str = "",
    vocabulary: Vocabulary | None = None,
    language: str = ENGLISH,
) -> NearMiss | None:
    """Say why the message does not mean what it matched, or None.

    `matched` are the texts it matched: a question with its variants, or a trigger. With a vocabulary that knows
    `label`, all texts of that label count instead, and of swapped things only those that other labels are about: many
    examples show by themselves what may vary. `language` (ISO 639-1) is that of the message; English is always looked
    for as well, since a short message is easily taken for another language.
    """
    said = read(message) if isinstance(message, str) else message
    if cue := denied(said.text, matched, language):
        return NearMiss("negation", f'near_miss: negation "{cue}"', VETO)
    if vocabulary is not None and label in vocabulary.profiles:
        profile = vocabulary.profiles[label]
        return _missed(said, profile, said.denied) or _swapped_for_sure(said, profile, vocabulary)
    profile = _profile_again(tuple(matched))
    return _missed(said, profile, said.denied + said.contrasted) or _swapped(said, profile) if profile.size else None


_Denials = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the guard reads it: things are stems of nouns, or the name of their kind where it is known."""

    text: str
    tokens: tuple[str, ...]
    content: frozenset[str]
    denied: _Denials  # a wish or order not to: as written, stems of what it denies
    contrasted: _Denials  # "instead of", "not a": as written, stems of what follows
    values: Mapping[str, frozenset[str]]  # "number", "month", "day" -> those that stand in the text
    things: Mapping[str, str]  # kind or stem -> word as written
    acts: frozenset[str]  # stems of content that are no things: what is done to them

    def beside(self, thing: str) -> frozenset[str]:
        """Stems of content without those of a thing: what is left to say when the thing is another."""
        return self.content - {stem(self.things[thing])}


def read(text: str, folded: Folded | None = None) -> Text:
    """The text as the guard reads it: once, however many matches it is held against. `folded`: it, where known."""
    tokens = tuple((folded or fold(text)).tokens)
    stems = tuple([stem(token) for token in tokens])
    content = frozenset([one for token, one in zip(tokens, stems, strict=True) if token not in EMPTY_WORDS])
    things = _things(tokens, stems)
    acts = content.difference([stem(word) for word in things.values()])
    denials = list(_denials(tokens, stems))
    denied = tuple([(cue, scope) for cue, scope, is_wish in denials if is_wish])
    contrasted = tuple([(cue, scope) for cue, scope, is_wish in denials if not is_wish])
    return Text(text, tokens, content, denied, contrasted, _values(text, tokens), things, acts)


_read_again = lru_cache(maxsize=4_096)(read)  # for questions and triggers, which come again; some 2 kB each


def _denials(tokens: Sequence[str], stems: Sequence[str]) -> Iterator[tuple[str, frozenset[str], bool]]:
    """What the text denies, "i dont want", "please dont", and what follows; True for a wish, False for a contrast."""
    line = f" {' '.join(tokens)} "
    if NO_DENIAL.search(line):
        return
    for found in DENIAL.finditer(line):
        start = line[: found.end()].rstrip().count(" ")
        scope = [one for token, one in zip(tokens[start:], stems[start:], strict=True) if token not in EMPTY_WORDS]
        cue = found["wish"] or found["order"]
        yield cue or found["contrast"], frozenset(scope[:REACH]), bool(cue)


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


@dataclass(frozen=True, slots=True)
class Profile:
    """Several texts that mean the same, added up.

    `size` of them; whether any `denies` something; how many hold a stem (`content`) or a thing (`things`); the `values`
    they name, text by text; what stands beside a thing (`frames`) and is done to it (`acts`); its word (`written`).
    """

    size: int
    denies: bool
    content: Mapping[str, int]
    things: Mapping[str, int]
    values: Mapping[str, tuple[frozenset[str], ...]]
    frames: frozenset[tuple[str, frozenset[str]]]
    acts: Mapping[str, frozenset[str]]
    written: Mapping[str, str]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Profile":
        """The profile of some texts."""
        known = [_read_again(text) for text in texts]
        values: dict[str, list[frozenset[str]]] = {}
        acts: dict[str, set[str]] = {}
        for text in known:
            for kind, named in text.values.items():
                values.setdefault(kind, []).append(named)
            for thing in text.things:
                acts.setdefault(thing, set()).update(text.acts)
        return cls(
            size=len(known),
            denies=any(text.denied for text in known),
            content=Counter(one for text in known for one in text.content),
            things=Counter(thing for text in known for thing in text.things),
            values={kind: tuple(named) for kind, named in values.items()},
            frames=frozenset((thing, text.beside(thing)) for text in known for thing in text.things),
            acts={thing: frozenset(found) for thing, found in acts.items()},
            written={thing: word for text in known for thing, word in text.things.items()},
        )

    def is_typical(self, count: int) -> bool:
        """Whether so many of the texts are enough to speak for all."""
        return count >= max(TYPICAL * self.size, 1)


_profile_again = lru_cache(maxsize=4_096)(Profile.of)
"""The profiles of questions and triggers, which come again with other messages."""


def _missed(said: Text, profile: Profile, denied: _Denials) -> NearMiss | None:
    return _negated(denied, profile) or _turned(said, profile) or _numbered(said, profile)


def _negated(denied: _Denials, profile: Profile) -> NearMiss | None:
    """The message denies what all the matched texts ask for."""
    if profile.denies:
        return None
    for cue, scope in denied:
        if not scope.isdisjoint(profile.content):
            return NearMiss("negation", f'near_miss: negation "{cue}"', VETO)
    return None


def _turned(said: Text, profile: Profile) -> NearMiss | None:
    """The message says the opposite of a word of the matched texts: "disable" for "enable"."""
    if not NEGATORS.isdisjoint(said.tokens):  # "was not accepted" means that it was declined
        return None
    for word in sorted(word for word in said.content if word in OPPOSITES):
        for opposite in OPPOSITES[word]:
            is_typical = profile.is_typical(profile.content.get(opposite, 0))
            if is_typical and word not in profile.content and opposite not in said.content:
                return NearMiss("negation", f'near_miss: opposite "{word}" / "{opposite}"', VETO)
    return None


def _numbered(said: Text, profile: Profile) -> NearMiss | None:
    """The matched texts agree on a number, a month, a weekday, and the message names another."""
    for kind, values in said.values.items():
        named = profile.values.get(kind, ())
        if not profile.is_typical(len(named)) or len(set(named)) > 1 or named[0] & values:
            continue
        other, own = ", ".join(sorted(values)), ", ".join(sorted(named[0]))
        return NearMiss("number", f'near_miss: {kind} "{other}" / "{own}"', VETO)
    return None


def _swapped(said: Text, profile: Profile) -> NearMiss | None:
    """The message does the same to another thing ("cancel my account" for "cancel my order"), or differs only in it."""
    for other in _strangers(said, profile):
        for own in _missing(said, profile):
            is_same_act = said.things.keys().isdisjoint(profile.things) and not said.acts.isdisjoint(profile.acts[own])
            certain = other in KNOWN_KINDS and own in KNOWN_KINDS
            beside = said.beside(other)
            if is_same_act or ((certain or beside) and (own, beside) in profile.frames):
                return _entity(said.things[other], profile.written[own], VETO if certain else DOUBT)
    return None


def _swapped_for_sure(said: Text, profile: Profile, vocabulary: Vocabulary) -> NearMiss | None:
    """The message is an example of the label but for one thing, of a known other kind, that other labels are about."""
    for other in _strangers(said, profile):
        if other not in KNOWN_KINDS or other not in vocabulary.things or not (beside := said.beside(other)):
            continue
        for own in _missing(said, profile):
            if own in KNOWN_KINDS and (own, beside) in profile.frames:
                return _entity(said.things[other], profile.written[own], VETO)
    return None


def _strangers(said: Text, profile: Profile) -> list[str]:
    """Things of the message that no matched text names."""
    return [thing for thing in said.things if thing not in profile.things and thing not in profile.content]


def _missing(said: Text, profile: Profile) -> list[str]:
    """Things that the matched texts are typically about and the message does not name."""
    return [
        thing
        for thing, count in profile.things.items()
        if profile.is_typical(count) and thing not in said.things and thing not in said.content
    ]


def _entity(other: str, own: str, factor: float) -> NearMiss:
    return NearMiss("entity", f'near_miss: entity "{other}" / "{own}"', factor)
