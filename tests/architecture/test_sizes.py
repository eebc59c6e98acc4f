"""Files, functions, signatures, classes and packages stay small; the list of exceptions may only shrink."""

import ast
import pathlib
import tomllib
from collections.abc import Iterator

import pytest

from tools.make_contracts import ROOT, SOURCE

LIMITS = {"file_lines": 300, "function_lines": 40, "parameters": 5, "public_methods": 10, "package_files": 12}
HARD_LIMITS = {"file_lines": 500, "function_lines": 60, "parameters": 8, "public_methods": 15, "package_files": 15}
ALLOWANCES = tomllib.loads((pathlib.Path(__file__).parent / "size_allowances.toml").read_text())
OTHER_FOLDERS = ("tests", "tools", "benchmarks", "src/understudy/infra/migrations")
OTHER_LIMITS = {"file_lines": 500, "function_lines": 60}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def parameters(node: Function) -> int:
    """Positional and keyword-only parameters, without self and cls."""
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def lines(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def own_lines(node: Function) -> int:
    """The lines of a function; routes and commands that it registers inside count for themselves only."""
    registered = [n for n in ast.walk(node) if n is not node and isinstance(n, Function) and n.decorator_list]
    return lines(node) - sum(map(lines, registered))


def declares_inputs(path: pathlib.Path) -> bool:
    """Whether each parameter of a function here is an option or a field that the framework reads from outside."""
    return path.stem == "api" or "cli" in path.parts or "api" in path.parts


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | Function):
            name = f"{prefix}{node.name}"
            if isinstance(node, Function):
                yield name, node
            yield from functions(node, f"{name}.")
        else:
            yield from functions(node, prefix)


def measure_file(path: pathlib.Path, place: str) -> Iterator[tuple[str, str, int]]:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    yield "file_lines", place, len(text.splitlines())
    for name, node in functions(tree):
        yield "function_lines", f"{place}::{name}", own_lines(node)
        if not declares_inputs(path):
            yield "parameters", f"{place}::{name}", parameters(node)
    for part in ast.walk(tree):
        if isinstance(part, ast.ClassDef):
            methods = [m for m in part.body if isinstance(m, Function) and not m.name.startswith("_")]
            yield "public_methods", f"{place}::{part.name}", len(methods)


def measures() -> dict[tuple[str, str], int]:
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:  # statements of one moment, never changed afterwards: see OTHER_FOLDERS
            continue
        for kind, place, size in measure_file(path, path.relative_to(SOURCE).as_posix()):
            found[kind, place] = size
    for folder in (path.parent for path in SOURCE.rglob("__init__.py")):
        files = [p for p in folder.glob("*.py") if p.name != "__init__.py"]
        found["package_files", folder.relative_to(SOURCE).as_posix()] = len(files)
    return found


MEASURES = measures()


@pytest.mark.parametrize("kind", LIMITS)
def test_nothing_has_outgrown_its_limit(kind: str):
    allowed = ALLOWANCES[kind]
    too_large = {
        place: size
        for (of, place), size in MEASURES.items()
        if of == kind and size > min(max(LIMITS[kind], allowed.get(place, 0)), HARD_LIMITS[kind])
    }
    assert not too_large, f"split these ({kind}, limit {LIMITS[kind]}): {too_large}"


@pytest.mark.parametrize("kind", LIMITS)
def test_the_exceptions_only_shrink(kind: str):
    stale = {
        place: (size, MEASURES.get((kind, place)))
        for place, size in ALLOWANCES[kind].items()
        if MEASURES.get((kind, place)) != size or size <= LIMITS[kind]
    }
    assert not stale, f"(allowed, real) differ or are not needed any more: lower or remove these {kind}: {stale}"


def test_tests_and_tools_stay_readable_too():
    paths = [path for folder in OTHER_FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    too_large = {
        place: size
        for path in paths
        for kind, place, size in measure_file(path, path.relative_to(ROOT).as_posix())
        if kind in OTHER_LIMITS and size > OTHER_LIMITS[kind]
    }
    assert not too_large


def test_the_measure_sees_what_it_should(tmp_path: pathlib.Path):
    path = tmp_path / "thing.py"
    path.write_text(
        "class A:\n    def f(self, a, b, *, c):\n        def inner():\n            pass\n    def _g(self): ...\n"
    )
    found = {(kind, place): size for kind, place, size in measure_file(path, "thing.py")}
    assert found["file_lines", "thing.py"] == 5
    assert found["parameters", "thing.py::A.f"] == 3
    assert found["function_lines", "thing.py::A.f"] == 3
    assert found["function_lines", "thing.py::A.f.inner"] == 2
    assert found["public_methods", "thing.py::A"] == 1
