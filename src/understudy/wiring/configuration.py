"""All settings: those of a process, from the environment, and the groups of a company's."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import Field

from understudy.answering.settings import (
    EscalationSettings,
    FallbackSettings,
    HoursSettings,
    LadderSettings,
    LimitSettings,
    VipSettings,
)
from understudy.channels.openai.settings import FrontDoorSettings
from understudy.channels.settings import SweeperSettings
from understudy.channels.webchat.service import ChatSettings
from understudy.channels.webchat.settings import WebchatSettings
from understudy.companies.settings import Profile, SettingsGroup
from understudy.conversations.settings import ConversationSettings
from understudy.infra.database import DatabaseSettings
from understudy.infra.jobs import JobSettings
from understudy.infra.secrets.vault import SecretsSettings
from understudy.infra.settings import ProcessSettings, load
from understudy.language.settings import LanguageSettings
from understudy.learning.settings import LearningProcessSettings, LearningSettings
from understudy.llm.settings import BudgetSettings, LlmProcessSettings, LlmSettings
from understudy.monitoring.settings import NoticeSettings
from understudy.templates.matchers import MatchingSettings

COMPANY_SETTINGS: dict[str, type[SettingsGroup]] = {
    "profile": Profile,
    "ladder": LadderSettings,
    "fallback": FallbackSettings,
    "hours": HoursSettings,
    "limits": LimitSettings,
    "vip": VipSettings,
    "escalation": EscalationSettings,
    "budget": BudgetSettings,
    "llm": LlmSettings,
    "learning": LearningSettings,
    "conversations": ConversationSettings,
    "webchat": WebchatSettings,
    "notices": NoticeSettings,
    "front_door": FrontDoorSettings,
}
"""The groups of a company's settings, by their names in the document."""


class WebSettings(ProcessSettings):
    """How the server listens."""

    host: str = "127.0.0.1"
    """Address to listen on. Until people can sign in, anything but loopback also needs a console token of your own."""
    port: int = 8080
    """Port to listen on."""
    processes: int = Field(1, ge=1, le=64)
    """Server processes that share the port; one per core for much traffic, each takes about 300 MB."""
    worker: bool = True
    """Whether the server also runs jobs; false where workers are processes of their own."""
    console_token: str = ""
    """Token that opens the console; empty: a fresh one is printed at each start."""
    max_body_bytes: int = 20_000_000
    """Longest request body; longer ones are refused with 413."""
    json_logs: bool = True
    """Logs as JSON lines; false for people."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """All settings of a process."""

    database: DatabaseSettings
    jobs: JobSettings
    web: WebSettings
    language: LanguageSettings = field(default_factory=LanguageSettings)
    matching: MatchingSettings = field(default_factory=MatchingSettings)
    learning: LearningProcessSettings = field(default_factory=LearningProcessSettings)
    chat: ChatSettings = field(default_factory=ChatSettings)
    sweeper: SweeperSettings = field(default_factory=SweeperSettings)
    llm: LlmProcessSettings = field(default_factory=LlmProcessSettings)
    secrets: SecretsSettings = field(default_factory=SecretsSettings)


GROUPS: dict[str, type[ProcessSettings]] = {
    "database": DatabaseSettings,
    "jobs": JobSettings,
    "web": WebSettings,
    "language": LanguageSettings,
    "matching": MatchingSettings,
    "chat": ChatSettings,
    "sweeper": SweeperSettings,
    "llm": LlmProcessSettings,
    "learning": LearningProcessSettings,
    "secrets": SecretsSettings,
}
"""The groups of process settings, by their names in the environment."""


def configuration() -> Configuration:
    """Reads all settings from the environment; raises `Invalid` naming what is wrong."""
    return Configuration(
        database=load(DatabaseSettings, "database"),
        jobs=load(JobSettings, "jobs"),
        web=load(WebSettings, "web"),
        language=load(LanguageSettings, "language"),
        matching=load(MatchingSettings, "matching"),
        chat=load(ChatSettings, "chat"),
        sweeper=load(SweeperSettings, "sweeper"),
        llm=load(LlmProcessSettings, "llm"),
        learning=load(LearningProcessSettings, "learning"),
        secrets=load(SecretsSettings, "secrets"),
    )
