"""The built-in sentences: fallbacks by tone and kind, what is offered, what is said when a person takes over.

They are English; a company writes its own in its settings, and a template's replies are in the template's language.
"""

from __future__ import annotations

from collections.abc import Mapping

from understudy.answering.domain import FallbackKind
from understudy.answering.settings import EscalationOption, Tone
from understudy.templates.domain import Action

EMERGENCY_REPLY = (
    "Something went wrong on our side and your message could not be answered just now. "
    "It has been passed to a person, who will get back to you."
)
"""Goes out when even the fallback fails; a hand-over goes with it."""

FALLBACKS: Mapping[Tone, Mapping[FallbackKind, tuple[str, ...]]] = {
    Tone.NEUTRAL: {
        FallbackKind.CLARIFICATION_NEEDED: (
            "I'm not sure I understood that. Could you say it in other words, or add a detail?",
            "Could you tell me a little more about what you need?",
            "I want to get this right: could you put your question another way?",
        ),
        FallbackKind.NO_MATCH: (
            "I don't have an answer to that.",
            "That is something I can't answer myself.",
            "I couldn't find an answer to your question.",
        ),
        FallbackKind.TECHNICAL_ISSUE: (
            "Something isn't working on our side just now, so I can't answer this. Please try again in a little while.",
            "We have a technical problem just now. Your message has arrived; please try again a bit later.",
        ),
        FallbackKind.OUT_OF_SCOPE: (
            "That is not something {company_name} can help with.",
            "I can only help with questions about {company_name}'s own services.",
        ),
    },
    Tone.WARM: {
        FallbackKind.CLARIFICATION_NEEDED: (
            "Sorry, I didn't quite catch that! Could you tell me a bit more?",
            "I'd love to help. Could you put that in other words for me?",
            "Hm, I'm not quite sure what you mean. Could you add a detail or two?",
        ),
        FallbackKind.NO_MATCH: (
            "I'm sorry, I don't know the answer to that one.",
            "That's a good question, and I'm afraid I don't have the answer.",
            "I'm sorry, that one is beyond me.",
        ),
        FallbackKind.TECHNICAL_ISSUE: (
            "I'm so sorry, something isn't working on our side. Could you try again in a little while?",
            "Oh dear, we have a technical hiccup. Your message has arrived; please try again a bit later.",
        ),
        FallbackKind.OUT_OF_SCOPE: (
            "I'm sorry, that isn't something we do at {company_name}.",
            "I'm afraid I can only help with {company_name}'s own services, but I'm happy to do that!",
        ),
    },
    Tone.FORMAL: {
        FallbackKind.CLARIFICATION_NEEDED: (
            "I was unable to determine your request with certainty. Please rephrase it or provide further detail.",
            "Please provide some further detail so that your request can be answered correctly.",
            "Your request could not be identified with certainty. Kindly describe it in other words.",
        ),
        FallbackKind.NO_MATCH: (
            "I regret that I am unable to answer this question.",
            "An answer to your question is not available to me.",
            "I regret that no answer to your enquiry could be found.",
        ),
        FallbackKind.TECHNICAL_ISSUE: (
            "Owing to a technical problem your request cannot be answered at present. Please try again later.",
            "We are experiencing a technical problem. Your message has been received; please try again later.",
        ),
        FallbackKind.OUT_OF_SCOPE: (
            "This matter lies outside the services of {company_name}.",
            "I am only able to assist with matters concerning the services of {company_name}.",
        ),
    },
}
"""Never said twice in a row to the same customer, so each kind has at least two."""

OFFERED: Mapping[EscalationOption, str] = {
    EscalationOption.TRANSFER: "talk to a person",
    EscalationOption.TAKE_MESSAGE: "leave a message",
    EscalationOption.CALLBACK: "be called back",
}
"""The ways to a person as they are offered."""

ASKED_FOR: Mapping[EscalationOption, tuple[str, ...]] = {
    EscalationOption.TRANSFER: (
        "human",
        "agent",
        "someone",
        "somebody",
        "colleague",
        "representative",
        "operator",
        "speak",
    ),
    EscalationOption.TAKE_MESSAGE: ("note",),
    EscalationOption.CALLBACK: ("call", "callback", "phone", "ring"),
}
"""Further words by which contacts choose one, folded."""

CLARIFYING: tuple[str, ...] = (
    "Which of these do you mean? 1) {first} 2) {second}",
    "I want to be sure I understand. Is it 1) {first}, or 2) {second}?",
)
"""The question back; what is filled in comes from the template, never from the customer."""

HANDED_OVER: Mapping[Action, str] = {
    Action.TRANSFER: "I'm passing you on to a colleague, who will answer you here.",
    Action.TAKE_MESSAGE: "I've passed your message on to our team, who will get back to you.",
    Action.CALLBACK: "I've asked a colleague to call you back. Please write your number if we may not have it.",
}
"""What happens next, while people are there."""

HANDED_OVER_CLOSED: Mapping[Action, str] = {
    Action.TRANSFER: "I've passed you on to our team, who will answer you here{then}.",
    Action.TAKE_MESSAGE: "I've passed your message on to our team, who will get back to you{then}.",
    Action.CALLBACK: "I've asked for you to be called back{then}. Please write your number if we may not have it.",
}
"""What happens next, while nobody is in; `{then}` says from when on."""

NOBODY_IN = "Nobody is in just now."
CLOSED_FOR_HOLIDAY = "We are closed today."
CLOSED_FOR_NAMED_HOLIDAY = "We are closed today ({holiday})."
BACK = "We are back {opens_next}."
WHEN_BACK = " when we are back {opens_next}"
