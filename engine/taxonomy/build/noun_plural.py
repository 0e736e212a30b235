"""Plurals of English nouns and compounds: WordNet's irregular forms, our own choices where it has several, then rules.

Try it: `python -c "from engine.taxonomy.build.noun_plural import Plurals; print(Plurals({}).of('ship of the line'))"`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# What noun.exc has in several forms or in a learned one, and what its rules would miss.
CHOSEN = {
    "person": "people", "fish": "fish", "penny": "pennies", "brother": "brothers", "cow": "cows", "staff": "staffs",
    "roof": "roofs", "dwarf": "dwarfs", "hoof": "hooves", "scarf": "scarves", "wharf": "wharves", "beef": "beef",
    "octopus": "octopuses", "platypus": "platypuses", "hippopotamus": "hippopotamuses", "rhinoceros": "rhinoceroses",
    "cactus": "cacti", "fungus": "fungi", "crocus": "crocuses", "hibiscus": "hibiscuses", "gladiolus": "gladioli",
    "walrus": "walruses", "terminus": "termini", "circus": "circuses", "stadium": "stadiums", "aquarium": "aquariums",
    "gymnasium": "gymnasiums", "auditorium": "auditoriums", "sanatorium": "sanatoriums", "museum": "museums",
    "podium": "podiums", "emporium": "emporiums", "planetarium": "planetariums", "terrarium": "terrariums",
    "arboretum": "arboretums", "mausoleum": "mausoleums", "geranium": "geraniums", "chrysanthemum": "chrysanthemums",
    "album": "albums", "pendulum": "pendulums", "formula": "formulas", "arena": "arenas", "antenna": "antennas",
    "villa": "villas", "cupola": "cupolas", "lacuna": "lacunas", "umbrella": "umbrellas", "iris": "irises",
    "pelvis": "pelvises", "metropolis": "metropolises", "clematis": "clematises", "mantis": "mantises",
    "chrysalis": "chrysalises", "amaryllis": "amaryllises", "trellis": "trellises", "ibis": "ibises",
    "bureau": "bureaus", "plateau": "plateaus", "chateau": "chateaux", "tableau": "tableaux", "gateau": "gateaux",
    "trousseau": "trousseaus", "portmanteau": "portmanteaus", "appendix": "appendices", "index": "indexes",
    "matrix": "matrices", "vortex": "vortices", "cortex": "cortices", "apex": "apexes", "lynx": "lynxes",
    "phoenix": "phoenixes", "sphinx": "sphinxes", "ox": "oxen", "die": "dice", "virtuoso": "virtuosos",
    "libretto": "librettos", "cello": "cellos", "bandit": "bandits", "genie": "genies", "cherub": "cherubs",
    "seraph": "seraphs", "kibbutz": "kibbutzim", "gas": "gases", "quiz": "quizzes", "fez": "fezzes", "bus": "buses",
    "lens": "lenses", "talisman": "talismans", "caiman": "caimans", "mongoose": "mongooses", "blouse": "blouses",
    "stomach": "stomachs", "monarch": "monarchs", "patriarch": "patriarchs", "matriarch": "matriarchs", "loch": "lochs",
    "eunuch": "eunuchs", "conch": "conchs", "oarfish": "oarfish", "titmouse": "titmice", "safe": "safes",
    "belief": "beliefs", "chief": "chiefs", "reef": "reefs", "handkerchief": "handkerchiefs", "kerchief": "kerchiefs",
    "neckerchief": "neckerchiefs", "giraffe": "giraffes", "cafe": "cafes", "passerby": "passersby", "eyrie": "eyries",
    "court": "courts", "bison": "bison", "moose": "moose", "salmon": "salmon", "trout": "trout", "shrimp": "shrimp",
    "squid": "squid", "cod": "cod", "carp": "carp", "plaice": "plaice", "grouse": "grouse", "buffalo": "buffalo",
    "jack-in-the-box": "jack-in-the-boxes", "lily of the valley": "lilies of the valley", "hellion": "hellions",
    "forget-me-not": "forget-me-nots", "touch-me-not": "touch-me-nots", "ottoman": "ottomans", "corps": "corps",
    "dolman": "dolmans", "forum": "forums", "campus": "campuses", "syllabus": "syllabuses", "abacus": "abacuses",
    "nautilus": "nautiluses", "uterus": "uteruses", "hippo": "hippos", "focus": "focuses", "sarcophagus": "sarcophagi",
    "papyrus": "papyruses", "papilla": "papillae", "larva": "larvae", "pupa": "pupae", "alga": "algae",
    "thesaurus": "thesauruses", "ignoramus": "ignoramuses", "colossus": "colossi", "narcissus": "narcissi",
    "beau": "beaus", "adieu": "adieus", "milieu": "milieus", "vertex": "vertices", "criterion": "criteria",
    "automaton": "automatons", "ganglion": "ganglia", "stigma": "stigmas", "stoma": "stomata", "lira": "lire",
    "tempo": "tempos", "dado": "dados", "rondeau": "rondeaus", "bandeau": "bandeaus", "roe": "roes", "dado ": "dados",
    "louse": "lice", "woodlouse": "woodlice", "booklouse": "booklice", "sea louse": "sea lice", "elk": "elk",
    "gateway": "gateways", "shoe": "shoes", "axe": "axes", "ax": "axes", "axis": "axes", "ellipse": "ellipses",
    "bass": "bass", "cross": "crosses", "base": "bases", "hose": "hoses", "pease": "pease", "cloth": "cloths",
    "water ox": "water oxen", "money": "money", "shaman": "shamans", "madame": "madames", "mister": "misters",
}  # fmt: skip
SAME = frozenset(
    "sheep deer aircraft series species swine headquarters barracks crossroads gallows means works reindeer caribou "
    "mackerel herring pike halibut haddock tuna krill offspring cattle folk police people poultry livestock "
    "sweepstakes innings shambles hovercraft spacecraft watercraft rapids craps dice mews precis chassis rendezvous "
    "bourgeois patois chamois pince-nez faux pas kudos graffiti spaghetti ravioli scampi minutiae".split()
)
IN_O = frozenset(
    "potato tomato hero echo mango mosquito torpedo volcano tornado domino cargo veto embargo mulatto negro".split()
)
NOT_MEN = (
    "human german roman ottoman talisman caiman cayman norman shaman desman hetman ataman dolman dragoman mussulman "
    "toman brahman pullman turcoman turkoman ramen saman zaman roumanian daman".split()
)
ENDINGS = {
    "woman": "women", "man": "men", "child": "children", "foot": "feet", "tooth": "teeth", "mouse": "mice",
    "knife": "knives", "wife": "wives", "wolf": "wolves", "leaf": "leaves", "shelf": "shelves", "loaf": "loaves",
    "calf": "calves", "thief": "thieves", "hoof": "hooves", "half": "halves", "person": "people", "fish": "fish",
}  # fmt: skip
# The head comes before these, and it is the head that changes.
_JOINT = re.compile(
    r"( (?:of|in|on|with|for|at|to|from|by|without|de|du|la|a la|an|or|under) |-(?:in|of|at|de|by|to|on)-)"
)
_HARD_CH = ("arch", "och", "ech", "ach")


@dataclass(frozen=True)
class Plurals:
    """Plurals by table and rule; `irregular` is noun.exc turned round, from the singular to its forms."""

    irregular: Mapping[str, tuple[str, ...]]
    _known: dict[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def from_exceptions(cls, exceptions: Mapping[str, tuple[str, ...]]) -> Plurals:
        """Made from noun.exc, which leads from plurals to singulars."""
        turned: dict[str, list[str]] = {}
        for many, ones in exceptions.items():
            turned.setdefault(ones[0], []).append(many)
        return cls({one: tuple(many) for one, many in turned.items()})

    def of(self, name: str) -> str:
        """The plural of a noun as it is spelled, "man-of-war" -> "men-of-war", "goose" -> "geese"."""
        if name not in self._known:
            self._known[name] = self._of(name)
        return self._known[name]

    def _of(self, name: str) -> str:
        if name in CHOSEN or name in SAME:
            return CHOSEN.get(name, name)
        if (" " in name or "-" in name) and name in self.irregular:
            return self.irregular[name][0]
        joint = _JOINT.search(name)
        if joint and joint.start() > 0:
            return self.of(name[: joint.start()]) + name[joint.start() :]
        before, gap, last = self._last(name)
        if before in ("man", "woman") and last not in ("eater", "hunt", "hater", "hour"):
            before = ENDINGS[before]
        return before + gap + self._word(last)

    @staticmethod
    def _last(name: str) -> tuple[str, str, str]:
        before, gap, last = name.rpartition(" ")
        if gap or "-" not in name:
            return before, gap, last
        return name.rpartition("-")

    def _word(self, word: str) -> str:
        if word in CHOSEN or word in SAME or word == "":
            return CHOSEN.get(word, word)
        if word in self.irregular:
            return self.irregular[word][0]
        low = word.lower()
        for one, many in ENDINGS.items():
            if low.endswith(one) and not (one == "man" and low.endswith(tuple(NOT_MEN))) and low != "behalf":
                return word[: len(word) - len(one)] + (many if word != one.title() else many.title())
        return _regular(word, low)


def _regular(word: str, low: str) -> str:
    if low.endswith("craft") and low not in ("craft", "handicraft", "witchcraft"):
        return word
    if low in IN_O:
        return word + "es"
    if low.endswith("y") and len(low) > 2 and low[-2] not in "aeiou":
        return word if word[0].isupper() and word[-2:] != "ty" and len(word) < 3 else word[:-1] + "ies"
    if low.endswith("quy"):
        return word[:-1] + "ies"
    if low.endswith(("sis", "xis")):
        return word[:-2] + "es"
    if (
        low.endswith("ch")
        and low.endswith(_HARD_CH)
        and not low.endswith(("each", "oach", "oech", "eech", "starch", "search", "march", "larch", "arch", "perch"))
    ):
        return word + "s"
    return word + ("es" if low.endswith(("s", "x", "z", "ch", "sh")) else "s")
