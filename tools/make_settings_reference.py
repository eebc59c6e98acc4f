"""Writes docs/settings.md from the settings groups. `--check` fails when the file is not what would be written."""

from __future__ import annotations

import ast
import inspect
import json
import pathlib
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python

from understudy.infra.settings import variable
from understudy.wiring import configuration as wiring

TARGET = pathlib.Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = """\
# Settings

Made by `make settings-reference` from the code; do not edit.

## Settings of a process

Read from the environment when a process starts. A value that cannot be used ends the start with its name and reason.
"""
COMPANY_HEAD = """
## Settings of a company

One document for each company, validated as a whole, versioned and audited. A change is used by every process within a
second. Change them with `understudy company change SLUG --set ladder.thresholds.rules=0.75`, or by `PATCH /v1/settings`
with a JSON merge patch; null brings a default back.
"""


def _explanations(kind: type[BaseModel]) -> dict[str, str]:
    """The text under each field of a class, from its source."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for field, text in zip(tree.body, tree.body[1:], strict=False):
        is_text = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and is_text:
            assert isinstance(text, ast.Expr)
            assert isinstance(text.value, ast.Constant)
            found[field.target.id] = " ".join(str(text.value.value).split())
    return found


def _explanation(kind: type[BaseModel], name: str, field: FieldInfo) -> str:
    text = field.description or _explanations(kind).get(name, "")
    if not text:
        raise SystemExit(f"{kind.__name__}.{name} has no description")
    return text.replace("|", "\\|")


def _default(field: FieldInfo) -> str:
    value: Any = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "required"
    text = json.dumps(to_jsonable_python(value), ensure_ascii=False)
    return f"`{text}`" if len(text) <= 60 else "see `understudy company show`"


def _limits(field: FieldInfo) -> str:
    named = {"ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< ", "max_length": "length ≤ ", "min_length": "length ≥ "}
    found = [
        f"{words}{getattr(mark, name)}"
        for mark in field.metadata
        for name, words in named.items()
        if getattr(mark, name, None) is not None
    ]
    return ", ".join(found)


def _company_rows(prefix: str, kind: type[BaseModel]) -> Iterator[str]:
    for name, field in kind.model_fields.items():
        inner = field.annotation
        if inspect.isclass(inner) and issubclass(inner, BaseModel):
            yield from _company_rows(f"{prefix}.{name}", inner)
        else:
            yield (f"| `{prefix}.{name}` | {_default(field)} | {_limits(field)} | {_explanation(kind, name, field)} |")


def document() -> str:
    """The whole page."""
    lines = [HEAD]
    for group, settings in wiring.GROUPS.items():
        lines += [f"### {group}", "", "| variable | default | meaning |", "|---|---|---|"]
        for name, field in settings.model_fields.items():
            lines.append(f"| `{variable(group, name)}` | {_default(field)} | {_explanation(settings, name, field)} |")
        lines.append("")
    lines.append(COMPANY_HEAD)
    for group, company_settings in wiring.COMPANY_SETTINGS.items():
        lines += [f"### {group}", "", " ".join((company_settings.__doc__ or "").split()), ""]
        lines += ["| setting | default | limits | meaning |", "|---|---|---|---|"]
        lines += [*_company_rows(group, company_settings), ""]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Writes or checks."""
    text = document()
    if "--check" in sys.argv:
        if TARGET.read_text() == text:
            return 0
        print("docs/settings.md is not up to date: run `make settings-reference`", file=sys.stderr)
        return 1
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
