"""A question as it is given: what has no identifier yet."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.templates.domain import Reply


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question to be, with other ways to ask it and its answer."""

    question: str
    reply: Reply
    variants: tuple[str, ...] = ()
