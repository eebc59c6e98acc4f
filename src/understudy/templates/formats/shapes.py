"""Reading foreign documents that may have any shape: what is not there, or not of its kind, is empty."""

from collections.abc import Mapping


def mapping(value: object) -> Mapping[str, object]:
    """The mapping, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[object]:
    """The list, a single value as a list of one, nothing as an empty list."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def text(value: object) -> str:
    """The text on one line without space around it, or an empty one; numbers as they are written."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())


def paragraphs(value: object) -> str:
    """The text with its line ends, without space around it, or an empty one."""
    return value.strip() if isinstance(value, str) else ""
