"""Rasa projects: NLU YAML (intents, synonyms, expressions) with responses, rules and stories where they are given.

Examples lose their entity annotations and keep the words; the values of annotations become synonyms. A response
answers the intent that a rule, its own name (`utter_<intent>`) or a story gives it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

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
from understudy.templates.formats.safe_yaml import load_json, load_yaml

UTTER = "utter_"
LEFT_OUT_KEYS = frozenset({"forms", "slots", "actions", "e2e_actions"})  # what works by Rasa's own programs
_ANNOTATION = re.compile(  # [words](entity), [words](entity:value), [words]{"entity": …, "value": …}, [words][{…}, …]
    r"\[(?P<words>[^\]]+?)\](?:\((?P<entity>[^:)]+?)(?:\:(?P<value>[^)]+))?\)|(?P<json>\{[^}]+?\})|\[\{.*?\}\])"
)


@dataclass(slots=True)
class _Project:
    """The parts of all files together; `responses` maps a response to its texts."""

    nlu: list[Mapping[str, object]] = field(default_factory=list)
    responses: dict[str, list[str]] = field(default_factory=dict)
    rules: list[object] = field(default_factory=list)
    stories: list[object] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)


def read(files: Mapping[str, bytes], *, name: str, trade: str) -> Imported:
    """The draft of a project's YAML files; raises `UnreadableFile` when none holds an intent with examples."""
    project = _Project()
    for file_name, content in files.items():
        document = shapes.mapping(load_yaml(text_of(content, file_name), file_name))
        _collect(document, project)
    draft = Draft()
    for block in project.nlu:
        _read_block(block, draft)
    if not draft.labels:
        raise UnreadableFile(
            f"{listed(list(files))}: no intent with examples", field=next(iter(files), None), remedy="give nlu.yml"
        )
    _read_responses(project, draft)
    if project.left_out:
        draft.warn(f"left out, since nothing here corresponds: {listed(sorted(project.left_out))}")
    return draft.imported(name=name, trade=trade)


def _collect(document: Mapping[str, object], project: _Project) -> None:
    project.nlu += [shapes.mapping(block) for block in shapes.items(document.get("nlu"))]
    project.rules += shapes.items(document.get("rules"))
    project.stories += shapes.items(document.get("stories"))
    project.left_out |= LEFT_OUT_KEYS & document.keys()
    responses = shapes.mapping(document.get("responses") or document.get("templates"))  # 2.x and later, 1.x
    for response, variations in responses.items():
        texts = [_response_text(variation, project) for variation in shapes.items(variations)]
        project.responses.setdefault(response, []).extend(text for text in texts if text)


def _response_text(variation: object, project: _Project) -> str:
    if isinstance(variation, str):
        return shapes.paragraphs(variation)
    parts = shapes.mapping(variation)
    if "channel" in parts or "condition" in parts:
        project.left_out.add("responses for one channel or condition")
        return ""
    project.left_out |= {f"{key} of responses" for key in ("buttons", "image", "custom", "attachment") if key in parts}
    return shapes.paragraphs(parts.get("text"))


def _read_block(block: Mapping[str, object], draft: Draft) -> None:
    if intent := shapes.text(block.get("intent")):
        _read_intent(intent, block, draft)
    elif term := shapes.text(block.get("synonym")):
        for variant in _examples(block):
            draft.synonym(term, variant)
    elif expression := shapes.text(block.get("regex")):
        _read_expression(expression, block, draft)
    elif table := shapes.text(block.get("lookup")):
        draft.warn(f'lookup table "{table}" left out: it names things, not wishes')


def _read_intent(intent: str, block: Mapping[str, object], draft: Draft) -> None:
    if (why := unusable_label(intent)) is not None:
        draft.warn(f"an intent left out because its name {why}")
        return
    for written in _examples(block):
        example = _without_annotations(written, draft)
        if (why := unusable(example)) is not None:
            draft.warn(f'intent "{intent}": an example left out because it {why}')
        else:
            draft.example(intent, example)


def _read_expression(expression: str, block: Mapping[str, object], draft: Draft) -> None:
    """Rasa's expressions find entities, except those called like an intent."""
    for pattern in _examples(block):
        if expression in draft.labels:
            draft.expression(expression, pattern)
        else:
            draft.warn(f'expression "{expression}" left out: no intent has its name')


def _examples(block: Mapping[str, object]) -> Iterator[str]:
    """The examples of a block: lines that start with a dash, or a list of texts."""
    examples = block.get("examples")
    if isinstance(examples, str):
        for line in examples.splitlines():
            if text := line.strip().removeprefix("-").strip():
                yield text
        return
    for example in shapes.items(examples):
        written = shapes.mapping(example).get("text") if isinstance(example, Mapping) else example
        if text := shapes.text(written).removeprefix("- "):
            yield text


def _without_annotations(written: str, draft: Draft) -> str:
    def words(annotation: re.Match[str]) -> str:
        if value := _value(annotation):
            draft.synonym(value, annotation["words"])
        return annotation["words"]

    return " ".join(_ANNOTATION.sub(words, written).split())


def _value(annotation: re.Match[str]) -> str:
    """What the annotated words stand for, where the annotation says so."""
    if annotation["value"]:
        return annotation["value"].strip()
    try:
        return shapes.text(shapes.mapping(load_json(annotation["json"] or "{}", "annotation")).get("value"))
    except UnreadableFile:
        return ""


def _read_responses(project: _Project, draft: Draft) -> None:
    by_rule, by_story = _answers(project.rules), _answers(project.stories)
    for intent in draft.labels:
        given = (by_rule.get(intent), f"{UTTER}{intent}", by_story.get(intent))
        response = next((one for one in given if one in project.responses), None)
        for text in project.responses.get(response or "", ()):
            if (why := unusable_reply(text)) is not None:
                draft.warn(f'response "{response}": a variation left out because it {why}')
            else:
                draft.reply(intent, text)


def _answers(dialogues: Iterable[object]) -> dict[str, str]:
    """For each intent the first response that follows it; the first dialogue counts."""
    answers: dict[str, str] = {}
    for dialogue in dialogues:
        asked: list[str] = []
        for step in shapes.items(shapes.mapping(dialogue).get("steps")):
            parts = shapes.mapping(step)
            either = [shapes.mapping(one) for one in shapes.items(parts.get("or"))] or [parts]
            if intents := [shapes.text(one.get("intent")) for one in either if one.get("intent")]:
                asked = intents
            elif (action := shapes.text(parts.get("action"))).startswith(UTTER):
                for intent in asked:
                    answers.setdefault(intent, action)
                asked = []
    return answers
