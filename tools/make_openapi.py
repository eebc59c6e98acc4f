"""Writes docs/openapi.json from the routes. `--check` fails when the file is not what would be written."""

from __future__ import annotations

import json
import pathlib
import sys

from understudy.infra.postgres.place import Place
from understudy.web import create_app
from understudy.wiring.configuration import configuration
from understudy.wiring.product import build

TARGET = pathlib.Path(__file__).resolve().parent.parent / "docs" / "openapi.json"
NOWHERE = "postgresql://nobody@/nowhere"


def document() -> str:
    """The OpenAPI document, as the file holds it. Nothing is opened: the routes tell it all."""
    app = create_app(build(Place(NOWHERE, NOWHERE, NOWHERE, NOWHERE), configuration()))
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> int:
    """Writes or checks."""
    text = document()
    if "--check" in sys.argv:
        if TARGET.read_text() == text:
            return 0
        print("docs/openapi.json is not up to date: run `make openapi`", file=sys.stderr)
        return 1
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
