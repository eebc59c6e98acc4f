"""A company's settings for conversations."""

from __future__ import annotations

from pydantic import Field

from understudy.companies.settings import SettingsGroup


class ConversationSettings(SettingsGroup):
    """How long conversations and their texts live, and how messages wait for their turn."""

    timeout_minutes: int = Field(
        60, ge=1, le=10_080, description="Minutes of silence after which a contact's next message begins a new one."
    )
    retention_days: int = Field(
        365, ge=1, le=3_650, description="Days after which messages and what was derived from them are deleted."
    )
    max_message_chars: int = Field(8_000, ge=100, le=20_000, description="Longest text of a message, in characters.")
    lease_seconds: float = Field(
        30.0, ge=0.2, le=600, description="How long a message has its turn before another process may answer it."
    )
    lease_wait_seconds: float = Field(
        10.0, ge=0.1, le=60, description="How long a message waits for its turn in its conversation before 409."
    )
