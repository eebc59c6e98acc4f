"""The settings of this package: defaults, ranges."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.answering.domain import RungName
from understudy.answering.settings import (
    FallbackSettings,
    HoursSettings,
    LadderSettings,
    LimitSettings,
    VipSettings,
)
from understudy.companies.settings import InvalidSettings, SettingsSchema
from understudy.learning.settings import LearningSettings, PatternLearning
from understudy.llm.settings import BudgetSettings

SCHEMA = SettingsSchema(
    {
        "ladder": LadderSettings,
        "fallback": FallbackSettings,
        "hours": HoursSettings,
        "limits": LimitSettings,
        "vip": VipSettings,
        "budget": BudgetSettings,
        "learning": LearningSettings,
    }
)


def test_the_defaults() -> None:
    settings = SCHEMA.read({})
    thresholds = settings.get(LadderSettings).thresholds
    assert {name.value: thresholds.of(name) for name in RungName} == {
        "company_qa": 0.80,
        "trade_qa": 0.75,
        "rules": 0.70,
        "semantic": 0.60,
        "patterns": 0.80,
        "knowledge": 0.80,
        "llm": 0.60,
        "passthrough": 0.0,
        "fallback": 0.0,
    }
    assert settings.get(LadderSettings).gatekeeper
    assert settings.get(BudgetSettings).monthly_budget_micros == 200_000_000
    learning = settings.get(LearningSettings)
    assert (learning.auto_learn, learning.share_patterns) == (True, False)
    assert learning.pattern_learning is PatternLearning.SHADOW
    assert learning.min_confidence_for_suggestion == 0.80


def test_the_document_reads_back_to_itself() -> None:
    document = {"hours": {"monday": ["13:00-18:00", "09:00-12:00"], "holidays": [{"day": "2026-12-25"}]}}
    settings = SCHEMA.read(document)
    assert SCHEMA.read(settings.document).document == settings.document
    assert settings.document["hours"]["monday"] == ["09:00-12:00", "13:00-18:00"]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"ladder": {"thresholds": {"rules": 1.01}}}, "ladder.thresholds.rules"),
        ({"ladder": {"thresholds": {"rules": -0.1}}}, "ladder.thresholds.rules"),
        ({"ladder": {"thresholds": {"rules": float("nan")}}}, "ladder.thresholds.rules"),
        ({"ladder": {"thresholds": {"ruels": 0.5}}}, "ladder.thresholds.ruels"),
        ({"fallback": {"tone": "angry"}}, "fallback.tone"),
        ({"fallback": {"escalation_options": ["transfer", "transfer"]}}, "fallback.escalation_options"),
        ({"hours": {"monday": ["late"]}}, "hours.monday.0"),
        ({"hours": {"holidays": [{"day": "2026-02-30"}]}}, "hours.holidays.0.day"),
        ({"limits": {"messages_per_minute": 0}}, "limits.messages_per_minute"),
        ({"vip": {"lifetime_value_above": -1}}, "vip.lifetime_value_above"),
        ({"budget": {"monthly_budget_micros": 0.5}}, "budget.monthly_budget_micros"),
        ({"learning": {"pattern_learning": "always"}}, "learning.pattern_learning"),
    ],
)
def test_faults_name_their_field(document: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        SCHEMA.read(document)
    assert [problem.field for problem in refused.value.problems] == [field]
