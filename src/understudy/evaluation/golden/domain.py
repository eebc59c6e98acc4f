"""What goes into the golden set, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from understudy.evaluation.domain import GoldenCase, Origin
from understudy.kit.errors import Conflict, Invalid, Problem
from understudy.language.domain import Vector

MOST_CASES = 20_000
"""Cases in a company's set: each climbs along in every replay."""
MOST_AT_ONCE = 10_000
MOST_CHARACTERS = 4_000
MOST_NOTE = 500


class GoldenCaseExists(Conflict):
    """The set holds a case of the same text that expects something else."""

    code = "golden_case_exists"


class TooManyGoldenCases(Conflict):
    """The set is full."""

    code = "too_many_golden_cases"


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to add. `expected`: a key, or the name of a scenario that the company follows; None: nothing free should
    answer. `language` None: as it is recognised.
    """

    text: str
    expected: str | None
    language: str | None = None
    note: str = ""
    origin: Origin = Origin.IMPORTED
    message_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A case with the embedding of its text, made by `encoder`."""

    case: GoldenCase
    encoder: str
    vector: Vector


def check_cases(given: Sequence[NewCase]) -> None:
    """Raises `Invalid` naming every case that cannot be."""
    if not 0 < len(given) <= MOST_AT_ONCE:
        raise Invalid(f"give 1 to {MOST_AT_ONCE:,} cases at once", field="cases", remedy="split them")
    problems = [
        Problem(f"cases.{place}.{field}", what) for place, one in enumerate(given) for field, what in _problems(one)
    ]
    if problems:
        raise Invalid("; ".join(map(str, problems[:5])), field=problems[0].field, problems=tuple(problems))


def each_once(given: Sequence[NewCase]) -> list[NewCase]:
    """The cases, each text once; raises `Invalid` for a text that expects two things."""
    found: dict[str, NewCase] = {}
    for place, one in enumerate(given):
        if found.setdefault(one.text, one).expected != one.expected:
            raise Invalid(f"cases.{place}.text: stands here twice and expects two things", field=f"cases.{place}.text")
    return list(found.values())


def _problems(one: NewCase) -> list[tuple[str, str]]:
    found = []
    if not one.text.strip():
        found.append(("text", "is empty"))
    if len(one.text) > MOST_CHARACTERS:
        found.append(("text", f"has more than {MOST_CHARACTERS:,} characters"))
    if "\x00" in one.text + one.note + (one.expected or ""):
        found.append(("text", "holds a character that cannot be kept"))
    if len(one.note) > MOST_NOTE:
        found.append(("note", f"has more than {MOST_NOTE} characters"))
    return found
