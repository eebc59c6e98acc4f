"""The lock files hold what pyproject.toml asks for, each release with its hash."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.make_contracts import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]
DEV = [*RUN, *PROJECT["dependency-groups"]["dev"]]


def locked(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for package, version in re.findall(
        r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", (ROOT / name).read_text(), re.MULTILINE
    ):
        found.setdefault(canonicalize_name(package), []).append(version)
    return found


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", RUN),
        ("requirements-dev.lock", DEV),
        ("requirements-install.lock", PROJECT["dependency-groups"]["install"]),
    ],
)
def test_the_lock_satisfies_the_project(lock: str, wanted: list[str]):
    versions = locked(lock)
    missing = [
        text
        for text in wanted
        if not any(
            Requirement(text).specifier.contains(v) for v in versions.get(canonicalize_name(Requirement(text).name), [])
        )
    ]
    assert missing == [], "run `make lock`"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-install.lock"])
def test_every_release_has_its_hash(lock: str):
    entries = re.split(r"\n(?=[\w.-]+(?:\[[^\]]*\])?==)", (ROOT / lock).read_text())[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_running_and_developing_use_the_same_releases():
    run, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: (run[name], dev.get(name)) for name in run if run[name] != dev.get(name)} == {}
