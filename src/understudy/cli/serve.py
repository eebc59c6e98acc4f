"""understudy serve and understudy worker: start the processes."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import ipaddress
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from understudy import worker as background
from understudy.cli.context import err, fail, find_place_or_fail, read_configuration
from understudy.infra.telemetry import SHARED_FOLDER, configure_logging
from understudy.kit.errors import Invalid, UnderstudyError
from understudy.web import create_app
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import build, opened

SHUTDOWN_SECONDS = 3
"""How long open streams and sockets are waited for when the server is told to stop."""
BACKLOG = 2048
WATCH_SECONDS = 0.2
"""How soon the death of a server process is noticed."""


class PortTaken(Invalid):
    """Another program listens there."""

    code = "port_taken"


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=0, max=65535)] = None,
    run_worker: Annotated[bool | None, typer.Option("--worker/--no-worker", help="Run jobs too.")] = None,
    processes: Annotated[int | None, typer.Option(help="Server processes that share the port.", min=1, max=64)] = None,
    inherited: Annotated[int | None, typer.Option("--socket", help="A listening socket.", hidden=True)] = None,
) -> None:
    """Serves the API, the web chat and the console; runs jobs too unless told otherwise."""
    given = {"host": host, "port": port, "worker": run_worker, "processes": processes}
    settings = _with_options(read_configuration(), given)
    configure_logging(json=settings.web.json_logs)
    try:
        listener = socket.socket(fileno=inherited) if inherited else listen(settings.web.host, settings.web.port)
    except UnderstudyError as error:
        fail(error)
    if not inherited:
        address = f"http://{settings.web.host}:{listener.getsockname()[1]}"
        err.print(f"Understudy listens on {address}", highlight=False)
        err.print(f"Console: {address}/console/?token={settings.web.console_token}", highlight=False, soft_wrap=True)
    if settings.web.processes > 1 and not inherited:
        serve_together(settings, listener)
    else:
        if inherited:
            threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
        serve_alone(settings, listener)


def serve_alone(settings: Configuration, listener: socket.socket) -> None:
    """Serves in this process until it is told to stop."""
    place = find_place_or_fail(settings)
    try:
        product = build(place, settings)
        app = create_app(product, background.running if settings.web.worker else None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)  # the server stops by itself, then raises the signal once more
        gc.freeze()  # what is there now stays: looking for garbage in it would halt the process for nothing
        server(app).run(sockets=[listener])
    except UnderstudyError as error:
        fail(error)
    finally:
        place.leave()


def serve_together(settings: Configuration, listener: socket.socket) -> None:
    """Serves in several processes that share the socket; the first runs jobs too. When one dies, all stop."""
    place = find_place_or_fail(settings)
    told = threading.Event()
    with tempfile.TemporaryDirectory(prefix="understudy-metrics-", ignore_cleanup_errors=True) as metrics:
        children = _started(settings, listener, metrics)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: told.set())
        while not told.is_set() and all(child.poll() is None for child in children):
            told.wait(WATCH_SECONDS)
        for child in children:
            child.terminate()
        for child in children:
            child.wait()
    place.leave()
    if not told.is_set():
        err.print("[red]error:[/] a server process died, so the others were stopped; see the log above")
        raise typer.Exit(1)


def _started(settings: Configuration, listener: socket.socket, metrics: str) -> list[subprocess.Popen[bytes]]:
    """The server processes, which keep their metrics for each other in a folder."""
    environment = os.environ | {"UNDERSTUDY_WEB_CONSOLE_TOKEN": settings.web.console_token, SHARED_FOLDER: metrics}
    listener.set_inheritable(True)
    command = [sys.executable, "-m", "understudy", "serve", "--socket", str(listener.fileno())]
    command += ["--host", settings.web.host]
    runs_jobs = [settings.web.worker, *[False] * (settings.web.processes - 1)]
    return [
        subprocess.Popen(  # noqa: S603 - our own program
            [*command, "--worker" if jobs else "--no-worker"], env=environment, pass_fds=[listener.fileno()]
        )
        for jobs in runs_jobs
    ]


def _end_with(parent: int) -> None:
    """Tells this process to stop when the one that started it was killed, so that the port becomes free."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def worker() -> None:
    """Runs jobs in a process of its own; start as many as there is work for."""
    settings = read_configuration()
    configure_logging(json=settings.web.json_logs)
    place = find_place_or_fail(settings)

    async def work() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with opened(build(place, settings)) as product, background.running(product):
            err.print("Understudy's worker is ready", highlight=False)
            await stop.wait()

    try:
        asyncio.run(work())
    except UnderstudyError as error:
        fail(error)
    finally:
        place.leave()


def server(app: FastAPI) -> uvicorn.Server:
    """The HTTP server, as the product always runs it."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            server_header=False,
            ws_max_size=65_536,
            ws_per_message_deflate=False,  # some 35 KB for each of a thousand open chats
        )
    )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises `PortTaken` saying what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"cannot listen on {host}:{port}: {error.strerror}",
            field="UNDERSTUDY_WEB_PORT",
            remedy="stop the program that uses it, or choose another with --port",
        ) from None
    return listener


def _with_options(settings: Configuration, given: Mapping[str, object]) -> Configuration:
    changes: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    if not settings.web.console_token:
        chosen = str(changes.get("host", settings.web.host))
        if not _is_loopback(chosen):
            fail(
                Invalid(
                    f"listening on {chosen} opens the console to the network",
                    field="UNDERSTUDY_WEB_CONSOLE_TOKEN",
                    remedy="set a long secret token there first, or listen on 127.0.0.1",
                )
            )
        changes["console_token"] = secrets.token_urlsafe(24)
    web = settings.web.model_copy(update=changes)
    return dataclasses.replace(settings, web=web)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
