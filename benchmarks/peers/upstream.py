"""A provider of models as far as money goes: it bills every request it gets, answered or not, and keeps a journal.

One JSON object a line: in {"company", "most"}, out {"cost"}, after a while. The journal has one line for each request,
written before anything is answered: company and cost. Prints its port.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from pathlib import Path
from typing import TextIO

LATENCY_SECONDS = (0.01, 0.08)
CHEAPEST = 0.3
"""Of a request's worst case; its cost is drawn between this share of it and all."""


async def main(written: TextIO) -> None:
    """Serves until it is stopped."""
    chance = random.Random(0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                asked = json.loads(line)
                cost = chance.randint(int(asked["most"] * CHEAPEST), asked["most"])
                written.write(f"{asked['company']} {cost}\n")
                await asyncio.sleep(chance.uniform(*LATENCY_SECONDS))
                writer.write(json.dumps({"cost": cost}).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, json.JSONDecodeError):
            return  # whoever asked was killed
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with Path(sys.argv[1]).open("w", buffering=1, encoding="utf-8") as journal:
        asyncio.run(main(journal))
