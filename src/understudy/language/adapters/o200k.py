"""Tokens as OpenAI's models since GPT-4o count them: tiktoken over the encoding that lies beside this package."""

from __future__ import annotations

import base64
from functools import cached_property
from hashlib import sha256
from importlib.resources import files

import tiktoken
from tiktoken.model import encoding_name_for_model

FILE = files("understudy.language").joinpath("encodings", "o200k_base", "o200k_base.tiktoken")
CHECKSUM = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
"""SHA-256 of the file, as tiktoken itself expects it."""
SAME_TOKENS = {"o200k_base", "o200k_harmony"}
"""Encodings that cut texts alike: they differ in marks that no text of ours can make."""
PARTS = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}",
    r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
    r"\s*[\r\n]+",
    r"\s+(?!\S)",
    r"\s+",
)
"""How a text is cut before its parts are encoded; from `tiktoken_ext/openai_public.py` of tiktoken 0.14.0."""


class O200k:
    """Counts tokens of the encoding o200k_base; it is loaded by the first count, which takes half a second."""

    def knows(self, model: str) -> bool:
        """Whether an OpenAI model counts so. `model`: its name at OpenAI."""
        try:
            return encoding_name_for_model(model) in SAME_TOKENS
        except KeyError:
            return False

    def count(self, text: str) -> int:
        """The tokens of a text of at most some ten thousand characters; marks such as <|endoftext|> are text."""
        return len(self._encoding.encode_ordinary(text))

    @cached_property
    def _encoding(self) -> tiktoken.Encoding:
        content = FILE.read_bytes()
        if sha256(content).hexdigest() != CHECKSUM:
            raise RuntimeError("o200k_base.tiktoken is not the file that was shipped: install Understudy again")
        lines = (line.split() for line in content.splitlines())
        ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
        return tiktoken.Encoding("o200k_base", pat_str="|".join(PARTS), mergeable_ranks=ranks, special_tokens={})
