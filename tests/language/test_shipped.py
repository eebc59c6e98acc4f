"""The shipped encoder and libraries as they really are: close texts are close, all of it works offline."""

import asyncio
import hashlib
import shutil
import socket
from pathlib import Path

import numpy as np
import pytest

from understudy.language.adapters.fasttext_identifier import FastTextIdentifier
from understudy.language.adapters.onnx_encoder import (
    SHIPPED,
    EncoderUnusable,
    OnnxEncoder,
    describe,
    may_overflow,
    shipped,
)
from understudy.language.adapters.shipped import open_language
from understudy.language.adapters.vader_gauge import VaderGauge
from understudy.language.service import Language
from understudy.language.settings import LanguageSettings

DEFAULT = LanguageSettings().encoder


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder.named(DEFAULT)


@pytest.fixture(scope="module")
def language() -> Language:
    return open_language(LanguageSettings())


def test_close_texts_are_close(encoder: OnnxEncoder):
    a, b, c = encoder.encode(
        ["Where is my card?", "I am still waiting for my card to arrive", "My dog loves the beach"]
    )
    assert a @ b > 0.6
    assert a @ c < 0.3
    assert b @ c < 0.3


def test_vectors_are_of_unit_length_and_single_precision(encoder: OnnxEncoder):
    vectors = encoder.encode(["", "hi", "x " * 500, "我的卡在哪里", "🙂", "\x00\ud800"])
    assert vectors.shape == (6, encoder.model.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_a_text_has_the_same_vector_alone_and_in_company(encoder: OnnxEncoder):
    texts = [
        "hi",
        "Where is my card?",
        "I topped up " * 9,
        "exchange rate for euros " * 20,
        "what",
        "My card is lost" * 3,
    ]
    alone = np.vstack([encoder.encode([text]) for text in texts])
    assert np.allclose(encoder.encode(texts), alone, atol=1e-4)


def test_of_a_long_text_the_middle_is_not_read(encoder: OnnxEncoder):
    head, tail = "card " * 64, "refund " * 64
    short, other = encoder.encode([head + "weather " * 90 + tail, head + "football " * 300 + tail])
    assert np.allclose(short, other, atol=1e-4)
    changed = encoder.encode([head + "weather " * 90 + "refund " * 63 + "cancelled"])[0]
    assert not np.allclose(short, changed, atol=1e-4)


def test_a_text_of_a_megabyte_is_no_trouble(encoder: OnnxEncoder):
    assert encoder.encode(["word " * 200_000]).shape == (1, encoder.model.dimension)


@pytest.mark.parametrize(
    ("machine", "flags", "care"),
    [
        ("x86_64", "flags : sse avx2 avx512f avx512_vnni", False),
        ("AMD64", "flags : sse avx2", True),
        ("x86_64", "", True),
        ("aarch64", "Features : asimd asimddp", False),
    ],
)
def test_old_processors_are_handled_with_care(machine: str, flags: str, care: bool):
    assert may_overflow(machine, flags) is care


def test_word_pieces_are_counted(encoder: OnnxEncoder):
    assert encoder.word_pieces("") == 0
    assert encoder.word_pieces("Where is my card?") == 5


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_encoder_comes_with_its_papers(name: str):
    folder = SHIPPED / name
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    sums = {file: checksum for checksum, file in (line.split() for line in lines)}
    assert set(sums) >= {"model.onnx", "tokenizer.json"}
    for file, checksum in sums.items():
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == checksum, file
    assert "Apache License" in (folder / "LICENSE").read_text() or "MIT License" in (folder / "LICENSE").read_text()
    assert len((folder / "PROVENANCE.md").read_text()) > 500
    model = describe(folder).model
    assert model.name == name
    assert OnnxEncoder.named(name).encode(["x"]).shape == (1, model.dimension)


def test_weights_that_are_not_what_they_say_are_refused(tmp_path: Path):
    shutil.copytree(SHIPPED / DEFAULT, tmp_path / "copy")
    OnnxEncoder.named(str(tmp_path / "copy"))
    with (tmp_path / "copy" / "model.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(EncoderUnusable, match="is not the file that"):
        OnnxEncoder.named(str(tmp_path / "copy"))
    (tmp_path / "copy" / "tokenizer.json").unlink()
    with pytest.raises(EncoderUnusable, match="lacks"):
        OnnxEncoder.named(str(tmp_path / "copy"))


def test_an_unknown_encoder_is_refused_and_the_shipped_ones_are_named():
    with pytest.raises(EncoderUnusable) as caught:
        OnnxEncoder.named("no-such")
    assert DEFAULT in str(caught.value)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "I am still waiting for my new card to arrive"),
        ("es", "Todavía estoy esperando mi tarjeta nueva"),
        ("fr", "J'attends toujours ma nouvelle carte bancaire"),
        ("de", "Ich warte immer noch auf meine neue Karte"),
        ("ja", "新しいカードがまだ届いていません"),
        ("zh", "我还在等我的新银行卡寄到"),
        (None, "ok"),
        (None, "no problem"),
        (None, ""),
        (None, "12345 !!! ???"),
        (None, "\n\n\t"),
    ],
)
def test_languages(code: str | None, text: str):
    assert FastTextIdentifier().identify(text).code == code


def test_a_text_of_several_lines_is_identified():
    assert FastTextIdentifier().identify("Hello there,\r\nI am still waiting\nfor my new card.\x00").code == "en"


def test_moods():
    gauge = VaderGauge()
    assert gauge.gauge("This is a disgrace, I hate your terrible service!").mood == "negative"
    assert gauge.gauge("Thank you so much, that was wonderful").mood == "positive"
    assert gauge.gauge("The card is in the mail").mood == "neutral"


def test_a_reading_of_english(language: Language):
    reading = language.read("My card was stolen and I am furious, please call me back!")
    assert (reading.language, reading.urgency.value) == ("en", "high")
    assert reading.sentiment is not None
    assert reading.sentiment.mood == "negative"


def test_a_reading_outside_english_has_no_mood(language: Language):
    reading = language.read("Das ist eine Frechheit, ich bin sehr wütend!")
    assert (reading.language, reading.sentiment) == ("de", None)
    assert not language.model.knows("de")


async def test_concurrent_messages_get_their_own_vectors(language: Language, encoder: OnnxEncoder):
    texts = [f"message {n} " + "about my card " * (n % 9) for n in range(60)]
    vectors = await asyncio.gather(*map(language.encode, texts))
    assert np.allclose(np.stack(vectors), encoder.encode(texts), atol=1e-4)


async def test_everything_works_without_a_network(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    language = open_language(LanguageSettings())
    assert language.read("Where is my new card, please?").language == "en"
    assert (await language.encode("Where is my new card, please?")).shape == (language.model.dimension,)
    await language.close()
