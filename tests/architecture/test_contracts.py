"""The import contracts hold, none is missing, and each of them can fail."""

import pathlib
import shutil
import subprocess
import sys

import pytest

from tools import check_pure, make_contracts

ROOT = make_contracts.ROOT


def lint(folder: pathlib.Path) -> subprocess.CompletedProcess[str]:
    command = [str(pathlib.Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    env = {"PYTHONPATH": str(folder / "src"), "COLUMNS": "120"}
    return subprocess.run(command, check=False, cwd=folder, env=env, capture_output=True, text=True)


def test_the_contracts_are_those_of_the_packages_that_exist():
    assert make_contracts.TARGET.read_text() == make_contracts.contracts(), "run `make contracts`"


def test_every_contract_is_kept():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_package_has_its_place_in_the_order():
    placed = {name for layer in make_contracts.LAYERS for name in layer}
    present = {p.stem for p in make_contracts.SOURCE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert present - {"__init__", "__main__", "py"} <= placed


@pytest.mark.parametrize(
    ("name", "text", "broken"),
    [
        ("kit/upward.py", "import understudy.infra.database", "A package imports only what lies below it"),
        ("nowhere/__init__.py", '"""Not placed."""', "A package imports only what lies below it"),
        ("companies/sideways.py", "import understudy.kit.errors\nimport sqlalchemy", "What decides reaches no IO"),
        ("companies/first.py", "import understudy.companies.second", "No cycles at any depth"),
        ("templates/burglar.py", "import understudy.companies.store", "Only companies opens its store"),
    ],
)
def test_a_breach_is_found(tmp_path: pathlib.Path, name: str, text: str, broken: str):
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "models"))
    target = tmp_path / "src" / "understudy" / name
    target.parent.mkdir(exist_ok=True)
    target.write_text(text + "\n")
    if name == "companies/first.py":
        target.with_name("second.py").write_text("import understudy.companies.first\n")
    written = make_contracts.contracts()
    module = "understudy." + name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    written = written.replace("source_modules =\n", f"source_modules =\n    {module}\n")
    (tmp_path / ".importlinter").write_text(written)

    result = lint(tmp_path)

    assert result.returncode == 1, result.stdout + result.stderr
    assert any(broken in line and "BROKEN" in line for line in result.stdout.splitlines()), result.stdout


def test_what_claims_to_be_pure_is_pure():
    assert check_pure.check() == []


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("answering/policy.py", "import os"),
        ("answering/policy.py", "from sqlalchemy import select"),
        ("answering/policy.py", "import asyncio"),
        ("templates/domain.py", "import re2"),
        ("answering/policy.py", "x = open('f')"),
        ("answering/policy.py", "from datetime import datetime\nx = datetime.now()"),
        ("answering/policy.py", "import uuid\nx = uuid.uuid4()"),
        ("answering/policy.py", "import numpy\nx = numpy.random.default_rng()"),
        ("answering/policy.py", "x = path.read_text()"),
    ],
)
def test_impurity_is_found(place: str, text: str):
    assert list(check_pure.offences(text, pathlib.PurePath(place)))


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("answering/service.py", "import asyncio"),
        ("templates/matching/rules.py", "import re2, ahocorasick_rs"),
        ("templates/matching/fitting.py", "def fit():\n    import sklearn.linear_model"),
        ("answering/policy.py", "import numpy\nx = numpy.random.default_rng(7)\ny = conversation.open()"),
    ],
)
def test_what_is_allowed_passes(place: str, text: str):
    assert not list(check_pure.offences(text, pathlib.PurePath(place)))
