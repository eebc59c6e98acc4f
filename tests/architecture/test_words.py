"""The project speaks of itself alone: nothing of the machine it was written on, nor of a host it was fetched from."""

import pathlib
import re
import subprocess

import pytest

from tools.make_contracts import ROOT

ABROAD: tuple[tuple[str, str], ...] = (
    (r"/work/|/root/|/home/\w+/|/tmp/bash", "a path of one machine"),
    (r"(?<![\w/.-])(?:\.\./)?shared/", "a folder outside the project"),
    (r"\bhouse\.md\b|\bstack\.md\b|\bDESIGN\.md\b|\bspec/\d\d", "a document outside the project"),
    (r"(?i)\bagent session|\bsub-?agent|\bcoding agent|\bCo-Authored-By", "how the text came about"),
    (r"\bClaude\b(?!-| (?:Opus|Sonnet|Haiku)| \d)", "a tool, not a part of the product"),
    (r"(?i)\bissue #?\d+\b", "a number of a tracker"),
    (r"pypi\.org/simple|files\.pythonhosted\.org|registry\.npmjs\.org|/opt/(?:pypi|wheels)", "a package host"),
)
LOCKS = re.compile(r"requirements.*\.(lock|txt)$")
BINARY = {".onnx", ".png", ".jpg", ".ico", ".gz", ".zip", ".woff", ".woff2", ".npz", ".gguf"}
VENDORED = ("static/vendor/", "language/models/")
THIS = pathlib.Path(__file__).resolve()


def tracked() -> list[pathlib.Path]:
    """The files git tracks; without git (an unpacked archive), those of the source folders."""
    listed = subprocess.run(["git", "ls-files", "-z"], check=False, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [p for folder in ("src", "tests", "tools", "docs") for p in (ROOT / folder).rglob("*") if p.is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path != THIS and path.suffix not in BINARY and not any(part in name for part in VENDORED):
            found.append((name, path.read_text(encoding="utf-8", errors="replace")))
    return found


def hits(name: str, text: str) -> list[str]:
    return [
        f"{name}:{number} {what}: {match.group()}"
        for number, line in enumerate(text.splitlines(), 1)
        for pattern, what in ABROAD
        if (match := re.search(pattern, line))
    ]


def test_the_project_speaks_of_itself_alone():
    assert [hit for name, text in texts() for hit in hits(name, text)] == []


def test_lock_files_name_no_host():
    locks = [(name, text) for name, text in texts() if LOCKS.search(name)]
    assert len(locks) >= 3
    assert [name for name, text in locks if "://" in text or "--index-url" in text or "--find-links" in text] == []


def test_no_lock_that_names_hosts_is_tracked():
    assert [path.name for path in tracked() if path.name == "uv.lock"] == []


@pytest.mark.parametrize("text", ["see /work/x", "from shared/data", "Claude wrote", "issue 2", "agent sessions"])
def test_the_measure_finds(text: str):
    assert hits("f", text)


@pytest.mark.parametrize("text", ["claude-sonnet-5", "a shared template", "the session ends", "Claude Sonnet 5"])
def test_the_measure_lets_pass(text: str):
    assert not hits("f", text)
