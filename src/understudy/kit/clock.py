"""Time comes from outside: services are given a clock, pure code is given `now`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Gives the present moment as an aware UTC datetime."""

Timer = Callable[[], float]
"""Seconds from any fixed moment on, never going back."""

Chance = Callable[[], float]
"""A random number from 0 up to 1, to spread load with."""
