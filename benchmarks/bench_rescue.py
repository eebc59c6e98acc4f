"""The loop that makes it cheaper: real messages, each from a contact of its own, to a company that begins with little.

The template begins with a few examples for each intent; all other messages of the set come as traffic, in an order
drawn by a seed. What no free rung answers is paid: an oracle answers with the true label in a model's place (a noisy
one is wrong for one message in ten). After each part of the traffic its rescues become suggestions, those are replayed
on the past, and whatever the gate shows is approved. Nobody else touches the template.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks.installation import PLATFORM, data_folder, database, settings
from benchmarks.intent_sets import IntentSet, Part, find_folder, read_sets
from benchmarks.oracle import COST_MICROS, PaidOracle
from benchmarks.outcome import Figure, Outcome, finish, options
from benchmarks.past_traffic import shipped
from understudy.answering.decision.recall import DecisionRecall
from understudy.answering.decision.recording import Recording
from understudy.answering.decision.thinking import Ladder, Thinking
from understudy.answering.domain import Outcome as Came
from understudy.answering.domain import RungName
from understudy.answering.rungs.free import BASIC_RUNGS, FREE_RUNGS
from understudy.answering.rungs.llm import Desk, LlmRung
from understudy.answering.service import Answering
from understudy.channels.service import Channels, Taken
from understudy.companies.domain import Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS
from understudy.conversations.domain import ContactRef, IdentityKind, Inbound
from understudy.demo.loop import Turn, turn
from understudy.infra.postgres.place import Place
from understudy.infra.system import new_id, utc_now
from understudy.templates.domain import Category, Reply, Scenario, Template
from understudy.wiring.parts import elapsed_us
from understudy.wiring.product import Product, build, opened

SHOTS = 3
SEED = 7
NOISE = 0.1
TARGETS = {"": ("≤ 8", "≥ 94"), "noisy_": ("", "≥ 90")}
"""What the last tenth should reach: paid share, right free answers."""
AT_ONCE = 16
OUTSIDE = "out_of_scope"
NOTE = (
    "An oracle stands for the model: it answers with the label that a person gave the message, at "
    f"{COST_MICROS:,} µ$ a call. One contact per message. Whatever the gate shows is approved as it is."
)
FREE = frozenset((RungName.COMPANY_QA, RungName.TRADE_QA, RungName.RULES, RungName.SEMANTIC))


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: parts of the traffic, and messages at most."""

    parts: int
    most: int | None


FULL = Size(parts=20, most=None)
QUICK = Size(parts=3, most=180)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the template begins with, and the messages that come, in their order."""

    name: str
    start: Part
    texts: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One company's way. `prefix`: of its figures."""

    prefix: str
    words: str
    traffic: Traffic
    oracle: PaidOracle


@dataclass
class Section:
    """What came of one part of the traffic."""

    messages: int = 0
    paid: int = 0
    free: int = 0
    right: int = 0
    swallowed: int = 0
    outside: int = 0
    cost_micros: int = 0
    turn: Turn = field(default_factory=lambda: Turn(0, 0, 0, 0))

    def add(self, taken: Taken, label: str) -> None:
        """Counts one message."""
        decision = taken.answer.decision
        assert decision is not None
        choice = decision.choice
        is_free = choice.rung in FREE and choice.outcome in (Came.ANSWERED, Came.HANDED_OVER)
        self.messages += 1
        self.paid += any(trace.paid is not None for trace in decision.rungs)
        self.cost_micros += decision.spending.cost_micros
        self.outside += label == OUTSIDE
        if is_free:
            self.free += 1
            self.right += str(choice.answered_by).rpartition("/")[2] == label
            self.swallowed += label == OUTSIDE


def traffic_of(one: IntentSet, most: int | None) -> Traffic:
    """The set as traffic: all its messages but those that the template begins with."""
    start = one.train.shots(SHOTS, SEED)
    known = set(start.texts)
    rows = [
        *zip(one.train.texts, one.train.labels, strict=True),
        *zip(one.validation.texts, one.validation.labels, strict=True),
        *zip(one.test.texts, one.test.labels, strict=True),
        *(
            (text, OUTSIDE)
            for part in (one.outside_train, one.outside_validation, one.outside_test)
            for text in part.texts
        ),
    ]
    rows = [(text, label) for text, label in dict(rows).items() if text not in known]
    order = np.random.default_rng(SEED).permutation(len(rows))[:most]
    return Traffic(one.name, start, *zip(*(rows[place] for place in order), strict=True))


def template_of(traffic: Traffic) -> Template:
    """A scenario for each label with its few examples."""
    examples: dict[str, list[str]] = {}
    for text, label in zip(traffic.start.texts, traffic.start.labels, strict=True):
        examples.setdefault(label, []).append(text)
    scenarios = tuple(
        Scenario(name=label, examples=tuple(texts), replies=(Reply(f"About {label}.", f"This is about {label}."),))
        for label, texts in sorted(examples.items())
    )
    return Template("Start", "benchmark", (Category("All", scenarios),))


def channels_of(product: Product, oracle: PaidOracle) -> Channels:
    """The product's own way in, with the oracle where a model is asked."""
    recall = DecisionRecall(database=product.database)
    rung = LlmRung(Desk(oracle, product.prompts, recall, product.paid.tokens.count))
    ladder = Ladder(rungs=(*FREE_RUNGS, rung), basic=BASIC_RUNGS, timer=elapsed_us)
    conversations, data = product.conversations, product.database
    answering = Answering(
        database=data,
        conversations=conversations,
        thinking=Thinking(language=product.language, matchers=product.templates.matchers, ladder=ladder),
        recording=Recording(database=data, conversations=conversations, clock=utc_now, new_id=new_id, timer=elapsed_us),
        clock=utc_now,
    )
    return Channels(
        companies=product.companies,
        conversations=conversations,
        answering=answering,
        inviting=product.channels.inviting,
        sweeper=product.configuration.sweeper,
    )


async def learnt(product: Product, traffic: Traffic, oracle: PaidOracle, parts: int) -> list[Section]:
    """Lets the traffic in, part by part, with a turn of the loop after each."""
    company = await product.companies.create(PLATFORM, slug=oracle.slug, name="Start", trade="benchmark")
    principal = Principal("benchmark", company.id, COMPANY_PERMISSIONS)
    shelved = await product.templates.library.create(principal, template_of(traffic))
    version = await product.templates.versions.publish(principal, shelved.id)
    await product.templates.heads.fit(shelved.id, version.version)
    await product.templates.following.follow(principal, shelved.id)
    channels, waiting = channels_of(product, oracle), asyncio.Semaphore(AT_ONCE)

    async def send(number: int, text: str) -> Taken:
        async with waiting:
            contact = ContactRef(IdentityKind.EXTERNAL, f"contact-{number}")
            return await channels.take(company.id, Inbound("api", f"message-{number}", contact, text))

    sections = []
    borders = np.linspace(0, len(traffic.texts), parts + 1).astype(int)
    for start, end in track(list(pairwise(borders)), f"{traffic.name} ({oracle.slug})"):
        taken = await asyncio.gather(*(send(number, traffic.texts[number]) for number in range(start, end)))
        section = Section()
        for one, label in zip(taken, traffic.labels[start:end], strict=True):
            section.add(one, label)
        section.turn = await turn(product, principal)
        sections.append(section)
    return sections


async def run_all(folder: Path, place: Place, runs: Sequence[Run], parts: int) -> list[list[Section]]:
    """One company after the other, on one installation."""
    async with opened(build(place, settings(folder))) as product:
        return [await learnt(product, one.traffic, one.oracle, parts) for one in runs]


def tenths(sections: Sequence[Section]) -> tuple[Section, Section, Section]:
    """The first tenth of the traffic, the last, and all of it."""
    edge = max(1, len(sections) // 10)
    return _sum(sections[:edge]), _sum(sections[-edge:]), _sum(sections)


def _sum(sections: Sequence[Section]) -> Section:
    names = ("messages", "paid", "free", "right", "swallowed", "outside", "cost_micros")
    return Section(**{name: sum(getattr(one, name) for one in sections) for name in names})


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def figures_of(one: Run, sections: Sequence[Section], *, target: str, floor: str) -> list[Figure]:
    """The figures of one run."""
    prefix, words = one.prefix, one.words
    first, last, whole = tenths(sections)
    figures = [
        Figure(f"{prefix}paid_share_start", _share(first.paid, first.messages), f"{words}: paid, first tenth, %"),
        Figure(f"{prefix}paid_share_end", _share(last.paid, last.messages), "paid, last tenth, %", target),
        Figure(f"{prefix}free_accuracy_start", _share(first.right, first.free), "free answers right, first tenth, %"),
        Figure(f"{prefix}free_accuracy", _share(last.right, last.free), "free answers right, last tenth, %", floor),
        Figure(f"{prefix}free_accuracy_overall", _share(whole.right, whole.free), "free answers right, overall, %"),
        Figure(f"{prefix}paid_share_overall", _share(whole.paid, whole.messages), "paid, overall, %"),
        Figure(f"{prefix}applied", sum(part.turn.applied for part in sections), "suggestions applied"),
        Figure(f"{prefix}held", sections[-1].turn.held, "suggestions held back at the end"),
    ]
    if whole.outside:
        figures.append(
            Figure(f"{prefix}outside_swallowed", _share(last.swallowed, last.outside), "out of scope, answered free, %")
        )
    return figures


def draw(name: str, sections: Sequence[Section]) -> None:
    """The curves, in the terminal."""
    console = Console(width=120)
    console.print(f"\n{name}\npart  paid %  free right %  rescues  replayed  held  applied")
    for number, one in enumerate(sections, 1):
        bar = "█" * round(_share(one.paid, one.messages) / 2)
        console.print(
            f"{number:4}  {_share(one.paid, one.messages):6.1f}  {_share(one.right, one.free):12.1f}  "
            f"{one.turn.rescues:7}  {one.turn.replayed:8}  {one.turn.held:4}  {one.turn.applied:7}  {bar}",
            highlight=False,
        )


def run(sets: Sequence[IntentSet], size: Size) -> Outcome:
    """All runs and their figures."""
    runs: list[Run] = []
    for place, known in enumerate(sets):
        traffic = traffic_of(known, size.most)
        script = dict(zip(traffic.texts, traffic.labels, strict=True))
        prefix = f"{known.name}_" if place else ""
        runs.append(Run(prefix, f"{known.name}, oracle", traffic, PaidOracle(f"oracle-{place}", script, OUTSIDE)))
        if not place:
            noisy = PaidOracle("noisy", script, OUTSIDE, noise=NOISE, seed=SEED)
            runs.append(Run("noisy_", f"{known.name}, noisy oracle", traffic, noisy))
    started = time.perf_counter()
    with data_folder(None) as folder, database(folder) as installed:
        found = asyncio.run(run_all(folder, installed, runs, size.parts))
    figures: list[Figure] = []
    for one, sections in zip(runs, found, strict=True):
        draw(one.words, sections)
        goal, floor = TARGETS.get(one.prefix, ("", ""))
        figures += figures_of(one, sections, target=goal, floor=floor)
    figures.append(Figure("minutes", (time.perf_counter() - started) / 60, "the whole benchmark, minutes"))
    return Outcome(
        "rescue",
        "Paid rescues become free answers",
        tuple(figures),
        f"{', '.join(one.name for one in sets)}: {SHOTS} examples per intent to begin with",
        notes=(NOTE,),
    )


def main() -> None:
    """Measures and reports."""
    given = options(__doc__).parse_args()
    if given.quick:
        finish(run([shipped()], QUICK), given)
        return
    folder = find_folder(given.data)
    if folder is None:
        raise SystemExit("skipped: no folder of intent sets; give one with --data FOLDER")
    sets = {one.name: one for one in read_sets(folder)}
    first = [sets.pop("banking77")] if "banking77" in sets else []
    wanted = [*first, *(one for one in sets.values() if one.outside_test.texts or not first)]
    finish(run(wanted, FULL), given)


if __name__ == "__main__":
    main()
