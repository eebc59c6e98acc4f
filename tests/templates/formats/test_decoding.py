"""Only text in UTF-8 is read; anything else is named for what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.templates.formats import decoding
from understudy.templates.formats.decoding import text_of
from understudy.templates.formats.draft import UnreadableFile

SPANISH = "¿Dónde está mi tarjeta? El año pasado llegó según lo acordado."
JAPANESE = "カードはまだ届いていません。どうすればいいですか。"
CHINESE = "我的卡还没有到,请问什么时候可以收到?"


def test_utf8_is_read_with_and_without_a_mark():
    assert text_of(SPANISH.encode(), "a") == SPANISH
    assert text_of(SPANISH.encode("utf-8-sig"), "a") == SPANISH


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (SPANISH.encode("utf-16"), "UTF-16"),
        (SPANISH.encode("utf-32"), "UTF-32"),
        (SPANISH.encode("cp1252"), "Windows-1252"),
        (JAPANESE.encode("shift_jis"), "Shift-JIS"),
        (JAPANESE.encode("euc_jp"), "EUC-JP"),
        (CHINESE.encode("gb18030"), "GB18030"),
    ],
)
def test_another_encoding_is_named_and_utf8_suggested(content, encoding):
    with pytest.raises(UnreadableFile, match=f"not in UTF-8.*looks like {encoding}") as caught:
        text_of(content, "rows.csv")
    assert caught.value.code == "unreadable_file"
    assert caught.value.field == "rows.csv"
    assert "UTF-8" in (caught.value.remedy or "")


def test_the_line_of_the_first_wrong_byte_is_told():
    with pytest.raises(UnreadableFile, match=r"\(line 3\)"):
        text_of(b"a\nb\ncaf\xe9\n", "rows.csv")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04....", "zip archive"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"text\x00text", "binary"),
    ],
)
def test_a_binary_file_is_refused(content, what):
    with pytest.raises(UnreadableFile, match=what):
        text_of(content, "rows.csv")


def test_an_empty_file_and_one_that_is_too_large_are_refused(monkeypatch):
    with pytest.raises(UnreadableFile, match="is empty"):
        text_of(b"\xef\xbb\xbf \n", "rows.csv")
    monkeypatch.setattr(decoding, "FILE_BYTES", 10)
    with pytest.raises(UnreadableFile, match="more than"):
        text_of(b"x" * 11, "rows.csv")


@given(st.binary())
def test_any_bytes_are_text_or_one_clear_error(content):
    try:
        assert text_of(content, "a").strip()
    except UnreadableFile as error:
        assert error.remedy  # noqa: PT017
