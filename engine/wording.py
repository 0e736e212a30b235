"""Small words: articles, numbers, ordinals, lists and noun phrases, shared by captions and questions.

Try it: `python -c "from engine.wording import *; print(indefinite('orange umbrella'), ordinal(2), listed(['a', 'b', 'c']))"`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.taxonomy import Taxonomy

NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
# Vowels that sound like "you" or "one", and words whose first letter is silent or says itself.
_CONSONANT_SOUND = re.compile(
    r"(?:uni(?!n|m|dent|ron|ssu|ll)|unan|use|usu|uti|uri|utr(?!il)|uv|ugand|ukr|ulys|uigh|uakari|ouija|oaxa|euchre|eu|ewe"
    r"|one\b|once|u(?=[bcfhjkqrst][aeiou]))",
    re.I,
)
_VOWEL_SOUND = re.compile(
    r"(?:hour(?!i)|honest|honou?r|heir|hors\b|y(?![aeiou\W])|[aeiouàáâäåæèéêëìíîïòóôöøœùúûü])", re.I
)
_LETTERS = re.compile(r"(?:[A-Z]{2,}(?![a-z])|[A-Za-z](?=[-. \d]|$)|[A-Z](?=[A-Z]|$)|Rh\b|X(?=-))")
_AS_WORDS = re.compile(r"(?:RAM|ROM|LAN|SIM|SAM|HUD|NOC|[FHLMNRSX][AEIOU][A-Z]{2,})\b")
_NUMBER = re.compile(r"\d+")


def article(phrase: str) -> str:
    """`a` or `an`, by the sound that the phrase begins with: an hour, a European, an X-ray, an 8-sided die, a UFO."""
    if found := _NUMBER.match(phrase):
        return "an" if _vowel_number(found[0]) else "a"
    if (found := _LETTERS.match(phrase)) and not _AS_WORDS.match(phrase):
        return "an" if phrase[0].upper() in "AEFHILMNORSX" else "a"
    if _CONSONANT_SOUND.match(phrase):
        return "a"
    return "an" if _VOWEL_SOUND.match(phrase) else "a"


def _vowel_number(digits: str) -> bool:
    """Whether a number begins with eight, eleven or eighteen when it is said."""
    return digits[0] == "8" or (digits[:2] in ("11", "18") and len(digits) % 3 == 2)


def indefinite(phrase: str) -> str:
    """The phrase after its article: `an orange cat`."""
    return f"{article(phrase)} {phrase}"


def number(n: int) -> str:
    """A count in words to twenty, in digits beyond."""
    return NUMBERS[n] if 0 <= n < len(NUMBERS) else str(n)


def counted(n: int, one: str, many: str = "") -> str:
    """A count in digits with its noun, for people: `1 item`, `1,200 items`; `many` where it is not `one` + s."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def ordinal(n: int) -> str:
    """1 -> `first`, to twentieth in words and in digits beyond."""
    if 1 <= n <= len(ORDINALS):
        return ORDINALS[n - 1]
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def ordered(attributes: Sequence[tuple[str, str]], taxonomy: Taxonomy) -> tuple[tuple[str, str], ...]:
    """(kind, value) pairs in the order in which English says them: the order of the taxonomy's kinds."""
    place = {kind.name: i for i, kind in enumerate(taxonomy.attribute_kinds)}
    return tuple(sorted(attributes, key=lambda pair: (place.get(pair[0], len(place)), pair[1])))


def plural_phrase(name: str, attributes: Sequence[tuple[str, str]], taxonomy: Taxonomy) -> str:
    """`large red dogs`."""
    noun = taxonomy.noun.get(name)
    return " ".join([*(value for _, value in ordered(attributes, taxonomy)), noun.plural if noun else name + "s"])
