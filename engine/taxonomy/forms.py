"""Guesses the forms of words that come without them: plurals, how a relation is said, the phrase of a scene attribute.

Small rules instead of tables, for folders and files whose words nobody typed.
Try it: `python -c "from engine.taxonomy.forms import *; print(plural('box kite'), relation('indicates path of', 'spatial'))"`.
"""

from __future__ import annotations

from engine.taxonomy.words import RelationWord

UNGRAMMATICAL = "ungrammatical"
"""The switch in front of words that no rule here brings into a sentence."""

# --- nouns ------------------------------------------------------------------------------------------------------------

_IRREGULAR = {
    "man": "men", "woman": "women", "child": "children", "person": "people", "foot": "feet", "tooth": "teeth",
    "goose": "geese", "mouse": "mice", "louse": "lice", "ox": "oxen", "die": "dice", "leaf": "leaves", "loaf": "loaves",
    "calf": "calves", "half": "halves", "shelf": "shelves", "wolf": "wolves", "thief": "thieves", "knife": "knives",
    "wife": "wives", "life": "lives", "scarf": "scarves", "hoof": "hooves", "elf": "elves", "potato": "potatoes",
    "tomato": "tomatoes", "hero": "heroes", "echo": "echoes", "mango": "mangoes", "mosquito": "mosquitoes",
}  # fmt: skip
_SAME = frozenset(
    "sheep deer fish moose bison salmon trout shrimp squid swine aircraft spacecraft series species".split()
)
_PAIRS = frozenset(
    "scissors trousers pants jeans shorts glasses sunglasses spectacles goggles tights pliers tongs pyjamas pajamas "
    "overalls binoculars tweezers shears leggings knickers slacks dungarees breeches clothes".split()
)
_NOT_MEN = ("human", "german", "roman", "ottoman", "talisman", "caiman", "norman", "shaman")
_HEADS = (" of ", "-in-law", "-of-", " in ", " on ", " with ", " for ", " and ")


def number(name: str) -> str:
    """`plural` for what comes as a pair ("scissors"), otherwise `count`."""
    return "plural" if name.rsplit(" ", 1)[-1] in _PAIRS else "count"


def plural(name: str) -> str:
    """The plural of a noun or noun phrase: its head changes, "bottle of milk" -> "bottles of milk"."""
    for joint in _HEADS:
        place = name.find(joint)
        if place > 0:
            return plural(name[:place]) + name[place:]
    before, space, word = name.rpartition(" ")
    return before + space + _plural_word(word)


def _plural_word(word: str) -> str:
    if word in _SAME or word in _PAIRS or word.endswith(("craft", "fish")):
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith(("man", "child", "foot", "tooth", "mouse")):
        return _compound(word)
    if word.endswith("y") and word[-2:-1] not in ("a", "e", "i", "o", "u", ""):
        return word[:-1] + "ies"
    if word.endswith("sis"):
        return word[:-2] + "es"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _compound(word: str) -> str:
    if word.endswith(_NOT_MEN):
        return word + "s"
    ending = next(end for end in ("woman", "man", "child", "foot", "tooth", "mouse") if word.endswith(end))
    return word[: len(word) - len(ending)] + _IRREGULAR[ending]


_IN_IE = frozenset("cookie movie zombie selfie smoothie brownie hoodie collie pixie genie".split())
_IN_MEN = frozenset("men abdomen acumen omen ramen regimen specimen stamen".split())
_SINGULARS = {many: one for one, many in _IRREGULAR.items()}


def singular(name: str) -> str | None:
    """The singular of what looks like a plural, "rock climbers" -> "rock climber"; None for what does not."""
    before, space, word = name.rpartition(" ")
    if word in _SINGULARS:
        return before + space + _SINGULARS[word]
    if word.endswith("men") and word not in _IN_MEN:
        return before + space + word[:-3] + "man"
    if word in _PAIRS or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "'s", "lens")):
        return None
    guesses = [word[:-1], word[:-2]]
    if word.endswith(("sses", "xes", "ches", "shes")) or (word.endswith("uses") and word[-5:-4] not in ("o", "a")):
        guesses.reverse()
    if word.endswith("ies") and len(word) > 4 and word[:-1] not in _IN_IE:
        guesses.insert(0, word[:-3] + "y")
    for one in guesses:
        if _plural_word(one) == word:
            return before + space + one
    return None


def looks_plural(name: str) -> bool:
    """Whether a noun that nobody typed is said like a plural, "rocks"."""
    return singular(name) is not None


# --- verbs ------------------------------------------------------------------------------------------------------------

_BE = frozenset("is are be was were".split())
_POSSIBLE = frozenset("may might could".split())
_MODALS = _POSSIBLE | frozenset("can will would should must".split())
_BASES = {"has": "have", "does": "do", "goes": "go", "lies": "lie", "dies": "die", "ties": "tie", "uses": "use",
          "rises": "rise", "raises": "raise", "closes": "close", "loses": "lose", "houses": "house", "causes": "cause",
          "pauses": "pause", "poses": "pose", "chooses": "choose", "axes": "axe", "focuses": "focus"}  # fmt: skip
_FINITE = {base: finite for finite, base in _BASES.items()}
# Words in -s that are no verbs where a relation begins with them.
_NO_VERBS = frozenset(
    "across towards besides as its this always perhaps upwards downwards plus less versus sideways "
    "arms colleagues contents coworkers doors eyes feet mountains parents rocks rows siblings teammates teams "
    "tracks twins parts members mates".split()
)


def finite(word: str) -> bool:
    """Whether a word looks like a verb in the third person: "holds", "has"; the first word of a relation is asked."""
    if len(word) < 3 or not word.endswith("s") or word in _NO_VERBS:
        return False
    return word in _BASES or not word.endswith(("ss", "us", "is", "'s", "ions", "ers", "ors", "ments", "ings"))


def base(verb: str) -> str:
    """ "carries" -> "carry", "watches" -> "watch", "holds" -> "hold"."""
    if verb in _BASES:
        return _BASES[verb]
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    if verb.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return verb[:-2]
    return verb[:-1]


def third_person(verb: str) -> str:
    """ "carry" -> "carries", "watch" -> "watches", "hold" -> "holds"."""
    if verb in _FINITE:
        return _FINITE[verb]
    if verb.endswith("y") and verb[-2:-1] not in ("a", "e", "i", "o", "u", ""):
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("ss", "sh", "ch", "x", "zz", "o")) else "s")


def gerund(verb: str) -> str:
    """ "hold" -> "holding", "ride" -> "riding", "sit" -> "sitting"."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    short = len(verb) <= 4 and verb[-1:] in "bdgmnprt" and verb[-2:-1] in "aeiou" and verb[-3:-2] not in "aeiou"
    return verb + (verb[-1] if short and len(verb) > 2 and verb not in _SINGLE else "") + "ing"


_SINGLE = frozenset("open".split())


# --- relations --------------------------------------------------------------------------------------------------------

_PREPOSITIONS = frozenset(
    "aboard about above across after against ahead along alongside amid amidst among amongst around as astride at atop "
    "away before behind below beneath beside besides between beyond by concerning down for from in inside into like "
    "near nearby of off on onto opposite out outside over past regarding round than through throughout to toward towards "
    "under underneath unlike up upon using versus via with within without involving including".split()
)
_ADVERBS = frozenset(
    "possibly potentially partially partly likely slightly formerly visually humorously primarily proudly very just "
    "half almost nearly mostly directly also still closely".split()
)
_TAKES = {"next": "to", "close": "to", "adjacent": "to", "nearest": "to", "closest": "to", "perpendicular": "to",
          "parallel": "to", "similar": "to", "identical": "to", "equal": "to", "connected": "to", "attached": "to",
          "accustomed": "to", "addicted": "to", "together": "with", "engaged": "with", "filled": "with",
          "covered": "with", "perched": "on", "situated": "near", "stationed": "near", "parked": "near", "docked": "at",
          "positioned": "near", "balanced": "on", "fascinated": "by", "located": "near", "concerned": "about",
          "amazed": "by", "angry": "at", "proud": "of", "aware": "of", "curious": "about", "asleep": "near",
          "vulnerable": "to", "visible": "near", "alone": "with", "happy": "with", "distant": "from", "eager": "for",
          "ready": "for", "prepared": "for", "distinct": "from", "independent": "of", "responsible": "for",
          "supportive": "of", "protective": "of", "isolated": "from", "hidden": "by", "friendly": "with",
          "affectionate": "with", "dead": "near", "involved": "with", "calm": "near"}  # fmt: skip
_PARTICIPLES = frozenset(
    "built caught cast cut drawn driven eaten fallen flown forgotten given grown held hidden hit hung kept knit known laid "
    "led left lit lost made met overgrown paid put read ridden seen sent set sewn shot shown slept sold sought split "
    "spread strung stuck swung taken taught thrown told torn woven worn written bent broken chosen frozen".split()
)
# Endings of adjectives, after which a preposition is at home: "visible through", "indicative of".
_ADJECTIVES = ("ful", "ive", "ous", "able", "ible", "ant", "ent", "less", "ic", "al", "ar", "ed", "ing", "ly", "est",
               "ish", "some", "ern", "ible")  # fmt: skip
_PLAIN = frozenset(
    "part ready next close near open set present adjacent happy proud calm curious alert visible angry aware eager high "
    "low far further left right back top front inside outside full short tired loyal true equal similar parallel due "
    "subject prior central integral upside safe free good bad better worse bigger smaller taller older younger larger "
    "higher lower closer same different alone asleep alive afraid ashamed nearest closest tall wet dry clean dirty "
    "new old warm cold cool hot fond keen sure absent distinct distant remote worthy busy friendly sleepy hungry ajar "
    "airborne backlit inlaid overlaid home reliant loath well together halfway midway deep aloof stuck lost".split()
)
_ABSTRACT = ("ness", "tion", "sion", "ment", "ity", "ance", "ence", "ship", "ism", "hood", "dom", "cy")
_ONE_OF_MANY = frozenset("member symbol source sign type kind piece example piece form product place".split())
_FEELINGS = frozenset(
    "trust fear joy pride love care comfort interest anger sorrow respect concern relief reliance delight surprise "
    "control focus rest energy desire hope hate disgust awe style thrill control stress sadness payment rivalry".split()
)


def is_preposition(word: str) -> bool:
    """ "around", "next to"."""
    return word.split(" ", 1)[0] in _PREPOSITIONS or word in ("next to", "in front of")


def predicate(phrase: str) -> str:
    """A phrase that begins with a bare verb, as one that follows "is": "hold", "sit at" -> "holding", "sitting at"."""
    first, space, rest = phrase.partition(" ")
    nothing = first in _PREPOSITIONS or first in _PLAIN or first in _PARTICIPLES or first in _TAKES or first in _ADVERBS
    if nothing or not first.isalpha() or len(first) < 3 or first.endswith(("s", "ed", "ing", "ly", "en")):
        return phrase
    return gerund(first) + space + rest if not rest or rest.split(" ", 1)[0] in _PREPOSITIONS else phrase


def relation(phrase: str, kind: str) -> RelationWord:
    """A relation word whose form is found out: `is`, a finite `clause`, or behind the switch `ungrammatical`.

    "is on" -> "on"; "indicates path of" is a clause; what leaves its target dangling gets a preposition ("next to a"
    -> "next to", "in motion" -> "in motion with"). The phrase of the result may therefore differ from the given one.
    """
    words = phrase.replace("_", " ").split()
    while len(words) > 1 and words[0].lower() in _BE:
        words = words[1:]
    while len(words) > 1 and words[-1] in ("a", "an", "the"):
        words = words[:-1]
    if not words:
        return RelationWord(phrase, kind, switch=UNGRAMMATICAL)
    verb = 1 if words[0] in _ADVERBS and len(words) > 1 else 0
    if words[verb] in _MODALS and len(words) > verb + 1:
        return _modal(words, verb, kind)
    if finite(words[verb]) and words[verb] not in _PREPOSITIONS:
        return _clause(words, verb, kind)
    return _predicate(words, kind)


def _modal(words: list[str], verb: int, kind: str) -> RelationWord:
    """ "may be used by" -> "possibly used by"; "can hold" -> "holds"; perfect tenses stay behind the switch."""
    before, rest = words[:verb], words[verb + 1 :]
    if words[verb] in _POSSIBLE and "possibly" not in before:
        before = [*before, "possibly"]
    if rest[0] == "be" and len(rest) > 1:
        return _predicate([*before, *rest[1:]], kind)
    if rest[0] in ("have", "not") and len(rest) > 1 and rest[0] == "not":
        return RelationWord(" ".join(words), kind, switch=UNGRAMMATICAL)
    return _clause([*before, third_person(rest[0]), *rest[1:]], len(before), kind)


def _clause(words: list[str], verb: int, kind: str) -> RelationWord:
    """A finite clause; two verbs joined by "and" change together, and a dangling one ends in "for"."""
    plain = list(words)
    plain[verb] = base(words[verb])
    complete = len(words) == verb + 1
    if len(words) > verb + 2 and words[verb + 1] in ("and", "or") and finite(words[verb + 2]):
        plain[verb + 2] = base(words[verb + 2])
        complete = len(words) == verb + 3
    tail = [] if complete or words[-1] in _PREPOSITIONS or _open_ended(words) else ["for"]
    form = " ".join([*plain, *tail])
    return RelationWord(" ".join([*words, *tail]), kind, form="clause", plural=form, base=form)


def _predicate(words: list[str], kind: str) -> RelationWord:
    if words[0] in ("none", "not") or (words[0] == "with" and len(words) > 1) or words[:2] == ["feeling", "of"]:
        return RelationWord(" ".join(words), kind, switch=UNGRAMMATICAL)
    words = _mended_start(words)
    start = words[1] if words[0] in _ADVERBS and len(words) > 1 else words[0]
    if words[-1] in _PREPOSITIONS or _open_ended(words):
        switch = UNGRAMMATICAL if _is_abstract(start) else ""
        return RelationWord(" ".join(words), kind, switch=switch)
    ending = _ending(words, start)
    if ending is None:
        return RelationWord(" ".join(words), kind, switch=UNGRAMMATICAL)
    return RelationWord(" ".join([*words, *ending]), kind)


def _mended_start(words: list[str]) -> list[str]:
    """An article in front of what is a noun: "symbol of" -> "a symbol of", "result of" -> "the result of"."""
    first = words[0]
    if first == "same":
        return ["the", *words]
    if _is_described_noun(words):
        return ["an" if first[0] in "aeiou" else "a", *words]
    if first in _PREPOSITIONS or first in _PLAIN or first in _PARTICIPLES or first in _ADVERBS:
        return words
    if first in ("a", "an", "the", "to") or first.endswith(_ADJECTIVES) or _is_abstract(first):
        return words
    if "of" in words[1:4]:
        return ["a" if first in _ONE_OF_MANY else "the", *words]
    if len(words) > 1 and words[1] in _PREPOSITIONS and not first.endswith("s"):
        return ["an" if first[0] in "aeiou" else "a", *words]
    return words


def _is_described_noun(words: list[str]) -> bool:
    """An adjective, then a noun, then a preposition: "iconic landmark for"; "happy with" is none."""
    if len(words) < 3 or words[1] in _PREPOSITIONS or words[1] in ("to", "and", "or", "because", "due"):
        return False
    return (
        words[0] not in _PLAIN
        and words[0].endswith(("ful", "ive", "ous", "able", "ible", "ic", "ial"))
        and (words[2] in _PREPOSITIONS and not words[1].endswith(("s", "ing", "ed")) and not _is_abstract(words[1]))
    )


def _open_ended(words: list[str]) -> bool:
    """Whether the target can follow although no preposition comes last: "enjoying", "used for cutting", "to blend"."""
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if before == "to" or (last.endswith("ing") and len(last) > 4 and (before in _PREPOSITIONS or not before)):
        return True
    return (last.endswith("ing") and before in (*_ADVERBS, "and", "or")) or (
        last.endswith("ing") and before.endswith("ly")
    )


def _ending(words: list[str], start: str) -> list[str] | None:
    """The preposition that brings a dangling target in; None where none would."""
    last = words[-1]
    if last in _TAKES:
        return [_TAKES[last]]
    if last in _PARTICIPLES or (last.endswith("ed") and len(last) > 3):
        return ["by"]
    if start == "having" and len(words) > 1:
        return None
    if start in _PREPOSITIONS or start == "part" or (start.endswith("ing") and len(words) > 1):
        return ["with"]
    if words[0] in ("the", "a", "an") and len(words) > 2:
        return ["for"]
    return None


def _is_abstract(word: str) -> bool:
    return word in _FEELINGS or (len(word) > 5 and word.endswith(_ABSTRACT))
