"""What routing saves at which quality: real messages, stand-ins for models, real list prices, the real gateway.

No provider can be reached where this runs, so the models are stand-ins: three classifiers of different strength, whose
recorded answers and confidences are replayed. What they cost is counted as if they were a Gemini Flash-Lite, a
GPT-4o-mini and a Claude Sonnet: the prompts are the product's own, their tokens are counted, the prices are those of
the price list. A thousand messages of Banking77's test part decide; everything else is made from its training part.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.bench_intents import ENCODER
from benchmarks.installation import PLATFORM, data_folder, database, settings
from benchmarks.intent_sets import IntentSet, find_folder, read_sets
from benchmarks.ladder_in_process import in_process
from benchmarks.outcome import Figure, Outcome, finish, options
from benchmarks.replaying import BETWEEN_SECONDS, Course, Row, StandIns, Written, gateway_over, replayed, written
from benchmarks.stand_ins import (
    SHOTS,
    TEMPLATE_SHOTS,
    Pieces,
    Recording,
    Sizes,
    cut,
    recorded,
    shares_right,
    shipped_set,
    template_of,
)
from understudy.infra.postgres.place import Place
from understudy.llm.domain import Dialect, Tier
from understudy.llm.gateway import Gateway
from understudy.llm.providers.domain import NewProvider
from understudy.llm.settings import LlmSettings, RouteSettings, TierSettings
from understudy.wiring.product import Product, build, opened

SET = "banking77"
FULL = Sizes(calibration=1_000, past=1_500, traffic=1_000)
QUICK = Sizes(calibration=120, past=30, traffic=30)
MODELS = {
    Tier.SMALL: (Dialect.GEMINI, "gemini-2.5-flash-lite"),
    Tier.MEDIUM: (Dialect.OPENAI, "gpt-4o-mini"),
    Tier.LARGE: (Dialect.ANTHROPIC, "claude-sonnet-4-5"),
}
"""Whose prices the stand-ins have."""
NAMES = {tier: f"{dialect.value}/{model}" for tier, (dialect, model) in MODELS.items()}
HAND_MADE, LEARNED, STRICT = "routing", "learned", "strict_free_rungs"
STRICT_FROM = RouteSettings().cascade_below
"""Free rungs that have to be as sure as the cascade asks models to be; as shipped, meaning answers from 0.60 on."""
SPENT = "SELECT coalesce(sum(cost_micros), 0)::bigint, count(*) FROM llm_call"
WINDOW = "SELECT coalesce(sum(spent_micros), 0)::bigint, coalesce(sum(held_micros), 0)::bigint FROM budget_window"
ROUTER = "SELECT questions, is_used, cost_micros, cost_before_micros FROM llm_router"
Fitting = tuple[int, bool, float, float]
NOT_FITTED: Fitting = (0, False, 0.0, 0.0)


def always(tier: Tier) -> LlmSettings:
    """Settings under which one model answers everything."""
    own = RouteSettings().of(tier).model_copy(update={"models": (NAMES[tier],)})
    routes = RouteSettings(small=own, medium=own, large=own, cascade_below=0, learn=False)
    return LlmSettings(routes=routes, response_cache_seconds=0)


def cascade(*, learn: bool = False) -> LlmSettings:
    """The settings as they are shipped, with a named model for each tier, and nothing answered from memory."""
    shipped = RouteSettings()
    rows: dict[str, TierSettings] = {
        tier.value: shipped.of(tier).model_copy(update={"models": (name,)}) for tier, name in NAMES.items()
    }
    return LlmSettings(routes=shipped.model_copy(update={**rows, "learn": learn}), response_cache_seconds=0)


ROWS = (
    *(Row(f"always_{tier}", f"always {tier}", always(tier), only=tier) for tier in Tier),
    Row("always_large_cached", "always large, prompts cached", always(Tier.LARGE), only=Tier.LARGE, caches=True),
    Row(HAND_MADE, "hand-made score and cascade", cascade()),
    Row("caching", "the same, prompts cached", cascade(), caches=True),
    Row("free_rungs", "the same, free rungs before it", cascade(), caches=True, free_from=0.0),
    Row(STRICT, f"the same, free rungs from {STRICT_FROM}", cascade(), caches=True, free_from=STRICT_FROM),
    Row(LEARNED, "learned router and cascade", cascade(learn=True)),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was seen: a course for each row, and the learned router: questions it was fitted on, whether it is used, and
    what a held-out question costs by it and as it was routed (micro-dollars)."""

    courses: Mapping[str, Course]
    router: Fitting


async def measured(product: Product, pieces: Pieces, recording: Recording) -> Measured:
    """Replays every row for a company of its own, and checks that the ledger agrees."""
    for dialect, model in MODELS.values():
        await product.paid.providers.add(
            PLATFORM, NewProvider(dialect.value, dialect, key="stand-in", tiers=dict.fromkeys(Tier, model))
        )
    ladder = in_process(template_of(pieces.template), ENCODER)
    past, traffic = [await written(ladder, part, product.paid.tokens) for part in (pieces.past, pieces.traffic)]
    stand_ins = StandIns(recording, {name: tier for tier, name in NAMES.items()}, product.paid.tokens)
    gateway = gateway_over(product, stand_ins)
    courses, router = {}, NOT_FITTED
    for row in ROWS:
        slug = row.name.replace("_", "-")
        company = await product.companies.create(PLATFORM, slug=slug, name=row.words, trade="banking")
        before = Course()
        if row.name == LEARNED:
            before, router = await learned(product, gateway, stand_ins, row, company.id, past)
        course = await replayed(gateway, stand_ins, row, company.id, traffic)
        await audited(product, company.id, before, course)
        courses[row.name] = course
        print(f"{row.words}: $ {course.dollars_per_thousand:.4f} a thousand, {course.share_right:.1f} % right")
    return Measured(courses, router)


async def learned(
    product: Product, gateway: Gateway, stand_ins: StandIns, row: Row, company_id: UUID, past: list[Written]
) -> tuple[Course, Fitting]:
    """Past traffic, and the router that is fitted on how it was routed."""
    course = await replayed(gateway, stand_ins, row, company_id, past)
    await product.paid.routers.fit_due()
    product.paid.routers.changed("*")
    async with product.database.transaction(company_id) as tx:
        found: Any = await (await tx.raw.execute(ROUTER)).fetchone()
    return course, found or NOT_FITTED


async def audited(product: Product, company_id: UUID, *courses: Course) -> None:
    """Ends the run unless ledger and budget have exactly what was told."""
    async with product.database.transaction(company_id) as tx:
        ledger = await (await tx.raw.execute(SPENT)).fetchone()
        window = await (await tx.raw.execute(WINDOW)).fetchone()
    cost, calls = sum(one.cost_micros for one in courses), sum(one.calls for one in courses)
    if ledger != (cost, calls) or window != (cost, 0):
        raise SystemExit(f"told {cost} in {calls} calls; the ledger has {ledger}, the budget {window}")


def outcome_of(seen: Measured, pieces: Pieces, recording: Recording, source: str) -> Outcome:
    """The figures."""
    courses = seen.courses
    large, hand = courses["always_large"], courses[HAND_MADE]
    figures = [
        _saved("routing", courses[HAND_MADE], large, "routing alone", "≥ 60"),
        _saved("caching", courses["caching"], large, "routing, prompts cached"),
        _saved("free_rungs", courses["free_rungs"], large, "the same, free rungs before it", "≥ 80"),
        _saved(STRICT, courses[STRICT], large, f"free rungs from {STRICT_FROM}", "≥ 80"),
        Figure(
            "cost_under_always_large_cached",
            100 * (1 - courses["free_rungs"].cost_micros / courses["always_large_cached"].cost_micros),
            "with free rungs, under always-large with prompts cached too, %",
        ),
        _dropped("accuracy_drop_points", hand, large, "routing", "≤ 1"),
        _dropped("accuracy_drop_points_free_rungs", courses["free_rungs"], large, "free rungs and routing", "≤ 1"),
        _dropped(f"accuracy_drop_points_{STRICT}", courses[STRICT], large, f"free rungs from {STRICT_FROM}", "≤ 1"),
        _dropped("accuracy_drop_points_learned", courses[LEARNED], large, "learned router", "≤ 1"),
        Figure("cascade_up_share", hand.share_up, "questions that went up a tier, %", "< 15"),
        Figure("cascade_confidence", hand.confidence, "mean confidence of answers", "> 0.85"),
        Figure("learned_cost_ratio", courses[LEARNED].cost_micros / hand.cost_micros, "cost, learned ÷ hand-made"),
        Figure("learned_is_used", seen.router[1], "learned router in use (1), or not surely better than the score (0)"),
    ]
    for row in ROWS:
        course = courses[row.name]
        figures += [
            Figure(f"{row.name}_cost", course.dollars_per_thousand, f"{row.words}: $ for 1,000 messages"),
            Figure(f"{row.name}_right", course.share_right, f"{row.words}: right, %"),
        ]
        if row.only is None:
            figures += [
                Figure(f"{row.name}_up_share", course.share_up, f"{row.words}: of those paid for, went up, %"),
                Figure(f"{row.name}_confidence", course.confidence, f"{row.words}: mean confidence"),
            ]
        if row.free_from is not None:
            figures.append(
                Figure(f"{row.name}_share", 100 * course.free / course.messages, f"{row.words}: answered free, %")
            )
    return Outcome("routing", "Cost at held quality", tuple(figures), source, notes=_notes(seen, pieces, recording))


def _saved(name: str, course: Course, large: Course, words: str, target: str = "") -> Figure:
    share = 100 * (1 - course.cost_micros / large.cost_micros)
    return Figure(f"cost_under_always_large_{name}", share, f"cost under always-large, {words}, %", target)


def _dropped(name: str, course: Course, large: Course, words: str, target: str) -> Figure:
    return Figure(name, large.share_right - course.share_right, f"points right below always-large, {words}", target)


def _notes(seen: Measured, pieces: Pieces, recording: Recording) -> tuple[str, ...]:
    questions, _, by_router, as_routed = seen.router
    school = {tier: f"{shots} examples per intent" if shots else "all examples" for tier, shots in SHOTS.items()}
    right = shares_right(pieces.past, recording)
    named = "; ".join(
        f"{tier}: {school[tier]}, priced as {NAMES[tier]}, right in {right[tier]:.0%} of past traffic" for tier in Tier
    )
    return (
        f"STAND-INS, no language models: classifiers fitted on the training part ({named}).",
        (
            f"Their confidence is calibrated on {len(pieces.calibration.texts):,} other training messages. How much "
            "real models differ from each other is not told by this."
        ),
        (
            "Prompts are the paid rung's own (12 candidates, replies of the shipped bank template, the schema), "
            "counted with OpenAI's tokenizer; every call was paid for and written down in PostgreSQL, to the micro-$."
        ),
        (
            f"The prompt caches are SIMULATED: a message every {BETWEEN_SECONDS} s, the stable beginning always kept "
            "for 5 minutes after each use; real caches hit less. Nothing was answered from our own memory."
        ),
        (
            f"The free rungs know {TEMPLATE_SHOTS} training examples per intent, none of them a stand-in's; they read "
            "with the same encoder, so that what is hard for them is hard for the stand-ins too."
        ),
        (
            f"The learned router was fitted on {questions:,} training messages that the cascade had routed. Those held "
            f"out cost $ {as_routed / 1e3:.3f} a thousand as routed, $ {by_router / 1e3:.3f} by the router."
        ),
    )


def run(one: IntentSet, sizes: Sizes, given: argparse.Namespace) -> Outcome:
    """Makes an installation and replays everything in it."""
    pieces = cut(one, sizes)
    recording = recorded(pieces)

    async def course(place: Place, folder: Path) -> Measured:
        async with opened(build(place, settings(folder))) as product:
            return await measured(product, pieces, recording)

    with data_folder(given.folder) as folder, database(folder) as place:
        seen = asyncio.run(course(place, folder))
    source = f"{len(pieces.traffic.texts):,} messages of the test part of {one.name}"
    return outcome_of(seen, pieces, recording, source)


def main() -> int:
    """Measures and reports; without the set it says so and succeeds."""
    parser = options(__doc__)
    parser.add_argument("--folder", help="where the throw-away database lies; default: the folder for temporary files")
    given = parser.parse_args()
    if given.quick:
        finish(run(shipped_set(), QUICK, given), given)
        return 0
    folder = find_folder(given.data)
    one = next((found for found in read_sets(folder) if found.name == SET), None) if folder else None
    if one is None:
        print(f"skipped: no set {SET}; name a folder with --data or in the environment", file=sys.stderr)
        return 0
    finish(run(one, FULL, given), given)
    return 0


if __name__ == "__main__":
    sys.exit(main())
