"""French; customers are addressed as vous in every tone."""

from __future__ import annotations

from understudy.answering.settings import EscalationOption, Tone
from understudy.answering.wording.languages.phrases import Closed, Moments, Offering, Phrases, fallbacks
from understudy.templates.domain import Action

NEUTRAL = fallbacks(
    clarification_needed=(
        "Je ne suis pas sûr d'avoir compris. Pouvez-vous le dire autrement ou ajouter un détail ?",
        "Pouvez-vous m'en dire un peu plus sur ce dont vous avez besoin ?",
        "Je voudrais bien vous comprendre : pouvez-vous reformuler votre question ?",
    ),
    no_match=(
        "Je n'ai pas de réponse à cela.",
        "Je ne peux pas répondre moi-même à cette question.",
        "Je n'ai pas trouvé de réponse à votre question.",
    ),
    technical_issue=(
        "Quelque chose ne fonctionne pas de notre côté et je ne peux pas vous répondre. Réessayez dans un moment.",
        "Nous avons un problème technique. Votre message est bien arrivé ; réessayez un peu plus tard.",
    ),
    out_of_scope=(
        "Ce n'est pas un sujet sur lequel {company_name} peut vous aider.",
        "Je ne peux vous aider que pour les questions sur les services de {company_name}.",
    ),
)
WARM = fallbacks(
    clarification_needed=(
        "Pardon, je n'ai pas tout à fait compris ! Pouvez-vous m'en dire un peu plus ?",
        "J'aimerais beaucoup vous aider. Pouvez-vous me le dire autrement ?",
        "Hum, je ne vois pas bien ce que vous voulez dire. Pouvez-vous ajouter un détail ou deux ?",
    ),
    no_match=(
        "Je suis désolé, je ne connais pas la réponse.",
        "C'est une bonne question, et je crains de ne pas avoir la réponse.",
        "Je suis désolé, là, je ne sais pas.",
    ),
    technical_issue=(
        (
            "Je suis vraiment désolé, quelque chose ne fonctionne pas de notre "
            "côté. Pouvez-vous réessayer dans un moment ?"
        ),
        "Aïe, nous avons un petit souci technique. Votre message est bien arrivé ; réessayez un peu plus tard.",
    ),
    out_of_scope=(
        "Je suis désolé, ce n'est pas quelque chose que nous faisons chez {company_name}.",
        "Je ne peux vous aider que pour les services de {company_name}, mais ce sera avec plaisir !",
    ),
)
FORMAL = fallbacks(
    clarification_needed=(
        "Votre demande n'a pu être déterminée avec certitude. Veuillez la reformuler ou apporter des précisions.",
        "Veuillez apporter quelques précisions afin que nous puissions répondre correctement à votre demande.",
        "Votre demande n'a pu être identifiée avec certitude. Nous vous prions de la décrire en d'autres termes.",
    ),
    no_match=(
        "Je regrette de ne pouvoir répondre à cette question.",
        "Je ne dispose pas d'une réponse à votre question.",
        "Je regrette qu'aucune réponse à votre demande n'ait pu être trouvée.",
    ),
    technical_issue=(
        "En raison d'un problème technique, nous ne pouvons traiter votre demande. Veuillez réessayer plus tard.",
        "Nous rencontrons un problème technique. Votre message a été reçu ; veuillez réessayer plus tard.",
    ),
    out_of_scope=(
        "Cette question ne relève pas des services de {company_name}.",
        "Je ne peux traiter que les questions relatives aux services de {company_name}.",
    ),
)
OFFERING = Offering(
    sentence="Vous pouvez aussi {ways}.",
    comma=", ",
    last=" ou ",
    ways={
        EscalationOption.TRANSFER: "parler à une personne",
        EscalationOption.TAKE_MESSAGE: "laisser un message",
        EscalationOption.CALLBACK: "demander à être rappelé",
    },
    asked_for={
        EscalationOption.TRANSFER: ("humain", "agent", "conseiller", "conseillere", "quelqu", "collegue", "operateur"),
        EscalationOption.TAKE_MESSAGE: ("note", "mot"),
        EscalationOption.CALLBACK: ("rappeler", "rappel", "rappelez", "appel", "appelez", "telephone"),
    },
)
PHRASES = Phrases(
    emergency=(
        "Un problème est survenu de notre côté et nous n'avons pas pu répondre à votre message. "
        "Il a été transmis à une personne, qui reviendra vers vous."
    ),
    fallbacks={Tone.NEUTRAL: NEUTRAL, Tone.WARM: WARM, Tone.FORMAL: FORMAL},
    offering=OFFERING,
    clarifying=(
        "De quoi s'agit-il ? 1) {first} 2) {second}",
        "Je voudrais être sûr de comprendre. Est-ce 1) {first} ou 2) {second} ?",
    ),
    handed_over={
        Action.TRANSFER: "Je vous passe un collègue, qui vous répondra ici.",
        Action.TAKE_MESSAGE: "J'ai transmis votre message à notre équipe, qui reviendra vers vous.",
        Action.CALLBACK: (
            "J'ai demandé à un collègue de vous rappeler. Écrivez votre numéro si nous risquons de ne pas l'avoir."
        ),
    },
    handed_over_closed={
        Action.TRANSFER: "J'ai transmis votre demande à notre équipe, qui vous répondra ici{then}.",
        Action.TAKE_MESSAGE: "J'ai transmis votre message à notre équipe, qui reviendra vers vous{then}.",
        Action.CALLBACK: (
            "J'ai demandé que l'on vous rappelle{then}. Écrivez votre numéro si nous risquons de ne pas l'avoir."
        ),
    },
    closed=Closed(
        nobody_in="Il n'y a personne pour le moment.",
        holiday="Nous sommes fermés aujourd'hui.",
        named_holiday="Nous sommes fermés aujourd'hui ({holiday}).",
        back="Nous serons de retour {opens_next}.",
        when_back=" à notre retour, {opens_next}",
    ),
    moments=Moments(
        today="aujourd'hui à {at}",
        tomorrow="demain à {at}",
        weekday="{day} à {at}",
        date="le {day} {month} à {at}",
        days=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        months=(
            *("janvier", "février", "mars", "avril", "mai", "juin"),
            *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
        ),
    ),
)
