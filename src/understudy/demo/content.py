"""The demo's files: two companies, their templates, and the messages to replay."""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import yaml

from understudy.templates.domain import Reply
from understudy.templates.formats.detect import SourceFile, import_template
from understudy.templates.formats.yaml_json import to_yaml

FOLDER = files("understudy.demo") / "content"
OUT_OF_SCOPE = "out_of_scope"
FEW = 3
SCENARIOS = 16
"""Examples that the learning bank begins with, for each of so many scenarios: few enough to be asked often."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answer."""

    id: str
    question: str
    variants: tuple[str, ...]
    reply: Reply


@dataclass(frozen=True, slots=True)
class DemoMessage:
    """A message to replay. `expected`: the scenario that a person chose for it, or `out_of_scope`."""

    number: int
    text: str
    expected: str


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A company to seed."""

    slug: str
    name: str
    trade: str
    settings: Mapping[str, Any]
    template: SourceFile
    company_qa: tuple[Question, ...]
    trade_qa: tuple[Question, ...]
    overridden: Mapping[str, Reply]
    hidden: frozenset[str]


def bank() -> DemoCompany:
    """Harbour Bank, with the template made from Banking77."""
    return _company("bank")


def young_bank() -> DemoCompany:
    """Tideway Bank, which begins with three examples for each of the bank's scenarios and learns the rest."""
    known = bank()
    template, asked = import_template([known.template]).template, _young_scenarios()
    few = (
        replace(
            category,
            scenarios=tuple(
                replace(one, triggers=(), negative_triggers=(), examples=one.examples[:FEW])
                for one in category.scenarios
                if one.name in asked
            ),
        )
        for category in template.categories
    )
    categories = tuple(category for category in few if category.scenarios)
    content = to_yaml(replace(template, name="Retail bank, first steps", categories=categories))
    return replace(
        known,
        slug="tideway-bank",
        name="Tideway Bank",
        template=SourceFile("young.template.yaml", content.encode()),
        company_qa=(),
        trade_qa=(),
        overridden={},
        hidden=frozenset(),
    )


def young_messages() -> list[DemoMessage]:
    """Real messages about what Tideway Bank answers, in an order drawn once: what its template was spared, and more."""
    asked = _young_scenarios()
    rows = [(one.text, one.expected) for one in bank_messages() if one.expected in asked]
    for scenario in import_template([bank().template]).template.scenarios():
        if scenario.name in asked:
            rows += [(text, scenario.name) for text in scenario.examples[FEW:]]
    random.Random(0).shuffle(rows)  # noqa: S311 - an order, not a secret
    return [DemoMessage(number, text, label) for number, (text, label) in enumerate(rows)]


def _young_scenarios() -> frozenset[str]:
    """What is asked most."""
    counted = Counter(one.expected for one in bank_messages() if one.expected != OUT_OF_SCOPE)
    return frozenset(name for name, _ in counted.most_common(SCENARIOS))


def hvac() -> DemoCompany:
    """Northwind Heating & Air."""
    return _company("hvac")


def bank_messages() -> list[DemoMessage]:
    """1,200 messages that the bank's template has never seen: Banking77's test part, and 120 of another world."""
    rows = csv.DictReader((FOLDER / "replay.csv").read_text(encoding="utf-8").splitlines())
    return [DemoMessage(number, row["text"], row["label"]) for number, row in enumerate(rows)]


def hvac_messages() -> list[DemoMessage]:
    """40 messages to the HVAC company; what is expected is named as `kind:name`."""
    rows = yaml.safe_load((FOLDER / "hvac.company.yaml").read_text(encoding="utf-8"))["demo_messages"]
    return [DemoMessage(number, row["text"], row["expect"]) for number, row in enumerate(rows)]


def _company(name: str) -> DemoCompany:
    raw = yaml.safe_load((FOLDER / f"{name}.company.yaml").read_text(encoding="utf-8"))
    return DemoCompany(
        slug=raw["slug"],
        name=raw["name"],
        trade=raw["trade"],
        settings=_plain(raw["settings"]),
        template=SourceFile(f"{name}.template.yaml", (FOLDER / f"{name}.template.yaml").read_bytes()),
        company_qa=_questions(raw["company_qa"]),
        trade_qa=_questions(raw.get("trade_qa", [])),
        overridden={name: Reply(**reply) for name, reply in raw.get("trade_qa_overrides", {}).items()},
        hidden=frozenset(raw.get("trade_qa_hidden", [])),
    )


def _questions(rows: list[dict[str, Any]]) -> tuple[Question, ...]:
    return tuple(
        Question(row["id"], row["question"], tuple(row.get("variants", ())), Reply(**row["reply"])) for row in rows
    )


def _plain(value: Any) -> Any:
    """YAML reads days as dates; a settings document holds JSON values."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
