"""The shipped parts out of their file, and whether they are what assembling needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy.answering.prompting.domain import Setting
from understudy.llm.domain import Tier
from understudy.llm.prompts.domain import Catalogue, Part, check

NEEDED = (
    "base",
    *(f"tier.{tier}" for tier in Tier),
    "code",
    *(f"modality.{setting}" for setting in Setting),
    "task",
    "company",
    "scenarios",
    "sources",
    "customer",
)
"""The parts that assembling asks for, in the order in which they stand in a prompt."""


def catalogue_of(entries: Sequence[Mapping[str, Any]]) -> Catalogue:
    """The catalogue that a file describes; raises `InvalidPrompt` on faults, ValueError when a part is missing."""
    parts = {entry["name"]: _part(entry) for entry in entries}
    if missing := [name for name in NEEDED if name not in parts]:
        raise ValueError(f"prompt parts are missing: {', '.join(missing)}")
    catalogue = Catalogue({name: parts[name] for name in NEEDED})
    check(catalogue, {name: part.text for name, part in catalogue.parts.items()})
    return catalogue


def _part(entry: Mapping[str, Any]) -> Part:
    return Part(
        name=entry["name"],
        about=entry["about"],
        text=entry["text"].strip(),
        allowed=frozenset(entry.get("allowed", ())),
        required=frozenset(entry.get("required", ())),
    )
