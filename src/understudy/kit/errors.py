"""The errors that the product expects. Each leaf lives beside the code that raises it and has a stable `code`.

UnderstudyError      expected; never pages
├─ Invalid           the caller's input              web 422   job: drop, log
├─ Forbidden         not allowed (other company: 404)    403   job: drop, log
├─ NotFound          gone or never there             web 404   job: drop, log
├─ Conflict          moved on, duplicate, closed     web 409   job: done
└─ Unavailable       a foreign system, or the budget web 503   job: retry with backoff
anything else        a bug                           web 500   job: fail, pages

Not finding an answer is not an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where it stands, what is wrong, how to mend it."""

    field: str
    message: str
    remedy: str | None = None

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        return f"{where}{self.message}" + (f" ({self.remedy})" if self.remedy else "")


class UnderstudyError(Exception):
    """An error that the product expects and explains; the message is fit to be shown to its user."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, field: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.remedy = remedy

    def __str__(self) -> str:
        return self.message + (f" ({self.remedy})" if self.remedy else "")


class Invalid(UnderstudyError):
    """The caller's input is wrong; nothing was changed. `problems` lists every fault found."""

    code = "invalid"

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        remedy: str | None = None,
        problems: tuple[Problem, ...] = (),
    ) -> None:
        super().__init__(message, field=field, remedy=remedy)
        self.problems = problems or (Problem(field or "", message, remedy),)


class Forbidden(UnderstudyError):
    """The caller may not do this. For a thing of another company the answer is `NotFound`."""

    code = "forbidden"


class NotFound(UnderstudyError):
    """The thing is gone or was never there, as far as this caller may know."""

    code = "not_found"


class Conflict(UnderstudyError):
    """The thing moved on since the caller looked, exists already, or is closed."""

    code = "conflict"


class Unavailable(UnderstudyError):
    """A foreign system, the database or the budget does not allow it now; later it may work."""

    code = "unavailable"
