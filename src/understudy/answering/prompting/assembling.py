"""Assembles the prompt of a briefing: what stays the same first, then the sources, the customer, and what was said.

The instructions begin alike for all questions of a company (and but for its identity for all companies), so that
providers can keep them in their cache. What finds no room goes in a fixed order: the least relevant candidates and
sources beyond the best few, the oldest turns, then the rest of the sources, and last the middle of the question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from understudy.answering.prompting.delimiting import element, neutral, one_line
from understudy.answering.prompting.domain import Assembled, Briefing, Candidate, Customer, Identity, Source
from understudy.llm.domain import Prompt, Section, Tier, Turn
from understudy.llm.prompts.domain import fill

Count = Callable[[str], int]
"""How many tokens a text has."""

KEEP_BEST = 3
"""Candidates and sources that stay when turns have to go: with fewer the answer seldom stands among them."""
OVERHEAD_TOKENS = 5
"""What a provider adds to each section and turn. Source: OpenAI's cookbook counts 3 to 4 for each message."""
CUT_MARK = "\n[…]\n"
"""Stands where the middle of a question was left out."""
SHRINK = 0.8
"""Share of a question that is kept in each step of cutting it."""
NONE = "(none)"
GROUNDS = ("scenarios", "sources")
"""The parts that an answer may rest on."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A candidate or source, rendered but for its identifier, with its tokens."""

    of: Candidate | Source
    tag: str
    body: str
    tokens: int

    def element(self, identifier: str) -> str:
        """Between its delimiters."""
        return element(self.tag, self.body, identifier=identifier, title=self.of.title)


def assemble(briefing: Briefing, *, count: Count, max_tokens: int) -> Assembled:
    """The prompt of a briefing within `max_tokens`, as far as instructions and a cut question fit at all."""
    stable = _stable(briefing)
    customer = _customer(briefing)
    fixed = sum(_tokens(section.text, count) for section in (*stable, *customer))
    fixed += sum(_tokens(text, count) for text in _frames(briefing))
    items = sorted((_item(one, count) for one in _all(briefing)), key=lambda item: -item.of.relevance)
    turns = [Turn(turn.role, neutral(turn.text)) for turn in briefing.history]
    question = neutral(briefing.question)
    left = max_tokens - fixed - _tokens(question, count)
    kept, kept_turns, left = _fitting(items, turns, left, count)
    cut = _cut(question, _tokens(question, count) + min(0, left), count) if left < 0 else question
    sections, cited = _grounds(briefing, kept)
    prompt = Prompt((*stable, *sections, *customer), (*kept_turns, Turn("user", cut)))
    return Assembled(
        prompt=prompt,
        version=briefing.prompts.label,
        tokens=sum(_tokens(text, count) for text in prompt.texts),
        cited=cited,
        dropped=tuple(item.of.key for item in items if item not in kept),
        dropped_turns=len(turns) - len(kept_turns),
        is_question_cut=cut != question,
    )


def _all(briefing: Briefing) -> tuple[Candidate | Source, ...]:
    return (*briefing.candidates, *briefing.sources)


def _frames(briefing: Briefing) -> tuple[str, ...]:
    """The sections of scenarios and sources without anything in them."""
    names = GROUNDS if briefing.candidates else GROUNDS[1:]
    return tuple(f"{briefing.prompts.text(name)}\n{element(name, NONE)}" for name in names)


def _tokens(text: str, count: Count) -> int:
    return count(text) + OVERHEAD_TOKENS


def _stable(briefing: Briefing) -> tuple[Section, ...]:
    """The sections that are the same for every question of a company at this tier and in this setting."""
    names = ["base", f"tier.{briefing.tier}", f"modality.{briefing.setting}", "task"]
    if briefing.allow_code and briefing.tier is Tier.LARGE:
        names.insert(2, "code")
    texts = [fill(briefing.prompts.text(name), {}) for name in names]
    return tuple(Section(text) for text in (*texts, _company(briefing)))


def _company(briefing: Briefing) -> str:
    company: Identity = briefing.company
    known = {
        "company_name": company.name,
        "trade": company.trade,
        "language": company.language,
        "tone": company.tone,
        "website": company.website,
        "opening_hours": company.opening_hours,
        "support_phone": company.support_phone,
        "support_email": company.support_email,
    }
    return fill(briefing.prompts.text("company"), {name: one_line(value) or NONE for name, value in known.items()})


def _customer(briefing: Briefing) -> tuple[Section, ...]:
    told = customer_lines(briefing.customer)
    if not told:
        return ()
    body = element("customer", "\n".join(told))
    return (Section(fill(briefing.prompts.text("customer"), {"customer": body}), is_stable=False),)


def customer_lines(customer: Customer) -> tuple[str, ...]:
    """What is known of the customer, a line each, neutral."""
    known = (
        ("name", customer.name),
        ("plan", customer.plan),
        ("customer for", customer.account_age),
        ("lifetime value", customer.lifetime_value),
        ("open tickets", customer.open_tickets),
        ("last contact", customer.last_contact),
    )
    return tuple(f"{name}: {one_line(value)}" for name, value in known if value)


def _item(one: Candidate | Source, count: Count) -> _Item:
    if isinstance(one, Source):
        item = _Item(one, "source", neutral(one.text), 0)
    else:
        wanted = "".join(f"- {one_line(example)}\n" for example in one.wanted)
        body = (f"Customers say:\n{wanted}" if wanted else "") + f"Approved answer:\n{neutral(one.answer)}"
        item = _Item(one, "scenario", body, 0)
    return replace(item, tokens=count(item.element("S99") + "\n") + 1)


def _fitting(
    items: Sequence[_Item], turns: Sequence[Turn], left: int, count: Count
) -> tuple[list[_Item], list[Turn], int]:
    """Which items and turns stay within the tokens that are left, and what is left then; below 0 nothing did."""
    kept, said = list(items), list(turns)
    left -= sum(item.tokens for item in kept) + sum(_tokens(turn.text, count) for turn in said)
    while left < 0 and len(kept) > KEEP_BEST:
        left += kept.pop().tokens
    while left < 0 and said:
        left += _tokens(said.pop(0).text, count)
    while left < 0 and kept:
        left += kept.pop().tokens
    return kept, said, left


def _grounds(briefing: Briefing, kept: Sequence[_Item]) -> tuple[tuple[Section, ...], dict[str, str]]:
    """The sections of scenarios and sources, and what each identifier in them stands for."""
    cited: dict[str, str] = {}
    told: dict[str, list[str]] = {name: [] for name in GROUNDS}
    for item in kept:
        name, letter = ("sources", "S") if item.tag == "source" else ("scenarios", "A")
        identifier = f"{letter}{len(told[name]) + 1}"
        cited[identifier] = item.of.key
        told[name].append(item.element(identifier))
    if not told["scenarios"] and not told["sources"]:
        told["sources"].append(NONE)
    sections = [
        Section(fill(briefing.prompts.text(name), {name: element(name, "\n".join(elements))}), is_stable=False)
        for name, elements in told.items()
        if elements
    ]
    return tuple(sections), cited


def _cut(question: str, room: int, count: Count) -> str:
    """The beginning and the end of a question that is too long, within about `room` tokens."""
    length = float(len(question))
    while length > len(CUT_MARK):
        length *= SHRINK
        head, tail = int(length * 2 / 3), int(length / 3)
        shorter = question[:head].rstrip() + CUT_MARK + question[len(question) - tail :].lstrip()
        if _tokens(shorter, count) <= room:
            return shorter
    return CUT_MARK.strip()
