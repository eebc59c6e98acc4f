"""Spanish; customers are addressed as usted in every tone."""

from __future__ import annotations

from understudy.answering.settings import EscalationOption, Tone
from understudy.answering.wording.languages.phrases import Closed, Moments, Offering, Phrases, fallbacks
from understudy.templates.domain import Action

NEUTRAL = fallbacks(
    clarification_needed=(
        "No estoy seguro de haberlo entendido. ¿Puede decirlo con otras palabras o añadir algún detalle?",
        "¿Puede contarme un poco más sobre lo que necesita?",
        "Quiero entenderlo bien: ¿puede plantear su pregunta de otra manera?",
    ),
    no_match=(
        "No tengo respuesta a eso.",
        "Eso no puedo responderlo yo.",
        "No he encontrado una respuesta a su pregunta.",
    ),
    technical_issue=(
        "En este momento algo no funciona por nuestra parte y no puedo responderle. Inténtelo de nuevo en un rato.",
        "Ahora mismo tenemos un problema técnico. Su mensaje ha llegado; inténtelo de nuevo un poco más tarde.",
    ),
    out_of_scope=(
        "Eso no es algo en lo que {company_name} pueda ayudarle.",
        "Solo puedo ayudarle con preguntas sobre los servicios de {company_name}.",
    ),
)
WARM = fallbacks(
    clarification_needed=(
        "¡Perdone, no lo he entendido del todo! ¿Puede contarme un poco más?",
        "Me encantaría ayudarle. ¿Me lo puede decir con otras palabras?",
        "Vaya, no tengo claro a qué se refiere. ¿Puede darme algún detalle más?",
    ),
    no_match=(
        "Lo siento, no sé la respuesta a eso.",
        "Es una buena pregunta y me temo que no tengo la respuesta.",
        "Lo siento, eso se me escapa.",
    ),
    technical_issue=(
        "Lo siento mucho, algo no funciona por nuestra parte. ¿Puede intentarlo de nuevo en un rato?",
        "¡Vaya! Tenemos un pequeño problema técnico. Su mensaje ha llegado; inténtelo de nuevo un poco más tarde.",
    ),
    out_of_scope=(
        "Lo siento, eso no lo hacemos en {company_name}.",
        "Me temo que solo puedo ayudarle con los servicios de {company_name}, ¡y lo haré encantado!",
    ),
)
FORMAL = fallbacks(
    clarification_needed=(
        "No ha sido posible determinar su solicitud con certeza. Le ruego que la reformule o aporte más detalles.",
        "Le ruego que aporte más detalles para poder responder correctamente a su solicitud.",
        "Su solicitud no ha podido identificarse con certeza. Le agradecería que la describiera con otras palabras.",
    ),
    no_match=(
        "Lamento no poder responder a esta pregunta.",
        "No dispongo de una respuesta a su pregunta.",
        "Lamento comunicarle que no se ha encontrado respuesta a su consulta.",
    ),
    technical_issue=(
        "Debido a un problema técnico, no es posible atender su solicitud en este momento. Inténtelo más tarde.",
        "Estamos experimentando un problema técnico. Su mensaje se ha recibido; le rogamos que lo intente más tarde.",
    ),
    out_of_scope=(
        "Este asunto queda fuera de los servicios de {company_name}.",
        "Únicamente puedo atender asuntos relativos a los servicios de {company_name}.",
    ),
)
OFFERING = Offering(
    sentence="También puede {ways}.",
    comma=", ",
    last=" o ",
    ways={
        EscalationOption.TRANSFER: "hablar con una persona",
        EscalationOption.TAKE_MESSAGE: "dejar un mensaje",
        EscalationOption.CALLBACK: "pedir que le llamen",
    },
    asked_for={
        EscalationOption.TRANSFER: ("humano", "agente", "alguien", "asesor", "operador", "operadora", "representante"),
        EscalationOption.TAKE_MESSAGE: ("nota", "recado"),
        EscalationOption.CALLBACK: ("llamada", "llamar", "llamenme", "llameme", "llamen", "telefono"),
    },
)
PHRASES = Phrases(
    emergency=(
        "Algo ha fallado por nuestra parte y no hemos podido responder a su mensaje. "
        "Lo hemos pasado a una persona, que se pondrá en contacto con usted."
    ),
    fallbacks={Tone.NEUTRAL: NEUTRAL, Tone.WARM: WARM, Tone.FORMAL: FORMAL},
    offering=OFFERING,
    clarifying=(
        "¿A cuál de estas opciones se refiere? 1) {first} 2) {second}",
        "Quiero asegurarme de haberlo entendido. ¿Es 1) {first} o 2) {second}?",
    ),
    handed_over={
        Action.TRANSFER: "Le paso con un compañero, que le responderá aquí.",
        Action.TAKE_MESSAGE: "He pasado su mensaje a nuestro equipo, que se pondrá en contacto con usted.",
        Action.CALLBACK: "He pedido a un compañero que le llame. Escriba su número si es posible que no lo tengamos.",
    },
    handed_over_closed={
        Action.TRANSFER: "He pasado su consulta a nuestro equipo, que le responderá aquí{then}.",
        Action.TAKE_MESSAGE: "He pasado su mensaje a nuestro equipo, que se pondrá en contacto con usted{then}.",
        Action.CALLBACK: "He pedido que le llamen{then}. Escriba su número si es posible que no lo tengamos.",
    },
    closed=Closed(
        nobody_in="En este momento no hay nadie.",
        holiday="Hoy estamos cerrados.",
        named_holiday="Hoy estamos cerrados ({holiday}).",
        back="Volvemos {opens_next}.",
        when_back=" cuando volvamos {opens_next}",
    ),
    moments=Moments(
        today="hoy a las {at}",
        tomorrow="mañana a las {at}",
        weekday="el {day} a las {at}",
        date="el {day} de {month} a las {at}",
        days=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        months=(
            *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
            *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
        ),
    ),
)
