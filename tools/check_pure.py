"""Every file is pure unless its name or folder says that it does IO.

Pure code runs the same live, in replay, in an experiment and in training. So it may import only what is listed here,
opens nothing, asks no clock and draws no identifier: time, identifiers and chance are handed in.

    python -m tools.check_pure [FOLDER]
"""

import ast
import pathlib
import sys
from collections.abc import Iterator

SOURCE = pathlib.Path(__file__).resolve().parent.parent / "src" / "understudy"

IO_FILES = {"__main__", "store", "tables", "api", "jobs", "web", "worker", "authorization", "webchat"}
IO_PLACES = {"infra", "store", "api", "adapters", "console", "training", "cli", "demo", "wiring"}
ALLOWED = {
    "__future__",
    "abc",
    "base64",
    "bisect",
    "collections",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "heapq",
    "hmac",
    "io",
    "itertools",
    "json",
    "math",
    "numbers",
    "numpy",
    "operator",
    "pydantic",
    "re",
    "statistics",
    "string",
    "struct",
    "textwrap",
    "types",
    "typing",
    "understudy",
    "unicodedata",
    "uuid",
    "zlib",
    "zoneinfo",
}
PLACES: tuple[tuple[str, frozenset[str]], ...] = (
    # Where a file may import more, matched against its path from the source folder: (pattern, what).
    ("**/service.py", frozenset({"asyncio"})),  # waits, locks and queues; the work itself is handed in
    ("llm/money/prices.py", frozenset({"genai_prices"})),  # compute only, over a list that comes with it
    ("templates/matching/*.py", frozenset({"re2", "ahocorasick_rs"})),  # compute only
    ("answering/triggers/*.py", frozenset({"re2"})),  # compute only
    ("answering/rungs/llm.py", frozenset({"asyncio"})),  # a time limit; the work itself is handed in
    ("answering/passthrough/scribe.py", frozenset({"asyncio"})),  # gathers for a moment; the database is handed in
    ("templates/matching/fitting.py", frozenset({"sklearn", "scipy"})),  # compute only, loaded when fitting
    ("llm/routing/fitting.py", frozenset({"sklearn"})),  # compute only, loaded when fitting
    ("llm/*.py", frozenset({"asyncio"})),  # waits and tasks; calls, clocks and chance are handed in
    ("llm/health/*.py", frozenset({"asyncio"})),
    ("llm/saving/*.py", frozenset({"asyncio"})),
    ("templates/formats/*.py", frozenset({"yaml", "zipfile"})),  # read from and write to bytes in memory
    ("language/masking/*.py", frozenset({"phonenumbers", "stdnum", "ipaddress"})),  # check digits and number plans
    ("llm/providers/domain.py", frozenset({"urllib"})),  # takes addresses apart
)
CLOCKS = {"now", "utcnow", "today", "monotonic", "perf_counter", "time_ns"}
"""Not `time`: the module cannot be imported here, and a datetime has a method of that name."""
CHANCE = {"uuid1", "uuid4", "uuid7", "urandom", "token_bytes", "token_hex"}
OPENERS = {"open", "read_text", "read_bytes", "write_text", "write_bytes"}
BUILTIN_OPENERS = {"open", "print", "input", "exec", "eval", "__import__"}


def is_pure(path: pathlib.Path, source: pathlib.Path = SOURCE) -> bool:
    """Whether a file claims to be pure, by its name and place."""
    return path.stem not in IO_FILES and not IO_PLACES & set(path.relative_to(source).parts)


def allowed_in(place: pathlib.PurePath) -> frozenset[str]:
    """What the file at this path (from the source folder) may import."""
    extra = (names for pattern, names in PLACES if place.match(pattern))
    return frozenset(ALLOWED).union(*extra)


def imported(node: ast.AST) -> Iterator[str]:
    """The names of modules that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield node.module or ""


def forbidden_call(node: ast.Call) -> str | None:
    """The name that is called, if pure code may not call it."""
    called = node.func
    if isinstance(called, ast.Name):
        return called.id if called.id in CLOCKS | CHANCE | BUILTIN_OPENERS else None
    if not isinstance(called, ast.Attribute):
        return None
    if called.attr == "default_rng" and not (node.args or node.keywords):
        return "default_rng"
    if called.attr == "open":
        return "open" if isinstance(called.value, ast.Name) and called.value.id in {"io", "os", "codecs"} else None
    return called.attr if called.attr in CLOCKS | CHANCE | OPENERS else None


def offences(text: str, place: pathlib.PurePath) -> Iterator[tuple[int, str]]:
    """What makes a file impure: line and what it does. `place` is its path from the source folder."""
    allowed = allowed_in(place)
    for node in ast.walk(ast.parse(text)):
        for name in imported(node):
            if name.split(".")[0] not in allowed:
                yield node.lineno, f"imports {name}"  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and (called := forbidden_call(node)):
            yield node.lineno, f"calls {called}()"
        if isinstance(node, ast.Name | ast.Attribute) and getattr(node, "attr", getattr(node, "id", "")) == "environ":
            yield node.lineno, "reads the environment"


def check(source: pathlib.Path = SOURCE) -> list[str]:
    """All offences below a source folder, as `path:line what`."""
    return [
        f"{path}:{line} {what}"
        for path in sorted(source.rglob("*.py"))
        if is_pure(path, source)
        for line, what in offences(path.read_text(encoding="utf-8"), path.relative_to(source))
    ]


def main() -> int:
    """Prints the offences; the exit code is 1 if there are any."""
    found = check(pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else SOURCE)
    print("\n".join(found) or "pure")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
