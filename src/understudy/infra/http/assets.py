"""Static files served from memory: compressed once, named by their content, so that browsers may keep them for good."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""What is served; files of other kinds (licences, checksums) lie beside them unserved."""
COMPRESSED = {".css", ".js", ".svg"}
FOR_GOOD = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=60"
VERSION_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: as it is, compressed where that helps, and the version its content gives it."""

    kind: str
    body: bytes
    packed: bytes | None
    version: str


class Assets:
    """The static files of a folder, read when the process starts. `prefix`: the path under which they are served."""

    def __init__(self, folder: Path, *, prefix: str) -> None:
        self._prefix = prefix
        self._files = {
            path.relative_to(folder).as_posix(): _read(path)
            for path in sorted(folder.rglob("*"))
            if path.suffix in TYPES
        }

    def url(self, name: str) -> str:
        """The address of a file, with its version; raises KeyError for a name that is not there: a mistake of ours."""
        return f"{self._prefix}/{name}?v={self._files[name].version}"

    def serve(self, request: Request, name: str) -> Response:
        """The file over HTTP: 304 when the browser has it, compressed when the browser can read that."""
        file = self._files.get(name)
        if file is None:
            return Response("not found\n", status_code=404, media_type="text/plain")
        etag = f'"{file.version}"'
        is_named = request.query_params.get("v") == file.version
        headers = {
            "cache-control": FOR_GOOD if is_named else SHORTLY,
            "etag": etag,
            "vary": "accept-encoding",
            "x-content-type-options": "nosniff",
        }
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(file.packed, headers=headers, media_type=file.kind)
        return Response(file.body, headers=headers, media_type=file.kind)


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    packed = gzip.compress(body, mtime=0) if path.suffix in COMPRESSED else None
    return Asset(TYPES[path.suffix], body, packed, hashlib.sha256(body).hexdigest()[:VERSION_LENGTH])
