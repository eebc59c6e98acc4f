"""Incident 21, template or code execution: what people write in templates and names is text, whatever it looks like.

Taken out to see the tests fail: the closed replacement in `rendering.render` (for `str.format_map`), and the refusal
of tags in `formats.safe_yaml`.
"""

import ast
import pathlib

import pytest

import understudy
from understudy.templates.domain import Reply
from understudy.templates.formats.detect import SourceFile, import_template
from understudy.templates.formats.draft import UnreadableFile
from understudy.templates.rendering import Form, compose

ATTACKS = (
    "{contact_name.__class__.__mro__[1].__subclasses__}",
    "{contact_name!r:>99}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% for x in range(9) %}{{ x }}{% endfor %}",
    "${__import__('os').system('id')}",
    "%(contact_name)s",
)
SOURCE = pathlib.Path(understudy.__file__).parent
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "shelve", "marshal", "joblib", "cloudpickle"}
UNSAFE_CALLS = {"eval", "exec", "unsafe_load", "full_load", "format_map"}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("form", Form)
def test_a_reply_or_a_name_that_looks_like_code_goes_out_as_it_was_written(attack, form):
    reply = Reply(f"{attack} {{contact_name}}", f"{attack} {{contact_name}}")
    spoken = compose((reply,), rotation=0, form=form, values={"contact_name": attack}).text
    assert spoken == f"{attack} {attack}"


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system ['id']", "!!python/name:os.system", "!include a.yml"])
def test_a_template_file_cannot_build_objects(tag):
    content = f"format: understudy/template/1\nname: {tag}\ntrade: banking\n".encode()
    with pytest.raises(UnreadableFile, match="a tag"):
        import_template([SourceFile("template.yaml", content)])


def test_nothing_of_ours_unpickles_or_evaluates():
    found: list[str] = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [one.name.split(".")[0] for one in node.names if one.name.split(".")[0] in UNSAFE_MODULES]
            elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in UNSAFE_MODULES:
                names = [node.module]
            elif isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                names = [called] if called in UNSAFE_CALLS else []
            found += [f"{path.relative_to(SOURCE)}:{getattr(node, 'lineno', 0)} {name}" for name in names]
    assert found == []
