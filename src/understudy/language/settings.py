"""Process settings of language."""

from __future__ import annotations

from pydantic import Field

from understudy.infra.settings import ProcessSettings


class LanguageSettings(ProcessSettings):
    """Which encoder, and how much may wait for it."""

    encoder: str = "minilm-l6-int8"
    """Name of a shipped encoder, or the path of a folder that holds one (model.onnx, tokenizer.json, model.toml)."""
    max_waiting: int = Field(1_024, ge=1, le=100_000)
    """Texts that may wait for the encoder at once; further callers wait for a place."""
    max_batch: int = Field(16, ge=1, le=256)
    """Texts encoded together at most. More gains nothing on a processor, and keeps the first of them waiting."""
    recent_texts: int = Field(2_048, ge=0, le=1_000_000)
    """Vectors of recent texts kept in memory (1.5 kB each), so that the same greeting is encoded once; 0: none."""
