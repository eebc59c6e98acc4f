"""A small support desk with real sentences, embedded with the shipped encoder: what the tests of matching share."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from understudy.language.adapters.onnx_encoder import OnnxEncoder
from understudy.templates.domain import Category, Scenario, Template
from understudy.templates.matching.features import EmbeddedTexts, LabelledExamples, Matrix, Vector, scenario_words
from understudy.templates.matching.fitting import TrainingSet, fit
from understudy.templates.matching.head import Head

ENCODER = "minilm-l6-int8"

INTENTS = {
    "card_arrival": (
        "I am still waiting on my card",
        "my new card has not arrived yet",
        "when will my card be delivered",
        "how long until the card comes in the post",
        "the card I ordered two weeks ago is not here",
    ),
    "lost_card": (
        "I lost my card",
        "my card was stolen",
        "someone took my wallet with the card in it",
        "I can't find my card anywhere",
        "please block the card, it is gone",
    ),
    "reset_password": (
        "I forgot my password",
        "how do I reset my password",
        "I can't log in, the password is not accepted",
        "send me a link for a new password",
        "my passcode does not work any more",
    ),
    "refund_status": (
        "where is my refund",
        "my money has not been returned yet",
        "how long does a refund take",
        "I sent it back and wait for the refund",
        "has the refund been paid out",
    ),
    "exchange_rate": (
        "what is your exchange rate",
        "how many euros do I get for a dollar",
        "which rate do you use abroad",
        "is the currency conversion at market rate",
        "tell me the current rate for pounds",
    ),
    "change_address": (
        "I moved to another flat",
        "please update my address",
        "my postal address has changed",
        "how do I change where letters are sent",
        "I have a new home address",
    ),
    "opening_hours": (
        "when are you open",
        "what are your opening hours",
        "are you open on Sundays",
        "until what time can I call",
        "is the office closed on holidays",
    ),
    "talk_to_person": (
        "I want to talk to a human",
        "connect me with an agent",
        "can a real person help me",
        "let me speak with someone",
        "I need to speak to your staff",
    ),
    "close_account": (
        "please close my account",
        "I want to leave your bank",
        "delete my account for good",
        "how can I end the contract with you",
        "I no longer want an account here",
    ),
    "top_up_failed": (
        "my top up did not work",
        "the top up was declined",
        "I tried to add money and it failed",
        "why was my top up rejected",
        "adding funds does not go through",
    ),
}

ASKED = {
    "has my card been posted yet": "card_arrival",
    "somebody stole my purse and my bank card": "lost_card",
    "i cant remember my password": "reset_password",
    "still no refund on my account": "refund_status",
    "what do I pay to convert euros into pounds": "exchange_rate",
    "my address is different now": "change_address",
    "at what time do you close": "opening_hours",
    "give me a human please": "talk_to_person",
    "terminate my account": "close_account",
    "top up keeps failing": "top_up_failed",
}

UNRELATED = (
    "how do I cook rice",
    "who won the football match",
    "recommend a good film",
    "what is the capital of Peru",
    "play some jazz music",
    "how tall is Mount Everest",
)


@cache
def encoder() -> OnnxEncoder:
    """The shipped encoder, loaded once."""
    return OnnxEncoder.named(ENCODER)


@cache
def _vector(text: str) -> Vector:
    vector: Vector = encoder().encode([text])[0]
    return vector


def embed(texts: Sequence[str]) -> Matrix:
    """Embeddings [n, d] of texts."""
    return np.array([_vector(text) for text in texts], np.float32).reshape(len(texts), encoder().model.dimension)


def labelled(intents: Mapping[str, tuple[str, ...]]) -> LabelledExamples:
    """Examples of the intents, with embeddings."""
    pairs = [(text, label) for label, texts in intents.items() for text in texts]
    texts = [text for text, _ in pairs]
    return LabelledExamples(texts, [label for _, label in pairs], embed(texts))


def outside(texts: Sequence[str] = ()) -> EmbeddedTexts:
    """Texts out of scope, with embeddings."""
    return EmbeddedTexts(texts, embed(texts))


def material(
    intents: Mapping[str, tuple[str, ...]], out_of_scope: Sequence[str] = (), background: Sequence[str] = ()
) -> TrainingSet:
    """What a head of these intents is fitted from."""
    names = {label: (scenario_words(label),) for label in intents}
    return TrainingSet(labelled(intents), labelled(names), outside(out_of_scope), outside(background))


@cache
def desk() -> Head:
    """A head of all the intents."""
    return fit(material(INTENTS, background=UNRELATED[:3]), encoder=ENCODER)


def template() -> Template:
    """The intents as a template."""
    scenarios = tuple(Scenario(name, examples=texts) for name, texts in INTENTS.items())
    return Template("Desk", "banking", (Category("All", scenarios),))
