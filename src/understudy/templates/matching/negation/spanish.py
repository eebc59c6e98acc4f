"""Spanish denials, folded: "no quiero", "no hace falta", and orders not to: "no canceles", "por favor no devuelvan"."""

from __future__ import annotations

import re

from understudy.templates.matching.negation.grammar import Spaced, any_of, words

_WISHES = any_of(
    """quiero queremos quisiera queria deseo deseamos necesito necesitamos busco pretendo pienso planeo pedi pedimos
    solicite solicitamos he_pedido he_solicitado hemos_pedido hemos_solicitado estoy_pidiendo estoy_buscando
    me_interesa me_gustaria"""
)
_STATES = any_of(
    """puede pueden puedes pude quiere quieren quieres tiene tienen tienes tuve aparece aparecen sirve sirven recibe
    reciben sale salen viene vienen debe deben debes parece entiende conoce existe existen se fue hubo es he hace hacen
    poder saber tener recibir ver encontrar entender obtener en de este ese sabe saben pone dice permite permiten cree
    creen ve ven reconoce reconocen conecte responde responden corresponde coincide coinciden obtiene funcione
    llegue"""
)
_PRONOUNS = any_of("me lo la le les los las nos se")
_OBJECTS = rf"(?:(?:{_PRONOUNS}) )?"
_NOT = r"(?P<cue>no|nunca|jamas)"
GRAMMAR = Spaced(
    denials=(
        re.compile(rf" (?P<cue>(?:no|nunca|tampoco|jamas) (?:{_WISHES})|no hace falta|no es necesario)(?= )"),
        re.compile(
            rf"(?:^| favor| pero| y| hola| asi que) {_NOT} {_OBJECTS}(?!(?:{_STATES}|{_PRONOUNS}) )"
            r"(?P<what>\w+(?:e|es|en|eis|ar|er|ir|r[mlst][aeo]s?)(?= ))"
        ),
        re.compile(rf" favor {_NOT} {_OBJECTS}(?!(?:{_STATES}|{_PRONOUNS}) )(?P<what>\w+(?:a|as|an|ais)(?= ))"),
        re.compile(
            rf"^ {_NOT} {_OBJECTS}(?!(?:{_STATES}|{_PRONOUNS}) )(?P<what>\w+(?:a|as|an|ais))(?=(?: \w+)* por favor $)"
        ),
    ),
    unless=re.compile(r" (?:por que|ya no|si no) "),
    turns=words("sino pero aunque quiero prefiero"),
    empty=words(
        """el la los las un una unos unas lo le les me te se nos mi mis su sus tu tus nuestro nuestra nuestros nuestras
        este esta estos estas ese esa esos esas de del a al en con por para sin sobre y o u que como cuando donde quien
        cual no ni si ya muy mas yo usted ustedes es son ser estar esta estan he ha han hay hacer favor gracias hola
        quiero quisiera queria deseo necesito puedo puede pueden podria quieren todavia aun nunca jamas ahora hoy"""
    ),
)
