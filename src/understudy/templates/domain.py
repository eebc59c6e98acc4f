"""The values of the package: templates, the overlay a company lays over one, and questions with their answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID


class Action(StrEnum):
    """What happens beside the reply when a scenario answers."""

    NONE = "none"
    TRANSFER = "transfer"
    TAKE_MESSAGE = "take_message"
    CALLBACK = "callback"
    START_FLOW = "start_flow"


@dataclass(frozen=True, slots=True)
class Reply:
    """One way to word an answer, in a short form (voice, SMS) and a full form (chat, e-mail)."""

    short: str
    full: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing a customer may want, how it is recognised, and what is answered.

    A trigger that starts and ends with "/" is a regular expression (RE2 syntax); any other is a phrase.
    `priority` decides between scenarios that match equally well: the higher one wins.
    """

    name: str
    triggers: tuple[str, ...] = ()
    negative_triggers: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    replies: tuple[Reply, ...] = ()
    follow_up: str | None = None
    priority: int = 0
    action: Action = Action.NONE


@dataclass(frozen=True, slots=True)
class Category:
    """A named group of scenarios, for people to find their way; matching doesn't look at it."""

    name: str
    scenarios: tuple[Scenario, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A library of scenarios for a trade: the content of one version, without its number and its owner.

    `synonyms` maps a term to the variants that mean the same; `filler_words` carry no meaning and are dropped;
    `out_of_scope_examples` are messages that no scenario here should answer.
    """

    name: str
    trade: str
    categories: tuple[Category, ...] = ()
    filler_words: tuple[str, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    out_of_scope_examples: tuple[str, ...] = ()
    description: str = ""

    def scenarios(self) -> Iterator[Scenario]:
        """Every scenario in the order of the file: the order that decides ties."""
        for category in self.categories:
            yield from category.scenarios

    def scenario(self, name: str) -> Scenario | None:
        """The scenario of that name, or None."""
        return next((scenario for scenario in self.scenarios() if scenario.name == name), None)


class OverlayKind(StrEnum):
    """What one line of an overlay does to the template beneath it."""

    ADD = "add"
    CHANGE = "change"
    HIDE = "hide"


@dataclass(frozen=True, slots=True)
class OverlayChange:
    """One line of an overlay: add or change carries the whole `scenario`, hide only its name.

    `category` says where an added scenario goes; without it, or where it doesn't exist yet, one is made at the end.
    """

    kind: OverlayKind
    scenario_name: str
    scenario: Scenario | None = None
    category: str | None = None


OVERLAY_CATEGORY = "Our own"  # where an added scenario goes that names no category


@dataclass(frozen=True, slots=True)
class Overlay:
    """What one company adds to, changes in, or hides from a template that others may follow too.

    A later change of the same scenario wins over an earlier one.
    """

    changes: tuple[OverlayChange, ...] = ()

    def apply(self, template: Template) -> Template:
        """The template as this company sees it.

        A change or hide of a scenario that the template no longer has does nothing (see `stale`); an add of a name
        that the template has by now replaces it: the company's own words win.
        """
        categories = list(template.categories)
        for change in self.changes:
            categories = _applied(change, categories)
        return replace(template, categories=tuple(categories))

    def stale(self, template: Template) -> tuple[OverlayChange, ...]:
        """The changes and hides whose scenario the template no longer has: for a person to look at."""
        known = {scenario.name for scenario in template.scenarios()}
        known |= {change.scenario_name for change in self.changes if change.kind is OverlayKind.ADD}
        return tuple(change for change in self.changes if change.scenario_name not in known)

    def touched(self) -> frozenset[str]:
        """The names of all scenarios this overlay speaks about: what a shared head must not answer for the company."""
        return frozenset(change.scenario_name for change in self.changes)


def _applied(change: OverlayChange, categories: list[Category]) -> list[Category]:
    present = any(scenario.name == change.scenario_name for one in categories for scenario in one.scenarios)
    if present:
        return [_with_change(category, change) for category in categories]
    if change.kind is not OverlayKind.ADD or change.scenario is None:
        return categories
    home = change.category or OVERLAY_CATEGORY
    if all(category.name != home for category in categories):
        categories = [*categories, Category(home)]
    return [
        replace(category, scenarios=(*category.scenarios, change.scenario)) if category.name == home else category
        for category in categories
    ]


def _with_change(category: Category, change: OverlayChange) -> Category:
    kept: list[Scenario] = []
    for scenario in category.scenarios:
        if scenario.name != change.scenario_name:
            kept.append(scenario)
        elif change.kind is not OverlayKind.HIDE:
            kept.append(change.scenario or scenario)
    return replace(category, scenarios=tuple(kept))


@dataclass(frozen=True, slots=True)
class QaEntry:
    """A question, other ways to ask it, and its reply; owned by a company or shared by a trade."""

    id: UUID
    question: str
    variants: tuple[str, ...]
    reply: Reply


@dataclass(frozen=True, slots=True)
class TradeQaChange:
    """What one company does to an entry that its trade shares: `reply` overrides the answer, None hides the entry."""

    entry_id: UUID
    reply: Reply | None

    @property
    def hides(self) -> bool:
        """Whether the entry is hidden rather than answered differently."""
        return self.reply is None


def effective_trade_qa(entries: tuple[QaEntry, ...], changes: tuple[TradeQaChange, ...]) -> tuple[QaEntry, ...]:
    """The trade's entries as one company answers them, in their order; changes of unknown entries do nothing."""
    by_entry = {change.entry_id: change.reply for change in changes}
    kept: list[QaEntry] = []
    for entry in entries:
        if entry.id not in by_entry:
            kept.append(entry)
        elif (reply := by_entry[entry.id]) is not None:
            kept.append(replace(entry, reply=reply))
    return tuple(kept)
