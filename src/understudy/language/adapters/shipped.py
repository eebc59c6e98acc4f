"""Language as it is shipped: everything local, no network."""

from __future__ import annotations

from understudy.language.adapters.fasttext_identifier import FastTextIdentifier
from understudy.language.adapters.onnx_encoder import OnnxEncoder
from understudy.language.adapters.thread import OneThread
from understudy.language.adapters.vader_gauge import VaderGauge
from understudy.language.service import BatchingEncoder, Language
from understudy.language.settings import LanguageSettings


def open_language(settings: LanguageSettings) -> Language:
    """Loads the weights and word lists; raises `EncoderUnusable` when the encoder named is not there or not whole."""
    encoder = OnnxEncoder.named(settings.encoder)
    batching = BatchingEncoder(encoder=encoder, offload=OneThread("encoder"), settings=settings)
    return Language(encoder=encoder, batching=batching, identifier=FastTextIdentifier(), gauge=VaderGauge())
