"""Relations: verbs are conjugated, every row fits a sentence, opposites are mutual, and the table is what is built.

Run it: `pytest tests/engine/taxonomy/test_build_relations.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.taxonomy import load
from engine.taxonomy.build import relations
from engine.taxonomy.build.conjugate import Conjugation
from engine.taxonomy.build.wordnet import FOLDER, read

FULL = load("full")
TABLE = Path(__file__).parents[3] / "assets" / "taxonomy" / "full" / "relations.tsv"


@pytest.mark.parametrize(
    ("verb", "third", "ing", "participle"),
    [
        ("lie", "lies", "lying", "lain"),
        ("die", "dies", "dying", "died"),
        ("panic", "panics", "panicking", "panicked"),
        ("stop", "stops", "stopping", "stopped"),
        ("visit", "visits", "visiting", "visited"),
        ("carry", "carries", "carrying", "carried"),
        ("run", "runs", "running", "run"),
        ("teach", "teaches", "teaching", "taught"),
        ("catch", "catches", "catching", "caught"),
        ("pick up", "picks up", "picking up", "picked up"),
        ("travel", "travels", "travelling", "travelled"),
        ("equip", "equips", "equipping", "equipped"),
        ("follow", "follows", "following", "followed"),
        ("dye", "dyes", "dyeing", "dyed"),
        ("undo", "undoes", "undoing", "undone"),
        ("open", "opens", "opening", "opened"),
        ("refuel", "refuels", "refuelling", "refuelled"),
        ("equal", "equals", "equalling", "equalled"),
        ("layer", "layers", "layering", "layered"),
        ("overrun", "overruns", "overrunning", "overrun"),
        ("befriend", "befriends", "befriending", "befriended"),
        ("behold", "beholds", "beholding", "beheld"),
        ("mislead", "misleads", "misleading", "misled"),
        ("fly over", "flies over", "flying over", "flown over"),
    ],
)
def test_hard_verbs(verb: str, third: str, ing: str, participle: str) -> None:
    forms = Conjugation({"taught": ("teach",), "caught": ("catch",)})
    assert (forms.third(verb), forms.ing(verb), forms.participle(verb)) == (third, ing, participle)


def test_there_are_enough_and_all_are_well_formed() -> None:
    assert len(FULL.relation_words) == len(FULL.relation) >= 10_492
    assert sum(FULL.is_on(word.switch) for word in FULL.relation_words) >= 2_000
    for word in FULL.relation_words:
        words = word.phrase.split(" ")
        assert word.phrase == word.phrase.strip() and "," not in word.phrase and all(words)
        assert words[-1] not in {"a", "an", "the", "its", "and", "is", "are"}
        assert not {"and", "that", "which", "who"} & set(words)
        assert bool(word.plural) == bool(word.base) == (word.form == "clause")
        assert word.form in ("is", "clause")
        for kind in (*word.subjects, *word.objects):
            assert kind.removeprefix("!") in FULL.kinds, (word.phrase, kind)


def test_phrases_say_who_does_what_to_what() -> None:
    fits = {noun.kind for noun in FULL.nouns}
    for phrase, subject, target, silly in [
        ("chasing", "mammal", "mammal", "building"),
        ("riding", "person", "mammal", "drink"),
        ("wearing", "person", "headgear", "landform"),
        ("parked next to", "road-vehicle", "tree", "substance"),
        ("sitting on", "person", "seat", "drink"),
        ("flying over", "bird", "water", "food"),
        ("contains", "container", "food", "place"),
        ("carried by", "toy", "person", "fruit"),
        ("eating", "person", "fruit", "vehicle"),
        ("growing behind", "tree", "building", "drink"),
    ]:
        word = FULL.relation[phrase]
        assert {subject, target, silly} <= fits
        assert not word.switch, phrase
        assert FULL.accepts(word.subjects, subject), phrase
        assert FULL.accepts(word.objects, target) and not FULL.accepts(word.objects, silly), phrase


def test_clauses_agree_with_the_rules_and_nothing_on_by_default_is_violent() -> None:
    forms = Conjugation()
    for word in FULL.relation_words:
        if word.form == "clause":
            assert word.phrase == forms.third(word.base) and word.plural == word.base, word.phrase
    for phrase in ("killing", "shooting", "strangles", "attacking", "murdered by"):
        assert FULL.relation[phrase].switch == "violence", phrase


def test_opposites_are_mutual_and_order_the_same_coordinate() -> None:
    pairs = [(word, FULL.relation[word.opposite]) for word in FULL.relation_words if word.opposite]
    assert len(pairs) > 300
    for word, other in pairs:
        assert other.opposite == word.phrase
        assert None in (word.axis, other.axis) or (word.axis == other.axis and word.before != other.before)


def test_the_table_is_what_is_built(tmp_path: Path) -> None:
    if not (FOLDER / "data.verb").is_file():
        pytest.skip("needs Debian's wordnet-base in /usr/share/wordnet")
    net = read()
    assert relations.build(tmp_path, net) == len(FULL.relation_words)
    assert (tmp_path / "relations.tsv").read_bytes() == TABLE.read_bytes()
    assert {row.phrase for row in relations.rows(None)} < set(FULL.relation)


def test_clauses_begin_with_a_verb() -> None:
    if not (FOLDER / "data.verb").is_file():
        pytest.skip("needs Debian's wordnet-base in /usr/share/wordnet")
    net = read()
    verbs = {word for synset in net.synset.values() if synset.pos == "v" for word in synset.words}
    first = {word.base.split(" ")[0] for word in FULL.relation_words if word.form == "clause"}
    assert first - verbs <= {"high-five", "arm-wrestle", "sunbathe", "transplant"}
