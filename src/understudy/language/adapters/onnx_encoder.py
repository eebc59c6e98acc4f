"""Sentence encoders in ONNX form, run by the ONNX runtime on one thread."""

from __future__ import annotations

import hashlib
import platform
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from understudy.kit.errors import Invalid
from understudy.language.domain import EncoderModel, Matrix
from understudy.language.windows import by_length, ends, head_and_tail

SHIPPED = Path(__file__).parent.parent / "models"
COMPUTE_BATCH = 2
"""Texts computed together. On 640 real messages, one core, µs a text: alone 782; by 2, 4, 8, 16 of 16 sorted by length
717, 772, 853, 1,118: a batch saves little, and pads to its longest text and spills from the cache.
"""
ERRORS_ONLY = 3
EXACT_SUMS = ("session.x64quantprecision", "1")
"""Makes the runtime take care that sums of 8-bit products don't overflow; half as fast again, needed without VNNI."""
SLOW_FUSION = "SkipLayerNormFusion"
"""The runtime's fused kernel is not vectorised: without it a text takes 15 % less (onnxruntime 1.31)."""


class EncoderUnusable(Invalid):
    """The folder of an encoder is missing, incomplete, or not what its description says."""

    code = "encoder_unusable"


@dataclass(frozen=True, slots=True)
class EncoderFiles:
    """An encoder as it lies in a folder: weights, tokenizer, and model.toml that describes them."""

    weights: Path
    tokenizer: Path
    model: EncoderModel


def describe(folder: Path) -> EncoderFiles:
    """Reads the description of the encoder in a folder; raises `EncoderUnusable`."""
    weights, tokenizer, description = folder / "model.onnx", folder / "tokenizer.json", folder / "model.toml"
    for path in (weights, tokenizer, description):
        if not path.is_file():
            raise EncoderUnusable(
                f"the encoder lacks {path}",
                field="language.encoder",
                remedy="name a shipped encoder or a complete folder",
            )
    told = tomllib.loads(description.read_text(encoding="utf-8"))
    checksum = hashlib.sha256(weights.read_bytes()).hexdigest()
    if checksum != told["checksum"]:
        raise EncoderUnusable(
            f"{weights} is not the file that model.toml describes (SHA-256 {checksum})",
            field="language.encoder",
            remedy="install again, or put the right checksum into model.toml",
        )
    model = EncoderModel(
        name=told["name"],
        checksum=checksum,
        dimension=told["dimension"],
        languages=frozenset(told["languages"]),
        head_tokens=told["head_tokens"],
        tail_tokens=told["tail_tokens"],
    )
    return EncoderFiles(weights, tokenizer, model)


def processor_flags() -> str:
    """What the processor can do, as Linux lists it; empty where that is not told."""
    told = Path("/proc/cpuinfo")
    return told.read_text(errors="replace") if told.is_file() else ""


def may_overflow(machine: str, flags: str) -> bool:
    """Whether sums of 8-bit products may overflow: on Intel and AMD without VNNI, which came in 2019.

    Source: ONNX runtime, "Quantize ONNX models", on U8S8 and saturation.
    """
    return machine.lower() in {"x86_64", "amd64"} and "vnni" not in flags


def shipped() -> tuple[str, ...]:
    """Names of the encoders that are part of the product."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob("*/model.toml")))


class OnnxEncoder:
    """An encoder from a folder. Blocks while it computes, on one thread; may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        files = describe(folder)
        self._model = files.model
        self._tokenizer = Tokenizer.from_file(str(files.tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._marks = self._tokenizer.encode("").ids
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = ERRORS_ONLY
        if may_overflow(platform.machine(), processor_flags()):
            options.add_session_config_entry(*EXACT_SUMS)
        self._session = onnxruntime.InferenceSession(
            str(files.weights),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=[SLOW_FUSION],
        )
        self._inputs = {given.name for given in self._session.get_inputs()}

    @classmethod
    def named(cls, name: str) -> OnnxEncoder:
        """A shipped encoder by its name, or one from a folder by its path; raises `EncoderUnusable`."""
        if name in shipped():
            return cls(SHIPPED / name)
        folder = Path(name).expanduser()
        if not folder.is_dir():
            raise EncoderUnusable(
                f"there is no encoder {name!r}", field="language.encoder", remedy=f"shipped are: {', '.join(shipped())}"
            )
        return cls(folder)

    @property
    def model(self) -> EncoderModel:
        """The weights that make the vectors."""
        return self._model

    def encode(self, texts: Sequence[str]) -> Matrix:
        """The vectors of the texts, in their order: shape (n, dimension), float32, rows of unit length."""
        pieces = [self._read(text) for text in texts]
        vectors = np.empty((len(pieces), self._model.dimension), dtype=np.float32)
        for places in by_length([len(ids) for ids in pieces], COMPUTE_BATCH):
            vectors[places] = self._compute([pieces[place] for place in places])
        return vectors

    def word_pieces(self, text: str) -> int:
        """How many word pieces the text has, without the marks that the model adds."""
        return len(self._cut(text))

    def _read(self, text: str) -> list[int]:
        """The word pieces that the model reads of a text, between its two marks."""
        first, last = self._marks
        return [first, *head_and_tail(self._cut(ends(text)), self._model.head_tokens, self._model.tail_tokens), last]

    def _cut(self, text: str) -> list[int]:
        """The word pieces of a text; halves of characters (lone surrogates) count as question marks."""
        whole = text.encode("utf-8", "replace").decode("utf-8")
        pieces: list[int] = self._tokenizer.encode(whole, add_special_tokens=False).ids
        return pieces

    def _compute(self, pieces: Sequence[Sequence[int]]) -> Matrix:
        width = max(map(len, pieces))
        ids = np.zeros((len(pieces), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, some in enumerate(pieces):
            ids[row, : len(some)] = some
            mask[row, : len(some)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (vectors,) = self._session.run(None, {name: value for name, value in given.items() if name in self._inputs})
        return np.asarray(vectors, dtype=np.float32)
