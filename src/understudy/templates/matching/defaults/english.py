"""English words as the near-miss guard knows them: closed lists, written for customer support."""

import re


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


DETERMINERS = frozenset(_words("a an the my your our his her their its this that these those any some another"))

EMPTY_WORDS = DETERMINERS | frozenset(
    _words(
        """i im ive id ill me we us you youre youve he she it they them who what whats which when where wheres why how
        hows is am are was were be been being do does did done doing have has had having can could will would shall
        should may might must to of in on at by for from with about into over after before between through as if so
        than then there here and or but not no nor dont doesnt didnt wont cant cannot couldnt wouldnt shouldnt isnt
        arent wasnt werent hasnt havent hadnt please pls thanks thank hi hello hey just also too very really again
        still yet now today tomorrow currently soon asap get got getting give tell let lets need want wanted wish like
        know help possible able way go going make made think sure ok okay yes right out up off down back more much many
        all one ones something anything someone anyone always ever never instead only same other else because since
        until while rather said"""
    )
)
"""Words that name neither a thing nor an act."""

_WISHES = (
    "want|wanted|wish|need|needed|like|ask|asked|asking|request|requested|requesting|mean|meant|intend|plan|planning|"
    "looking|trying"
)
_STATES = "see|receive|recall|recogni[sz]e|remember|know|have|understand|get|find|think|work"
_PASTS = (
    r"\w+ed|got|came|went|had|has|was|were|made|sent|paid|heard|told|knew|took|gave|said|bought|did|does|found|left|saw|"
    "shown|been|gotten|seen|given|taken|gets|comes|works|goes|shows|arrives|happens|happen|come|arrive"
)
"""What never was is a state, and no order."""
_OTHERS = "someone|somebody|anyone|anybody|people|others|them|him|her"
DENIAL = re.compile(
    r" (?P<wish>(?:do not|dont|did not|didnt|does not|doesnt|no longer|never|not) (?:really |actually |even |ever )?"
    rf"(?:{_WISHES})(?! (?:{_OTHERS}))|no need|never mind)(?= )"
    rf"|(?:^| please| pls| but| so| and| i said) (?P<order>(?:do not|dont)(?= )(?! (?:{_STATES}))"
    rf"|never(?: ever)?(?= )(?! (?:ever|(?:{_PASTS}|{_STATES})) )) "
    r"| (?P<contrast>instead of|rather than|not(?= an? | to )) "
)
"""In a line of tokens, " i dont want to cancel ": where a denied wish or order begins, or a contrast."""

NEGATORS = frozenset(
    _words("not no never dont doesnt didnt wont cant cannot isnt arent wasnt werent hasnt havent hadnt")
)
NO_DENIAL = re.compile(r" (?:why|how come|any ?more|any longer|whether) ")
"""A question for reasons denies nothing, and who wants something no more wants its end."""

_NUMBERS = _words("two three four five six seven eight nine ten eleven twelve")
NUMBER_WORDS = {word: str(value) for value, word in enumerate(_NUMBERS, 2)}

_MONTHS = _words("january february april june july august september october november december")  # march, may are verbs
_DAYS = _words("monday tuesday wednesday thursday friday saturday sunday")
VALUES_OF = dict.fromkeys(_MONTHS, "month") | dict.fromkeys(_DAYS, "day")

_OPPOSITES = """enable disable, activate deactivate, increase decrease, raise lower, open close, subscribe unsubscribe,
start stop, add remove, block unblock, lock unlock, freeze unfreeze, buy sell, accept decline, accept reject, upgrade
downgrade, send receive, deposit withdraw, login logout, incoming outgoing, arrive depart, arrival departure,
extend shorten, approve reject, upload download, import export, install uninstall, hide show, mute unmute,
connect disconnect, link unlink, lend borrow, join leave, minimum maximum, inbound outbound, domestic international,
pause resume, pin unpin, include exclude, cheapest dearest, earliest latest"""

_THINGS = """order purchase package parcel item product goods; account profile; subscription plan membership;
delivery shipping shipment; invoice bill receipt; refund reimbursement; appointment booking reservation visit;
password passcode; email mail; phone telephone mobile; address; card; payment; flight; hotel room; insurance; loan;
mortgage; statement; cheque check; contract; warranty; voucher coupon; newsletter; username; cart basket; car vehicle;
boiler furnace heater; alarm; reminder; meeting; playlist; balance; limit; transfer;
person human agent operator representative adviser"""


_ENDINGS = {
    "s": (("ies", "y"), ("sses", "ss"), ("es", "e"), ("s", "")),
    "g": (("ing", ""),),
    "d": (("ed", ""),),
}  # by last letter


def stem(word: str) -> str:
    """The word without the endings of number and tense: coarse, and the same for both texts compared."""
    for ending, rest in _ENDINGS.get(word[-1:], ()):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + rest
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] != "s":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def _opposites() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for pair in _OPPOSITES.split(","):
        one, other = (stem(word) for word in pair.split())
        found[one] = (*found.get(one, ()), other)
        found[other] = (*found.get(other, ()), one)
    return found


OPPOSITES = _opposites()
"""Stems to the stems that say the opposite."""

KIND_OF = {stem(word): stem(kind.split()[0]) for kind in _THINGS.split(";") for word in kind.split()}
"""Stems of known things, to the stem of the first word of their kind: parcel -> order."""
