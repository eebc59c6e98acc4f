"""Named prompt parts, what is shipped, and a company's versions over it, as values."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from understudy.kit.errors import Conflict, Invalid, NotFound, Problem
from understudy.kit.text import control_characters

MAX_PART_CHARACTERS = 12_000
"""Longest part: about 3,000 tokens, half of the longest prompt as it is set by default."""
MAX_NOTE_CHARACTERS = 500
LABEL_DIGITS = 8
"""Hex digits of the catalogue's checksum that name it."""

_PLACEHOLDER = re.compile(r"\{([a-z][a-z_]*)\}")


class InvalidPrompt(Invalid):
    """A part has faults; nothing was changed."""

    code = "invalid_prompt"


class PromptPartNotFound(NotFound):
    """There is no part of this name."""

    code = "prompt_part_not_found"


class PromptVersionNotFound(NotFound):
    """The company never had this version of its prompts."""

    code = "prompt_version_not_found"


class PromptsMoved(Conflict):
    """The prompts were changed since the caller read them."""

    code = "prompts_moved"


@dataclass(frozen=True, slots=True)
class Part:
    """One named piece of instructions as it is shipped.

    `allowed`: the placeholders it may have; `required`: those of them that it must keep.
    """

    name: str
    about: str
    text: str
    allowed: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All parts as they are shipped. `label` names exactly these texts: it changes when one of them does."""

    parts: Mapping[str, Part]

    @property
    def label(self) -> str:
        """The first digits of the checksum over all texts."""
        told = "\0".join(f"{name}\0{self.parts[name].text}" for name in sorted(self.parts))
        return hashlib.sha256(told.encode()).hexdigest()[:LABEL_DIGITS]

    def part(self, name: str) -> Part:
        """The part of a name; raises `PromptPartNotFound`."""
        if name not in self.parts:
            raise PromptPartNotFound(
                f"there is no prompt part {name!r}", field="name", remedy=f"one of: {', '.join(self.parts)}"
            )
        return self.parts[name]

    def over(self, version: int, own: Mapping[str, str]) -> PromptSet:
        """The set that holds with a company's own texts; those of parts that are no more are left out."""
        known = {name: text for name, text in own.items() if name in self.parts}
        texts = {name: known.get(name, part.text) for name, part in self.parts.items()}
        return PromptSet(f"{version}@{self.label}", version, texts, frozenset(known))


@dataclass(frozen=True, slots=True)
class PromptSet:
    """The parts that hold for a company: name → text. `own`: the parts that are not as shipped.

    `label` names exactly these texts, such as `3@1f2e3d4c`: the company's version (0: none of its own) and the
    catalogue it lies over.
    """

    label: str
    version: int
    texts: Mapping[str, str]
    own: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        """The text of a part; raises `PromptPartNotFound`."""
        if name not in self.texts:
            raise PromptPartNotFound(f"there is no prompt part {name!r}", field="name")
        return self.texts[name]


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """One published version of a company's prompts, never changed. `texts`: the parts that differ from the shipped."""

    version: int
    texts: Mapping[str, str]
    published_at: datetime
    published_by: str
    note: str = ""
    from_version: int | None = None
    """The version that a rollback published again."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What a new version changes: part → text; None brings the shipped one back."""

    texts: Mapping[str, str | None]
    note: str = field(default="")


def placeholders_of(text: str) -> tuple[str, ...]:
    """The placeholders of a text, each once, in order."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in, in one pass: what is filled in is never read for placeholders."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text).strip()


def problems_of(part: Part, text: str) -> tuple[Problem, ...]:
    """What speaks against a text for a part; nothing when it may be published."""
    found = []
    if not text.strip():
        found.append(Problem(part.name, "the text is empty", "bring the shipped one back instead"))
    if len(text) > MAX_PART_CHARACTERS:
        found.append(Problem(part.name, f"{len(text):,} characters; {MAX_PART_CHARACTERS:,} are allowed"))
    if controls := control_characters(text):
        found.append(Problem(part.name, f"control characters: {', '.join(controls)}", "take them out"))
    written = set(placeholders_of(text))
    if unknown := sorted(written - part.allowed):
        known = ", ".join(f"{{{name}}}" for name in sorted(part.allowed)) or "none"
        found.append(Problem(part.name, f"unknown placeholders: {_braced(unknown)}", f"allowed here: {known}"))
    if missing := sorted(part.required - written):
        found.append(Problem(part.name, f"the text lacks {_braced(missing)}", "it stands for what the model is given"))
    return tuple(found)


def check(catalogue: Catalogue, texts: Mapping[str, str]) -> None:
    """Raises `InvalidPrompt` listing every fault, or `PromptPartNotFound`."""
    problems = tuple(problem for name, text in texts.items() for problem in problems_of(catalogue.part(name), text))
    if problems:
        raise InvalidPrompt("the prompt is not valid: " + "; ".join(map(str, problems)), problems=problems)


def difference(before: Mapping[str, str], after: Mapping[str, str], *, names: tuple[str, str]) -> tuple[str, ...]:
    """The lines of a unified diff over all parts that differ; `names` say what is compared."""
    lines: list[str] = []
    for part in sorted({*before, *after}):
        old, new = _lines(before.get(part, "")), _lines(after.get(part, ""))
        lines += difflib.unified_diff(old, new, f"{names[0]}/{part}", f"{names[1]}/{part}", lineterm="")
    return tuple(lines)


def _lines(text: str) -> Sequence[str]:
    return text.strip().splitlines()


def _braced(names: Sequence[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
