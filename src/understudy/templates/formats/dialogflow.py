"""Dialogflow ES agents: the files of an export, in one language.

Training phrases become examples, text responses replies, entity synonyms synonyms; the fallback intent's phrases are
out-of-scope examples. Contexts, webhooks and parameters have no counterpart here and are named in warnings.
"""

import re
from collections.abc import Iterator, Mapping

from understudy.templates.formats import shapes
from understudy.templates.formats.decoding import text_of
from understudy.templates.formats.draft import (
    Draft,
    Imported,
    UnreadableFile,
    listed,
    unusable,
    unusable_label,
    unusable_reply,
)
from understudy.templates.formats.safe_yaml import load_json

DEFAULT_LANGUAGE = "en"
NORMAL_PRIORITY = 500_000  # Dialogflow's "normal"; its steps are 250,000 and become one here
PRIORITY_STEP = 250_000
IGNORED_PRIORITY = -1  # Dialogflow's word for an intent that is switched off
_PARAMETER = re.compile(r"[$#](?:[a-z_-]+\.)?([A-Za-z_][\w-]*)(?:\.original)?")
_TEXT_MESSAGES = frozenset({"0", "text"})


class _Agent:
    """The files of an export, found by what they are; the folder they lie in doesn't matter."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._paths = {"/".join(path.split("/")[-2:]): path for path in files}
        about = next((path for path in files if path.split("/")[-1] == "agent.json"), None)
        self.settings = shapes.mapping(self._json(about)) if about else {}
        self.language = shapes.text(self.settings.get("language")) or self._first_language()

    def named(self, folder: str, part: str) -> Iterator[tuple[str, Mapping[str, object], list[object]]]:
        """Name, settings and rows (phrases or entries, in the agent's language) of each intent or entity."""
        for short, path in self._paths.items():
            place, _, file_name = short.rpartition("/")
            stem = file_name.removesuffix(".json")
            if place == folder and not re.search(rf"_{part}_[\w-]+$", stem):
                rows = self._paths.get(f"{folder}/{stem}_{part}_{self.language}.json")
                settings = shapes.mapping(self._json(path))
                yield shapes.text(settings.get("name")) or stem, settings, self._rows(rows)

    def other_languages(self) -> list[str]:
        """The languages that are in the export and are not read."""
        return sorted(self._languages() - {self.language})

    def _rows(self, path: str | None) -> list[object]:
        return shapes.items(self._json(path)) if path else []

    def _json(self, path: str) -> object:
        return load_json(text_of(self._files[path], path), path)

    def _languages(self) -> set[str]:
        found = (re.search(r"_(?:usersays|entries)_([\w-]+)\.json$", path) for path in self._files)
        return {one[1] for one in found if one}

    def _first_language(self) -> str:
        languages = self._languages()
        return DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in languages or not languages else min(languages)


def read(files: Mapping[str, bytes], *, name: str | None, trade: str) -> Imported:
    """The draft of an exported agent; raises `UnreadableFile` when it holds no intent with training phrases."""
    agent = _Agent(files)
    draft = Draft()
    for intent, settings, phrases in agent.named("intents", "usersays"):
        _read_intent(intent, settings, phrases, draft)
    if not draft.labels:
        raise UnreadableFile(
            "the export holds no intent with training phrases",
            field=next(iter(files), None),
            remedy='use "Export as ZIP" of a Dialogflow ES agent',
        )
    for entity, settings, entries in agent.named("entities", "entries"):
        _read_entity(entity, settings, entries, draft)
    if others := agent.other_languages():
        draft.warn(f"read in {agent.language}; other languages left out: {listed(others)}")
    described = shapes.text(agent.settings.get("description"))
    return draft.imported(
        name=name or shapes.text(agent.settings.get("displayName")) or "Dialogflow agent",
        trade=trade,
        description="" if unusable(described) else described,
    )


def _read_intent(intent: str, settings: Mapping[str, object], phrases: list[object], draft: Draft) -> None:
    if (why := unusable_label(intent)) is not None:
        draft.warn(f"an intent left out because its name {why}")
        return
    examples = list(_phrases(intent, phrases, draft))
    if settings.get("fallbackIntent") is True:
        for example in examples:
            draft.out_of_scope(example)
        return
    priority = settings.get("priority")
    if priority == IGNORED_PRIORITY or not examples:
        why = "it is switched off" if priority == IGNORED_PRIORITY else "it has no training phrases"
        draft.warn(f'intent "{intent}" left out: {why}')
        return
    steps = (priority - NORMAL_PRIORITY) // PRIORITY_STEP if isinstance(priority, int) and priority else 0
    draft.scenario(intent, priority=steps)
    for example in examples:
        draft.example(intent, example)
    for reply in _replies(intent, settings, draft):
        draft.reply(intent, reply)
    _say_what_is_lost(intent, settings, draft)


def _phrases(intent: str, phrases: list[object], draft: Draft) -> Iterator[str]:
    for phrase in phrases:
        fields = shapes.mapping(phrase)
        parts = [shapes.mapping(part).get("text") for part in shapes.items(fields.get("data"))]
        example = shapes.text("".join(part for part in parts if isinstance(part, str)))
        if fields.get("isTemplate") is True:
            draft.warn(f'intent "{intent}": the phrase template "{example[:80]}" left out')
        elif (why := unusable(example)) is not None:
            draft.warn(f'intent "{intent}": a training phrase left out because it {why}')
        else:
            yield example


def _replies(intent: str, settings: Mapping[str, object], draft: Draft) -> Iterator[str]:
    for response in shapes.items(settings.get("responses")):
        for message in shapes.items(shapes.mapping(response).get("messages")):
            fields = shapes.mapping(message)
            if shapes.text(fields.get("type")).lower() not in _TEXT_MESSAGES or fields.get("platform"):
                draft.warn(f'intent "{intent}": a message that is not text, or for one platform, left out')
                continue
            for speech in shapes.items(fields.get("speech")):
                reply = _PARAMETER.sub(r"{\1}", shapes.paragraphs(speech))
                if reply and unusable_reply(reply) is None:
                    yield reply


def _say_what_is_lost(intent: str, settings: Mapping[str, object], draft: Draft) -> None:
    lost = [
        what
        for key, what in (
            ("contexts", "an input context"),
            ("parentId", "a parent intent"),
            ("webhookUsed", "a webhook"),
        )
        if settings.get(key)
    ]
    if lost:
        draft.warn(f'intent "{intent}" depended on {" and ".join(lost)}: look at its reply')


def _read_entity(entity: str, settings: Mapping[str, object], entries: list[object], draft: Draft) -> None:
    if settings.get("isRegexp") is True:
        draft.warn(f'entity "{entity}" left out: it is a set of expressions')
        return
    for entry in entries:
        fields = shapes.mapping(entry)
        term = shapes.text(fields.get("value"))
        for synonym in shapes.items(fields.get("synonyms")):
            variant = shapes.text(synonym)
            if variant and term and unusable_label(variant) is None and unusable_label(term) is None:
                draft.synonym(term, variant)
