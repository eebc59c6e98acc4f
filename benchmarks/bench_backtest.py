"""One suggestion tried on past traffic: 10,000 messages in one call, 100,000 in parts on one and on two workers.

The suggestion adds examples and a trigger to one scenario; its head goes on from the serving one. Everything that the
first figure measures shares one core, the database included: reading, refitting, climbing under both sides, comparing.
How far the candidate answers as it will once its head is fitted anew is printed beside.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import numpy as np

from benchmarks.installation import PATIENCE_SECONDS, PLATFORM, data_folder, database, settings, superuser_url
from benchmarks.intent_sets import IntentSet, find_folder, read_sets
from benchmarks.measuring import Repeated, one_core, rss_mb
from benchmarks.outcome import Figure, Outcome, finish, options
from benchmarks.past_traffic import Said, Split, shipped, split, write
from understudy.answering.settings import LadderSettings
from understudy.companies.domain import Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS
from understudy.evaluation.climbing import Side, climb_both
from understudy.evaluation.domain import Recorded, Truth
from understudy.evaluation.replaying.domain import Candidate, Report, RunStatus
from understudy.infra.computing import in_thread
from understudy.infra.postgres.place import Place
from understudy.kit.ids import uuid_at
from understudy.language.domain import Matrix
from understudy.templates.domain import Category, Scenario, Template
from understudy.templates.matching.company.compiled import compile_template
from understudy.templates.matching.company_matcher import CompanyMatcher, Followed
from understudy.templates.matching.fitting import fit, training_set
from understudy.templates.matching.head import Head
from understudy.wiring.product import Product, build, opened

ENCODED_AT_ONCE = 2_000
POLL_SECONDS = 0.1
WAIT_SECONDS = 900.0
SET = "banking77"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    examples: int
    added: int
    intents: int | None
    few: int
    many: int
    passes: int


FULL = Size(examples=20, added=5, intents=None, few=10_000, many=100_000, passes=5)
QUICK = Size(examples=4, added=2, intents=5, few=200, many=600, passes=2)


@dataclass(frozen=True, slots=True)
class Seeded:
    """The company, its template, and what was said to it, with embeddings."""

    principal: Principal
    template_id: UUID
    parts: Split
    embeddings: Matrix


@dataclass(frozen=True, slots=True)
class Tried:
    """What the calls in this process gave."""

    seconds: Repeated
    processor: Repeated
    report: Report
    rss_mb: float
    agreement: float
    agreement_without: float
    moved: float


def suggestion(parts: Split, template_id: UUID) -> Candidate:
    """Examples and a trigger more for the scenario in the middle."""
    name = sorted(parts.held_back)[len(parts.held_back) // 2]
    added = parts.held_back[name]

    def changed(scenario: Scenario) -> Scenario:
        if scenario.name != name:
            return scenario
        trigger = " ".join(added[0].lower().split()[:4]).strip(".,?!")
        return replace(scenario, examples=(*scenario.examples, *added), triggers=(*scenario.triggers, trigger))

    scenarios = tuple(changed(scenario) for scenario in parts.template.scenarios())
    return Candidate(template_id, replace(parts.template, categories=(Category("All", scenarios),)))


async def seeded(product: Product, parts: Split, said: Said, url: str) -> Seeded:
    """A company that follows the template, and its past."""
    company = await product.companies.create(PLATFORM, slug="bank", name="Bank", trade="banking")
    principal = Principal("benchmark", company.id, COMPANY_PERMISSIONS)
    services = product.templates
    shelved = await services.library.create(principal, parts.template)
    version = await services.versions.publish(principal, shelved.id)
    await services.heads.fit(shelved.id, version.version)
    await services.following.follow(principal, shelved.id)
    texts = list(dict.fromkeys(parts.traffic.texts))
    rows = [
        await product.language.encode_many(texts[start : start + ENCODED_AT_ONCE])
        for start in range(0, len(texts), ENCODED_AT_ONCE)
    ]
    vectors = np.concatenate(rows)
    places = {text: row for row, text in enumerate(texts)}
    write(url, company.id, said, (places, vectors, product.language.model.key))
    return Seeded(principal, shelved.id, parts, vectors[[places[text] for text in parts.traffic.texts]])


async def tried(product: Product, made: Seeded, size: Size) -> Tried:
    """The suggestion on the newest messages, several times; the first time loads what serves."""
    candidate = suggestion(made.parts, made.template_id)
    replays, company_id = product.learning.evaluation.replays, made.principal.company
    await replays.backtest(company_id, candidate, days=30, at_most=100)
    seconds, processor = [], []
    for _ in range(size.passes):
        started = time.process_time()
        report = await replays.backtest(company_id, candidate, days=30, at_most=size.few)
        processor.append(time.process_time() - started)
        seconds.append(report.seconds)
    rss = rss_mb(os.getpid())
    return Tried(Repeated.of(seconds), Repeated.of(processor), report, rss, *await agreement(product, made, candidate))


async def agreement(product: Product, made: Seeded, candidate: Candidate) -> tuple[float, float, float]:
    """The share of messages that get the same answer as from a whole fit: with the refitted head, with the serving one.

    And the share that the refitted head answers otherwise than the serving one.
    """
    around = product.learning.evaluation.replays.trying.around
    pair = await product.learning.evaluation.replays.trying.pair(made.principal.company, candidate)
    assert candidate.template is not None
    texts = around.language.encode_many
    whole = await _fitted(candidate.template, texts)
    compiled = compile_template(candidate.template, 2, whole)
    fitted = replace(pair.after.matcher, followed=(Followed(compiled),))
    serving = replace(
        pair.after.matcher, followed=(Followed(replace(compiled, head=pair.before.matcher.followed[0].template.head)),)
    )
    tried_out = pair.after.matcher
    return (
        _agreed(made, tried_out, fitted),
        _agreed(made, serving, fitted),
        1 - _agreed(made, tried_out, serving),
    )


async def _fitted(template: Template, encode: object) -> Head:
    loop = asyncio.get_running_loop()

    def embed(texts: Sequence[str]) -> Matrix:
        found: Matrix = asyncio.run_coroutine_threadsafe(encode(texts), loop).result()  # type: ignore[operator]
        return found

    material = await in_thread(training_set, template, embed)
    return await in_thread(fit, material, encoder="benchmark")


def _agreed(made: Seeded, one: CompanyMatcher, other: CompanyMatcher) -> float:
    settings_of_both = LadderSettings()
    recorded = [
        Recorded(uuid_at(0, place.to_bytes(10, "big")), text, "en", None, Truth.UNKNOWN)
        for place, text in enumerate(made.parts.traffic.texts)
    ]
    both = climb_both(Side(one, settings_of_both), Side(other, settings_of_both), recorded, made.embeddings)
    return sum(first.key == second.key for first, second in both) / max(1, len(both))


@contextmanager
def working(folder: Path, count: int) -> Iterator[list[int]]:
    """So many worker processes, ready; killed afterwards."""
    environment = {**os.environ, "UNDERSTUDY_DATABASE_DATA_DIR": str(folder), "OMP_NUM_THREADS": "1"}
    logs = [folder / f"worker-{number}.log" for number in range(count)]
    processes = []
    for log in logs:
        with log.open("wb") as output:
            words = [sys.executable, "-m", "understudy", "worker"]
            processes.append(subprocess.Popen(words, env=environment, stdout=output, stderr=output))
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not all("worker is ready" in log.read_text() for log in logs):
            if time.monotonic() > deadline:
                raise TimeoutError(logs[0].read_text()[-2000:])
            time.sleep(POLL_SECONDS)
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


async def on_workers(product: Product, made: Seeded, size: Size, pids: Sequence[int]) -> tuple[float, float]:
    """Seconds of a replay of everything on the workers, and the memory that one of them took at most, in MB."""
    candidate = suggestion(made.parts, made.template_id)
    replays = product.learning.evaluation.replays
    started = time.perf_counter()
    run = await replays.start(made.principal, candidate, days=30, at_most=size.many)
    highest = 0.0
    while run.status is RunStatus.RUNNING:
        await asyncio.sleep(POLL_SECONDS)
        highest = max(highest, *(rss_mb(pid) for pid in pids))
        run = await replays.show(made.principal.company, run.id)
        if time.perf_counter() - started > WAIT_SECONDS:
            raise TimeoutError(f"{run.done} of {run.total} messages after {WAIT_SECONDS} s")
    if run.status is not RunStatus.DONE or run.tally.messages != size.many:
        raise SystemExit(f"the replay is {run.status}: {run.error}; {run.tally}")
    return time.perf_counter() - started, highest


async def measured(place: Place, folder: Path, size: Size, found: IntentSet) -> Outcome:
    """Seeds, measures in this process on one core, then on workers."""
    parts = split(found, examples=size.examples, held_back=size.added, intents=size.intents)
    said = parts.traffic.times(size.many)
    cores = os.sched_getaffinity(0)
    async with opened(build(place, settings(folder))) as product:
        made = await seeded(product, parts, said, superuser_url(place))
        one_core()
        here = await tried(product, made, size)
        os.sched_setaffinity(0, cores)
        with working(folder, 1) as pids:
            alone, highest = await on_workers(product, made, size, pids)
        with working(folder, 2) as pids:
            together, _ = await on_workers(product, made, size, pids)
    texts = f"real messages: {found.name}"
    return outcome_of(here, (alone, together, highest), size, parts, texts)


def outcome_of(here: Tried, workers: tuple[float, float, float], size: Size, parts: Split, texts: str) -> Outcome:
    """The figures."""
    alone, together, highest = workers
    tally = here.report.tally
    figures = (
        Figure("seconds_10k", here.seconds.median, f"{size.few:,} messages, one core, refit included, s", "≤ 5"),
        Figure("processor_10k", here.processor.median, "the same: processor time of this process, s"),
        Figure("seconds_100k", alone, f"{size.many:,} messages in parts, one worker, s"),
        Figure("seconds_100k_two_workers", together, f"{size.many:,} messages in parts, two workers, s"),
        Figure("rss_mb", highest, f"memory of a worker at most, {size.many:,} messages, MB"),
        Figure("rss_10k_mb", here.rss_mb, f"memory of this process after {size.few:,} messages, MB"),
        Figure("agreement", here.agreement * 100, "same answer as with a whole fit, refitted head, % of messages"),
        Figure("agreement_without", here.agreement_without * 100, "the same, with the serving head left as it is, %"),
        Figure("moved", here.moved * 100, "other answer with the refitted head than with the serving one, %"),
        Figure("newly_caught", tally.newly_caught, "of the messages: newly answered free"),
        Figure("newly_wrong", tally.newly_wrong, "of the messages: newly against what the paid rung said"),
    )
    scenarios = list(parts.template.scenarios())
    examples = sum(len(scenario.examples) for scenario in scenarios)
    note = (
        f"A template of {len(scenarios)} scenarios with {examples:,} examples; {len(parts.traffic.texts):,} different "
        f"messages, said over and over up to {size.many:,}, written into the database with their embeddings."
    )
    noise = {"seconds_10k": here.seconds.noise, "processor_10k": here.processor.noise}
    return Outcome("backtest", "One suggestion on past traffic", figures, texts, noise, (note,))


def find_set(given: str | None) -> IntentSet:
    """The set of the folder; without a folder, what the product ships."""
    place = find_folder(given)
    if place is None:
        return shipped()
    found = next((one for one in read_sets(place) if one.name == SET), None)
    if found is None:
        raise SystemExit(f"{place} holds no {SET}")
    return found


def run(given: argparse.Namespace) -> Outcome:
    """Makes an installation and measures it."""
    found = find_set(given.data)
    size = QUICK if given.quick else FULL
    with data_folder(given.folder) as folder, database(folder) as here:
        return asyncio.run(measured(here, folder, size, found))


def main() -> None:
    """Measures and reports."""
    parser = options(__doc__)
    parser.add_argument("--folder", help="where the throw-away database lies; default: the folder for temporary files")
    given = parser.parse_args()
    finish(run(given), given)


if __name__ == "__main__":
    main()
