"""Language as it is shipped: everything local, no network."""

from __future__ import annotations

from understudy.language.adapters.fasttext_identifier import FastTextIdentifier
from understudy.language.adapters.o200k import O200k
from understudy.language.adapters.onnx_encoder import OnnxEncoder
from understudy.language.adapters.thread import OneThread
from understudy.language.adapters.vader_gauge import VaderGauge
from understudy.language.service import BatchingEncoder, Language
from understudy.language.settings import LanguageSettings
from understudy.language.tokens import Tokens


def open_language(settings: LanguageSettings) -> Language:
    """Loads the weights and word lists; raises `EncoderUnusable` when the encoder named is not there or not whole."""
    encoder = OnnxEncoder.named(settings.encoder)
    batching = BatchingEncoder(encoder=encoder, offload=OneThread("encoder"), settings=settings)
    return Language(encoder=encoder, batching=batching, identifier=FastTextIdentifier(), gauge=VaderGauge())


def open_tokens() -> Tokens:
    """Token counts with the encoding that is shipped, which is loaded when it is first needed."""
    return Tokens(counter=O200k())
