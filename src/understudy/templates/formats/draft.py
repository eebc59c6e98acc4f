"""What an import ends in: a draft with its warnings, or one error; and the collector that foreign formats fill."""

from collections.abc import Sequence
from dataclasses import dataclass

from understudy.kit.errors import Invalid
from understudy.kit.text import control_characters, excerpt
from understudy.templates.domain import Category, Reply, Scenario, Template
from understudy.templates.matching.expressions import refusal
from understudy.templates.matching.normalise import fold, tokens_of
from understudy.templates.rendering import unknown_placeholders
from understudy.templates.wording import EXAMPLE_CHARACTERS, NAME_CHARACTERS, TEXT_CHARACTERS

IMPORTED_CATEGORY = "Imported"
DEFAULT_TRADE = "general"
OUT_OF_SCOPE_LABELS = frozenset({"oos", "out_of_scope", "out-of-scope", "out of scope", "nlu_fallback"})
LISTED = 10  # places named in one warning before it says how many more there are


class UnreadableFile(Invalid):
    """The file as a whole can't be read: wrong encoding, not the format it says, too large."""

    code = "unreadable_file"


@dataclass(frozen=True, slots=True)
class Imported:
    """A template read from a file: a draft that may lack replies, and what was left out or needs a look."""

    template: Template
    warnings: tuple[str, ...] = ()


def listed(places: Sequence[object]) -> str:
    """The first places and how many more: "4, 7, 9 and 40 more"."""
    shown = ", ".join(str(place) for place in places[:LISTED])
    return f"{shown} and {len(places) - LISTED:,} more" if len(places) > LISTED else shown


class Draft:
    """Collects labelled texts, replies and synonyms in the order they come, each once, and makes a template of them."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self._examples: dict[str, dict[str, None]] = {}
        self._triggers: dict[str, dict[str, None]] = {}
        self._replies: dict[str, dict[str, None]] = {}
        self._priorities: dict[str, int] = {}
        self._out_of_scope: dict[str, None] = {}
        self._synonyms: dict[str, dict[str, None]] = {}
        self._term_of: dict[tuple[str, ...], str] = {}

    @property
    def labels(self) -> tuple[str, ...]:
        """The scenarios so far."""
        return tuple(self._examples)

    def warn(self, warning: str) -> None:
        """Note something for the person who imports."""
        self.warnings.append(warning)

    def scenario(self, label: str, *, priority: int = 0) -> None:
        """Make sure there is a scenario of that name."""
        self._examples.setdefault(label, {})
        if priority:
            self._priorities[label] = priority

    def example(self, label: str, text: str) -> None:
        """Add an example, or an out-of-scope example where the label says so."""
        if label.lower() in OUT_OF_SCOPE_LABELS:
            self._out_of_scope[text] = None
        else:
            self._examples.setdefault(label, {})[text] = None

    def out_of_scope(self, text: str) -> None:
        """Add a message that no scenario should answer."""
        self._out_of_scope[text] = None

    def expression(self, label: str, pattern: str) -> None:
        """Add a regular expression as a trigger; one that can't be used becomes a warning."""
        trigger = f"/{pattern}/"
        if (why := refusal(trigger)) is not None:
            self.warn(f'scenario "{label}": expression {excerpt(trigger, 80)} left out: {why}')
        else:
            self._triggers.setdefault(label, {})[trigger] = None

    def reply(self, label: str, text: str) -> None:
        """Add a reply; where only one form is known it is the full one, and serves as the short one too."""
        self._examples.setdefault(label, {})
        self._replies.setdefault(label, {})[text] = None

    def synonym(self, term: str, variant: str) -> None:
        """Add a variant of a term; one that stands for another term already becomes a warning."""
        words, term_words = tuple(tokens_of(fold(variant).text)), tuple(tokens_of(fold(term).text))
        if not words or not term_words or words == term_words:
            return
        self._term_of.setdefault(term_words, term)
        owner = self._term_of.setdefault(words, term)
        if owner == term:
            self._synonyms.setdefault(term, {})[variant] = None
        else:
            self.warn(f'synonym "{variant}" of "{term}" left out: it already stands for "{owner}"')

    def imported(self, *, name: str, trade: str, description: str = "") -> Imported:
        """The template and everything worth saying about it."""
        self._say_what_needs_a_look()
        return Imported(
            Template(
                name=name,
                trade=trade,
                description=description,
                categories=self._categories(),
                synonyms={term: tuple(variants) for term, variants in self._synonyms.items()},
                out_of_scope_examples=tuple(self._out_of_scope),
            ),
            tuple(self.warnings),
        )

    def _categories(self) -> tuple[Category, ...]:
        """One category, and one for each prefix of labels such as "faq/opening_hours"."""
        grouped: dict[str, list[Scenario]] = {}
        for label in dict.fromkeys((*self._examples, *self._triggers)):
            prefix, slash, _ = label.partition("/")
            category = prefix.strip() if slash and prefix.strip() else IMPORTED_CATEGORY
            grouped.setdefault(category, []).append(
                Scenario(
                    name=label,
                    triggers=tuple(self._triggers.get(label, ())),
                    examples=tuple(self._examples.get(label, ())),
                    replies=tuple(Reply("", text) for text in self._replies.get(label, ())),
                    priority=self._priorities.get(label, 0),
                )
            )
        return tuple(Category(category, tuple(scenarios)) for category, scenarios in grouped.items())

    def _say_what_needs_a_look(self) -> None:
        first: dict[str, str] = {}
        twice = [
            f'"{excerpt(text, 60)}" ({first[text]}, {label})'
            for label, texts in self._examples.items()
            for text in texts
            if first.setdefault(text, label) != label
        ]
        if twice:
            self.warn(f"{len(twice):,} examples stand under two scenarios: {listed(twice)}")
        silent = [label for label in self._examples if label not in self._replies]
        if silent:
            self.warn(f"{len(silent):,} scenarios have no reply yet and can't be published: {listed(silent)}")
        unknown = {
            written: label
            for label, texts in self._replies.items()
            for text in texts
            for written in unknown_placeholders(text)
        }
        if unknown:
            places = [f"{written} ({label})" for written, label in unknown.items()]
            self.warn(f"placeholders we don't have must be replaced before publishing: {listed(places)}")


def unusable(text: str, *, limit: int = EXAMPLE_CHARACTERS) -> str | None:
    """Why a text can't become an example, a reply or a label; None when it can."""
    if not text.strip():
        return "is empty"
    if len(text) > limit:
        return f"is longer than {limit:,} characters"
    return None if text.isprintable() or not control_characters(text) else "has control characters"


def unusable_label(label: str) -> str | None:
    """Why a text can't be the name of a scenario; None when it can."""
    return unusable(label, limit=NAME_CHARACTERS)


def unusable_reply(text: str) -> str | None:
    """Why a text can't be a reply; None when it can."""
    return unusable(text, limit=TEXT_CHARACTERS)
