"""The free rungs in process, on one core, beside semantic-router with the same encoder and examples.

Two things are measured. The climb is what happens between receiving a message and recording its answer: language, mood
and urgency are read, the text is encoded, and the message climbs all free rungs. The label is the peer's own job: the
text is encoded, and the semantic rung names the scenario it means, with a score. Ours and the peer's passes alternate
over the same messages; each figure is the median over the passes.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import uvloop

from benchmarks.ladder_in_process import InProcess, in_process, together
from benchmarks.measuring import Repeated, one_core, percentile
from benchmarks.outcome import Figure, Outcome, finish, options
from benchmarks.peers.venv import Asked, peer
from benchmarks.reloading import enlarged, longest_pause
from benchmarks.rules_at_scale import rules_passes
from benchmarks.texts import Texts, read_texts, template_of
from understudy.language.settings import LanguageSettings
from understudy.templates.domain import Template
from understudy.templates.matching.head import Head

PEER = "semantic-router"
AT_ONCE = 32
LARGE = 10
"""How many times as large the large template is."""
TARGETS = ("≥ 10", "≥ 2.5", "≥ 4")
NO_TARGETS = ("", "", "")
SINGLE_THREADED = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    scenarios: int
    examples: int
    triggers: int
    passes: int
    messages: int


FULL = Size(scenarios=500, examples=20, triggers=100_000, passes=7, messages=320)
QUICK = Size(scenarios=12, examples=5, triggers=500, passes=1, messages=32)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is measured without the peer, in seconds: the rules rung pass by pass, and the pauses of loading."""

    rules: Sequence[Sequence[float]]
    pause: float
    large_pause: float


@dataclass
class Passes:
    """What the passes of one side measured, in seconds: all messages one by one, and figures of each pass."""

    whole: list[float] = field(default_factory=list)
    outside: list[float] = field(default_factory=list)
    mean_whole: list[float] = field(default_factory=list)
    mean_outside: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    """Mean processor time of a message, one by one, which hardly suffers from what else runs on the machine."""
    together: list[float] = field(default_factory=list)

    def add(self, one_by_one: Mapping[str, Sequence[float]], at_once: float) -> None:
        """Adds a pass: what was measured one by one, and the mean seconds of a message when many are asked at once."""
        whole, encoder = one_by_one["whole"], one_by_one["encoder"]
        outside = [one - spent for one, spent in zip(whole, encoder, strict=True)]
        self.whole += whole
        self.outside += outside
        self.mean_whole.append(sum(whole) / len(whole))
        self.mean_outside.append(sum(outside) / len(outside))
        self.processor.append(one_by_one["processor"][0] / len(whole))
        self.together.append(at_once)


def labelled_one_by_one(ladder: InProcess, texts: Sequence[str]) -> dict[str, list[float]]:
    """Seconds of naming the scenario of each text, and of the encoder in it, and of the processor for all."""
    whole, encoder = [], []
    processor = time.process_time()
    for text in texts:
        before, started = ladder.encoder.spent, time.perf_counter()
        ladder.label(text)
        whole.append(time.perf_counter() - started)
        encoder.append(ladder.encoder.spent - before)
    return {"whole": whole, "encoder": encoder, "processor": [time.process_time() - processor]}


async def one_by_one(ladder: InProcess, texts: Sequence[str], steps: Counter[str]) -> dict[str, list[float]]:
    """Seconds of each message, of the encoder in it, and of the processor for all; counts what came of them."""
    whole, encoder = [], []
    processor = time.process_time()
    for text in texts:
        before, started = ladder.encoder.spent, time.perf_counter()
        thought = await ladder.answer(text)
        whole.append(time.perf_counter() - started)
        encoder.append(ladder.encoder.spent - before)
        steps[thought.traces[-1].rung if type(thought.step).__name__ == "Send" else type(thought.step).__name__] += 1
    return {"whole": whole, "encoder": encoder, "processor": [time.process_time() - processor]}


@dataclass
class Measured:
    """The passes of each side, and what came of the messages. `trimmed`: the peer made as quick as it can be made."""

    climb: Passes = field(default_factory=Passes)
    label: Passes = field(default_factory=Passes)
    theirs: Passes = field(default_factory=Passes)
    trimmed: Passes = field(default_factory=Passes)
    steps: Counter[str] = field(default_factory=Counter)


async def measure(ladder: InProcess, messages: Sequence[str], size: Size, router: Asked | None) -> Measured:
    """Alternates passes of ours and of the peer's over the same messages, after a warm-up of each."""
    measured = Measured()
    for number in range(-1, size.passes):
        start = max(number, 0) * size.messages
        texts = [messages[place % len(messages)] for place in range(start, start + size.messages)]
        steps: Counter[str] = Counter()
        climb = await one_by_one(ladder, texts, steps)
        label = labelled_one_by_one(ladder, texts)
        alone = [_alone(router, texts, trimmed) for trimmed in (False, True)] if router else []
        climbs = await together(ladder.answer, texts, AT_ONCE) / len(texts)
        labels = await together(ladder.label_among_others, texts, AT_ONCE) / len(texts)
        crowd = [_crowd(router, texts, trimmed) for trimmed in (False, True)] if router else []
        if number < 0:
            continue
        measured.steps += steps
        measured.climb.add(climb, climbs)
        measured.label.add(label, labels)
        for passes, one, many in zip((measured.theirs, measured.trimmed), alone, crowd, strict=False):
            passes.add(one, many)
    return measured


def _alone(router: Asked, texts: Sequence[str], trimmed: bool) -> dict[str, list[float]]:
    answer: dict[str, list[float]] = router.ask({"do": "one_by_one", "texts": texts, "trimmed": trimmed})
    return answer


def _crowd(router: Asked, texts: Sequence[str], trimmed: bool) -> float:
    return float(router.ask({"do": "together", "texts": texts, "at_once": AT_ONCE, "trimmed": trimmed})) / len(texts)


def ratio(theirs: Sequence[float], ours: Sequence[float]) -> Repeated:
    """How many times longer the peer took, pass by pass."""
    return Repeated.of([their / our for their, our in zip(theirs, ours, strict=True)])


NOTES = (
    (
        "The label is the peer's own job: a text is encoded and named. Ours gives the two best scenarios, each with "
        "its probability and near misses held down, and the nearest example; the peer the best route and similarity."
    ),
    "Neither asks for the language of a label. One by one both are called directly, many at once through asyncio.",
    "The climb does more: language, mood, urgency, hand-over to the encoder's thread, all free rungs, a decision.",
    "The trimmed peer has its vectors kept as float32 by hand; by itself it keeps lists of floats.",
)


def outcome_of(measured: Measured, beside: Beside, texts: Texts, size: Size) -> Outcome:
    """The figures, and the table."""
    rate = Repeated.of([1 / one for one in measured.climb.together])
    rules = Repeated.of([sum(one) / len(one) * 1e6 for one in beside.rules])
    figures = [
        *_own(measured, rate),
        Figure("rules_100k_us", rules.median, f"rules rung, {size.triggers:,} triggers, mean µs", "≤ 100"),
        Figure(
            "rules_100k_p99_us",
            percentile([one for some in beside.rules for one in some], 0.99) * 1e6,
            "the same, p99 µs",
        ),
        Figure("reload_pause_ms", beside.pause * 1e3, "longest pause while the template loads, ms", "≤ 50"),
        Figure(
            "reload_large_pause_ms",
            beside.large_pause * 1e3,
            f"the same with {size.scenarios * LARGE:,} scenarios, ms",
            "≤ 50",
        ),
    ]
    noise = {"messages_per_second": rate.noise, "rules_100k_us": rules.noise}
    if measured.theirs.whole:
        for name, their, our, words, targets in (
            ("peer_ratio", measured.theirs, measured.label, "the label, times quicker", TARGETS),
            ("ladder_ratio", measured.theirs, measured.climb, "the climb against the peer's label", NO_TARGETS),
            ("trimmed_ratio", measured.trimmed, measured.label, "the label, the trimmed peer", NO_TARGETS),
        ):
            for figure, spread in _ratios(name, their, our, words, targets):
                figures.append(figure)
                noise[figure.name] = spread
    came = ", ".join(f"{name} {count}" for name, count in measured.steps.most_common())
    notes = (f"What came of the messages: {came}.", *NOTES)
    return Outcome("ladder", "The free rungs in process, one core", tuple(figures), texts.source, noise, notes)


def _own(measured: Measured, rate: Repeated) -> list[Figure]:
    climb, label, theirs = measured.climb, measured.label, measured.theirs
    has_peer = bool(theirs.whole)
    return [
        Figure("p50_ms", percentile(climb.whole, 0.5) * 1e3, "the climb of one message, p50, ms"),
        Figure("p99_ms", percentile(climb.whole, 0.99) * 1e3, "the same, p99, ms", "≤ 5"),
        Figure("outside_ms", _ms(climb.mean_outside), "of it outside the encoder, mean ms"),
        Figure("processor_ms", _ms(climb.processor), "processor time of one climb, mean ms"),
        Figure("messages_per_second", rate.median, f"climbs a second, {AT_ONCE} at once"),
        *(
            Figure(name, _ms(ours), words, peer=_ms(its) if has_peer else None)
            for name, ours, its, words in (
                ("label_ms", label.mean_whole, theirs.mean_whole, "the label of one message, mean ms"),
                ("label_outside_ms", label.mean_outside, theirs.mean_outside, "of it outside the encoder, mean ms"),
                ("label_processor_ms", label.processor, theirs.processor, "processor time of one label, mean ms"),
                ("label_32_ms", label.together, theirs.together, f"the label, {AT_ONCE} at once, ms a message"),
            )
        ),
    ]


def _ms(passes: Sequence[float]) -> float:
    return Repeated.of(passes).median * 1e3


def _ratios(
    name: str, theirs: Passes, ours: Passes, words: str, targets: Sequence[str]
) -> Iterator[tuple[Figure, float]]:
    """How many times longer the peer took, each with its noise."""
    kinds = (
        ("without_encoder", theirs.mean_outside, ours.mean_outside, "outside the encoder pass"),
        ("sequential", theirs.mean_whole, ours.mean_whole, "whole, one by one"),
        (f"{AT_ONCE}", theirs.together, ours.together, f"whole, {AT_ONCE} at once"),
    )
    for (kind, their, our, what), target in zip(kinds, targets, strict=True):
        times = ratio(their, our)
        yield Figure(f"{name}_{kind}", times.median, f"{words}: {what}", target), times.noise


def run(texts: Texts, size: Size, *, with_peer: bool) -> Outcome:
    """Builds both sides and measures them."""
    encoder = LanguageSettings().encoder
    template = template_of(texts, scenarios=size.scenarios, examples=size.examples)
    ladder = in_process(template, encoder)
    short = [text for text in texts.messages if ladder.encoder.word_pieces(text) <= 64]
    beside = measured_beside(texts, template, ladder.matcher.followed[0].template.head, size)
    if with_peer:
        with peer(PEER, "semantic_router_timed.py") as router:
            router.ask({"encoder": encoder, "routes": routes_of(template)})
            measured = uvloop.run(measured_and_closed(ladder, short, size, router))
    else:
        measured = uvloop.run(measured_and_closed(ladder, short, size, None))
    return outcome_of(measured, beside, texts, size)


def measured_beside(texts: Texts, template: Template, head: Head | None, size: Size) -> Beside:
    """What has no peer."""
    return Beside(
        rules=rules_passes(texts, size.triggers, texts.messages[: 4 * size.messages], size.passes),
        pause=uvloop.run(longest_pause(template, head)),
        large_pause=uvloop.run(longest_pause(enlarged(template, LARGE), None)),
    )


async def measured_and_closed(ladder: InProcess, messages: Sequence[str], size: Size, router: Asked | None) -> Measured:
    """Measures, and closes the encoder's thread."""
    try:
        return await measure(ladder, messages, size, router)
    finally:
        await ladder.language.close()


def routes_of(template: Template) -> dict[str, list[str]]:
    """The same examples for the peer."""
    return {scenario.name: list(scenario.examples) for scenario in template.scenarios()}


def main() -> None:
    """Measures on one core and reports."""
    parser = options(__doc__)
    parser.add_argument("--no-peer", action="store_true", help="ours only")
    given = parser.parse_args()
    if any(os.environ.get(name) != "1" for name in SINGLE_THREADED):
        os.environ.update(dict.fromkeys(SINGLE_THREADED, "1"))  # read when the numeric library loads: start again
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.bench_ladder", *sys.argv[1:]])
    one_core()
    size = QUICK if given.quick else FULL
    finish(run(read_texts(given.data), size, with_peer=not given.no_peer), given)


if __name__ == "__main__":
    main()
