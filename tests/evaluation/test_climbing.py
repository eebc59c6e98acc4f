"""A batch climbs exactly as messages do live, under both sides."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from uuid import uuid4

import pytest

from understudy.answering.domain import RungName
from understudy.answering.ladder import Bars, Question, climb
from understudy.answering.rungs.free import BASIC_RUNGS, FREE_RUNGS
from understudy.answering.settings import LadderSettings, Thresholds
from understudy.demo import content
from understudy.evaluation.climbing import NOWHERE, Side, climb_both
from understudy.evaluation.domain import Climbed, Recorded, Truth
from understudy.language.adapters.scripted import MODEL, ScriptedEncoder
from understudy.language.domain import Matrix
from understudy.templates.domain import Category, QaEntry, Reply, Template
from understudy.templates.formats.yaml_json import read_yaml
from understudy.templates.matching.company.compiled import compile_questions, compile_template
from understudy.templates.matching.company_matcher import Asked, CompanyMatcher, Followed, Message
from understudy.templates.matching.fitting import fit, training_set
from understudy.wiring.parts import small_talk

FOLDER = Path(content.__file__).parent / "content"
SETTINGS = LadderSettings()
PERSON = "let me talk to a human being about my card"


@cache
def texts() -> tuple[str, ...]:
    with (FOLDER / "replay.csv").open(encoding="utf-8", newline="") as file:
        said = [row["text"] for row in islice(csv.DictReader(file), 120)]
    return (*said, "hello", "is there parking", "where is my zebra card", "", PERSON)


def part(scenarios: int, *, trigger: str = "") -> Template:
    """The first scenarios of the shipped bank; the second one with a further trigger."""
    path = FOLDER / "bank.template.yaml"
    template = read_yaml(path.read_bytes(), path.name).template
    some = list(islice(template.scenarios(), scenarios))
    if trigger:
        some[1] = replace(some[1], triggers=(*some[1].triggers, trigger), examples=(*some[1].examples, trigger))
    return replace(template, categories=(Category("All", tuple(some)),))


@cache
def matcher(scenarios: int, trigger: str = "") -> CompanyMatcher:
    encoder = ScriptedEncoder()
    template = part(scenarios, trigger=trigger)
    head = fit(training_set(template, encoder.encode), encoder=MODEL.key, own_from=1_000_000)
    asked = QaEntry(uuid4(), "Is there parking?", ("where can I park",), Reply("Yes.", "Behind the house."))
    vectors = encoder.encode([asked.question, *asked.variants])
    own = compile_questions([asked], vectors=[vectors], encoder=MODEL.key)
    none = compile_questions((), vectors=(), encoder=MODEL.key)
    return CompanyMatcher(
        followed=(Followed(compile_template(template, 1, head)),),
        own=Asked("qa", "company_qa@1", own, {}),
        trade=Asked("trade_qa", "trade_qa@0", none, {}),
        built_in=small_talk(),
        languages=MODEL.languages,
    )


def recorded(language: str = "en", least: float = 0.0) -> list[Recorded]:
    return [Recorded(uuid4(), text, language, None, Truth.UNKNOWN, min_confidence=least) for text in texts()]


def embeddings() -> Matrix:
    return ScriptedEncoder().encode(texts())


async def live(side: Side, said: Sequence[Recorded]) -> list[Climbed]:
    found = []
    for one, row in zip(said, embeddings(), strict=True):
        question = Question(Message(one.text, row, one.language), side.matcher, side.settings)
        rungs = FREE_RUNGS if side.settings.gatekeeper else BASIC_RUNGS
        bars = Bars(side.settings.thresholds, one.min_confidence)
        climbed = await climb(rungs, question, bars, lambda: 0)
        match = climbed.answer
        found.append(Climbed(match.key, climbed.rung, match.confidence) if match else NOWHERE)  # type: ignore[union-attr]
    return found


def same(one: Climbed, other: Climbed) -> bool:
    if one.confidence is None or other.confidence is None:
        return one == other
    return (one.key, one.rung) == (other.key, other.rung) and one.confidence == pytest.approx(
        other.confidence, abs=1e-4
    )


LOOSER = SETTINGS.model_copy(update={"thresholds": Thresholds(semantic=0.3, rules=0.95)})
BASIC = SETTINGS.model_copy(update={"gatekeeper": False})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Side(matcher(6), SETTINGS), Side(matcher(6), SETTINGS)),
        (Side(matcher(6), SETTINGS), Side(matcher(6), LOOSER)),
        (Side(matcher(6), LOOSER), Side(matcher(6), SETTINGS)),
        (Side(matcher(6), SETTINGS), Side(matcher(6, "zebra"), SETTINGS)),
        (Side(matcher(6), SETTINGS), Side(matcher(4), LOOSER)),
        (Side(matcher(6), SETTINGS), Side(matcher(6), BASIC)),
    ],
    ids=["same", "looser", "tighter", "trigger", "fewer", "basic"],
)
@pytest.mark.parametrize(("language", "least"), [("en", 0.0), ("en", 0.9), ("ja", 0.0)])
async def test_a_replay_climbs_as_messages_do(before: Side, after: Side, language: str, least: float) -> None:
    said = recorded(language, least)
    both = climb_both(before, after, said, embeddings())
    for text, one, other, (first, second) in zip(
        texts(), await live(before, said), await live(after, said), both, strict=True
    ):
        if text != PERSON:
            assert same(first, one), text
            assert same(second, other), text


def test_something_changes_in_these_trials() -> None:
    both = climb_both(Side(matcher(6), SETTINGS), Side(matcher(6, "zebra"), SETTINGS), recorded(), embeddings())
    changed = {text: after.key for text, (before, after) in zip(texts(), both, strict=True) if before.key != after.key}
    assert "where is my zebra card" in changed
    assert len({first.rung for first, _ in both}) >= 4


def test_a_wish_for_a_person_is_no_answer() -> None:
    tried = matcher(6, "card")
    both = climb_both(Side(matcher(6), SETTINGS), Side(tried, LOOSER), recorded(), embeddings())
    assert both[texts().index(PERSON)][1].rung is not RungName.SEMANTIC
    assert both[texts().index(PERSON)][1] == both[texts().index(PERSON)][0] == NOWHERE


def test_nothing_climbs_in_an_empty_batch() -> None:
    assert climb_both(Side(matcher(6), SETTINGS), Side(matcher(6), LOOSER), [], embeddings()[:0]) == []
