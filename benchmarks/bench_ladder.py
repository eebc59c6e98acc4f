"""The free rungs in process, on one core, beside semantic-router with the same encoder and examples.

Measured is what happens between receiving a message and recording its answer: language, mood and urgency are read, the
text is encoded, and the message climbs all free rungs. The peer encodes and looks for the nearest routes. Ours and the
peer's passes alternate over the same messages; each figure is the median over the passes.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import uvloop

from benchmarks.ladder_in_process import InProcess, in_process, together
from benchmarks.measuring import Repeated, one_core, percentile
from benchmarks.outcome import Figure, Outcome, finish, options
from benchmarks.peers.venv import Asked, peer
from benchmarks.rules_at_scale import rules_us
from benchmarks.texts import Texts, read_texts, template_of
from understudy.language.settings import LanguageSettings
from understudy.templates.domain import Template

PEER = "semantic-router"
AT_ONCE = 32
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

    ours: Passes = field(default_factory=Passes)
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
        ours = await one_by_one(ladder, texts, steps)
        alone = [_alone(router, texts, trimmed) for trimmed in (False, True)] if router else []
        at_once = await together(ladder, texts, AT_ONCE) / len(texts)
        crowd = [_crowd(router, texts, trimmed) for trimmed in (False, True)] if router else []
        if number < 0:
            continue
        measured.steps += steps
        measured.ours.add(ours, at_once)
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


def outcome_of(measured: Measured, rules: Sequence[float], texts: Texts, size: Size) -> Outcome:
    """The figures, and the table."""
    ours, theirs, trimmed = measured.ours, measured.theirs, measured.trimmed
    ms, peer_ms = [one * 1e3 for one in ours.whole], [one * 1e3 for one in theirs.whole]
    rate = Repeated.of([1 / one for one in ours.together])
    figures = [
        Figure(
            "p50_ms", percentile(ms, 0.5), "one message, p50, ms", peer=percentile(peer_ms, 0.5) if peer_ms else None
        ),
        Figure(
            "p99_ms",
            percentile(ms, 0.99),
            "one message, p99, ms",
            "≤ 5",
            percentile(peer_ms, 0.99) if peer_ms else None,
        ),
        Figure("outside_ms", *_outside(ours, theirs)),
        Figure("processor_ms", *_processor(ours, theirs)),
        Figure(
            "messages_per_second",
            rate.median,
            f"messages a second, {AT_ONCE} at once",
            peer=1 / Repeated.of(theirs.together).median if theirs.together else None,
        ),
        Figure(
            "rules_100k_us", sum(rules) / len(rules) * 1e6, f"rules rung, {size.triggers:,} triggers, mean µs", "≤ 100"
        ),
        Figure("rules_100k_p99_us", percentile(rules, 0.99) * 1e6, "the same, p99 µs"),
    ]
    noise = {"messages_per_second": rate.noise}
    if theirs.whole:
        for name, their, our, words, target in (
            ("without_encoder", theirs.mean_outside, ours.mean_outside, "outside the encoder pass", "≥ 10"),
            ("sequential", theirs.mean_whole, ours.mean_whole, "whole, one by one", "≥ 2.5"),
            ("32", theirs.together, ours.together, f"whole, {AT_ONCE} at once", "≥ 4"),
        ):
            times = ratio(their, our)
            figures.append(Figure(f"peer_ratio_{name}", times.median, f"times quicker: {words}", target))
            noise[f"peer_ratio_{name}"] = times.noise
        for name, their, our, words in (
            ("without_encoder", trimmed.mean_outside, ours.mean_outside, "outside the encoder pass"),
            ("sequential", trimmed.mean_whole, ours.mean_whole, "whole, one by one"),
            ("32", trimmed.together, ours.together, f"whole, {AT_ONCE} at once"),
        ):
            figures.append(Figure(f"trimmed_ratio_{name}", ratio(their, our).median, f"the trimmed peer: {words}"))
    came = ", ".join(f"{name} {count}" for name, count in measured.steps.most_common())
    notes = (
        f"What came of the messages: {came}.",
        "The trimmed peer has its vectors kept as float32 by hand; by itself it keeps lists of floats.",
    )
    return Outcome("ladder", "The free rungs in process, one core", tuple(figures), texts.source, noise, notes)


def _outside(ours: Passes, theirs: Passes) -> tuple[float, str, str, float | None]:
    peer_ms = Repeated.of(theirs.mean_outside).median * 1e3 if theirs.mean_outside else None
    return Repeated.of(ours.mean_outside).median * 1e3, "of it outside the encoder, mean ms", "", peer_ms


def _processor(ours: Passes, theirs: Passes) -> tuple[float, str, str, float | None]:
    peer_ms = Repeated.of(theirs.processor).median * 1e3 if theirs.processor else None
    return Repeated.of(ours.processor).median * 1e3, "processor time of one message, mean ms", "", peer_ms


def run(texts: Texts, size: Size, *, with_peer: bool) -> Outcome:
    """Builds both sides and measures them."""
    encoder = LanguageSettings().encoder
    template = template_of(texts, scenarios=size.scenarios, examples=size.examples)
    ladder = in_process(template, encoder)
    short = [text for text in texts.messages if ladder.encoder.word_pieces(text) <= 64]
    rules = rules_us(texts, size.triggers, short[: 20 * size.messages])
    if with_peer:
        with peer(PEER, "semantic_router_timed.py") as router:
            router.ask({"encoder": encoder, "routes": routes_of(template)})
            measured = uvloop.run(measured_and_closed(ladder, short, size, router))
    else:
        measured = uvloop.run(measured_and_closed(ladder, short, size, None))
    return outcome_of(measured, rules, texts, size)


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
