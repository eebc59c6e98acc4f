"""From the bytes of a file to its text: UTF-8, with or without a byte-order mark, or an error that says what it is."""

import re

from understudy.templates.formats.draft import UnreadableFile

FILE_BYTES = 64 << 20  # 200,000 rows of 300 bytes; what a request or an archive may carry

_BINARY = (
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"SQLite format 3", "a database"),
)
_WIDE = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_JAPANESE = re.compile("[\u3041-\u3096]{2}")  # hiragana
_CHINESE = re.compile("[\u4e00-\u9fff]{2}")


def text_of(content: bytes, file_name: str) -> str:
    """The text of a file; raises `UnreadableFile` for anything that is not text in UTF-8."""
    if len(content) > FILE_BYTES:
        size = f"{len(content) / (1 << 20):.0f} MB"
        raise UnreadableFile(
            f"{file_name} has {size}, more than {FILE_BYTES >> 20} MB", field=file_name, remedy="split it into several"
        )
    for mark, encoding in _WIDE:
        if content.startswith(mark):
            raise _wrong_encoding(file_name, encoding)
    for magic, what in _BINARY:
        if content.startswith(magic):
            raise _binary(file_name, what)
    if b"\x00" in content:
        raise _binary(file_name, "a binary file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _wrong_encoding(file_name, _guess(content), line=line) from error
    if not text.strip():
        raise UnreadableFile(f"{file_name} is empty", field=file_name, remedy="give a file with content")
    return text


def _wrong_encoding(file_name: str, encoding: str | None, *, line: int | None = None) -> UnreadableFile:
    looks = f"it looks like {encoding}" if encoding else "it is in no encoding we know"
    place = f" (line {line})" if line else ""
    return UnreadableFile(
        f"{file_name} is not in UTF-8{place}: {looks}",
        field=file_name,
        remedy='save it again with the encoding "UTF-8"',
    )


def _binary(file_name: str, what: str) -> UnreadableFile:
    return UnreadableFile(f"{file_name} is {what}, not text", field=file_name, remedy="export it as text in UTF-8")


def _guess(content: bytes) -> str | None:
    """Which encoding a file of another age is in: a script that makes sense, or lone high bytes, which are accents."""
    if guess := _first_that_reads(content, (("shift_jis", "Shift-JIS"), ("euc_jp", "EUC-JP")), _JAPANESE):
        return guess
    runs = _HIGH_RUN.findall(content)
    if 2 * sum(len(run) == 1 for run in runs) >= len(runs):
        return "Windows-1252 (Latin-1)" if _decoded(content, "cp1252") else None
    return _first_that_reads(content, (("gb18030", "GB18030 (GBK)"), ("big5", "Big5")), _CHINESE)


def _first_that_reads(content: bytes, encodings: tuple[tuple[str, str], ...], script: re.Pattern[str]) -> str | None:
    read = ((name, _decoded(content, encoding)) for encoding, name in encodings)
    return next((name for name, text in read if text and script.search(text)), None)


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None
