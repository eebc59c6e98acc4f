"""The prompts, with the parts that are shipped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from understudy.answering.prompting.shipped import catalogue_of
from understudy.infra.system import utc_now
from understudy.llm.prompts.domain import Catalogue
from understudy.llm.prompts.service import Prompts
from understudy.wiring.parts import Foundation


def build_prompts(base: Foundation) -> Prompts:
    """The companies' prompts over the shipped ones."""
    return Prompts(database=base.database, audit=base.audit, clock=utc_now, catalogue=shipped_prompts())


@cache
def shipped_prompts() -> Catalogue:
    """The parts as they are shipped."""
    text = files("understudy.answering.prompting").joinpath("content", "prompts.yaml").read_text(encoding="utf-8")
    return catalogue_of(yaml.safe_load(text))
