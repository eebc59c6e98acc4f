"""Token counts: how many tokens a prompt has, and how many a provider can charge for it at most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from understudy.infra.computing import in_thread
from understudy.language.ports import TokenCounter

MESSAGE_TOKENS = 16
"""What a provider adds for each message: its role and the marks around it; OpenAI's cookbook names 3 to 4."""
REQUEST_TOKENS = 640
"""What a provider adds to a request: up to 530 of instructions for using tools (Anthropic's pricing page), marks."""
PIECE_CHARACTERS = 8_000
"""Texts are counted in pieces: a run of a million blanks breaks the counter, and long words take quadratic time."""
CUT_TOKENS = 8
"""Room for a word that a cut between pieces divides."""
AT_ONCE_CHARACTERS = 4_000
"""Up to so many are counted on the event loop, in about half a millisecond; more in a thread."""


class Tokens:
    """Counts tokens. `counter`: the encoding that is known; others are bounded by their bytes."""

    def __init__(self, *, counter: TokenCounter) -> None:
        self._counter = counter

    def knows(self, model: str) -> bool:
        """Whether the tokens of this model of OpenAI are counted exactly."""
        return self._counter.knows(model)

    def count(self, text: str) -> int:
        """About how many tokens the text has, whoever reads it: those of OpenAI's models. Blocks while it counts."""
        return sum(self._counter.count(piece) for piece in _pieces(text))

    async def bound(self, texts: Sequence[str], *, model: str | None, schema: str = "") -> int:
        """How many input tokens a request can be charged for at most.

        `texts`: one for each message or part; `model`: its name at OpenAI where OpenAI itself answers, else None: no
        tokenizer makes more tokens than a text has bytes, short of one that rewrites it. `schema`: of the answer, as
        JSON; a provider rewrites it, so its bytes count.
        """
        fixed = REQUEST_TOKENS + len(texts) * MESSAGE_TOKENS + _size(schema)
        if model is None or not self._counter.knows(model):
            return fixed + sum(map(_size, texts))
        if sum(map(len, texts)) <= AT_ONCE_CHARACTERS:
            return fixed + sum(map(self._most, texts))
        return fixed + sum(await in_thread(lambda: [self._most(text) for text in texts]))

    def _most(self, text: str) -> int:
        cuts = max(0, len(text) - 1) // PIECE_CHARACTERS
        return min(_size(text), self.count(text) + cuts * CUT_TOKENS)


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces; half a surrogate pair, which no encoding knows, becomes the replacement character."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    for start in range(0, len(text), PIECE_CHARACTERS):
        yield text[start : start + PIECE_CHARACTERS]


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
