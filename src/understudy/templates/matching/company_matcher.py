"""Everything one company answers from, put together from parts that companies share: a message in, evidence out.

Each rung's evidence names the version of what it used and its two best matches; whether that is enough is for the
ladder to judge. A rung that cannot say anything says why in the note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from understudy.templates.matching.company import nearness, weighing
from understudy.templates.matching.company.compiled import CompiledTemplate
from understudy.templates.matching.company.evidence import Asked as Asked
from understudy.templates.matching.company.evidence import Evidence as Evidence
from understudy.templates.matching.company.evidence import Followed as Followed
from understudy.templates.matching.company.evidence import Match as Match
from understudy.templates.matching.company.evidence import Message as Message
from understudy.templates.matching.company.weighing import Weighed, judged
from understudy.templates.matching.scored import Scored, best_of

LANGUAGE = "language"
"""The note of a rung that reads meaning, for a message in a language that the encoder does not know."""
NOT_FITTED = "head not fitted yet"
NO_EXAMPLES = "no examples"
NO_EMBEDDING = "no embedding"


@dataclass(frozen=True, slots=True)
class CompanyMatcher:
    """What a company answers from at this moment; it never changes. `languages`: those that the encoder knows."""

    followed: tuple[Followed, ...]
    own: Asked
    trade: Asked
    built_in: CompiledTemplate
    languages: frozenset[str]

    @property
    def needs_embedding(self) -> bool:
        """Whether any rung reads meaning."""
        if self.own.questions.nearest or self.trade.questions.nearest:
            return True
        return bool(weighing.all_sources(self.followed))

    def company_qa(self, message: Message) -> Evidence:
        """The company's own questions and answers."""
        return self._asked(self.own, message)

    def trade_qa(self, message: Message) -> Evidence:
        """The questions of the trade, as the company answers them."""
        return self._asked(self.trade, message)

    def rules(self, message: Message) -> Evidence:
        """Triggers of all templates; the earlier template wins a tie. Near misses are held down."""
        return self._rules(message, guarded=message)

    def basic_rules(self, message: Message) -> Evidence:
        """Triggers of all templates and nothing else: what is left with the gatekeeper switched off."""
        return replace(self._rules(message, guarded=None), is_ambiguous=False)

    def semantic(self, message: Message, said: Sequence[Scored] | None = None) -> Evidence:
        """Meaning, from the examples of all templates and overlays; the earlier wins a tie.

        `said`: what each of `weighing.all_sources` says of the message, where that is known already.
        """
        if message.language not in self.languages:
            return Evidence(self._version, note=LANGUAGE)
        sources = weighing.all_sources(self.followed)
        lacks_head = any(one.template.examples and one.template.head is None for one in self.followed)
        if not sources:
            return Evidence(self._version, note=NOT_FITTED if lacks_head else NO_EXAMPLES)
        if message.embedding is None:
            return Evidence(self._version, note=NO_EMBEDDING)
        if said is None:
            said = [source.scores(message.written, message.embedding) for source in sources]
        merged = best_of(said)
        return judged(
            weighing.meant(merged, sources, message),
            self._version,
            ambiguous=merged.is_ambiguous,
            in_scope=None if lacks_head else merged.in_scope,
        )

    def small_talk(self, message: Message) -> Evidence:
        """Greetings, thanks and the like; only where they are all of the message."""
        best = (verdict := self.built_in.rules.match(message.folded)).best
        if best is None or not weighing.explained_together(best, verdict.second):
            return Evidence(self.built_in.label)
        return Evidence(self.built_in.label, Followed(self.built_in).match(best.scenario, 1.0, best.trigger))

    def nearest(self, message: Message, count: int) -> tuple[Match, ...]:
        """The scenarios and questions nearest to a message, nearest first, for a model to choose among.

        By meaning where there is an embedding and a head, else by shared words, and by triggers. `confidence` is their
        nearness, which only sorts.
        """
        found = chain(
            nearness.by_question(self.own, message),
            nearness.by_question(self.trade, message),
            nearness.by_rules(self.followed, message.folded),
            nearness.by_meaning(self.followed, message),
            nearness.by_words(self.followed, message),
        )
        return nearness.best_first(found, count)

    @property
    def version(self) -> str:
        """Everything that answers depend on: templates, overlays and questions with their versions."""
        return ", ".join((self._version, self.own.version, self.trade.version))

    def find(self, key: str) -> Match | None:
        """What the key of an earlier match names, if it still answers: for an offer that is read back."""
        kind, _, name = key.partition(":")
        for asked in (self.own, self.trade):
            if kind == asked.prefix:
                entry = asked.entry(name)
                return asked.match(entry, 1.0, entry.question) if entry else None
        for one in (*self.followed, Followed(self.built_in)):
            prefix = f"scenario:{one.template.name}/"
            if key.startswith(prefix) and (match := one.match(key.removeprefix(prefix), 1.0, "")):
                return replace(match, matched=match.title)
        return None

    @property
    def _version(self) -> str:
        return ", ".join(one.label for one in self.followed)

    def _asked(self, asked: Asked, message: Message) -> Evidence:
        if not asked.questions.entries:
            return Evidence(asked.version)
        exact = asked.entry(asked.questions.exact.get(message.words, ""))
        if exact is not None:
            return Evidence(asked.version, asked.match(exact, 1.0, exact.question))
        if message.language not in self.languages:
            return Evidence(asked.version, note=LANGUAGE)
        if asked.questions.nearest is None or message.embedding is None:
            return Evidence(asked.version, note=NO_EMBEDDING)
        scored = weighing.without(asked.questions.nearest.scores(message.written, message.embedding), asked.hidden)
        return judged(weighing.asked(asked, scored, message), asked.version, ambiguous=scored.is_ambiguous)

    def _rules(self, message: Message, *, guarded: Message | None) -> Evidence:
        found: list[Weighed] = []
        vetoes: list[str] = []
        for order, one in enumerate(self.followed):
            for is_own, verdict in weighing.verdicts(one, message.folded):
                found += weighing.ruled(one, verdict, (order, is_own), guarded)
                vetoes += [f'vetoed by "{veto.negative_trigger}"' for veto in verdict.vetoes]
        found.sort(key=lambda one: one.rank)
        evidence = judged(found, self._version, ambiguous=weighing.tied(found))
        if evidence.best is None and evidence.note is None and vetoes:
            return replace(evidence, note=vetoes[0])
        return evidence
