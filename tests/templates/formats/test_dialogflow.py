"""Dialogflow ES exports: intents, training phrases, responses, entities."""

import io
import json
import zipfile

import pytest

from understudy.templates.formats import dialogflow
from understudy.templates.formats.archive import unpack
from understudy.templates.formats.draft import Imported, UnreadableFile
from understudy.templates.validation import check_draft


def phrase(*parts: str, template: bool = False) -> dict[str, object]:
    return {"data": [{"text": part, "userDefined": False} for part in parts], "isTemplate": template, "count": 0}


def intent(name: str, *speeches: object, **more: object) -> dict[str, object]:
    messages = [{"type": "0", "title": "", "lang": "en", "speech": speech} for speech in speeches]
    return {"name": name, "priority": 500000, "fallbackIntent": False, "responses": [{"messages": messages}]} | more


FILES: dict[str, object] = {
    "package.json": {"version": "1.0.0"},
    "agent.json": {"description": "A shop", "language": "en", "displayName": "Shop"},
    "intents/order.status.json": intent("order.status", ["On its way.", "It left today, $name."], "Soon."),
    "intents/order.status_usersays_en.json": [phrase("where is my ", "order"), phrase("track it")],
    "intents/order.status_usersays_de.json": [phrase("wo ist es")],
    "intents/refund.json": intent("refund", [], priority=750000, webhookUsed=True, contexts=["order"]),
    "intents/refund_usersays_en.json": [phrase("money back"), phrase("@sys.number:n back", template=True)],
    "intents/off.json": intent("off", "Off.", priority=-1),
    "intents/off_usersays_en.json": [phrase("off")],
    "intents/welcome.json": intent("welcome", "Hi!"),
    "intents/fallback.json": intent("fallback", "Pardon?", fallbackIntent=True),
    "intents/fallback_usersays_en.json": [phrase("who won")],
    "entities/item.json": {"name": "item", "isRegexp": False},
    "entities/item_entries_en.json": [
        {"value": "refund", "synonyms": ["refund", "money back"]},
        {"value": "parcel", "synonyms": ["package", "money back"]},
    ],
    "entities/code.json": {"name": "code", "isRegexp": True},
    "entities/code_entries_en.json": [{"value": "[a-z]+", "synonyms": ["[a-z]+"]}],
}


def packed(files: dict[str, object]) -> dict[str, bytes]:
    return {path: json.dumps(content).encode() for path, content in files.items()}


def read(files: dict[str, object]) -> Imported:
    return dialogflow.read(packed(files), name=None, trade="retail")


def test_intents_become_scenarios_with_examples_and_replies():
    one = read(FILES).template
    assert (one.name, one.trade, one.description) == ("Shop", "retail", "A shop")
    status, refund = one.scenarios()
    assert status.name == "order.status"
    assert status.examples == ("where is my order", "track it")
    assert [reply.full for reply in status.replies] == ["On its way.", "It left today, {name}.", "Soon."]
    assert (refund.examples, refund.replies, refund.priority) == (("money back",), (), 1)
    assert one.out_of_scope_examples == ("who won",)
    check_draft(one)


def test_entities_become_synonyms():
    assert read(FILES).template.synonyms == {"refund": ("money back",), "parcel": ("package",)}


@pytest.mark.parametrize(
    "said",
    [
        'intent "welcome" left out: it has no training phrases',
        'intent "off" left out: it is switched off',
        'intent "refund" depended on an input context and a webhook',
        'intent "refund": the phrase template "@sys.number:n back" left out',
        'entity "code" left out',
        'synonym "money back" of "parcel" left out: it already stands for "refund"',
        "read in en; other languages left out: de",
        "1 scenarios have no reply yet and can't be published: refund",
        "placeholders we don't have must be replaced before publishing: {name} (order.status)",
    ],
)
def test_what_has_no_counterpart_is_named(said):
    assert any(said in warning for warning in read(FILES).warnings)


def test_the_folder_in_the_archive_does_not_matter():
    moved = {f"export/my-agent/{path}": content for path, content in FILES.items()}
    assert read(moved).template == read(FILES).template


def test_without_agent_file_the_language_is_that_of_the_phrases():
    german: dict[str, object] = {"intents/a.json": intent("a", "Ja."), "intents/a_usersays_de.json": [phrase("hallo")]}
    assert read(german).template.scenario("a").examples == ("hallo",)  # type: ignore[union-attr]


@pytest.mark.parametrize("files", [{}, {"agent.json": {}}, {"intents/a.json": intent("a")}])
def test_an_export_without_phrases_is_refused(files):
    with pytest.raises(UnreadableFile, match="no intent with training phrases"):
        read(files)


@pytest.mark.parametrize(
    "odd",
    [
        {"intents/order.status.json": [], "entities/item.json": 3},
        {"intents/order.status.json": {"name": 3, "responses": "x", "priority": "high"}},
        {"intents/x.json": {"responses": [{"messages": [3, {"type": 4, "payload": {}}]}]}, "entities/item.json": {}},
        {"intents/x.json": intent("x" * 500), "entities/item_entries_en.json": [3, {"value": 3, "synonyms": [{}]}]},
        {"intents/x_usersays_en.json": [{"data": [{"text": 3}]}, 3], "intents/x.json": {}},
    ],
)
def test_files_of_odd_shape_do_no_harm(odd):
    assert list(read(FILES | odd).template.scenarios())


# The archive


def zipped(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return written.getvalue()


def test_only_json_and_yaml_files_are_unpacked():
    files = {"agent.json": b"{}", "a/b.yml": b"x", "__MACOSX/a.json": b"", "run.exe": b"MZ"}
    assert unpack(zipped(files), "a.zip") == {"agent.json": b"{}", "a/b.yml": b"x"}


def test_a_bomb_is_refused_while_it_unpacks(monkeypatch):
    monkeypatch.setattr("understudy.templates.formats.archive.UNPACKED_BYTES", 1_000_000)
    bomb = zipped({f"{n}.json": b" " * 400_000 for n in range(3)})
    assert len(bomb) < 10_000
    with pytest.raises(UnreadableFile, match="unpacks to more than"):
        unpack(bomb, "a.zip")


def test_too_many_files_and_broken_and_encrypted_archives_are_refused(monkeypatch):
    whole = zipped({"a.json": b"{}" * 100, "b.json": b"{}"})
    with pytest.raises(UnreadableFile, match="broken zip"):
        unpack(whole[: len(whole) // 2], "a.zip")
    with pytest.raises(UnreadableFile, match="broken zip"):
        unpack(whole.replace(b"{}", b"[]").replace(b"a.json", b"a.json")[:30] + b"\xff" * 20 + whole[50:], "a.zip")
    locked = bytearray(whole)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableFile, match="encrypted"):
        unpack(bytes(locked), "a.zip")
    monkeypatch.setattr("understudy.templates.formats.archive.FILES", 1)
    with pytest.raises(UnreadableFile, match="more than 1"):
        unpack(whole, "a.zip")
