"""Names say what a thing is; what is public says what it does."""

import ast
import pathlib
import re
from collections.abc import Iterator

from tools.make_contracts import SOURCE

EMPTY_WORDS = {"manager", "helper", "helpers", "util", "utils", "processor", "impl", "common", "misc"}
EMPTY_FIRST = {"base"}
EMPTY_LAST = {"data", "info"}
SENTENCE_ENDS = (".", ":", ";", "?", "!", "…")

FILES = sorted(SOURCE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def place(path: pathlib.Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def says_nothing(name: str) -> bool:
    """Whether a class or module name holds a word that fits everything."""
    parts = words(name)
    return bool(parts) and (bool(EMPTY_WORDS & set(parts)) or parts[0] in EMPTY_FIRST or parts[-1] in EMPTY_LAST)


def first_sentence_is_whole(node: ast.ClassDef | Function) -> bool:
    text = ast.get_docstring(node) or ""
    return text.split("\n\n")[0].rstrip().endswith(SENTENCE_ENDS)


def is_port(node: ast.ClassDef) -> bool:
    return any("Protocol" in ast.unparse(parent) for parent in node.bases)


def what_must_explain_itself(path: pathlib.Path, tree: ast.Module) -> Iterator[tuple[str, ast.ClassDef | Function]]:
    """Public classes and functions of a module; and every public method of services and ports."""
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | Function) or node.name.startswith("_"):
            continue
        yield node.name, node
        if isinstance(node, ast.ClassDef) and (path.stem == "service" or is_port(node)):
            for method in node.body:
                if isinstance(method, Function) and not method.name.startswith("_"):
                    yield f"{node.name}.{method.name}", method


def test_no_class_is_named_after_nothing():
    named = [(path, n.name) for path, tree in TREES.items() for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    assert [f"{place(path)}: {name}" for path, name in named if says_nothing(name)] == []


def test_no_module_is_a_drawer():
    assert [place(path) for path in FILES if says_nothing(path.stem)] == []
    assert [place(path) for path in FILES if path.name == "__init__.py" and says_nothing(path.parent.name)] == []


def test_the_measure_of_names():
    assert all(
        map(says_nothing, ("JobManager", "BaseRung", "StoreImpl", "ContactInfo", "text_utils", "common", "misc"))
    )
    assert not any(map(says_nothing, ("Database", "Reply", "Information", "Rebase", "store", "domain", "Basement")))


def test_a_package_file_holds_only_its_docstring():
    wrong = [
        place(path)
        for path, tree in TREES.items()
        if path.name == "__init__.py" and (ast.get_docstring(tree) is None or len(tree.body) != 1)
    ]
    assert wrong == []


def test_every_module_says_what_it_is_for():
    assert [place(path) for path, tree in TREES.items() if ast.get_docstring(tree) is None] == []


def test_what_is_public_explains_itself():
    silent = [
        f"{place(path)}:{node.lineno} {name}"
        for path, tree in TREES.items()
        for name, node in what_must_explain_itself(path, tree)
        if not first_sentence_is_whole(node)
    ]
    assert silent == [], "give each a docstring whose first line is a sentence"


def test_imports_stand_at_the_top_and_are_never_pretended():
    pretended = [
        place(path)
        for path, tree in TREES.items()
        if any(isinstance(n, ast.Name | ast.Attribute) and "TYPE_CHECKING" in ast.unparse(n) for n in ast.walk(tree))
    ]
    assert pretended == []
