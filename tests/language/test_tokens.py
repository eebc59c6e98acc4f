"""Token counts with the shipped encoding."""

from __future__ import annotations

import inspect
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiktoken_ext import openai_public

from understudy.language.adapters.o200k import CHECKSUM, FILE, PARTS
from understudy.language.adapters.shipped import open_tokens
from understudy.language.tokens import MESSAGE_TOKENS, PIECE_CHARACTERS, REQUEST_TOKENS

TOKENS = open_tokens()
KNOWN = "gpt-4o-mini"


def test_the_shipped_file_is_openai_s() -> None:
    assert sha256(FILE.read_bytes()).hexdigest() == CHECKSUM


def test_texts_are_cut_as_tiktoken_itself_cuts_them() -> None:
    theirs = inspect.getsource(openai_public.o200k_base)
    assert all(f'r"""{part}"""' in theirs for part in PARTS)


@pytest.mark.parametrize(
    ("text", "count"),
    # As counted when this was written: a change of the file or of the pattern shows.
    [("", 0), ("hello world", 2), ("antidisestablishmentarianism", 6), ("2 + 2 = 4", 7), ("お誕生日おめでとう", 8)],
)
def test_counts_stay_what_they_are(text: str, count: int) -> None:
    assert TOKENS.count(text) == count


@pytest.mark.parametrize(
    ("model", "is_known"),
    [
        ("gpt-4o", True),
        ("gpt-4o-mini-2024-07-18", True),
        ("gpt-4.1-nano", True),
        ("o4-mini", True),
        ("gpt-3.5-turbo", False),
        ("claude-sonnet-4-5", False),
        ("gemini-2.5-flash", False),
    ],
)
def test_whose_tokens_are_known(model: str, is_known: bool) -> None:
    assert TOKENS.knows(model) is is_known


async def test_an_unknown_tokenizer_is_bounded_by_bytes() -> None:
    assert await TOKENS.bound(["où est", "ma carte"], model=None) == 7 + 8 + 2 * MESSAGE_TOKENS + REQUEST_TOKENS
    assert await TOKENS.bound(["hello world"], model="claude-sonnet-4-5") == 11 + MESSAGE_TOKENS + REQUEST_TOKENS


async def test_a_known_one_by_its_tokens_and_the_bytes_of_the_schema() -> None:
    bound = await TOKENS.bound(["hello world"], model=KNOWN, schema='{"type":"object"}')
    assert bound == 2 + 17 + MESSAGE_TOKENS + REQUEST_TOKENS


@pytest.mark.parametrize(
    "text", [" " * 1_000_000, "a" * 300_000, "漢字" * 50_000, "\ud800 half a pair", "<|endoftext|>"]
)
async def test_hostile_texts_are_counted_too(text: str) -> None:
    assert 0 < await TOKENS.bound([text], model=KNOWN) <= len(text.encode("utf-8", "surrogatepass")) + 2_000


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=60), st.integers(1, 400), st.integers(0, 40))
def test_counting_in_pieces_is_a_bound_of_counting_whole(word: str, times: int, offset: int) -> None:
    text = ("x" * (PIECE_CHARACTERS - 20 - offset) + " " + word * times)[: PIECE_CHARACTERS * 3]
    whole = TOKENS._counter.count(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    assert whole <= TOKENS._most(text)
