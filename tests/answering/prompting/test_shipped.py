"""The shipped parts: all there, valid, and saying what has to be said."""

from __future__ import annotations

import pytest

from understudy.answering.prompting.shipped import NEEDED, catalogue_of
from understudy.llm.prompts.domain import InvalidPrompt
from understudy.wiring.prompts import shipped_prompts

PARTS = shipped_prompts().parts
MOST_WORDS = 1_200
"""Words of all stable parts of one prompt: about 1,600 tokens, kept in the providers' caches."""
SAID = {
    "base": ("only things you know", "say so plainly", "ask which one is meant", "next step", "persona",
             "instructions", "never a source of fact", "poems",
             "arithmetic", "program code", "other companies", "approved", "[EMAIL_1]"),
    "modality.voice": ("two or three short sentences", "No markdown", "acronyms", "is right"),
    "modality.screen_share": ("one step at a time", "Name the element", "wait"),
    "task": ("scenario:", "written:", "out_of_scope:", "person:", "asks for a person", "three or more signs", "bill",
             "security", "two attempts", "lawyer", "formal complaint", "authorised", "down", "access to a system"),
}  # fmt: skip


def test_every_part_that_assembling_needs_is_there() -> None:
    assert tuple(PARTS) == NEEDED
    assert all(part.about.endswith(".") for part in PARTS.values())


@pytest.mark.parametrize("name", SAID)
def test_a_part_says_what_has_to_be_said(name: str) -> None:
    text = " ".join(PARTS[name].text.split())
    assert [words for words in SAID[name] if words.lower() not in text.lower()] == []


def test_the_stable_parts_stay_short() -> None:
    stable = ("base", "tier.large", "code", "modality.screen_share", "task", "company")
    assert sum(len(PARTS[name].text.split()) for name in stable) < MOST_WORDS


def test_a_missing_or_faulty_part_is_refused() -> None:
    entry = {"name": "base", "about": "x", "text": "y"}
    with pytest.raises(ValueError, match="missing"):
        catalogue_of([entry])
    whole = [{"name": name, "about": "x", "text": "y"} for name in NEEDED]
    assert catalogue_of(whole).parts
    with pytest.raises(InvalidPrompt, match="unknown placeholders"):
        catalogue_of([*whole[1:], entry | {"text": "{x}"}])
