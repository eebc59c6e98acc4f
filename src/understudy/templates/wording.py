"""Whether a name, a text or a reply may stand in a template: the checks that templates, overlays and Q&A share.

Each check yields a problem with the path it was given, what is wrong, and how to mend it.
"""

from collections.abc import Iterable, Iterator

from understudy.kit.errors import Problem
from understudy.kit.text import control_characters
from understudy.templates.domain import Reply
from understudy.templates.matching.normalise import fold, tokens_of
from understudy.templates.rendering import PLACEHOLDERS, unknown_placeholders

NAME_CHARACTERS = 200
TEXT_CHARACTERS = 4_000  # of a reply, a follow-up, a description
EXAMPLE_CHARACTERS = 2_000


def each_text_problems(texts: Iterable[str], path: str, limit: int) -> Iterator[Problem]:
    """Problems of each text of a list."""
    for place, text in enumerate(texts):
        yield from text_problems(text, f"{path}[{place}]", limit)


def name_problems(name: str, path: str) -> Iterator[Problem]:
    """Problems of a name: one line, no stray spaces."""
    if wrong := tuple(text_problems(name, path, NAME_CHARACTERS)):
        yield from wrong
    elif name != " ".join(name.split()):
        yield Problem(path, f"{name!r} has spaces around it, or more than one in a row", "take them out")


def text_problems(text: str, path: str, limit: int) -> Iterator[Problem]:
    """Problems of one text: empty, too long, control characters."""
    if not text.strip():
        yield Problem(path, "is empty", "write it or leave it out")
    elif len(text) > limit:
        yield Problem(path, f"is {len(text):,} characters long, more than {limit:,}", "shorten it")
    elif not text.isprintable() and (signs := control_characters(text)):
        yield Problem(path, f"contains control characters ({', '.join(signs[:5])})", "take them out")


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text: what tells two triggers or two variants apart."""
    return tuple(tokens_of(fold(text).text))


def reply_problems(reply: Reply, path: str) -> Iterator[Problem]:
    """Problems of a reply's texts; one of the two forms suffices."""
    if not reply.short.strip() and not reply.full.strip():
        yield Problem(path, "the reply is empty", "write a short or a full form")
        return
    for form, text in (("short", reply.short), ("full", reply.full)):
        if text:
            yield from text_problems(text, f"{path}.{form}", TEXT_CHARACTERS)


def reply_placeholder_problems(reply: Reply, path: str) -> Iterator[Problem]:
    """Placeholders of a reply that we don't have."""
    yield from placeholder_problems(reply.short, f"{path}.short")
    yield from placeholder_problems(reply.full, f"{path}.full")


def placeholder_problems(text: str, path: str) -> Iterator[Problem]:
    """Placeholders of a text that we don't have."""
    for written in unknown_placeholders(text):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        yield Problem(path, f"{written} is not a placeholder", f"use one of {known}")
