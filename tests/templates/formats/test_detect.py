"""The one door for files: the format is recognised by name and content."""

import io
import json
import pathlib
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

import understudy
from tests.templates.examples import template
from tests.templates.formats.test_dialogflow import FILES, packed, zipped
from tests.templates.formats.test_rasa import DOMAIN, NLU
from understudy.kit.errors import Invalid
from understudy.templates.formats.detect import Format, SourceFile, import_template, recognise
from understudy.templates.formats.draft import UnreadableFile
from understudy.templates.formats.yaml_json import to_json, to_yaml
from understudy.templates.validation import check_publishable

CSV = b"text,label\nwhere is it,card\n"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("bank.yaml", to_yaml(template()).encode(), Format.YAML),
        ("bank.yml", b"# ours\n" + to_yaml(template()).encode("utf-8-sig")[3:], Format.YAML),
        ("bank", to_yaml(template()).encode("utf-8-sig"), Format.YAML),
        ("bank.json", to_json(template()).encode(), Format.JSON),
        ("upload", to_json(template()).encode(), Format.JSON),
        ("rows.csv", CSV, Format.CSV),
        ("rows.txt", CSV, Format.CSV),
        ("rows", CSV, Format.CSV),
        ("data/nlu.yml", NLU.encode(), Format.RASA),
        ("agent.zip", zipped(packed(FILES)), Format.DIALOGFLOW),
        ("project.zip", zipped({"data/nlu.yml": NLU.encode(), "config.yml": b"language: en\n"}), Format.RASA),
    ],
)
def test_the_format_is_recognised_and_imported(name, content, kind):
    files = [SourceFile(name, content)]
    assert recognise(files) is kind
    assert list(import_template(files).template.scenarios())


def test_the_files_of_a_rasa_project_make_one_template():
    files = [SourceFile("nlu.yml", NLU.encode()), SourceFile("domain.yml", DOMAIN.encode())]
    one = import_template(files, name="Shop", trade="retail").template
    assert (one.name, one.trade) == ("Shop", "retail")
    assert one.scenario("order_status").replies  # type: ignore[union-attr]


def test_a_file_without_name_of_its_own_gives_the_template_its_name():
    assert import_template([SourceFile("up/retail_bank.v2.csv", CSV)]).template.name == "Retail bank"
    assert import_template([SourceFile("___.csv", CSV)]).template.name == "Imported template"


def test_the_exported_agent_keeps_its_name_unless_another_is_given():
    agent = SourceFile("agent.zip", zipped(packed(FILES)))
    assert import_template([agent]).template.name == "Shop"
    assert import_template([agent], name="Ours").template.name == "Ours"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "there is no file"),
        ([SourceFile("a.pdf", b"%PDF-1.7")], "no format we read"),
        ([SourceFile("a.xlsx", zipped({"xl/workbook.xml": b"<x/>"}))], "office document"),
        ([SourceFile("nlu.md", b"## intent:greet\n- hi\n")], "of Rasa 1"),
        ([SourceFile("nlu.json", json.dumps({"rasa_nlu_data": {}}).encode())], "of Rasa 1"),
        ([SourceFile("a.csv", CSV), SourceFile("b.csv", CSV)], "several files of kind csv"),
        ([SourceFile("a.yaml", b"hello: world\n")], "can't be used"),
    ],
)
def test_what_is_none_of_ours_is_refused_with_a_remedy(files, said):
    with pytest.raises(Invalid, match=said) as caught:
        import_template(files)
    assert caught.value.remedy


@given(st.sampled_from(["a.yaml", "a.json", "a.csv", "a", "nlu.yml", "a.zip"]), st.binary(max_size=200))
def test_any_bytes_are_imported_or_refused_with_one_clear_error(name, content):
    for start in (b"", b"nlu:\n- intent: a\n  examples: ", b"format: ", b"PK\x03\x04", b"{"):
        try:
            import_template([SourceFile(name, start + content)])
        except Invalid as error:
            assert error.message  # noqa: PT017


@given(st.recursive(st.none() | st.text(max_size=5) | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["name", "nlu", "intent", "examples", "text", "responses", "rules", "steps", "categories"]), inner
), max_leaves=12))  # fmt: skip
def test_any_values_are_imported_or_refused_with_one_clear_error(value):
    for name in ("a.json", "intents/a.json", "nlu.yml"):
        content = b"nlu:\n- intent: a\n  examples: [b]\n- " + json.dumps(value).encode()
        try:
            import_template([SourceFile(name, json.dumps(value).encode() if name.endswith("json") else content)])
        except UnreadableFile:
            pass
        except Invalid as error:
            assert error.problems  # noqa: PT017


def test_the_templates_that_are_shipped_may_be_published():
    shipped = sorted(pathlib.Path(understudy.__file__).parent.rglob("content/*.template.yaml"))
    assert shipped
    for path in shipped:
        imported = import_template([SourceFile(path.name, path.read_bytes())])
        check_publishable(imported.template)
        assert imported.warnings == ()


def test_an_archive_inside_an_archive_is_not_followed():
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.zip", zipped(packed(FILES)))
    with pytest.raises(UnreadableFile, match="without YAML or JSON"):
        import_template([SourceFile("outer.zip", inner.getvalue())])
