"""Arrays and a few facts as bytes: a marked, numbered, checksummed format that holds data and never code."""

import hashlib
import io
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from understudy.kit.errors import Invalid

MARK = b"UNDERSTUDY-HEAD\n"
FORMAT = 1
PREFIX = struct.Struct(f">{len(MARK)}sHI32s")  # mark, format, length of the facts, SHA-256 of what follows


class HeadUnreadable(Invalid):
    """The bytes are no head, a damaged one, or one of another format: fit it again."""

    code = "head_unreadable"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is packed: `facts`, small and of JSON's types, and `arrays` by name."""

    facts: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]


def pack(parcel: Parcel) -> bytes:
    """The same parcel always gives the same bytes."""
    facts = json.dumps(parcel.facts, sort_keys=True).encode()
    body = io.BytesIO()
    np.savez_compressed(body, allow_pickle=False, **parcel.arrays)
    content = facts + body.getvalue()
    return PREFIX.pack(MARK, FORMAT, len(facts), hashlib.sha256(content).digest()) + content


def unpack(data: bytes) -> Parcel:
    """Read what `pack` wrote; raises HeadUnreadable for anything else."""
    if len(data) < PREFIX.size:
        raise _unreadable("these bytes are not a fitted head")
    mark, number, length, digest = PREFIX.unpack_from(data)
    content = data[PREFIX.size :]
    if mark != MARK:
        raise _unreadable("these bytes are not a fitted head")
    if number != FORMAT:
        raise _unreadable(f"this head is of format {number}, and format {FORMAT} is read")
    if hashlib.sha256(content).digest() != digest:
        raise _unreadable("this head is damaged")
    with np.load(io.BytesIO(content[length:]), allow_pickle=False) as arrays:
        return Parcel(json.loads(content[:length]), {name: arrays[name] for name in arrays.files})


def _unreadable(message: str) -> HeadUnreadable:
    return HeadUnreadable(message, remedy="fit it again from the template version")
