"""English."""

from __future__ import annotations

from understudy.answering.settings import EscalationOption, Tone
from understudy.answering.wording.languages.phrases import Closed, Moments, Offering, Phrases, fallbacks
from understudy.templates.domain import Action

NEUTRAL = fallbacks(
    clarification_needed=(
        "I'm not sure I understood that. Could you say it in other words, or add a detail?",
        "Could you tell me a little more about what you need?",
        "I want to get this right: could you put your question another way?",
    ),
    no_match=(
        "I don't have an answer to that.",
        "That is something I can't answer myself.",
        "I couldn't find an answer to your question.",
    ),
    technical_issue=(
        "Something isn't working on our side just now, so I can't answer this. Please try again in a little while.",
        "We have a technical problem just now. Your message has arrived; please try again a bit later.",
    ),
    out_of_scope=(
        "That is not something {company_name} can help with.",
        "I can only help with questions about {company_name}'s own services.",
    ),
)
WARM = fallbacks(
    clarification_needed=(
        "Sorry, I didn't quite catch that! Could you tell me a bit more?",
        "I'd love to help. Could you put that in other words for me?",
        "Hm, I'm not quite sure what you mean. Could you add a detail or two?",
    ),
    no_match=(
        "I'm sorry, I don't know the answer to that one.",
        "That's a good question, and I'm afraid I don't have the answer.",
        "I'm sorry, that one is beyond me.",
    ),
    technical_issue=(
        "I'm so sorry, something isn't working on our side. Could you try again in a little while?",
        "Oh dear, we have a technical hiccup. Your message has arrived; please try again a bit later.",
    ),
    out_of_scope=(
        "I'm sorry, that isn't something we do at {company_name}.",
        "I'm afraid I can only help with {company_name}'s own services, but I'm happy to do that!",
    ),
)
FORMAL = fallbacks(
    clarification_needed=(
        "I was unable to determine your request with certainty. Please rephrase it or provide further detail.",
        "Please provide some further detail so that your request can be answered correctly.",
        "Your request could not be identified with certainty. Kindly describe it in other words.",
    ),
    no_match=(
        "I regret that I am unable to answer this question.",
        "An answer to your question is not available to me.",
        "I regret that no answer to your enquiry could be found.",
    ),
    technical_issue=(
        "Owing to a technical problem your request cannot be answered at present. Please try again later.",
        "We are experiencing a technical problem. Your message has been received; please try again later.",
    ),
    out_of_scope=(
        "This matter lies outside the services of {company_name}.",
        "I am only able to assist with matters concerning the services of {company_name}.",
    ),
)
OFFERING = Offering(
    sentence="You can also {ways}.",
    comma=", ",
    last=" or ",
    ways={
        EscalationOption.TRANSFER: "talk to a person",
        EscalationOption.TAKE_MESSAGE: "leave a message",
        EscalationOption.CALLBACK: "be called back",
    },
    asked_for={
        EscalationOption.TRANSFER: (
            *("human", "agent", "someone", "somebody", "colleague"),
            *("representative", "operator", "speak"),
        ),
        EscalationOption.TAKE_MESSAGE: ("note",),
        EscalationOption.CALLBACK: ("call", "callback", "phone", "ring"),
    },
)
PHRASES = Phrases(
    emergency=(
        "Something went wrong on our side and your message could not be answered just now. "
        "It has been passed to a person, who will get back to you."
    ),
    fallbacks={Tone.NEUTRAL: NEUTRAL, Tone.WARM: WARM, Tone.FORMAL: FORMAL},
    offering=OFFERING,
    clarifying=(
        "Which of these do you mean? 1) {first} 2) {second}",
        "I want to be sure I understand. Is it 1) {first}, or 2) {second}?",
    ),
    handed_over={
        Action.TRANSFER: "I'm passing you on to a colleague, who will answer you here.",
        Action.TAKE_MESSAGE: "I've passed your message on to our team, who will get back to you.",
        Action.CALLBACK: "I've asked a colleague to call you back. Please write your number if we may not have it.",
    },
    handed_over_closed={
        Action.TRANSFER: "I've passed you on to our team, who will answer you here{then}.",
        Action.TAKE_MESSAGE: "I've passed your message on to our team, who will get back to you{then}.",
        Action.CALLBACK: "I've asked for you to be called back{then}. Please write your number if we may not have it.",
    },
    closed=Closed(
        nobody_in="Nobody is in just now.",
        holiday="We are closed today.",
        named_holiday="We are closed today ({holiday}).",
        back="We are back {opens_next}.",
        when_back=" when we are back {opens_next}",
    ),
    moments=Moments(
        today="today at {at}",
        tomorrow="tomorrow at {at}",
        weekday="on {day} at {at}",
        date="on {day} {month} at {at}",
        days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        months=(
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
    ),
)
