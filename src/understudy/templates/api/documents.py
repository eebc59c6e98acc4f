"""Templates as JSON: the same shape as in files, strict, with examples."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from understudy.templates.domain import (
    Action,
    Category,
    Overlay,
    OverlayChange,
    OverlayKind,
    Reply,
    Scenario,
    Template,
)
from understudy.templates.validation import PRIORITY
from understudy.templates.wording import NAME_CHARACTERS

EXAMPLE_ID = "01920c5e-8b1a-7c3e-9f00-3c8f2a4d5e6f"
MAX_INTEGER = 2**31 - 1
NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"

Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_CHARACTERS, pattern=NO_CONTROLS)]
Number = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
After = Annotated[UUID | None, Query(description="The `next` of the page before.")]
Before = Annotated[int | None, Query(ge=1, le=MAX_INTEGER, description="The `next` of the page before.")]
Note = Annotated[str, Field(max_length=500, pattern=NO_CONTROLS, examples=["Softer words about fees"])]


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class ReplyDocument(Body):
    """One way to word an answer; one form is enough, it then serves as both."""

    short: str = Field("", examples=["Cards take 3 to 5 working days."])
    full: str = Field("", examples=["Cards take 3 to 5 working days. You will get a message when yours is sent."])

    @classmethod
    def of(cls, reply: Reply) -> ReplyDocument:
        """The document of a reply."""
        return cls(short=reply.short, full=reply.full)

    def value(self) -> Reply:
        """The reply."""
        return Reply(self.short, self.full)


class ScenarioDocument(Body):
    """One thing a customer may want. A trigger between slashes is a regular expression."""

    name: str = Field(examples=["card_arrival"])
    triggers: list[str] = Field(default_factory=list, examples=[["where is my card", "/card (has|did) ?n.t arrive/"]])
    negative_triggers: list[str] = Field(default_factory=list, examples=[["cancel"]])
    examples: list[str] = Field(default_factory=list, examples=[["I am still waiting on my card?"]])
    replies: list[ReplyDocument] = Field(default_factory=list)
    follow_up: str | None = Field(None, examples=["Shall I send it again?"])
    priority: int = Field(0, ge=-PRIORITY, le=PRIORITY, description="The higher one wins where two match equally well.")
    action: Action = Action.NONE

    @classmethod
    def of(cls, scenario: Scenario) -> ScenarioDocument:
        """The document of a scenario."""
        return cls(
            name=scenario.name,
            triggers=list(scenario.triggers),
            negative_triggers=list(scenario.negative_triggers),
            examples=list(scenario.examples),
            replies=[ReplyDocument.of(reply) for reply in scenario.replies],
            follow_up=scenario.follow_up,
            priority=scenario.priority,
            action=scenario.action,
        )

    def value(self) -> Scenario:
        """The scenario."""
        return Scenario(
            name=self.name,
            triggers=tuple(self.triggers),
            negative_triggers=tuple(self.negative_triggers),
            examples=tuple(self.examples),
            replies=tuple(reply.value() for reply in self.replies),
            follow_up=self.follow_up,
            priority=self.priority,
            action=self.action,
        )


class CategoryDocument(Body):
    """A named group of scenarios."""

    name: str = Field(examples=["Cards"])
    scenarios: list[ScenarioDocument] = Field(default_factory=list)


class HeadDocument(Body):
    """A template without its scenarios."""

    name: str = Field(examples=["Retail bank"])
    trade: str = Field(examples=["banking"])
    description: str = ""
    filler_words: list[str] = Field(default_factory=list, examples=[["please", "could you"]])
    synonyms: dict[str, list[str]] = Field(default_factory=dict, examples=[{"card": ["debit card", "plastic"]}])
    out_of_scope_examples: list[str] = Field(default_factory=list, examples=[["what is the weather"]])

    def template(self, categories: tuple[Category, ...]) -> Template:
        """The template with these categories."""
        return Template(
            name=self.name,
            trade=self.trade,
            categories=categories,
            filler_words=tuple(self.filler_words),
            synonyms={term: tuple(variants) for term, variants in self.synonyms.items()},
            out_of_scope_examples=tuple(self.out_of_scope_examples),
            description=self.description,
        )


class TemplateDocument(HeadDocument):
    """A whole template."""

    categories: list[CategoryDocument] = Field(default_factory=list)

    @classmethod
    def of(cls, template: Template) -> TemplateDocument:
        """The document of a template."""
        return cls(
            **head_fields(template),
            categories=[
                CategoryDocument(name=one.name, scenarios=[ScenarioDocument.of(scenario) for scenario in one.scenarios])
                for one in template.categories
            ],
        )

    def value(self) -> Template:
        """The template."""
        return self.template(
            tuple(Category(one.name, tuple(each.value() for each in one.scenarios)) for one in self.categories)
        )


def head_fields(template: Template) -> dict[str, Any]:
    """The fields of a template that are no scenarios."""
    return {
        "name": template.name,
        "trade": template.trade,
        "description": template.description,
        "filler_words": list(template.filler_words),
        "synonyms": {term: list(variants) for term, variants in template.synonyms.items()},
        "out_of_scope_examples": list(template.out_of_scope_examples),
    }


class OverlayChangeDocument(Body):
    """One line of an overlay: add and change carry the whole scenario, hide only its name."""

    kind: OverlayKind
    scenario_name: str = Field(examples=["card_arrival"])
    scenario: ScenarioDocument | None = None
    category: str | None = Field(None, description="Where an added scenario goes.", examples=["Cards"])


def overlay_of(changes: list[OverlayChangeDocument]) -> Overlay:
    """The overlay of these lines."""
    return Overlay(
        tuple(
            OverlayChange(one.kind, one.scenario_name, one.scenario.value() if one.scenario else None, one.category)
            for one in changes
        )
    )


def overlay_documents(overlay: Overlay) -> list[OverlayChangeDocument]:
    """The lines of an overlay."""
    return [
        OverlayChangeDocument(
            kind=one.kind,
            scenario_name=one.scenario_name,
            scenario=ScenarioDocument.of(one.scenario) if one.scenario else None,
            category=one.category,
        )
        for one in overlay.changes
    ]
