"""Zip archives of strangers, read in memory within limits; nothing is ever written to disk."""

import io
import zipfile
import zlib

from understudy.templates.formats.draft import UnreadableFile

FILES = 20_000  # two per intent or entity of the largest agents
UNPACKED_BYTES = 128 << 20  # counted while reading: what the archive says of itself is not believed
READ_SUFFIXES = (".json", ".yml", ".yaml")
ZIP_MAGIC = b"PK\x03\x04"


def unpack(content: bytes, archive_name: str) -> dict[str, bytes]:
    """The JSON and YAML files of an archive by their path; raises `UnreadableFile` when it is broken or a bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _files(archive, archive_name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UnreadableFile(
            f"{archive_name} is a broken zip archive: {error}", field=archive_name, remedy="export it again"
        ) from error


def _files(archive: zipfile.ZipFile, archive_name: str) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if _is_read(entry.filename)]
    if len(entries) > FILES:
        raise UnreadableFile(
            f"{archive_name} holds {len(entries):,} files, more than {FILES:,}", field=archive_name, remedy="split it"
        )
    room = UNPACKED_BYTES
    files: dict[str, bytes] = {}
    for entry in entries:
        if entry.flag_bits & 1:
            raise UnreadableFile(
                f"{archive_name} is encrypted", field=archive_name, remedy="export it without a password"
            )
        with archive.open(entry) as packed:
            files[entry.filename] = unpacked = packed.read(room + 1)
        room -= len(unpacked)
        if room < 0:
            raise UnreadableFile(
                f"{archive_name} unpacks to more than {UNPACKED_BYTES >> 20} MB", field=archive_name, remedy="split it"
            )
    return files


def _is_read(path: str) -> bool:
    return path.lower().endswith(READ_SUFFIXES) and not path.startswith("__MACOSX/")
