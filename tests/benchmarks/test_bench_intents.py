import json

import numpy as np
import pytest

from benchmarks.bench_intents import Said, accuracy, auroc, calibration_error, main, scope_figures
from benchmarks.intent_sets import IntentSet, Part, find_folder, read_sets


def test_auroc_counts_pairs_in_the_right_order_and_ties_half():
    assert auroc(np.array([0.9, 0.8]), np.array([0.1, 0.2])) == 1
    assert auroc(np.array([0.1]), np.array([0.9])) == 0
    assert auroc(np.array([0.5, 0.9]), np.array([0.5])) == 0.75


def test_calibration_error_is_the_weighted_gap_of_the_bins():
    sure = np.array([0.9, 0.9, 0.1, 0.1])
    assert calibration_error(sure, np.array([1.0, 1.0, 0.0, 0.0]), np.ones(4)) == pytest.approx(0.1)
    assert calibration_error(sure, np.array([1.0, 0.0, 0.0, 0.0]), np.ones(4)) == pytest.approx(0.25)
    assert calibration_error(sure, np.array([1.0, 0.0, 0.0, 0.0]), np.array([9, 1, 5, 5])) == pytest.approx(0.05)


def test_scope_figures_hold_the_share_out_of_scope_whatever_their_number():
    one = IntentSet("x", Part(), Part(("a",) * 100, ("yes",) * 100), outside_test=Part(("o",) * 10, ("oos",) * 10))
    said: Said = [("yes", 0.82, 0.9 - row / 1000 if row < 100 else 0.1) for row in range(110)]
    figures = scope_figures(said, one)
    assert figures["in_scope"] == 100
    assert figures["oos_auroc"] == 1
    assert figures["oos_auroc_of_confidence"] == 0.5
    assert figures["oos_refused"] == 100
    assert figures["in_scope_kept"] == pytest.approx(93, abs=1)
    assert figures["ece"] == pytest.approx(0)


def test_accuracy_reads_the_in_scope_part_only():
    assert accuracy([("a", 1, 1), ("b", 1, 1), ("c", 1, 1)], Part(("x", "y"), ("a", "x"))) == 50
    assert accuracy([], Part()) == 0


def test_shots_are_the_same_for_a_seed_and_so_many_of_each_label():
    part = Part(tuple(f"text {row}" for row in range(60)), tuple("abc"[row % 3] for row in range(60)))
    drawn = part.shots(4, seed=1)
    assert sorted(drawn.labels) == sorted("aaaabbbbcccc")
    assert drawn == part.shots(4, seed=1) != part.shots(4, seed=2)
    assert set(zip(drawn.texts, drawn.labels, strict=True)) <= set(zip(part.texts, part.labels, strict=True))


def test_both_formats_are_read_and_other_folders_passed_over(tmp_path):
    for name in ("rows", "whole", "other"):
        (tmp_path / "intents" / name).mkdir(parents=True)
    for part in ("train", "test"):
        (tmp_path / "intents" / "rows" / f"{part}.csv").write_text('utterance,intent\n"hello, you",greet\n')
    whole = {"train": [["hi", "greet"]], "test": [["hey", "greet"]], "oos_test": [["what", "oos"]]}
    (tmp_path / "intents" / "whole" / "data_full.json").write_text(json.dumps(whole))
    folder = find_folder(str(tmp_path))
    assert folder is not None
    rows, read = read_sets(folder)
    assert rows.train == rows.test == Part(("hello, you",), ("greet",))
    assert (read.test, read.outside_test, read.validation) == (
        Part(("hey",), ("greet",)),
        Part(("what",), ("oos",)),
        Part(),
    )


def test_a_folder_without_sets_is_skipped_with_a_message(tmp_path, capsys):
    assert main(["--data", str(tmp_path)]) == 0
    assert "skipped" in capsys.readouterr().err
