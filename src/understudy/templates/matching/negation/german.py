"""German denials, folded: "ich möchte … nicht", "ich brauche keine …", and orders not to: "bitte nicht stornieren".

What is denied stands before and behind the denying word: "stornieren Sie meine Bestellung nicht".
"""

from __future__ import annotations

import re

from understudy.templates.matching.negation.grammar import Spaced, any_of, words

_WISHES = any_of("will wollen wollte wollten mochte mochten wunsche wunschen brauche brauchen benotige benotigen suche")
_ASKED = any_of("verlangt angefordert gewollt gewunscht beantragt gebeten bestellt beauftragt")
_NOT = r"(?P<cue>nicht(?! nur )|kein|keine|keinen|keinem|keiner|nie|niemals|keinesfalls|auf keinen fall)(?= )"
_STATES = any_of(
    """weil dass ob wenn wissen funktioniert funktionieren geht klappt kommt kam kann konnte finde finden erhalte
    bekomme sehe verstehe kenne erkenne weiss ist sind war wurde wird hat habe haben lasst erscheint stimmt passt
    hatte brauche bekommen erhalten verstanden vorhanden"""
)
_NO_ORDERS = any_of("eine keine meine seine unsere ihre diese welche ohne bitte")
_WORD = rf"(?!(?:{_STATES}) )\w+ "
_ORDER = rf"(?!(?:{_STATES}) )\w+(?:e|en) "
_DETERMINER = r"(?:(?:sie )?(?:mein|unser|dies|mir|mich|uns|es|ihn)\w*|sie|das|die|den|der) "
GRAMMAR = Spaced(
    denials=(
        re.compile(rf" (?:{_WISHES}) (?P<what>(?:{_WORD}){{0,5}}?){_NOT}"),
        re.compile(
            rf" (?:habe|haben|hatte|hatten) (?P<what>(?:{_WORD}){{0,4}}?){_NOT}(?=(?: \w+){{0,4}} (?:{_ASKED}) )"
        ),
        re.compile(rf" bitte (?P<what>(?:{_WORD}){{0,5}}?){_NOT}"),
        re.compile(rf"^ (?P<what>(?:{_WORD}){{0,4}}?){_NOT}(?=(?: \w+){{0,3}} bitte $)"),
        re.compile(rf"^ (?P<what>(?!(?:{_NO_ORDERS}) ){_ORDER}{_DETERMINER}(?:{_WORD}){{0,4}}?){_NOT}(?= $| \w+ $)"),
        re.compile(rf"^ {_NOT} (?!\w*ge\w+en |(?:{_STATES}) )(?P<what>\w+en)(?= )"),
    ),
    unless=re.compile(r" (?:warum|wieso|weshalb|mehr) "),
    turns=words("sondern aber will mochte wunsche lieber"),
    empty=words(
        """der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner mein meine meinen
        meinem meiner meines dein deine ihr ihre ihren ihrem ihrer sein seine unser unsere unseren euer diese dieser
        dieses diesen diesem ich du er sie es wir mich mir dich dir uns ihn ihm und oder aber auch nicht noch nie doch
        ja nein bitte danke hallo in im an am auf aus bei mit von vom zu zum zur fur uber unter vor nach um als wie was
        wer wo wann warum ob dass wenn ist sind war bin hat habe haben wird werden kann konnen mochte will soll jetzt
        heute schon so sehr nur"""
    ),
)
