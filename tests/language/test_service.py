"""The queue in front of the encoder: order, isolation, fairness, bounds, closing. No weights needed."""

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from understudy.language.adapters.scripted import MODEL, AtOnce, ScriptedEncoder, scripted_language
from understudy.language.adapters.thread import OneThread
from understudy.language.domain import Matrix
from understudy.language.service import BatchingEncoder, EncoderClosed
from understudy.language.settings import LanguageSettings


class GatedEncoder(ScriptedEncoder):
    """Waits in its thread until the test opens the gate; refuses texts that hold "poison"."""

    model = MODEL

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.started = threading.Event()

    def encode(self, texts: Sequence[str]) -> Matrix:
        self.started.set()
        assert self.gate.wait(timeout=30)
        if any("poison" in text for text in texts):
            self.calls.append(tuple(texts))
            raise ValueError("poisoned")
        return super().encode(texts)


def batching(encoder: ScriptedEncoder, **settings: int) -> BatchingEncoder:
    return BatchingEncoder(
        encoder=encoder, offload=OneThread("test"), settings=LanguageSettings.model_validate(settings)
    )


async def until(condition) -> None:
    async with asyncio.timeout(30):
        while not condition():  # what is waited for happens in a thread
            await asyncio.sleep(0)


async def test_each_caller_gets_the_vector_of_its_own_text():
    encoder = ScriptedEncoder()
    subject = batching(encoder)
    texts = [f"message number {n} about {'cards' * (n % 7)}" for n in range(200)]
    vectors = await asyncio.gather(*map(subject.encode, texts))
    assert np.allclose(np.stack(vectors), ScriptedEncoder().encode(texts), atol=1e-6)
    await subject.close()


async def test_messages_that_wait_together_are_encoded_together():
    encoder = GatedEncoder()
    subject = batching(encoder, max_batch=8)
    first = asyncio.create_task(subject.encode("first"))
    await until(encoder.started.is_set)
    others = [asyncio.create_task(subject.encode(f"other {n}")) for n in range(20)]
    await until(lambda: subject.waiting == 20)
    encoder.gate.set()
    await asyncio.gather(first, *others)
    assert [len(call) for call in encoder.calls] == [1, 8, 8, 4]
    await subject.close()


async def test_the_same_text_is_computed_once_and_remembered():
    encoder = ScriptedEncoder()
    subject = batching(encoder)
    vectors = await asyncio.gather(*[subject.encode("hello") for _ in range(10)])
    await subject.encode("hello")
    assert encoder.calls == [("hello",)]
    assert all(np.array_equal(vectors[0], vector) for vector in vectors)
    await subject.close()


async def test_the_memory_is_bounded_and_may_be_switched_off():
    subject = batching(ScriptedEncoder(), recent_texts=3)
    for n in range(10):
        await subject.encode(f"text {n}")
    assert len(subject.recent) == 3
    forgetful = batching(ScriptedEncoder(), recent_texts=0)
    await forgetful.encode("text")
    assert len(forgetful.recent) == 0


async def test_a_vector_cannot_be_written_to():
    vector = await batching(ScriptedEncoder()).encode("hello")
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 1


async def test_an_error_reaches_only_the_caller_whose_text_raised_it():
    encoder = GatedEncoder()
    subject = batching(encoder)
    first = asyncio.create_task(subject.encode("first"))
    await until(encoder.started.is_set)
    texts = ["a", "b", "poison", "c"]
    tasks = [asyncio.create_task(subject.encode(text)) for text in texts]
    await until(lambda: subject.waiting == len(texts))
    encoder.gate.set()
    outcomes = await asyncio.gather(first, *tasks, return_exceptions=True)
    assert [isinstance(outcome, ValueError) for outcome in outcomes] == [False, False, False, True, False]
    assert (await subject.encode("later")).shape == (384,)
    await subject.close()


async def test_the_event_loop_goes_on_while_the_encoder_computes():
    encoder = GatedEncoder()
    subject = batching(encoder)
    task = asyncio.create_task(subject.encode("slow"))
    await until(encoder.started.is_set)
    beats = 0
    for _ in range(1000):
        await asyncio.sleep(0)
        beats += 1
    assert beats == 1000
    assert not task.done(), "the encoder is still held by the gate, and the loop beat a thousand times meanwhile"
    encoder.gate.set()
    await task
    await subject.close()


async def test_live_messages_go_before_the_texts_of_jobs():
    encoder = GatedEncoder()
    subject = batching(encoder, max_batch=4)
    job = asyncio.create_task(subject.encode_many([f"job {n}" for n in range(16)]))
    await until(encoder.started.is_set)
    live = asyncio.create_task(subject.encode("live"))
    await until(lambda: subject.waiting == 13)
    encoder.gate.set()
    await live
    await job
    assert encoder.calls[1] == ("live",)
    await subject.close()


async def test_encode_many_keeps_the_order_and_takes_nothing():
    subject = batching(ScriptedEncoder(), max_batch=4)
    texts = [f"text {n} {'x ' * (n * 7 % 11)}" for n in range(50)]
    assert np.allclose(await subject.encode_many(texts), ScriptedEncoder().encode(texts), atol=1e-6)
    assert (await subject.encode_many([])).shape == (0, 384)
    await subject.close()


async def test_encode_many_with_a_bad_text_says_so_and_leaves_nothing_behind():
    encoder = GatedEncoder()
    encoder.gate.set()
    subject = batching(encoder)
    with pytest.raises(ExceptionGroup) as caught:
        await subject.encode_many(["good", "poison"])
    assert caught.group_contains(ValueError)
    assert subject.waiting == 0
    await subject.close()


async def test_a_caller_that_gives_up_is_skipped_and_frees_its_place():
    encoder = GatedEncoder()
    subject = batching(encoder, max_waiting=2)
    first = asyncio.create_task(subject.encode("first"))
    await until(encoder.started.is_set)
    second = asyncio.create_task(subject.encode("gives up"))
    await until(lambda: subject.waiting == 1)
    second.cancel()
    third = asyncio.create_task(subject.encode("third"))
    await asyncio.gather(second, return_exceptions=True)
    await until(lambda: subject.waiting == 2)
    encoder.gate.set()
    await asyncio.gather(first, third)
    assert [text for call in encoder.calls for text in call] == ["first", "third"]
    await subject.close()


async def test_the_queue_is_bounded_and_callers_beyond_wait_for_a_place():
    encoder = GatedEncoder()
    subject = batching(encoder, max_waiting=4, max_batch=4)
    tasks = [asyncio.create_task(subject.encode(f"text {n}")) for n in range(30)]
    await until(encoder.started.is_set)
    for _ in range(100):
        await asyncio.sleep(0)
    assert subject.waiting <= 4
    encoder.gate.set()
    assert len(await asyncio.gather(*tasks)) == 30
    assert max(map(len, encoder.calls)) <= 4
    await subject.close()


async def test_closing_finishes_what_waits_and_refuses_what_comes_after():
    encoder = GatedEncoder()
    subject = batching(encoder)
    task = asyncio.create_task(subject.encode("before"))
    await until(encoder.started.is_set)
    closing = asyncio.create_task(subject.close())
    await asyncio.sleep(0)
    with pytest.raises(EncoderClosed):
        await subject.encode("after")
    encoder.gate.set()
    await closing
    assert (await task).shape == (384,)
    await subject.close()


async def test_the_twin_runs_without_a_thread():
    subject = BatchingEncoder(encoder=ScriptedEncoder(), offload=AtOnce(), settings=LanguageSettings())
    assert (await subject.encode("hello there")).shape == (384,)


async def test_a_reading_falls_back_to_the_default_language_only_when_unknown():
    reading = scripted_language().read("where is my card")
    assert reading.language == "en"
    assert reading.language_or("de") == "en"


def test_the_length_of_a_text_is_asked_for_apart():
    assert scripted_language().word_pieces("where is my card") == 4
