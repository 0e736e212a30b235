"""The forms of English verbs: chases, chasing, chased (by); irregular ones from WordNet's verb.exc and a table of our own.

Try it: `python -c "from engine.taxonomy.build.conjugate import *; print(third('carry'), ing('run'), participle('pick up'))"`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

VOWELS = "aeiou"
SYLLABLE = re.compile(r"[aeiou]+|(?<![aeiou])y(?![aeiou])")
# Past participles of today; those of verb.exc include many that nobody has written for a century.
PARTICIPLES = dict(
    pair.split(":")
    for pair in (
        "arise:arisen awake:awoken be:been bear:borne beat:beaten become:become befall:befallen begin:begun beget:begotten "
        "bet:bet bid:bid bite:bitten blow:blown break:broken burst:burst cast:cast choose:chosen come:come cost:cost cut:cut "
        "deal:dealt do:done draw:drawn drink:drunk drive:driven eat:eaten fall:fallen fit:fitted fly:flown forbid:forbidden "
        "forecast:forecast foresee:foreseen forget:forgotten forgive:forgiven forsake:forsaken freeze:frozen get:got "
        "give:given go:gone grow:grown hew:hewn hide:hidden hit:hit hurt:hurt input:input knit:knitted know:known let:let "
        "lie:lain mow:mown offset:offset outdo:outdone overcome:overcome overdo:overdone override:overridden overrun:overrun "
        "oversee:overseen overtake:overtaken overthrow:overthrown partake:partaken prove:proven put:put quit:quit read:read "
        "reset:reset rid:rid ride:ridden ring:rung rise:risen rerun:rerun run:run saw:sawn see:seen set:set sew:sewn "
        "shake:shaken shed:shed shear:shorn show:shown shrink:shrunk shut:shut sing:sung sink:sunk slay:slain slit:slit "
        "smite:smitten sow:sown speak:spoken spit:spat split:split spread:spread spring:sprung steal:stolen stink:stunk "
        "strew:strewn stride:stridden strive:striven swear:sworn sweep:swept swell:swollen swim:swum take:taken tear:torn "
        "throw:thrown thrust:thrust tread:trodden undergo:undergone undo:undone uphold:upheld upset:upset wake:woken "
        "wear:worn weave:woven wed:wed wet:wetted withdraw:withdrawn write:written rewrite:rewritten redo:redone "
        "mistake:mistaken retake:retaken undertake:undertaken interweave:interwoven outgrow:outgrown overgrow:overgrown "
        "overeat:overeaten outrun:outrun misread:misread broadcast:broadcast typeset:typeset bust:busted hang:hung "
        "shine:shone light:lit wind:wound grind:ground bind:bound find:found fight:fought catch:caught hold:held "
        "unfreeze:unfrozen outshine:outshone lay:laid pay:paid say:said leave:left lead:led feed:fed meet:met "
        "bend:bent beseech:beseeched bring:brought build:built buy:bought chide:chided cling:clung clothe:clothed creep:crept "
        "dig:dug feel:felt fling:flung have:had hear:heard inlay:inlaid keep:kept kneel:knelt lend:lent lose:lost make:made "
        "mean:meant overshoot:overshot rend:rent rethink:rethought seek:sought sell:sold send:sent shoe:shod shoot:shot sit:sat "
        "sleep:slept slide:slid sling:slung spend:spent spin:spun stand:stood stick:stuck sting:stung strike:struck string:strung "
        "swing:swung teach:taught tell:told think:thought waylay:waylaid weep:wept win:won wring:wrung browbeat:browbeaten "
        "equal:equalled behold:beheld rewind:rewound knee:kneed "
        "abide:abided address:addressed bless:blessed burn:burned bypass:bypassed cleave:cleft coordinate:coordinated "
        "curse:cursed dive:dived dream:dreamed gild:gilded gnaw:gnawed grip:gripped heave:heaved lean:leaned leap:leaped "
        "learn:learned melt:melted overflow:overflowed pen:penned rive:riven shave:shaved smell:smelled sneak:sneaked spell:spelled "
        "spill:spilled spoil:spoiled spotlight:spotlit stave:staved transfix:transfixed work:worked"
    ).split()
)
ING = {"be": "being", "die": "dying", "lie": "lying", "tie": "tying", "vie": "vying", "untie": "untying", "belie": "belying",
       "dye": "dyeing", "singe": "singeing", "tinge": "tingeing", "binge": "bingeing", "age": "ageing", "hoe": "hoeing",
       "shoe": "shoeing", "eye": "eyeing", "canoe": "canoeing", "tiptoe": "tiptoeing", "equal": "equalling"}  # fmt: skip
THIRD = {"be": "is", "have": "has", "do": "does", "go": "goes", "undo": "undoes", "redo": "redoes", "outdo": "outdoes",
         "overdo": "overdoes", "undergo": "undergoes", "quiz": "quizzes"}  # fmt: skip
PREFIXES = ("under", "over", "fore", "inter", "with", "out", "mis", "pre", "un", "re", "up", "be")
NOT_PREFIXED = frozenset("belie behave belay relay".split())
# Verbs of more than one syllable whose last one is stressed, so that its consonant is doubled.
STRESSED = frozenset(
    "admit allot annul befit beget begin commit compel confer control defer deter dispel embed emit equip excel expel "
    "extol forbid forget incur infer instil occur omit outrun patrol permit prefer propel rebut recap refer regret remit "
    "repel submit transfer transmit unplug unwrap unzip upset kidnap program worship handicap refit reset rerun entrap "
    "enwrap unpin abet abut acquit allot cavil corral debug debar demur detrap entrap fulfil inset "
    "overrun sidestep underpin format repot beset offset intermit overlap".split()
)


class Conjugation:
    """Verb forms, with the exceptions of `irregular` (form -> bases, as in verb.exc)."""

    def __init__(self, irregular: Mapping[str, Sequence[str]] | None = None) -> None:
        self._forms: dict[str, list[str]] = {}
        for form, bases in (irregular or {}).items():
            for base in bases:
                self._forms.setdefault(base, []).append(form)

    def third(self, verb: str) -> str:
        """`chases`, `picks up`."""
        return _with_particle(verb, self._third)

    def ing(self, verb: str) -> str:
        """`chasing`, `picking up`."""
        return _with_particle(verb, self._ing)

    def participle(self, verb: str) -> str:
        """`chased`, `picked up`, `eaten`."""
        return _with_particle(verb, self._participle)

    def _third(self, verb: str) -> str:
        if verb in THIRD:
            return THIRD[verb]
        if verb.endswith(("s", "x", "z", "ch", "sh")):
            return verb + "es"
        if verb.endswith("o") and verb[-2:-1] not in VOWELS:
            return verb + "es"
        return verb[:-1] + "ies" if _consonant_y(verb) else verb + "s"

    def _ing(self, verb: str) -> str:
        if verb in ING:
            return ING[verb]
        if verb.endswith("ie"):
            return verb[:-2] + "ying"
        if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
            return verb[:-1] + "ing"
        return self._doubled(verb) + "ing"

    def _participle(self, verb: str) -> str:
        if verb in PARTICIPLES:
            return PARTICIPLES[verb]
        for prefix in PREFIXES:
            if verb.startswith(prefix) and verb.removeprefix(prefix) in PARTICIPLES and verb not in NOT_PREFIXED:
                return prefix + PARTICIPLES[verb.removeprefix(prefix)]
        known = [f for f in self._forms.get(verb, ()) if not f.endswith(("ing", "s")) and not f.endswith("ed")]
        if known:
            return known[-1]
        if verb.endswith("e"):
            return verb + "d"
        return verb[:-1] + "ied" if _consonant_y(verb) else self._doubled(verb) + "ed"

    def _doubled(self, verb: str) -> str:
        if verb.endswith("c") and verb[-2:-1] in VOWELS:
            return verb + "k"  # panic, picnic, mimic
        if verb.endswith("uel"):
            return verb + "l"  # fuelling, duelling
        open_end = len(verb) < 3 or verb[-1] in "aeiouwxyh" or verb[-2] not in VOWELS or verb[-3] in VOWELS
        if open_end and verb[-4:-1] != "qui":  # equip, quit
            return verb
        syllables = len(SYLLABLE.findall(verb))
        if (
            verb[-1] == "l"
            and syllables > 1
            and verb[-2] in "aeiou"
            and not verb.endswith(("eil", "ail", "oil", "allel"))
        ):
            return verb + "l"  # travelling, as the British write it
        return verb + verb[-1] if syllables == 1 or verb in STRESSED else verb


def _consonant_y(verb: str) -> bool:
    return verb.endswith("y") and len(verb) > 1 and verb[-2] not in VOWELS


def _with_particle(verb: str, inflect: object) -> str:
    """Inflects the first word and keeps the particles behind it."""
    assert callable(inflect)
    first, space, rest = verb.partition(" ")
    return f"{inflect(first)}{space}{rest}"


_REGULAR = Conjugation()
third, ing, participle = _REGULAR.third, _REGULAR.ing, _REGULAR.participle
