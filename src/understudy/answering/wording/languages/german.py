"""German; customers are addressed as Sie in every tone."""

from __future__ import annotations

from understudy.answering.settings import EscalationOption, Tone
from understudy.answering.wording.languages.phrases import Closed, Moments, Offering, Phrases, fallbacks
from understudy.templates.domain import Action

NEUTRAL = fallbacks(
    clarification_needed=(
        "Ich bin nicht sicher, ob ich das verstanden habe. Können Sie es anders sagen oder etwas ergänzen?",
        "Können Sie mir etwas genauer sagen, was Sie brauchen?",
        "Ich möchte Sie richtig verstehen: Können Sie Ihre Frage anders stellen?",
    ),
    no_match=(
        "Darauf habe ich keine Antwort.",
        "Das kann ich selbst nicht beantworten.",
        "Ich habe keine Antwort auf Ihre Frage gefunden.",
    ),
    technical_issue=(
        (
            "Bei uns funktioniert gerade etwas nicht, deshalb kann ich nicht antworten. "
            "Bitte versuchen Sie es gleich noch einmal."
        ),
        (
            "Wir haben gerade ein technisches Problem. Ihre Nachricht ist angekommen; "
            "bitte versuchen Sie es etwas später noch einmal."
        ),
    ),
    out_of_scope=(
        "Dabei kann {company_name} nicht helfen.",
        "Ich kann nur bei Fragen zu den Leistungen von {company_name} helfen.",
    ),
)
WARM = fallbacks(
    clarification_needed=(
        "Entschuldigung, das habe ich nicht ganz verstanden! Können Sie mir etwas mehr dazu sagen?",
        "Ich helfe Ihnen sehr gern. Können Sie es mir noch einmal mit anderen Worten sagen?",
        "Hm, ich weiß noch nicht genau, was Sie meinen. Können Sie ein, zwei Einzelheiten ergänzen?",
    ),
    no_match=(
        "Es tut mir leid, das weiß ich leider nicht.",
        "Das ist eine gute Frage, aber leider habe ich keine Antwort darauf.",
        "Es tut mir leid, da bin ich überfragt.",
    ),
    technical_issue=(
        "Das tut mir sehr leid, bei uns funktioniert gerade etwas nicht. Versuchen Sie es gleich noch einmal?",
        (
            "Oje, bei uns hakt gerade die Technik. Ihre Nachricht ist angekommen; "
            "bitte versuchen Sie es etwas später noch einmal."
        ),
    ),
    out_of_scope=(
        "Es tut mir leid, das bieten wir bei {company_name} nicht an.",
        "Leider kann ich nur bei den Leistungen von {company_name} helfen, das aber sehr gern!",
    ),
)
FORMAL = fallbacks(
    clarification_needed=(
        (
            "Ihr Anliegen ließ sich nicht eindeutig bestimmen. Bitte formulieren "
            "Sie es neu oder ergänzen Sie Einzelheiten."
        ),
        "Bitte nennen Sie weitere Einzelheiten, damit Ihr Anliegen richtig beantwortet werden kann.",
        "Ihr Anliegen konnte nicht eindeutig erkannt werden. Bitte beschreiben Sie es mit anderen Worten.",
    ),
    no_match=(
        "Ich bedaure, diese Frage nicht beantworten zu können.",
        "Zu Ihrer Frage liegt mir keine Antwort vor.",
        "Zu Ihrer Anfrage konnte leider keine Antwort gefunden werden.",
    ),
    technical_issue=(
        (
            "Wegen eines technischen Problems kann Ihr Anliegen derzeit nicht beantwortet "
            "werden. Bitte versuchen Sie es später erneut."
        ),
        (
            "Derzeit liegt ein technisches Problem vor. Ihre Nachricht ist "
            "eingegangen; bitte versuchen Sie es später erneut."
        ),
    ),
    out_of_scope=(
        "Diese Angelegenheit gehört nicht zu den Leistungen von {company_name}.",
        (
            "Ich kann Ihnen ausschließlich bei Angelegenheiten behilflich sein, "
            "die die Leistungen von {company_name} betreffen."
        ),
    ),
)
OFFERING = Offering(
    sentence="Sie können auch {ways}.",
    comma=", ",
    last=" oder ",
    ways={
        EscalationOption.TRANSFER: "mit einem Menschen sprechen",
        EscalationOption.TAKE_MESSAGE: "eine Nachricht hinterlassen",
        EscalationOption.CALLBACK: "sich zurückrufen lassen",
    },
    asked_for={
        EscalationOption.TRANSFER: (
            "mensch",
            "mitarbeiter",
            "mitarbeiterin",
            "jemand",
            "jemandem",
            "kollege",
            "person",
        ),
        EscalationOption.TAKE_MESSAGE: ("notiz",),
        EscalationOption.CALLBACK: ("ruckruf", "anruf", "anrufen", "telefon", "zuruckrufen", "ruckruf"),
    },
)
PHRASES = Phrases(
    emergency=(
        "Bei uns ist etwas schiefgegangen, und Ihre Nachricht konnte gerade nicht beantwortet werden. "
        "Sie wurde an einen Menschen weitergegeben, der sich bei Ihnen meldet."
    ),
    fallbacks={Tone.NEUTRAL: NEUTRAL, Tone.WARM: WARM, Tone.FORMAL: FORMAL},
    offering=OFFERING,
    clarifying=(
        "Was davon meinen Sie? 1) {first} 2) {second}",
        "Ich möchte sichergehen, dass ich Sie verstehe. Ist es 1) {first} oder 2) {second}?",
    ),
    handed_over={
        Action.TRANSFER: "Ich gebe Sie an einen Kollegen weiter, der Ihnen hier antwortet.",
        Action.TAKE_MESSAGE: "Ich habe Ihre Nachricht an unser Team weitergegeben, das sich bei Ihnen meldet.",
        Action.CALLBACK: (
            "Ein Kollege wird Sie zurückrufen. Bitte schreiben Sie Ihre Nummer, falls wir sie nicht haben."
        ),
    },
    handed_over_closed={
        Action.TRANSFER: "Ich habe Ihr Anliegen an unser Team weitergegeben, das Ihnen hier antwortet{then}.",
        Action.TAKE_MESSAGE: "Ich habe Ihre Nachricht an unser Team weitergegeben, das sich bei Ihnen meldet{then}.",
        Action.CALLBACK: "Sie werden zurückgerufen{then}. Bitte schreiben Sie Ihre Nummer, falls wir sie nicht haben.",
    },
    closed=Closed(
        nobody_in="Gerade ist niemand da.",
        holiday="Heute haben wir geschlossen.",
        named_holiday="Heute haben wir geschlossen ({holiday}).",
        back="Wir sind {opens_next} wieder da.",
        when_back=", wenn wir {opens_next} wieder da sind",
    ),
    moments=Moments(
        today="heute um {at} Uhr",
        tomorrow="morgen um {at} Uhr",
        weekday="am {day} um {at} Uhr",
        date="am {day}. {month} um {at} Uhr",
        days=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        months=(
            *("Januar", "Februar", "März", "April", "Mai", "Juni"),
            *("Juli", "August", "September", "Oktober", "November", "Dezember"),
        ),
    ),
)
