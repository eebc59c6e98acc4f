"""An ordinary program that chats over OpenAI's protocol. Two lines are Understudy's: where, and with which key.

UNDERSTUDY_KEY=usk_… python examples/drop_in.py "Where is my card?"
"""

from __future__ import annotations

import os
import sys

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("UNDERSTUDY_URL", "http://127.0.0.1:8080/v1"),
    api_key=os.environ["UNDERSTUDY_KEY"],
)


def main(question: str) -> None:
    """Asks one question, prints the answer as it comes, and which rung gave it."""
    asked = client.chat.completions.with_raw_response.create(
        model=os.environ.get("MODEL", "understudy"),
        messages=[{"role": "user", "content": question}],
        user="customer-4711",
        stream=True,
    )
    for chunk in asked.parse():
        for choice in chunk.choices:
            print(choice.delta.content or "", end="", flush=True)
    rung = asked.headers["x-understudy-rung"]
    print(f"\n— {rung}, saved {int(asked.headers['x-understudy-saved']) / 1e6:.6f} dollars", file=sys.stderr)


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]) or "Hello!")
