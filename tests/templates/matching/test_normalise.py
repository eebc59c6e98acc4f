"""The one form in which messages and triggers are compared, in six languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.templates.matching.normalise import Normaliser, Vocabulary, fold, fold_accents, tokens_of


def words(text: str) -> list[str]:
    return tokens_of(fold(text).text)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Where is MY Card?!", "where is my card"),
        ("I don’t have it", "I dont have it"),
        ("I DON´T have it", "i don't have it"),
        ("where`s it", "wheres it"),
        ("top-up", "top up"),
        ("top‑up – now", "top up now"),
        ("“quoted” text…", "quoted text"),
        ("¿Dónde está mi tarjeta?", "donde esta mi tarjeta"),
        ("MAÑANA", "manana"),
        ("Où est l’argent ?", "ou est l argent"),
        ("cœur à la crème brûlée", "coeur a la creme brulee"),
        ("Größe", "GROSSE"),
        ("Straße geht's", "strasse gehts"),
        ("ﬁnance ①", "finance 1"),
        ("Ｃａｒｄ　１２３", "card 123"),
        ("ｶｰﾄﾞ", "カード"),
        ("か\u3099き", "がき"),
        ("cafe\u0301", "café"),
        ("can\u200bcel\u00ad", "cancel"),
        ("ÅNGSTRÖM Łódź Ørsted", "angstrom lodz orsted"),
        ("İstanbul ıspanak", "istanbul ispanak"),
    ],
)
def test_two_ways_to_write_the_same_are_the_same(written, same):
    assert words(written) == words(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [("かき", "かぎ"), ("はは", "ばば"), ("cancel", "can cel"), ("l'argent", "largent"), ("5.00", "500"), ("1", "10")],
)
def test_what_means_something_else_stays_apart(one, other):
    assert words(one) != words(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where is my card", ["where", "is", "my", "card"]),
        ("¿cuánto cuesta?", ["cuanto", "cuesta"]),
        ("qu'est-ce que c'est", ["qu", "est", "ce", "que", "c", "est"]),
        ("Wo ist meine Überweisung", ["wo", "ist", "meine", "uberweisung"]),
        ("カードが届かない", list("カードか届かない".replace("か", "が", 1))),
        ("我的卡在哪里", list("我的卡在哪里")),
        ("ATMで現金", ["atm", "で", "現", "金"]),
        ("order_status 24/7", ["order", "status", "24", "7"]),
        ("?!… 👍", []),
        ("", []),
    ],
)
def test_a_token_is_a_word_or_a_character_where_there_are_no_spaces(text, expected):
    assert words(text) == expected


@given(st.text())
def test_folding_never_raises_and_folding_twice_changes_nothing(text):
    folded = fold(text)
    assert fold(folded.text).text == folded.text
    assert folded.length == len(text)
    assert words(folded.text) == tokens_of(folded.text)


@given(st.text())
def test_upper_and_lower_case_are_the_same(text):
    assert fold(text.casefold()).text == fold(text).text


@given(st.text(min_size=1), st.data())
def test_every_place_of_a_folded_text_has_a_place_in_the_original(text, data):
    folded = fold(text)
    if folded.text:
        start = data.draw(st.integers(0, len(folded.text) - 1))
        end = data.draw(st.integers(start + 1, len(folded.text)))
        left, right = folded.original_span(start, end)
        assert 0 <= left < right <= len(text)


@pytest.mark.parametrize(
    ("text", "word", "written"),
    [
        ("Straße nach Größe", "grosse", "Größe"),
        ("ﬁne ｶｰﾄﾞ here", "here", "here"),
        ("e\u0301tat cafe\u0301", "cafe", "cafe\u0301"),
    ],
)
def test_a_folded_word_is_found_again_in_the_original(text, word, written):
    folded = fold(text)
    start = folded.text.index(word)
    left, right = folded.original_span(start, start + len(word))
    assert text[left:right] == written


def test_accents_leave_expressions_without_their_signs_changing():
    assert fold_accents(r"/año (está|[é-ü])’s/") == r"/ano (esta|[e-u])'s/"
    assert fold_accents("（a）") == "（a）"


VOCABULARY = Vocabulary(
    filler_words=("please", "could you", "bitte"),
    synonyms={
        "card": ("debit card", "plastic", "カード"),
        "carbon monoxide": ("monoxide", "co"),
        "kündigen": ("Schluss machen",),
    },
)


def normalised(text: str) -> str:
    return " ".join(Normaliser(VOCABULARY).normalise(fold(text)).tokens)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Could you please block my Debit-Card", "block my card"),
        ("could it be", "could it be"),
        ("my plastic", "my card"),
        ("carbon monoxide alarm", "carbon monoxide alarm"),
        ("monoxide alarm", "carbon monoxide alarm"),
        ("Bitte Schluß machen", "kundigen"),
        ("カードを止めて", "card を 止 め て"),
        ("please", "please"),
        ("Could you, please?", "could you please"),
        ("", ""),
    ],
)
def test_fillers_go_and_synonyms_become_their_term(text, expected):
    assert normalised(text) == expected


def test_a_rewrite_is_not_rewritten_again_and_the_longest_counts():
    chain = Vocabulary(synonyms={"b": ("a",), "c": ("b b", "x y"), "d": ("x y z", "x")})
    assert Normaliser(chain).normalise(fold("a x y z x y x")).tokens == ("b", "d", "c", "d")


def test_each_token_knows_which_words_it_stands_for():
    form = Normaliser(VOCABULARY).normalise(fold("please block debit card monoxide"))
    assert form.tokens == ("block", "card", "carbon", "monoxide")
    assert [form.source(place) for place in range(4)] == [(1, 2), (2, 4), (4, 5), (4, 5)]
    assert form.padded == " block card carbon monoxide "


@given(
    st.text(),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.tuples(st.text(max_size=5))),
)
def test_any_vocabulary_and_message_can_be_normalised(text, fillers, synonyms):
    form = Normaliser(Vocabulary(tuple(fillers), synonyms)).normalise(fold(text))
    count = len(words(text))
    assert all(0 <= first < beyond <= count for first, beyond in map(form.source, range(len(form.tokens))))
