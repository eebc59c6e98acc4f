"""Incident 22, a stolen release: every dependency is locked with its hash, young releases wait, that package is absent.

Taken out to see it fail: a hash in requirements.lock; `exclude-newer` in pyproject.toml; one
`--require-hashes` of tools/setup.sh; and `litellm` put into the lock.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distributions

from tools.make_contracts import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
COMPROMISED = {"litellm"}
"""Packages known for compromised releases, which the runtime does without."""


def test_every_release_that_runs_is_locked_with_its_hash() -> None:
    entries = re.split(r"\n(?=[\w.-]+(?:\[[^\]]*\])?==)", (ROOT / "requirements.lock").read_text())[1:]
    assert len(entries) > 50
    assert [entry.split()[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []


def test_installing_asks_for_the_hashes() -> None:
    for place in ("tools/setup.sh", "Dockerfile"):
        lines = (ROOT / place).read_text().replace("\\\n", " ").splitlines()
        installs = [part for line in lines for part in line.split("&&") if re.search(r"pip install\b.* -r ", part)]
        assert len(installs) >= 2, place
        assert [part.strip() for part in installs if "--require-hashes" not in part] == [], place


def test_a_release_waits_a_week_before_it_is_taken() -> None:
    assert PROJECT["tool"]["uv"]["exclude-newer"] == "7 days"


def test_packages_known_for_stolen_releases_are_not_there() -> None:
    installed = {str(one.metadata["Name"]).lower() for one in distributions()}
    assert installed & COMPROMISED == set()
    assert not [name for name in COMPROMISED if f"\n{name}==" in (ROOT / "requirements.lock").read_text()]
