"""understudy demo: two seeded companies, real customer messages through HTTP, the figures, the console."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from understudy.cli import serve
from understudy.cli.context import Json, err, fail, find_place_or_fail, out, print_json, read_configuration
from understudy.companies.domain import Company, Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS
from understudy.demo import answerer, content, seed
from understudy.demo.answerer import Answerer
from understudy.demo.content import DemoCompany, DemoMessage
from understudy.demo.loop import POLICY, Turn, turn
from understudy.demo.oracle import oracle
from understudy.demo.replay import AT_ONCE, Entrance, Replayed, replay
from understudy.demo.rounds import Round, parts, round_of, table
from understudy.demo.server import DemoFailed, running_server
from understudy.demo.spending import Spent, spent
from understudy.demo.standin import running_standin
from understudy.demo.summary import PAID_RUNG, Summary, is_expected, lines, summarise
from understudy.infra.postgres.place import Place
from understudy.infra.telemetry import configure_logging
from understudy.kit.errors import UnderstudyError
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import build, opened

FIT_SECONDS = 600
DATA_FOLDER = ".demo"
DATA_VARIABLE = "UNDERSTUDY_DATABASE_DATA_DIR"
ALL_MESSAGES = 1_200
ENDED = 128 + signal.SIGTERM
SLOW_MESSAGES = 60
"""Messages to the bank where a model on this machine answers, which takes seconds for each."""

Paid = Annotated[
    bool | None,
    typer.Option(
        "--paid/--no-paid",
        help="Whether a provider key of the environment is used, which costs money; else asked.",
        show_default=False,
    ),
]
Gguf = Annotated[
    Path | None,
    typer.Option(help="A model on this machine in place of the scripted stand-in.", envvar="UNDERSTUDY_DEMO_GGUF"),
]


def demo(
    port: Annotated[int, typer.Option(help="Port of the server; 0 takes any that is free.")] = 8080,
    messages: Annotated[
        int | None, typer.Option(help=f"How many of the bank's {ALL_MESSAGES:,} messages to replay.", min=1)
    ] = None,
    learn: Annotated[
        bool, typer.Option("--learn/--no-learn", help="Also show a third company that begins with little and learns.")
    ] = True,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Stay up until Ctrl-C.")] = True,
    paid: Paid = None,
    gguf: Gguf = None,
    as_json: Json = False,
) -> None:
    """Shows what the product does: real customer messages that its companies have never seen, and the figures."""
    os.environ.setdefault(DATA_VARIABLE, DATA_FOLDER)
    settings = read_configuration()
    configure_logging(json=False, level="ERROR")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))  # so that the server and the provider go, too
    place = find_place_or_fail(settings)
    try:
        tokens = asyncio.run(_seed(place, settings))
        with (
            _answering(place, settings, paid=paid, gguf=gguf) as who,
            running_server(_free(port), folder=_folder()) as server,
        ):
            asyncio.run(_fitted(place, settings))
            most = messages or (SLOW_MESSAGES if who.is_slow else ALL_MESSAGES)
            at_once = 1 if who.is_slow else AT_ONCE
            bank = _replay(content.bank_messages()[:most], Entrance(server.url, tokens[0], "bank", at_once))
            hvac = _replay(content.hvac_messages(), Entrance(server.url, tokens[1], "hvac", at_once))
            rounds = _learn(place, settings, Entrance(server.url, tokens[2], "young")) if learn else []
            _show(summarise(bank), hvac, asyncio.run(_spent(place, settings, who)), rounds, as_json=as_json)
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
        with err.status("Seeding three companies …"):
            companies = [await seed.seed(product, wanted) for wanted in _wanted()]
            return [await seed.fresh_token(product, company) for company in companies]


@contextmanager
def _answering(place: Place, settings: Configuration, *, paid: bool | None, gguf: Path | None) -> Iterator[Answerer]:
    """Who answers what the free rungs leave, plugged in for as long as the demo is up."""
    if not asyncio.run(_is_apart(place, settings)):
        yield answerer.NOBODY
        return
    keyed = answerer.keyed_in(os.environ)
    bank, hvac = content.bank(), content.hvac()
    young = content.young_messages()
    script = oracle((bank, [*content.bank_messages(), *young]), (hvac, content.hvac_messages()))
    with running_standin(script) as url:
        if keyed and _consents(keyed, paid):
            who = answerer.with_key(keyed, os.environ)
        else:
            who = answerer.local_model(gguf) if gguf else answerer.stand_in(url, keyed)
        try:
            asyncio.run(_plug(place, settings, who))
            yield who
        finally:
            asyncio.run(_plug(place, settings, None))


def _consents(keyed: answerer.Keyed, paid: bool | None) -> bool:
    """Whether the key may be used: a key that lies in the environment for other programs is no consent."""
    if paid is not None or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return bool(paid)
    question = f"{keyed.variable} is set. Let {keyed.title} answer what the free rungs leave? {answerer.CAP_IN_WORDS}"
    return typer.confirm(question, default=False, err=True)


async def _is_apart(place: Place, settings: Configuration) -> bool:
    async with opened(build(place, settings)) as product:
        return await answerer.is_apart(product, frozenset(wanted.slug for wanted in _wanted()))


async def _plug(place: Place, settings: Configuration, who: Answerer | None) -> None:
    async with opened(build(place, settings)) as product:
        await answerer.unplug(product)
        if who is not None and who.provider is not None:
            await answerer.plug_in(product, who.provider)


async def _spent(place: Place, settings: Configuration, who: Answerer) -> Spent:
    async with opened(build(place, settings)) as product:
        return await spent(product, [wanted.slug for wanted in _wanted()], who)


def _folder() -> Path:
    return Path(os.environ[DATA_VARIABLE]).expanduser()


def _free(port: int) -> int:
    """The port, or one that is free when it is 0; raises `PortTaken`."""
    with serve.listen("127.0.0.1", port) as listener:
        return int(listener.getsockname()[1])


def _wanted() -> tuple[DemoCompany, ...]:
    return content.bank(), content.hvac(), content.young_bank()


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


def _replay(messages: Sequence[DemoMessage], entrance: Entrance) -> list[Replayed]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(f"Replaying messages to the {entrance.prefix}", total=len(messages))
        return asyncio.run(replay(messages, entrance, lambda: progress.advance(task)))


def _learn(place: Place, settings: Configuration, entrance: Entrance) -> list[Round]:
    """Messages in rounds to a bank that begins with little; after each, its rescues become free answers."""

    async def turned() -> Turn:
        async with opened(build(place, settings)) as product:
            company = await product.companies.by_slug(content.young_bank().slug)
            return await turn(product, Principal("demo", company.id, COMPANY_PERMISSIONS))

    rounds: list[Round] = []
    for part in parts(content.young_messages()):
        results = _replay(part, entrance)
        with err.status(f"Learning from round {len(rounds) + 1}: suggestions, their replays, approvals …"):
            rounds.append(round_of(results, asyncio.run(turned())))
    return rounds


def _show(bank: Summary, hvac: Sequence[Replayed], money: Spent, rounds: Sequence[Round], *, as_json: bool) -> None:
    met = sum(map(is_expected, hvac))
    if as_json:
        figures = asdict(bank) | {"without_free_rungs_micros": bank.without_free_rungs_micros}
        told = {"bank": figures, "hvac": {"messages": len(hvac), "as_expected": met}, "paid": asdict(money)}
        print_json(told | {"learning": [asdict(one) for one in rounds]})
        return
    out.print(f"\n[bold]{bank.messages:,} real customer messages to the bank, none of which its template has seen[/]")
    out.print(f"{'rung':<14}{'messages':>10}{'share':>9}{'right':>9}")
    for row in bank.rungs:
        if row.messages:
            right = f"{row.accuracy:9.1%}" if row.accuracy is not None else f"{'':>9}"
            right = f"{'scripted':>9}" if row.rung == PAID_RUNG and money.is_scripted else right
            out.print(f"{row.rung:<14}{row.messages:>10,}{row.share:>9.1%}{right}", highlight=False)
    for label, value in (
        *lines(bank, money),
        ("HVAC company: demo messages answered as expected", f"{met} of {len(hvac)}"),
    ):
        out.print(f"{label:<58}{value:>16}", highlight=False)
    if rounds:
        out.print(f"\n[bold]A bank that begins with {content.FEW} examples a scenario, and learns[/]")
        for line in table(rounds):
            out.print(line, highlight=False)
        out.print(f"Approvals by a stated policy: {POLICY}.", highlight=False)
    out.print(f"\nThe paid rung: {money.face}", highlight=False, markup=False, soft_wrap=True)


def _stay(console: str) -> None:
    if sys.stdout.isatty():
        webbrowser.open(console)
    err.print("\nUp until Ctrl-C.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        err.print("\nStopping.")
