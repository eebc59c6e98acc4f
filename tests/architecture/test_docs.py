"""What the documents say of the structure is what the code is held to."""

import re

from tools.make_contracts import LAYERS, ROOT

ARCHITECTURE = ROOT / "docs" / "architecture.md"
DECISIONS = ROOT / "docs" / "decisions"


def documented_layers() -> tuple[tuple[str, ...], ...]:
    """The names in the first column of the table of packages, row by row."""
    rows = re.findall(r"^\| ((?:`[a-z]+`(?: · )?)+) \|", ARCHITECTURE.read_text(), flags=re.MULTILINE)
    return tuple(tuple(re.findall(r"`([a-z]+)`", row)) for row in rows)


def test_the_architecture_page_shows_the_order_of_the_contract():
    assert documented_layers() == LAYERS


def test_decisions_are_numbered_without_gaps_and_short():
    pages = sorted(DECISIONS.glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    assert {page.name: n for page in pages if (n := len(page.read_text().splitlines())) > 60} == {}


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []
