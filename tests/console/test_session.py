"""Who gets in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.console.samples import NOW
from understudy.console.session import LASTS, WRONG_TOKENS, Sessions, TooManyTries, WrongToken

TOKEN = "a-token-of-the-tests"


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self):
        return self.now


def test_a_cookie_is_made_for_the_token_and_accepted_by_every_process_that_has_it():
    cookie = Sessions(token=TOKEN, clock=Hands()).open(f" {TOKEN}\n")
    assert TOKEN not in cookie
    assert Sessions(token=TOKEN, clock=Hands()).is_open(cookie)
    assert not Sessions(token="another", clock=Hands()).is_open(cookie)


@pytest.mark.parametrize("cookie", [None, "", ".", "9", "9999999999.", "9999999999.00", "９.x", "-1.x", "9" * 5000])
def test_a_forged_cookie_is_refused(cookie: str | None):
    assert not Sessions(token=TOKEN, clock=Hands()).is_open(cookie)


def test_a_cookie_runs_out_and_cannot_be_lengthened():
    clock = Hands()
    sessions = Sessions(token=TOKEN, clock=clock)
    cookie = sessions.open(TOKEN)
    clock.now += LASTS
    assert not sessions.is_open(cookie)
    ends_at, _, signature = cookie.partition(".")
    assert not sessions.is_open(f"{int(ends_at) + 3600}.{signature}")


def test_guessing_is_stopped_for_a_while():
    clock = Hands()
    sessions = Sessions(token=TOKEN, clock=clock)
    for _ in range(WRONG_TOKENS):
        with pytest.raises(WrongToken):
            sessions.open("guess")
    with pytest.raises(TooManyTries):
        sessions.open(TOKEN)
    clock.now += timedelta(minutes=1, seconds=1)
    assert sessions.is_open(sessions.open(TOKEN))


def test_without_a_token_nobody_gets_in():
    with pytest.raises(WrongToken):
        Sessions(token="", clock=Hands()).open("")
