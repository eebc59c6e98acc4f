"""What a company would answer from if a template, or its overlay over one, were another: tried out in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from understudy.infra.computing import in_thread
from understudy.language.domain import EncoderModel, Matrix, Vector
from understudy.templates.domain import Overlay, Template
from understudy.templates.library.heads import EncodeMany
from understudy.templates.matchers import Line, Matchers
from understudy.templates.matching.candidates.compiling import (
    Revised,
    compile_revised,
    known_vectors_of,
    texts_of,
)
from understudy.templates.matching.company.compiled import CompiledOverlay, CompiledTemplate, compile_overlay
from understudy.templates.matching.company_matcher import CompanyMatcher, Followed
from understudy.templates.matching.defaults.background import BACKGROUND
from understudy.templates.records import overlay_texts


@dataclass(frozen=True, slots=True)
class Revision:
    """What is tried: another template in the place of one, another overlay over it, or both. None: as it is.

    A template that the company does not follow comes last in its list.
    """

    template_id: UUID
    template: Template | None = None
    overlay: Overlay | None = None


class Candidates:
    """Builds matchers that answer nobody. `encode` gives embeddings of many texts, made by `model`."""

    def __init__(self, *, matchers: Matchers, model: EncoderModel, encode: EncodeMany) -> None:
        self._matchers = matchers
        self._model = model
        self._encode = encode
        self._background: dict[str, Vector] = {}

    async def of(self, company_id: UUID, revision: Revision | None) -> tuple[CompanyMatcher, CompanyMatcher]:
        """The company's matcher as it is, and as it would be; the parts that do not change are the same objects.

        A head that changes goes on from the serving one: seconds, not the minute of a fit. Raises `CompanyNotFound`.
        """
        matcher, lines = await self._matchers.lined_up(company_id)
        if revision is None or (revision.template is None and revision.overlay is None):
            return matcher, matcher
        place = next((at for at, line in enumerate(lines) if line.template_id == revision.template_id), None)
        line = lines[place] if place is not None else None
        serving = matcher.followed[place] if place is not None else None
        changed = await self._changed(revision, line, serving)
        if changed is None:
            return matcher, matcher
        followed = list(matcher.followed)
        if place is None:
            followed.append(changed)
        else:
            followed[place] = changed
        return matcher, replace(matcher, followed=tuple(followed))

    async def _changed(self, revision: Revision, line: Line | None, serving: Followed | None) -> Followed | None:
        template = serving.template if serving else None
        if revision.template is not None:
            template = await self._template(Revised(revision.template, template))
        if template is None:
            return None
        overlay = serving.overlay if serving else None
        if revision.overlay is not None:
            overlay = await self._overlay(revision.overlay, line, template)
        elif line is not None and line.overlay is not None and revision.template is not None:
            overlay = await self._compiled(line.overlay, line.overlay_version, template, line.vectors)
        return Followed(template, overlay)

    async def _template(self, revised: Revised) -> CompiledTemplate:
        encoder = self._model.key
        known = known_vectors_of(revised.serving, encoder) if revised.serving else {}
        await self._embed_background()
        vectors = await self._embedded(texts_of(revised.template), {**known, **self._background})
        return await in_thread(compile_revised, revised, vectors, encoder)

    async def _overlay(self, overlay: Overlay, line: Line | None, template: CompiledTemplate) -> CompiledOverlay:
        known: dict[str, Vector] = {}
        if line is not None and line.overlay is not None and line.vectors is not None:
            known = dict(zip((text for _, text in overlay_texts(line.overlay)), line.vectors, strict=True))
        texts = [text for _, text in overlay_texts(overlay)]
        vectors = await self._embedded(texts, known)
        rows = np.stack([vectors[text] for text in texts]) if texts else np.zeros((0, self._model.dimension), "f4")
        return await self._compiled(overlay, (line.overlay_version if line else 0) + 1, template, rows)

    async def _compiled(
        self, overlay: Overlay, version: int, template: CompiledTemplate, vectors: Matrix | None
    ) -> CompiledOverlay:
        return await in_thread(compile_overlay, overlay, version, template, vectors=vectors, encoder=self._model.key)

    async def _embedded(self, texts: Iterable[str], known: Mapping[str, Vector]) -> dict[str, Vector]:
        wanted = list(dict.fromkeys(texts))
        missing = [text for text in wanted if text not in known]
        fresh = dict(zip(missing, await self._encode(missing), strict=True)) if missing else {}
        return {text: fresh[text] if text in fresh else known[text] for text in wanted}

    async def _embed_background(self) -> None:
        """What hardly any desk should answer is the same for all: embedded once in a process."""
        if not self._background:
            texts = list(dict.fromkeys(BACKGROUND))
            self._background = dict(zip(texts, await self._encode(texts), strict=True))
