"""What a structured call costs beyond a raw one: the whole paid side in process, over its model library, metered.

Both ask the same upstream the same prompt, one after the other; its answer says how long it took itself.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from benchmarks.completions import QUESTION
from benchmarks.installation import settings
from understudy.infra.postgres.place import Place
from understudy.llm.asking import Ask
from understudy.llm.bills import Bill
from understudy.llm.domain import Completion, Prompt, Section, Shape, Turn
from understudy.llm.settings import LlmSettings
from understudy.wiring.product import build, opened

SHAPE = Shape(
    "answer",
    {
        "type": "object",
        "properties": {"answer": {"type": "string"}},
        "required": ["answer"],
        "additionalProperties": False,
    },
)
SETTINGS = LlmSettings(response_cache_seconds=0)
CAP_MICROS = 10**12
WARM_UP = 20


async def structured(place: Place, folder: Path, calls: int) -> list[float]:
    """Milliseconds that calls through the gateway take beyond the upstream's own time, one after the other."""
    async with opened(build(place, settings(folder))) as product:
        (company,) = await product.companies.list()
        added = []
        for number in range(WARM_UP + calls):
            started = time.perf_counter()
            told = await product.paid.gateway.ask(_ask(company.id, number))
            added.append(_beyond(told.value, started))
        return added[WARM_UP:]


async def raw(port: int, model: str, calls: int) -> list[float]:
    """The same of a plain HTTP client that asks for the same."""
    body = {
        "model": model,
        "messages": [{"role": "system", "content": "Answer."}, {"role": "user", "content": QUESTION}],
        "response_format": {"type": "json_schema", "json_schema": {"name": SHAPE.name, "schema": SHAPE.schema}},
    }
    added = []
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(WARM_UP + calls):
            started = time.perf_counter()
            answer = await client.post("/v1/chat/completions", json=body)
            content = json.loads(answer.json()["choices"][0]["message"]["content"])
            added.append(_beyond(content["answer"], started))
    return added[WARM_UP:]


def _beyond(answer: str, started: float) -> float:
    return (time.perf_counter() - started) * 1e3 - int(answer.split()[0]) / 1e3


def _ask(company_id: UUID, number: int) -> Ask[str]:
    return Ask(
        bill=Bill(company_id, "UTC", CAP_MICROS),
        prompt=Prompt((Section("Answer."),), (Turn("user", f"{QUESTION} {number}"),)),
        shape=SHAPE,
        settings=SETTINGS,
        question=QUESTION,
        turns=0,
        read=_read,
        sure=_sure,
        context_version="1",
        prompt_version="benchmark@1",
    )


def _read(value: Mapping[str, Any]) -> str:
    return str(value["answer"])


def _sure(_: str, __: Completion) -> float:
    return 1.0
