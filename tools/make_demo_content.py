"""Make the demo's shipped content from its handwritten half and two public data sets.

    python tools/make_demo_content.py [DATA_FOLDER]      (default: the environment variable UNDERSTUDY_DATA)

DATA_FOLDER holds `intents/banking77/{train,test}.csv` (columns text, category) and
`intents/clinc150/data_full.json`. Two files are written, byte for byte the same on every run:

* `src/understudy/demo/content/bank.template.yaml`: the files of `tools/content/bank/` in name order, with up to
  40 examples per scenario from Banking77's *training* part. Candidates are ranked by a SHA-256 of seed, label and
  text (so the order of the file plays no part); walking down that ranking, a sentence is passed over while it shares
  more than 60 % of its words with one already taken, which keeps the sample diverse; the bound is then loosened until
  40 are found or the intent is exhausted.
* `src/understudy/demo/content/replay.csv`: 1,080 messages of Banking77's *test* part, spread over the 77 labels as
  evenly as 1,080 allows (14 each, 15 for the two labels that rank first), and 120 of CLINC150's out-of-scope test
  part, shuffled by the same hash. A message equal (after case and punctuation are folded) to any training sentence
  or to any trigger is left out, so that nothing in the replay has been seen by the template.
"""

import csv
import hashlib
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "tools" / "content" / "bank"
TARGET = ROOT / "src" / "understudy" / "demo" / "content"
SEED = "understudy-demo-1"
EXAMPLES_PER_SCENARIO = 40
LONGEST_EXAMPLE = 240  # characters; the few longer ones are stories that read badly in a template
OVERLAP_STEPS = (0.6, 0.8, 1.0)  # shared share of words tolerated, loosened step by step
REPLAY_IN_SCOPE = 1080
REPLAY_OUT_OF_SCOPE = 120
OUT_OF_SCOPE = "out_of_scope"
WIDTH = 118
Rows = dict[str, list[str]]


def fold(text: str) -> str:
    """The text in lower case without punctuation, for comparing."""
    return " ".join(re.findall(r"\w+", text.lower().replace("’", "'").replace("'", "")))


def clean(text: str) -> str:
    """The text on one line, without the blanks around it."""
    return " ".join(text.split())


def rank(label: str, text: str) -> str:
    """A stable pseudo-random sort key for a text."""
    return hashlib.sha256(f"{SEED}\0{label}\0{text}".encode()).hexdigest()


def read_banking(path: Path) -> Rows:
    """The texts of a Banking77 part by label, without repetitions."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["category"]].setdefault(fold(row["text"]), clean(row["text"]))
    return {label: sorted(texts.values()) for label, texts in found.items()}


def diverse(label: str, texts: Iterable[str], wanted: int) -> list[str]:
    """Up to `wanted` texts that overlap little, in rank order; see the module's text for the rule."""
    candidates = sorted((t for t in texts if len(t) <= LONGEST_EXAMPLE), key=lambda t: rank(label, t))
    taken: list[str] = []
    for bound in OVERLAP_STEPS:
        for text in candidates:
            if len(taken) == wanted:
                return taken
            if text not in taken and all(overlap(text, other) <= bound for other in taken):
                taken.append(text)
    return taken


def overlap(one: str, other: str) -> float:
    """Jaccard overlap of the two texts' words, 0 to 1."""
    a, b = set(fold(one).split()), set(fold(other).split())
    return len(a & b) / len(a | b) if a | b else 1.0


def build_template(train: Rows) -> dict[str, Any]:
    """The template as plain values: handwritten parts plus sampled examples."""
    head, *parts = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.glob("*.yaml")))
    seen = set()
    for category in parts:
        for scenario in category["scenarios"]:
            name = scenario["name"]
            if name not in train:
                raise SystemExit(f"{name} is not a label of the training part")
            seen.add(name)
            examples = diverse(name, train[name], EXAMPLES_PER_SCENARIO)
            replies = scenario.pop("replies")
            rest = {key: scenario.pop(key) for key in ("follow_up", "priority", "action") if key in scenario}
            scenario |= {"examples": examples, "replies": replies, **rest}
    if missing := sorted(set(train) - seen):
        raise SystemExit(f"no scenario for {', '.join(missing)}")
    return {**head, "categories": parts}


def triggers(template: dict[str, Any]) -> set[str]:
    """All triggers of the template, folded."""
    return {fold(t) for c in template["categories"] for s in c["scenarios"] for t in s["triggers"]}


def build_replay(test: Rows, outside: list[str], seen: set[str]) -> list[tuple[str, str, str]]:
    """The replay's rows (text, label, source) in shuffled order, none of them in `seen`."""
    pools = {
        label: sorted((t for t in texts if fold(t) not in seen), key=lambda t: rank(label, t))
        for label, texts in test.items()
    }
    share, extra = divmod(REPLAY_IN_SCOPE, len(pools))
    order = sorted(pools, key=lambda label: rank("label", label))
    rows = [
        (text, label, "banking77-test")
        for place, label in enumerate(order)
        for text in pools[label][: share + (place < extra)]
    ]
    strangers = sorted({clean(t) for t in outside if fold(t) not in seen}, key=lambda t: rank(OUT_OF_SCOPE, t))
    rows += [(text, OUT_OF_SCOPE, "clinc150-oos_test") for text in strangers[:REPLAY_OUT_OF_SCOPE]]
    if len(rows) != REPLAY_IN_SCOPE + REPLAY_OUT_OF_SCOPE:
        raise SystemExit(f"only {len(rows)} messages left for the replay")
    return sorted(rows, key=lambda row: rank("order", row[0] + row[1]))


class _Prose(yaml.SafeDumper):
    """Writes long texts folded and indents lists, as one would by hand."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their key."""
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = ">" if len(value) > WIDTH and "\n" not in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Prose.add_representer(str, _text)


def write_template(template: dict[str, Any]) -> None:
    """Write the shipped template with a header that says where it comes from."""
    header = (
        "# Made by tools/make_demo_content.py from tools/content/bank/ (edit there, not here).\n"
        "# Examples: Banking77 training part, (c) PolyAI, CC BY 4.0. Some out-of-scope examples: CLINC150, CC BY 3.0.\n"
    )
    body = yaml.dump(template, Dumper=_Prose, sort_keys=False, allow_unicode=True, width=WIDTH)
    (TARGET / "bank.template.yaml").write_text(header + body, encoding="utf-8")


def write_replay(rows: list[tuple[str, str, str]]) -> None:
    """Write the replay as UTF-8 CSV with a header line."""
    with (TARGET / "replay.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("text", "label", "source"))
        writer.writerows(rows)


def main() -> None:
    """Read the data folder named by the argument or by UNDERSTUDY_DATA and write both files."""
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("UNDERSTUDY_DATA")
    if not folder:
        raise SystemExit("give the data folder as argument or in UNDERSTUDY_DATA")
    intents = Path(folder) / "intents"
    train = read_banking(intents / "banking77" / "train.csv")
    template = build_template(train)
    write_template(template)
    clinc = json.loads((intents / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    seen = {fold(t) for texts in train.values() for t in texts} | triggers(template)
    seen |= {fold(t) for t in template["out_of_scope_examples"]}
    rows = build_replay(read_banking(intents / "banking77" / "test.csv"), [text for text, _ in clinc["oos_test"]], seen)
    write_replay(rows)
    counts = [len(s["examples"]) for c in template["categories"] for s in c["scenarios"]]
    print(f"{len(counts)} scenarios, {sum(counts)} examples ({min(counts)} to {max(counts)}), {len(rows)} messages")


if __name__ == "__main__":
    main()
