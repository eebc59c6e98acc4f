"""Whether a template may be saved as a draft, and whether it may be published: all that is wrong, at once.

Each problem says where (`categories[2].scenarios[5].replies`), what, and how to mend it. A draft may still lack
replies or hold placeholders of another system; what is published answers customers and may not.
"""

from collections.abc import Iterator, Sequence

from understudy.kit.errors import Invalid, Problem
from understudy.kit.text import excerpt
from understudy.templates.domain import (
    Action,
    Category,
    Overlay,
    OverlayChange,
    OverlayKind,
    QaEntry,
    Scenario,
    Template,
)
from understudy.templates.matching.expressions import is_expression, refusal
from understudy.templates.wording import (
    EXAMPLE_CHARACTERS,
    NAME_CHARACTERS,
    TEXT_CHARACTERS,
    each_text_problems,
    name_problems,
    placeholder_problems,
    reply_placeholder_problems,
    reply_problems,
    text_problems,
    words_of,
)

# Sizes: generous against what people have (the largest public set has 150 scenarios and 15,000 examples), small
# enough that a version builds in seconds and fits a request.
TRIGGER_CHARACTERS = 500
SCENARIOS = 10_000
TRIGGERS = 200_000  # of all scenarios together, negative ones too
EXPRESSIONS = 10_000  # of all scenarios together
EXAMPLES = 250_000  # of all scenarios together, out-of-scope ones too
REPLIES_PER_SCENARIO = 50
FILLER_WORDS = 2_000
SYNONYM_VARIANTS = 20_000
PRIORITY = 1_000_000  # to either side of 0


class InvalidTemplate(Invalid):
    """The template can't be taken as it is; `problems` lists everything found, in the order of the document."""

    code = "invalid_template"

    def __init__(self, problems: Sequence[Problem], *, subject: str = "the template") -> None:
        first, more = problems[0], len(problems) - 1
        others = f", and {more} more problem{'s' if more > 1 else ''}" if more else ""
        where = f"{first.field}: " if first.field else ""
        super().__init__(
            f"{subject} can't be used: {where}{first.message}{others}",
            field=first.field or None,
            remedy=first.remedy,
            problems=tuple(problems),
        )


def draft_problems(template: Template) -> tuple[Problem, ...]:
    """Everything that keeps a template from being saved, in the order of the document."""
    return tuple(_template_problems(template))


def publishing_problems(template: Template) -> tuple[Problem, ...]:
    """Everything that keeps a template from being published: the problems of the draft, then what is still missing."""
    return (*_template_problems(template), *_incomplete(template))


def check_draft(template: Template) -> None:
    """Raise `InvalidTemplate` with all problems unless the template may be saved as a draft."""
    _check(draft_problems(template))


def check_publishable(template: Template) -> None:
    """Raise `InvalidTemplate` with all problems unless the template may answer customers."""
    _check(publishing_problems(template))


def check_overlay(overlay: Overlay, template: Template) -> None:
    """Raise `InvalidTemplate` with all problems unless the overlay may lie over this template."""
    _check(overlay_problems(overlay, template), subject="the overlay")


def check_qa(entry: QaEntry) -> None:
    """Raise `InvalidTemplate` with all problems unless the entry may answer customers."""
    _check(qa_problems(entry), subject="the question")


def overlay_problems(overlay: Overlay, template: Template) -> tuple[Problem, ...]:
    """Everything wrong with an overlay; its scenarios answer at once, so they must be complete."""
    known = {scenario.name for scenario in template.scenarios()}
    found: list[Problem] = []
    for place, change in enumerate(overlay.changes):
        found += _overlay_change_problems(change, known, f"changes[{place}]")
        known.add(change.scenario_name)
    return tuple(found)


def qa_problems(entry: QaEntry) -> tuple[Problem, ...]:
    """Everything wrong with a question and its answer."""
    return (
        *text_problems(entry.question, "question", EXAMPLE_CHARACTERS),
        *each_text_problems(entry.variants, "variants", EXAMPLE_CHARACTERS),
        *reply_problems(entry.reply, "reply"),
        *reply_placeholder_problems(entry.reply, "reply"),
    )


def _check(problems: Sequence[Problem], *, subject: str = "the template") -> None:
    if problems:
        raise InvalidTemplate(problems, subject=subject)


# The document


def _template_problems(template: Template) -> Iterator[Problem]:
    yield from name_problems(template.name, "name")
    yield from name_problems(template.trade, "trade")
    if template.description:
        yield from text_problems(template.description, "description", TEXT_CHARACTERS)
    yield from _size_problems(template)
    yield from each_text_problems(template.filler_words, "filler_words", NAME_CHARACTERS)
    yield from _synonym_problems(template)
    yield from each_text_problems(template.out_of_scope_examples, "out_of_scope_examples", EXAMPLE_CHARACTERS)
    yield from _duplicate_names(template)
    for place, category in enumerate(template.categories):
        yield from _category_problems(category, f"categories[{place}]")


def _size_problems(template: Template) -> Iterator[Problem]:
    scenarios = tuple(template.scenarios())
    triggers = [trigger for one in scenarios for trigger in (*one.triggers, *one.negative_triggers)]
    examples = sum(len(one.examples) for one in scenarios) + len(template.out_of_scope_examples)
    variants = sum(map(len, template.synonyms.values()))
    for field, what, size, limit in (
        ("categories", "scenarios", len(scenarios), SCENARIOS),
        ("categories", "triggers", len(triggers), TRIGGERS),
        ("categories", "expressions", sum(map(is_expression, triggers)), EXPRESSIONS),
        ("categories", "examples", examples, EXAMPLES),
        ("filler_words", "filler words", len(template.filler_words), FILLER_WORDS),
        ("synonyms", "variants of synonyms", variants, SYNONYM_VARIANTS),
    ):
        if size > limit:
            yield Problem(field, f"{size:,} {what}, more than {limit:,}", "split it into several templates")


def _duplicate_names(template: Template) -> Iterator[Problem]:
    categories: set[str] = set()
    first_place: dict[str, str] = {}
    for category_place, category in enumerate(template.categories):
        if category.name in categories:
            path = f"categories[{category_place}].name"
            yield Problem(path, f'a second category called "{category.name}"', "merge the two or rename one")
        categories.add(category.name)
        for scenario_place, scenario in enumerate(category.scenarios):
            path = f"categories[{category_place}].scenarios[{scenario_place}].name"
            first = first_place.setdefault(scenario.name, path)
            if first != path:
                yield Problem(
                    path, f'a second scenario called "{scenario.name}"', f"rename it; the first is at {first}"
                )


def _category_problems(category: Category, path: str) -> Iterator[Problem]:
    yield from name_problems(category.name, f"{path}.name")
    for place, scenario in enumerate(category.scenarios):
        yield from _scenario_problems(scenario, f"{path}.scenarios[{place}]")


def _synonym_problems(template: Template) -> Iterator[Problem]:
    owner = {words_of(term): term for term in template.synonyms}
    for term, variants in template.synonyms.items():
        path = f"synonyms.{term}"
        yield from text_problems(term, path, NAME_CHARACTERS)
        yield from each_text_problems(variants, path, NAME_CHARACTERS)
        for place, variant in enumerate(variants):
            first = owner.setdefault(words_of(variant), term)
            if first != term:
                yield Problem(
                    f"{path}[{place}]", f'"{variant}" already stands for "{first}"', "let each variant have one term"
                )


# A scenario


def _scenario_problems(scenario: Scenario, path: str) -> Iterator[Problem]:
    yield from name_problems(scenario.name, f"{path}.name")
    yield from _trigger_problems(scenario.triggers, f"{path}.triggers")
    yield from _trigger_problems(scenario.negative_triggers, f"{path}.negative_triggers")
    yield from _self_vetoes(scenario, path)
    yield from each_text_problems(scenario.examples, f"{path}.examples", EXAMPLE_CHARACTERS)
    for place, reply in enumerate(scenario.replies):
        yield from reply_problems(reply, f"{path}.replies[{place}]")
    if len(scenario.replies) > REPLIES_PER_SCENARIO:
        message = f"{len(scenario.replies)} replies, more than {REPLIES_PER_SCENARIO}"
        yield Problem(f"{path}.replies", message, "keep the best of them")
    if scenario.follow_up is not None:
        yield from text_problems(scenario.follow_up, f"{path}.follow_up", TEXT_CHARACTERS)
    if abs(scenario.priority) > PRIORITY:
        yield Problem(f"{path}.priority", f"{scenario.priority} is out of bounds", f"use -{PRIORITY} to {PRIORITY}")
    if scenario.action is Action.START_FLOW:
        yield Problem(f"{path}.action", "start_flow: there are no flows yet", f"use one of {_other_actions()}")


def _other_actions() -> str:
    return ", ".join(action for action in Action if action is not Action.START_FLOW)


def _trigger_problems(triggers: Sequence[str], path: str) -> Iterator[Problem]:
    for place, trigger in enumerate(triggers):
        here = f"{path}[{place}]"
        if wrong := tuple(text_problems(trigger, here, TRIGGER_CHARACTERS)):
            yield from wrong
        elif is_expression(trigger):
            if (why := refusal(trigger)) is not None:
                yield Problem(here, f"{excerpt(trigger, 80)}: {why}", "rewrite it in RE2 syntax, or use phrases")
        elif not words_of(trigger):
            yield Problem(here, f"{excerpt(trigger, 80)!r} contains no word", "write the words a customer would use")


def _self_vetoes(scenario: Scenario, path: str) -> Iterator[Problem]:
    if not scenario.negative_triggers:
        return
    positive = {words_of(trigger) for trigger in scenario.triggers if not is_expression(trigger)}
    for place, trigger in enumerate(scenario.negative_triggers):
        if not is_expression(trigger) and (words := words_of(trigger)) and words in positive:
            message = f'"{trigger}" is a trigger and a negative trigger of "{scenario.name}"'
            yield Problem(f"{path}.negative_triggers[{place}]", message, "keep one of them")


# What a draft may still lack


def _incomplete(template: Template) -> Iterator[Problem]:
    if not any(category.scenarios for category in template.categories):
        yield Problem("categories", "there is no scenario", "add one with a trigger or an example, and a reply")
    for category_place, category in enumerate(template.categories):
        for scenario_place, scenario in enumerate(category.scenarios):
            yield from _incomplete_scenario(scenario, f"categories[{category_place}].scenarios[{scenario_place}]")


def _incomplete_scenario(scenario: Scenario, path: str) -> Iterator[Problem]:
    if not scenario.replies:
        yield Problem(f"{path}.replies", f'scenario "{scenario.name}" has no reply', "add at least one reply")
    if not scenario.triggers and not scenario.examples:
        message = f'scenario "{scenario.name}" has neither a trigger nor an example, so nothing can match it'
        yield Problem(f"{path}.triggers", message, "add a trigger or some examples")
    for place, reply in enumerate(scenario.replies):
        yield from reply_placeholder_problems(reply, f"{path}.replies[{place}]")
    yield from placeholder_problems(scenario.follow_up or "", f"{path}.follow_up")


def _overlay_change_problems(change: OverlayChange, known: set[str], path: str) -> Iterator[Problem]:
    yield from name_problems(change.scenario_name, f"{path}.scenario_name")
    if change.kind is not OverlayKind.ADD and change.scenario_name not in known:
        message = f'the template has no scenario "{change.scenario_name}"'
        yield Problem(f"{path}.scenario_name", message, "add it, or name one that exists")
    if change.category is not None:
        yield from name_problems(change.category, f"{path}.category")
    if change.kind is OverlayKind.HIDE:
        if change.scenario is not None:
            yield Problem(f"{path}.scenario", "hide takes only the name", "leave the scenario out")
    elif change.scenario is None:
        yield Problem(f"{path}.scenario", f"{change.kind} needs the whole scenario", "give the scenario")
    else:
        if change.scenario.name != change.scenario_name:
            message = f'the scenario is called "{change.scenario.name}", not "{change.scenario_name}"'
            yield Problem(f"{path}.scenario.name", message, "to rename one, hide it and add another")
        yield from _scenario_problems(change.scenario, f"{path}.scenario")
        yield from _incomplete_scenario(change.scenario, f"{path}.scenario")
