"""Our own format, both ways: YAML for people, JSON for programs; what is written reads back exactly."""

import json
from typing import Any

import yaml

from understudy.templates.domain import Template
from understudy.templates.formats.decoding import text_of
from understudy.templates.formats.document import from_document, to_document
from understudy.templates.formats.draft import Imported
from understudy.templates.formats.safe_yaml import load_json, load_yaml

LINE_CHARACTERS = 120
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def to_yaml(template: Template) -> str:
    """The template as a YAML file in the order people read it."""
    written: str = yaml.dump(
        to_document(template), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=LINE_CHARACTERS
    )
    return written


def to_json(template: Template) -> str:
    """The template as a JSON file."""
    return json.dumps(to_document(template), ensure_ascii=False, indent=2) + "\n"


def read_yaml(content: bytes, file_name: str) -> Imported:
    """The template of a YAML file; raises `UnreadableFile`, or `InvalidTemplate` with every problem of its shape."""
    return Imported(from_document(load_yaml(text_of(content, file_name), file_name)))


def read_json(content: bytes, file_name: str) -> Imported:
    """The template of a JSON file; raises `UnreadableFile`, or `InvalidTemplate` with every problem of its shape."""
    return Imported(from_document(load_json(text_of(content, file_name), file_name)))
