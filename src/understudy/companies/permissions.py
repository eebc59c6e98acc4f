"""Every permission there is: the page an auditor reads."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What a principal may be allowed to do. Each route and command names one."""

    MESSAGE_SEND = "message:send"
    """Hand in a contact's message and receive the reply."""
    CONVERSATION_READ = "conversation:read"
    """Read contacts, conversations and messages."""
    CONVERSATION_REPLY = "conversation:reply"
    """Answer as a person, take over and hand back."""
    DECISION_READ = "decision:read"
    """Read how answers came about."""
    CONTACT_EXPORT = "contact:export"
    """Export everything kept about a contact."""
    CONTACT_ERASE = "contact:erase"
    """Erase a contact and everything kept about it."""
    TEMPLATE_READ = "template:read"
    """Read templates, their versions, and questions and answers."""
    TEMPLATE_EDIT = "template:edit"
    """Change drafts, overlays, and which templates the company follows."""
    TEMPLATE_PUBLISH = "template:publish"
    """Publish and roll back versions of templates that the company owns."""
    QA_EDIT = "qa:edit"
    """Change the company's questions and answers, override or hide those of the trade."""
    MODEL_CALL = "model:call"
    """Use the OpenAI-compatible front door."""
    PROVIDER_READ = "provider:read"
    """Read which providers of models there are; their keys are never shown."""
    PROVIDER_MANAGE = "provider:manage"
    """Add, change, test and remove the company's providers and their keys."""
    USAGE_READ = "usage:read"
    """Read calls, costs, budgets and the bill."""
    PROMPT_READ = "prompt:read"
    """Read prompts, their versions, and the rendered prompt of a decision."""
    PROMPT_EDIT = "prompt:edit"
    """Change prompts and roll them back."""
    NOTICE_READ = "notice:read"
    """Read notices: budgets, providers that are down or slow."""
    NOTICE_MANAGE = "notice:manage"
    """Mark notices as seen, and set where they are sent."""
    SETTINGS_READ = "settings:read"
    """Read the company and its settings."""
    SETTINGS_EDIT = "settings:edit"
    """Change the company's settings."""
    KEY_MANAGE = "key:manage"
    """Create, list and revoke API keys, never with more permissions than one's own."""
    AUDIT_READ = "audit:read"
    """Read the audit log."""
    COMPANY_MANAGE = "company:manage"
    """Platform only: create, list, change and archive companies, and bring them back."""
    CONTENT_MANAGE = "content:manage"
    """Platform only: change the templates and the questions and answers that trades share."""
    PLATFORM_PROVIDER_MANAGE = "platform_provider:manage"
    """Platform only: add, change, test and remove the providers that every company may use."""


PLATFORM_PERMISSIONS = frozenset(
    {Permission.COMPANY_MANAGE, Permission.CONTENT_MANAGE, Permission.PLATFORM_PROVIDER_MANAGE}
)
"""Permissions over all companies; only a platform key can hold them."""

COMPANY_PERMISSIONS = frozenset(Permission) - PLATFORM_PERMISSIONS
"""Permissions within one company."""
