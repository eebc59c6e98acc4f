"""Routes of golden cases."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.evaluation.domain import GoldenCase, Origin
from understudy.evaluation.golden.domain import MOST_CHARACTERS, MOST_NOTE, NewCase
from understudy.evaluation.golden.service import GoldenCases
from understudy.evaluation.golden.sheet import read_cases

MAX_INTEGER = 2**31 - 1
MAX_KEY = 400
Reader = Annotated[Principal, caller(Permission.EVALUATION_READ)]
Editor = Annotated[Principal, caller(Permission.EVALUATION_RUN)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
After = Annotated[UUID | None, Query(description="The `next` of the page before.")]
Version = Annotated[int | None, Query(ge=0, le=MAX_INTEGER, description="A version of the set; none: as it is now.")]
Key = Annotated[str, Field(min_length=1, max_length=MAX_KEY, examples=["scenario:Bank/card_arrival"])]
Note = Annotated[str, Field(max_length=MOST_NOTE)]


class GoldenCaseBody(BaseModel):
    """A message and its right answer."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=MOST_CHARACTERS, examples=["my card has still not come"])
    expected: Key | None = Field(
        description="A key, or the name of a scenario that the company follows; null: nothing free should answer."
    )
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}$", description="As it is recognised, where it is missing.")
    note: Note = ""


class GoldenCasesBody(BaseModel):
    """Cases to add, all or none."""

    model_config = ConfigDict(extra="forbid")

    cases: list[GoldenCaseBody] = Field(min_length=1, max_length=500)


class ConfirmBody(BaseModel):
    """A recorded answer, and what would have been right where it was wrong."""

    model_config = ConfigDict(extra="forbid")

    decision_id: UUID
    expected: Key | None = Field(None, description="What is right; null: what answered there.")
    note: Note = ""


class GoldenCaseView(BaseModel):
    """A golden case; `since` and `until` are versions of the set."""

    id: UUID
    text: str
    expected: str | None
    language: str
    origin: Origin
    since: int
    until: int | None
    message_id: UUID | None
    note: str
    added_by: str
    added_at: datetime

    @classmethod
    def of(cls, case: GoldenCase) -> GoldenCaseView:
        """The view of a case."""
        return cls(**{name: getattr(case, name) for name in cls.model_fields})


class GoldenPage(BaseModel):
    """A page of cases; `next` goes into `after` for the following one. `version`: that of the set as it is now."""

    items: list[GoldenCaseView]
    version: int
    next: UUID | None


class DroppedView(BaseModel):
    """The version of the set that lacks the case."""

    version: int


def golden_routes(golden: GoldenCases) -> APIRouter:
    """The company's golden set."""
    router = APIRouter(prefix="/v1/golden-cases", tags=["evaluation"])

    @router.get("")
    async def list_golden_cases(
        principal: Reader, version: Version = None, after: After = None, limit: Limit = 50
    ) -> GoldenPage:
        """Lists the cases of the set, oldest first."""
        found = await golden.list(principal.company, version=version, after=after, limit=limit)
        items = [GoldenCaseView.of(case) for case in found]
        now = await golden.version(principal.company)
        return GoldenPage(items=items, version=now, next=found[-1].id if len(found) == limit else None)

    @router.post("", status_code=201)
    async def add_golden_cases(principal: Editor, body: GoldenCasesBody) -> list[GoldenCaseView]:
        """Adds cases as one version of the set; those that it holds already are left out."""
        given = [NewCase(one.text, one.expected, one.language, one.note) for one in body.cases]
        return [GoldenCaseView.of(case) for case in await golden.add(principal, given)]

    @router.post("/import", status_code=201)
    async def import_golden_cases(
        principal: Editor, file: Annotated[UploadFile, File(description="CSV with a header, or JSON lines.")]
    ) -> list[GoldenCaseView]:
        """Adds the cases of a file: text, expected, and where wanted language and note."""
        given = read_cases(await file.read(), file.filename or "cases.jsonl")
        return [GoldenCaseView.of(case) for case in await golden.add(principal, given)]

    @router.post("/confirm", status_code=201)
    async def confirm_golden_case(principal: Editor, body: ConfirmBody) -> list[GoldenCaseView]:
        """Makes a case of a recorded answer; none where the set holds it already."""
        made = await golden.confirm(principal, body.decision_id, expected=body.expected, note=body.note)
        return [GoldenCaseView.of(case) for case in made]

    @router.get("/{case_id}")
    async def show_golden_case(principal: Reader, case_id: UUID) -> GoldenCaseView:
        """Shows a case, also one that was dropped."""
        return GoldenCaseView.of(await golden.show(principal.company, case_id))

    @router.delete("/{case_id}")
    async def drop_golden_case(principal: Editor, case_id: UUID) -> DroppedView:
        """Takes a case out of the set from the next version on."""
        return DroppedView(version=await golden.drop(principal, case_id))

    return router
