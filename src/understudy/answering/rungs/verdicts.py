"""The structured answer that a model is asked for, and how it is checked against what the model was given. Pure.

A model chooses among what it was offered, or writes from sources that it was given; anything else is refused with a
ValueError that says what is wrong, so that the model can mend it. Nothing is taken out of an answer in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from understudy.answering.paid import AnswerKind, EscalationReason
from understudy.kit.text import control_characters
from understudy.llm.domain import Shape

MAX_WRITTEN_CHARACTERS = 4_000
MAX_RATIONALE_CHARACTERS = 400
MAX_CITED = 12
SHOWN = 80
"""How much of what a model wrote stands in the message that says what is wrong with it."""
_END = r"[^\s<>\"'，。、）)\]]"
_TOP = "com|org|net|io|co|de|fr|es|jp|cn|app|ai|info|biz|me|uk|eu|us|ca|au|ru|xyz|shop|online|site|link|dev|gov|edu"
_URL = re.compile(
    rf"\b(?:https?://|www\.){_END}+"  # said to be one
    rf"|\b(?:[a-z0-9-]+\.)+[a-z]{{2,}}/{_END}+"  # a host and a path
    rf"|\b(?:[a-z0-9-]+\.)+(?:{_TOP})\b",  # a host
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^\s@<>\[\]()]+@[^\s@<>\[\]()]+\.[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d(?:[\s().\-/]{0,2}\d){6,14}(?!\w)")
_PLACEHOLDER = re.compile(r"\[[A-Z]{2,10}_\d{1,6}\]")
_CITED = re.compile(r"\s*[\[(](?:[AS]\d{1,3})(?:\s*[,;]\s*[AS]\d{1,3})*[\])]")

Cited = Annotated[str, Field(pattern=r"^[AS]\d{1,3}$")]


class ModelAnswer(BaseModel):
    """Exactly one decision about the customer's last message."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rationale: str = Field(
        description="In one or two sentences, why; for the company's staff, never shown to customers."
    )
    kind: AnswerKind = Field(
        description="scenario: one of the scenarios or sources given is exactly what the customer wants, its approved "
        "answer goes out as it is. written: the answer is written from the sources given, and only from them. "
        "unclear: it cannot be told what is meant, or nothing given answers it. "
        "out_of_scope: not what this company does. person: a person has to see to it."
    )
    key: str | None = Field(description="For kind scenario: the id of the scenario or source, such as A1. Else null.")
    text: str | None = Field(description="For kind written: the answer, in the customer's language. Else null.")
    sources: list[Cited] = Field(
        description="For kind written: the ids that the text rests on, such as S1, A2. Else []."
    )
    confidence: float = Field(description="How likely this decision is right, from 0 to 1.", ge=0, le=1)
    language: str = Field(description="Code of the language the customer writes in, such as en.")
    escalation: EscalationReason | None = Field(description="For kind person: why. Else null.")


@dataclass(frozen=True, slots=True)
class Given:
    """What a model was given. `cited`: identifier → key; `texts`: key → its text; `pickable`: keys whose approved
    reply can go out as it is; `known`: further texts that it was told; `placeholders`: those of masked data."""

    cited: Mapping[str, str]
    texts: Mapping[str, str]
    pickable: frozenset[str]
    known: tuple[str, ...] = ()
    placeholders: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A model's answer, checked. `key`: what it picked; `sources`: keys that its text rests on; `text` still masked."""

    kind: AnswerKind
    rating: float
    rationale: str
    language: str
    key: str | None = None
    text: str = ""
    sources: tuple[str, ...] = ()
    escalation: EscalationReason | None = None
    raw: str = ""
    """The answer as the model gave it, as JSON."""


def shape() -> Shape:
    """The structured answer as a schema."""
    return Shape("answer", ModelAnswer.model_json_schema())


def reader(given: Callable[[], Given]) -> Callable[[Mapping[str, Any]], Judgement]:
    """What reads an answer against what was given for it; raises ValueError saying what is wrong."""

    def read(values: Mapping[str, Any]) -> Judgement:
        try:
            answer = ModelAnswer.model_validate(values)
        except ValidationError as error:
            faults = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False))
            raise ValueError("; ".join(faults)) from None
        return replace(judgement_of(answer, given()), raw=answer.model_dump_json())

    return read


def judgement_of(answer: ModelAnswer, given: Given) -> Judgement:
    """The answer in terms of what was given; raises ValueError. A reason to escalate goes before any answer."""
    rationale = " ".join(answer.rationale.split())[:MAX_RATIONALE_CHARACTERS]
    if answer.kind is AnswerKind.PERSON or answer.escalation is not None:
        if answer.escalation is None:
            raise ValueError("escalation: kind person needs the reason")
        return Judgement(AnswerKind.PERSON, answer.confidence, rationale, answer.language, escalation=answer.escalation)
    judged = Judgement(answer.kind, answer.confidence, rationale, answer.language)
    if answer.kind in {AnswerKind.OUT_OF_SCOPE, AnswerKind.UNCLEAR}:
        return judged
    if answer.kind is AnswerKind.SCENARIO:
        key = given.cited.get(answer.key or "")
        if key is None or key not in given.pickable:
            raise ValueError(f"key: {_shown(answer.key)} was not offered; {_offered(given.cited)}")
        return Judgement(answer.kind, answer.confidence, rationale, answer.language, key=key)
    text, sources = _written(answer, given)
    return Judgement(answer.kind, answer.confidence, rationale, answer.language, text=text, sources=sources)


def _written(answer: ModelAnswer, given: Given) -> tuple[str, tuple[str, ...]]:
    text = _CITED.sub("", answer.text or "").strip()
    if not text:
        raise ValueError("text: kind written needs the answer")
    if len(text) > MAX_WRITTEN_CHARACTERS:
        raise ValueError(f"text: {len(text)} characters; at most {MAX_WRITTEN_CHARACTERS}")
    if controls := control_characters(text):
        raise ValueError(f"text: control characters {', '.join(controls)}")
    if not answer.sources:
        raise ValueError("sources: an answer needs the sources that it rests on; without one, no answer is written")
    if unknown := [one for one in answer.sources[:MAX_CITED] if one not in given.cited]:
        raise ValueError(f"sources: {', '.join(unknown)} were not given; {_offered(given.cited)}")
    keys = tuple(dict.fromkeys(given.cited[one] for one in answer.sources[:MAX_CITED]))
    if invented := invented_in(text, given, keys):
        raise ValueError(f"text: {_shown(invented)} stands in none of the sources named; leave it out")
    return text, keys


def invented_in(text: str, given: Given, keys: Iterable[str]) -> str | None:
    """The first link, address, telephone number or placeholder of a text that none of its sources holds."""
    placeholders = given.placeholders or {}
    for found in _PLACEHOLDER.findall(text):
        if found not in placeholders:
            return str(found)
    known = "\n".join((*(given.texts.get(key, "") for key in keys), *given.known))
    plain = _PLACEHOLDER.sub(" ", text)
    for expression in (_EMAIL, _URL, _PHONE):
        for match in expression.finditer(plain):
            if not _stands_in(match.group(), known, is_number=expression is _PHONE):
                return match.group()
    return None


def _stands_in(found: str, known: str, *, is_number: bool) -> bool:
    if is_number:
        return re.sub(r"\D", "", found) in re.sub(r"[\s().\-/+]", "", known)
    bare = found.casefold().rstrip(".,;:!?/").removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return re.search(rf"(?<![\w.@-]){re.escape(bare)}(?![\w@-])", known.casefold().replace("www.", "")) is not None


def _offered(cited: Mapping[str, str]) -> str:
    return f"there are {', '.join(cited)}" if cited else "nothing was given"


def _shown(text: str | None) -> str:
    return repr((text or "")[:SHOWN])
