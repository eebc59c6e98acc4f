"""understudy demo: two seeded companies, real customer messages through HTTP, the figures, the console."""

from __future__ import annotations

import asyncio
import os
import sys
import time
import webbrowser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from understudy.cli import serve
from understudy.cli.context import Json, err, fail, find_place_or_fail, out, print_json, read_configuration
from understudy.companies.domain import Company
from understudy.demo import content, seed
from understudy.demo.content import DemoCompany, DemoMessage
from understudy.demo.replay import Replayed, replay
from understudy.demo.server import DemoFailed, running_server
from understudy.demo.summary import Summary, summarise
from understudy.infra.postgres.place import Place
from understudy.infra.telemetry import configure_logging
from understudy.kit.errors import UnderstudyError
from understudy.kit.money import dollars
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import build, opened

FIT_SECONDS = 600
DATA_FOLDER = ".demo"
DATA_VARIABLE = "UNDERSTUDY_DATABASE_DATA_DIR"


def demo(
    port: Annotated[int, typer.Option(help="Port of the server; 0 takes any that is free.")] = 8080,
    messages: Annotated[int, typer.Option(help="How many of the bank's messages to replay.", min=1)] = 1_200,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Stay up until Ctrl-C.")] = True,
    as_json: Json = False,
) -> None:
    """Shows what the product does: two companies, real customer messages they have never seen, and the figures."""
    os.environ.setdefault(DATA_VARIABLE, DATA_FOLDER)
    settings = read_configuration()
    configure_logging(json=False, level="ERROR")
    place = find_place_or_fail(settings)
    try:
        tokens = asyncio.run(_seed(place, settings))
        with running_server(_free(port), folder=_folder()) as server:
            asyncio.run(_fitted(place, settings))
            bank = _replay(server.url, tokens[0], content.bank_messages()[:messages], "bank")
            hvac = _replay(server.url, tokens[1], content.hvac_messages(), "hvac")
            _show(summarise(bank), hvac, as_json=as_json)
            err.print(f"\nConsole, message by message: {server.console}", highlight=False, soft_wrap=True)
            err.print(f"Web chat with the bank:      {server.url}/chat/{content.bank().slug}", highlight=False)
            if wait:
                _stay(server.console)
    except UnderstudyError as error:
        fail(error)
    finally:
        place.leave()


async def _seed(place: Place, settings: Configuration) -> list[str]:
    async with opened(build(place, settings)) as product:
        with err.status("Seeding two companies …"):
            companies = [await seed.seed(product, wanted) for wanted in _wanted()]
            return [await seed.fresh_token(product, company) for company in companies]


def _folder() -> Path:
    return Path(os.environ[DATA_VARIABLE]).expanduser()


def _free(port: int) -> int:
    """The port, or one that is free when it is 0; raises `PortTaken`."""
    with serve.listen("127.0.0.1", port) as listener:
        return int(listener.getsockname()[1])


def _wanted() -> tuple[DemoCompany, ...]:
    return content.bank(), content.hvac()


async def _fitted(place: Place, settings: Configuration) -> None:
    """Waits until the templates answer by meaning: a job of the server fits them, once."""
    async with opened(build(place, settings)) as product:
        companies: list[Company] = [await product.companies.by_slug(wanted.slug) for wanted in _wanted()]
        with err.status("Fitting the semantic rung on the templates' examples (only the first time) …"):
            deadline = time.monotonic() + FIT_SECONDS
            while not all([await seed.is_fitted(product, company) for company in companies]):
                if time.monotonic() > deadline:
                    raise DemoFailed(
                        "the semantic rung was not fitted in time", remedy="see the server's log: .demo/log"
                    )
                await asyncio.sleep(0.2)


def _replay(url: str, token: str, messages: Sequence[DemoMessage], prefix: str) -> list[Replayed]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(f"Replaying messages to the {prefix}", total=len(messages))
        return asyncio.run(replay(messages, url=url, token=token, prefix=prefix, done=lambda: progress.advance(task)))


def _show(bank: Summary, hvac: Sequence[Replayed], *, as_json: bool) -> None:
    met = sum(_is_expected(result) for result in hvac)
    if as_json:
        print_json({"bank": asdict(bank), "hvac": {"messages": len(hvac), "as_expected": met}})
        return
    out.print(f"\n[bold]{bank.messages:,} real customer messages to the bank, none of which its template has seen[/]")
    out.print(f"{'rung':<14}{'messages':>10}{'share':>9}{'right':>9}")
    for row in bank.rungs:
        if row.messages:
            right = f"{row.accuracy:9.1%}" if row.accuracy is not None else f"{'':>9}"
            out.print(f"{row.rung:<14}{row.messages:>10,}{row.share:>9.1%}{right}", highlight=False)
    for label, value in _lines(bank):
        out.print(f"{label:<52}{value:>16}", highlight=False)
    out.print(f"{'HVAC company: demo messages answered as expected':<52}{f'{met} of {len(hvac)}':>16}", highlight=False)


def _lines(bank: Summary) -> list[tuple[str, str]]:
    seen = f" ({bank.replays:,} were replays)" if bank.replays else ""
    times = f"{bank.p50_ms:.0f} / {bank.p95_ms:.0f} / {bank.p99_ms:.0f} ms"
    refused = f"{bank.refused:.1%}" if bank.refused is not None else "-"
    return [
        ("answered free, of the bank's own questions", f"{bank.answered:.1%}"),
        ("… of which right, by the labels", f"{bank.accuracy:.1%}"),
        ("asked back, offering the two best", f"{bank.clarified:.1%}"),
        ("questions of another world that were left alone", refused),
        (f"HTTP message in, reply out: p50 / p95 / p99{seen}", times),
        ("paid for these answers", dollars(bank.cost_micros)),
        ("an LLM would have cost (estimate)", dollars(bank.saved_micros)),
    ]


def _is_expected(result: Replayed) -> bool:
    kind, _, name = result.message.expected.partition(":")
    rung, picked = result.answer["rung"], result.picked
    if kind in ("company_qa", "trade_qa"):
        return bool(rung == kind)
    return picked is None if kind == content.OUT_OF_SCOPE else picked == name


def _stay(console: str) -> None:
    if sys.stdout.isatty():
        webbrowser.open(console)
    err.print("\nUp until Ctrl-C.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        err.print("\nStopping.")
