"""The paid rung, plugged together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from understudy.answering.decision.money import NOTHING_PAID_YET, tokens
from understudy.answering.decision.recall import DecisionRecall
from understudy.answering.ladder import Rung
from understudy.answering.ports import PaidCosts, PaidModel
from understudy.answering.prompting.assembling import Count
from understudy.answering.rungs.llm import Desk, LlmRung
from understudy.answering.triggers.meaning import Meaning
from understudy.infra.database import Database
from understudy.llm.prompts.service import Prompts


@dataclass(frozen=True, slots=True)
class PaidPart:
    """The paid rung, and what the companies' own paid answers cost."""

    rung: Rung
    costs: PaidCosts = NOTHING_PAID_YET


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rung asks: a model, its tokens, and what the companies' own paid answers cost."""

    model: PaidModel
    count: Count = tokens
    costs: PaidCosts = NOTHING_PAID_YET


def build_paid_part(database: Database, prompts: Prompts, asked: Asked, *, encoder: str) -> PaidPart:
    """The paid rung; it says so where no provider is set up. `encoder`: key of the one whose embeddings it is given."""
    recall = DecisionRecall(database=database)
    desk = Desk(asked.model, prompts, recall, asked.count, meaning=shipped_meaning(encoder))
    return PaidPart(LlmRung(desk), asked.costs)


def shipped_meaning(encoder: str) -> Meaning | None:
    """What reads hand-overs by meaning, if it was fitted for this encoder: others' embeddings mean nothing to it."""
    meaning = _read_meaning()
    return meaning if meaning.encoder == encoder else None


@cache
def _read_meaning() -> Meaning:
    path = files("understudy.answering.triggers").joinpath("content", "meaning.json")
    return Meaning.unpacked(path.read_text(encoding="utf-8"))
