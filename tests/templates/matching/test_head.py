import pytest

from tests.templates.matching.small_desk import ASKED, INTENTS, UNRELATED, desk, embed
from understudy.templates.matching.head import Head
from understudy.templates.matching.packing import HeadUnreadable
from understudy.templates.matching.scored import Candidate, Scored, best_of


def scored(text: str) -> Scored:
    return desk().scores(text, embed([text])[0])


@pytest.mark.parametrize(("text", "label"), ASKED.items())
def test_a_message_in_other_words_gets_its_label(text, label):
    said = scored(text)
    assert said.best is not None
    assert said.best.label == label


def test_messages_in_scope_are_surer_than_any_out_of_scope():
    within = [said.best.confidence for text in ASKED if (said := scored(text)).best]
    without = [said.best.confidence for text in UNRELATED[3:] if (said := scored(text)).best]
    assert min(within) > max(without)
    assert max(without) < 0.35


def test_scope_is_told_apart_from_being_right():
    """ "card" alone fits two scenarios: either may be wrong, and yet it is no football match."""
    vague, unrelated = scored("something about my card"), scored("who won the football match")
    assert vague.best is not None
    assert vague.in_scope is not None
    assert unrelated.in_scope is not None
    assert vague.in_scope > vague.best.confidence
    assert vague.in_scope > 2 * unrelated.in_scope


def test_the_nearest_example_is_named():
    text = INTENTS["lost_card"][0]
    said = scored(text)
    assert said.nearest is not None
    assert [text for texts in INTENTS.values() for text in texts][said.nearest.index] == text
    assert said.nearest.label == "lost_card"
    assert said.nearest.similarity == pytest.approx(1, abs=0.02)


def test_the_two_best_share_one_probability_at_most():
    for text in (*ASKED, *UNRELATED):
        said = scored(text)
        assert said.best is not None
        assert said.second is not None
        assert said.best.label != said.second.label
        assert 0 <= said.second.confidence <= said.best.confidence <= 1
        assert said.best.confidence + said.second.confidence <= 1 + 1e-9


def test_many_are_scored_as_one_by_one():
    texts = [*ASKED, *UNRELATED]
    assert desk().scores_many(texts, embed(texts)) == [scored(text) for text in texts]


@pytest.mark.parametrize("text", ["", "   ", "?!", "🙂", "\ud800", "カードが届かない", "a" * 5000, "card " * 2000])
def test_any_text_gets_some_score(text):
    assert desk().scores(text, embed(["card"])[0]).best is not None


def test_bytes_give_back_a_head_that_scores_exactly_the_same():
    data = desk().to_bytes()
    read = Head.from_bytes(data)
    texts = [*ASKED, *UNRELATED]
    assert read.scores_many(texts, embed(texts)) == desk().scores_many(texts, embed(texts))
    assert (read.labels, read.encoder, read.calibration) == (desk().labels, desk().encoder, desk().calibration)
    assert read.to_bytes() == data


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"not a head at all, but long enough to hold a prefix of one, and then some more",
        lambda data: data[:-1],
        lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:],
        lambda data: data[:17] + b"\x09" + data[18:],
    ],
)
def test_damaged_bytes_are_refused(damage):
    with pytest.raises(HeadUnreadable) as refused:
        Head.from_bytes(damage(desk().to_bytes()))
    assert refused.value.code == "head_unreadable"
    assert refused.value.remedy


def test_bytes_hold_no_code():
    assert b"pickle" not in desk().to_bytes()


def test_a_head_without_labels_names_none():
    empty = Head.empty("some-encoder", 384)
    assert empty.scores("anything", embed(["anything"])[0]) == Scored()
    assert Head.from_bytes(empty.to_bytes()).labels == ()


def said(best: float, second: float | None = None, label: str = "a") -> Scored:
    return Scored(Candidate(label, best), Candidate("z", second) if second is not None else None)


def test_the_surest_of_several_heads_wins():
    merged = best_of([said(0.4, 0.1), Scored(), said(0.8, 0.3, "b")])
    assert merged.best == Candidate("b", 0.8)
    assert merged.best_source == 2
    assert merged.second == Candidate("a", 0.4)
    assert merged.second_source == 0


def test_the_earlier_head_wins_a_tie():
    merged = best_of([said(0.7, label="first"), said(0.702, label="later")])
    assert merged.best == Candidate("first", 0.7)
    assert merged.best_source == 0
    assert merged.second == Candidate("later", 0.702)


def test_a_message_is_in_scope_when_one_head_holds_it_so():
    scopes = [Scored(Candidate("a", 0.1), in_scope=0.2), Scored(), Scored(Candidate("b", 0.3), in_scope=0.9)]
    assert best_of(scopes).in_scope == 0.9
    assert best_of([Scored(Candidate("a", 0.1))]).in_scope is None


def test_a_tie_of_two_heads_is_no_ambiguity_but_one_within_a_head_is():
    assert not best_of([said(0.7, label="first"), said(0.7, label="later")]).is_ambiguous
    assert best_of([said(0.7, label="first"), said(0.6, label="later")]).is_ambiguous
    assert best_of([said(0.45, 0.45)]).is_ambiguous


def test_no_heads_say_nothing():
    assert best_of([]).best is None
    assert best_of([Scored()]).best_source == -1


@pytest.mark.parametrize(
    ("best", "second", "is_ambiguous"), [(0.5, 0.45, True), (0.9, 0.1, False), (0.15, 0.14, False), (0.7, None, False)]
)
def test_two_close_candidates_are_ambiguous(best, second, is_ambiguous):
    assert said(best, second).is_ambiguous is is_ambiguous
