"""Providers, targets, prompts, completions and faults as values. Money is micro-dollars, prices per million tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from understudy.kit.errors import Unavailable

MILLION = 1_000_000


class Dialect(StrEnum):
    """How a provider is spoken to."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    GEMINI = "gemini"
    COMPATIBLE = "openai_compatible"
    """Any server that speaks OpenAI's chat completions: Azure, vLLM, Ollama, llama.cpp."""
    LOCAL = "local"
    """A GGUF file run in this process; costs nothing."""


class Tier(StrEnum):
    """How strong a model has to be, cheapest first."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    @property
    def rank(self) -> int:
        """0 for the cheapest."""
        return tuple(Tier).index(self)

    @property
    def above(self) -> Tier | None:
        """The next tier up; None at the top."""
        return next((tier for tier in Tier if tier.rank == self.rank + 1), None)


class Pot(StrEnum):
    """The budgets of a company, each with a cap of its own."""

    ANSWERING = "answering"
    LEARNING = "learning"


class Purpose(StrEnum):
    """What a call is for."""

    ANSWER = "answer"
    REPAIR = "repair"
    FORWARD = "forward"
    TEST = "test"
    JUDGE = "judge"
    EMBED = "embed"
    RERANK = "rerank"
    LEARN = "learn"


class Fault(StrEnum):
    """How a call failed."""

    TIMED_OUT = "timed_out"
    """No whole answer within the time limit."""
    SLOW_START = "slow_start"
    """No first token within its time limit."""
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    """The provider answered 5xx."""
    UNREACHABLE = "unreachable"
    """No connection, or one that broke before an answer."""
    CUT = "cut"
    """The answer broke off, or ended without a finish reason."""
    MALFORMED = "malformed"
    """What came is no answer in the dialect: HTML, no choices, broken JSON, not the schema asked for."""
    BLOCKED = "blocked"
    """The provider's safety filter; charged, and no sign of ill health."""
    KEY_REFUSED = "key_refused"
    NO_MODEL = "no_model"
    REFUSED = "refused"
    """Any other 4xx: the request itself was not accepted."""
    CANCELLED = "cancelled"
    """Whoever asked went away."""

    @property
    def is_ill_health(self) -> bool:
        """Whether it speaks against the provider's health, rather than against the request or whoever asked."""
        return self not in _NOT_THE_PROVIDERS

    @property
    def is_passing(self) -> bool:
        """Whether the same call may well succeed a moment later."""
        return self in _PASSING


_NOT_THE_PROVIDERS = frozenset((Fault.BLOCKED, Fault.REFUSED, Fault.CANCELLED, Fault.NO_MODEL, Fault.KEY_REFUSED))
_PASSING = frozenset((Fault.RATE_LIMITED, Fault.OVERLOADED))


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs: micro-dollars per million tokens of each kind.

    `cached`: input read from the provider's prompt cache; `cache_write`: input written into it. `long`: what a call
    with more than `long_from` input tokens costs, all of it; None: the same.
    """

    input: int
    output: int
    cached: int
    cache_write: int
    long_from: int | None = None
    long: Price | None = None

    @classmethod
    def free(cls) -> Price:
        """A model that costs nothing."""
        return cls(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. `input_tokens` counts all input, `cached_tokens` and `cache_write_tokens` are parts of it."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Provider:
    """Who answers. `company_id` None: the platform's, for every company.

    `name` is unique among the company's and among the platform's; a company's own hides the platform's of the same
    name. `base_url` None: the dialect's own address. `tiers`: the model for each tier, `{}` takes the dialect's.
    `position`: lower is tried first. `prices`: model → price, over those of the price library.
    """

    id: UUID
    company_id: UUID | None
    name: str
    dialect: Dialect
    base_url: str | None = None
    has_key: bool = False
    tiers: Mapping[Tier, str] = field(default_factory=dict)
    prices: Mapping[str, Price] = field(default_factory=dict)
    position: int = 0
    timeout_seconds: float = 30.0
    first_token_seconds: float = 10.0
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """One model of one provider, with its price, ready to be dialled. The key never shows in a repr."""

    provider: Provider
    model: str
    price: Price
    key: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """As routes and the ledger name it: provider/model."""
        return f"{self.provider.name}/{self.model}"


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of the instructions. Stable ones come first, and the provider may keep them in its prompt cache."""

    text: str
    is_stable: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """Something said before, or the question itself. `role`: user or assistant."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is sent: instructions in cache-friendly order, then the turns; the last one is the user's."""

    sections: tuple[Section, ...]
    turns: tuple[Turn, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """All its texts, in order."""
        return (*(section.text for section in self.sections), *(turn.text for turn in self.turns))


@dataclass(frozen=True, slots=True)
class Shape:
    """The structured answer that is asked for: a name and a JSON schema."""

    name: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """How a model is to answer. `shape` None: free text."""

    temperature: float
    max_output_tokens: int
    timeout_seconds: float
    first_token_seconds: float
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole answer. `likelihood`: the mean probability of its tokens, where the provider gives log-probabilities.

    `value`: the structured answer, parsed from `text`, checked to be a JSON object and no more; None for free text.
    """

    text: str
    usage: Usage
    value: Mapping[str, Any] | None = None
    likelihood: float | None = None
    first_token_ms: int | None = None


class CallFailed(Unavailable):
    """A call to a provider failed. `fault` says how; `retry_after`: seconds the provider asks to wait.

    `usage`: what was used as far as is known; None: unknown, so the hold settles at its worst case unless nothing was
    sent (`was_sent`).
    """

    code = "call_failed"

    def __init__(
        self,
        message: str,
        *,
        fault: Fault,
        retry_after: float | None = None,
        usage: Usage | None = None,
        was_sent: bool = True,
    ) -> None:
        super().__init__(message)
        self.fault = fault
        self.retry_after = retry_after
        self.usage = usage
        self.was_sent = was_sent
