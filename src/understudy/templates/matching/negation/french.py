"""French denials, folded: "je ne veux pas", "pas besoin", and orders not to: "n'annulez pas", "merci de ne pas …"."""

from __future__ import annotations

import re

from understudy.templates.matching.negation.grammar import Spaced, any_of, words

_WISHES = any_of(
    """veux voulons voulais voulions voudrais souhaite souhaitons souhaitais desire desirons cherche compte demande
    prevois"""
)
_ASKED = any_of("demande besoin l_intention envie sollicite reclame commande prevu voulu souhaite")
_STATES = any_of(
    """recevoir trouver pouvoir voir savoir comprendre avoir etre fonctionner marcher arriver reussir reconnaitre
    obtenir"""
)
_PRONOUNS = any_of("me m le la les l nous lui leur y en")
_OBJECTS = rf"(?:(?:{_PRONOUNS}) )?"
_POLITE = r" plait| svp| stp| merci| surtout"
GRAMMAR = Spaced(
    denials=(
        re.compile(
            rf" (?P<cue>(?:{_WISHES}) (?:pas|jamais)|(?:ai|avons|avais) (?:pas|jamais) (?:{_ASKED})|pas besoin"
            r"|aucun besoin|aucune envie|aucune intention|pas la peine)(?= )"
        ),
        re.compile(rf"(?:^| bonjour| mais| et|{_POLITE}) (?P<cue>ne|n) {_OBJECTS}(?P<what>\w+ez) (?:pas|jamais)(?= )"),
        re.compile(rf"(?:{_POLITE}) (?P<cue>ne|n) {_OBJECTS}(?P<what>\w+) (?:pas|jamais)(?= )"),
        re.compile(rf" (?P<cue>ne (?:pas|jamais)) {_OBJECTS}(?!(?:{_STATES}) )(?P<what>\w+(?:er|ir|re))(?= )"),
    ),
    unless=re.compile(r" (?:pourquoi|plus|comment|puis je|peut on|peux|pouvez|peur de) "),
    turns=words("mais plutot car veux voudrais souhaite prefere"),
    empty=words(
        """le la les l un une des du de d au aux a en et ou ni je j tu il elle on nous vous ils elles me m te t se s y
        mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet cette ces c que qu qui quoi quand comment
        ou dans sur sous avec sans pour par plus moins tres ne n pas jamais est sont etre ai as avons avez ont avoir
        plait svp stp merci bonjour veux veut voudrais souhaite peux peut pouvez faire encore deja maintenant"""
    ),
)
