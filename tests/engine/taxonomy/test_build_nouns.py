"""The nouns of the full taxonomy: the reader of WordNet, plurals, and what the committed tables promise.

Try it: `python -m pytest tests/engine/taxonomy/test_build_nouns.py`; what needs WordNet is skipped where it is not installed.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import TaxonomyError
from engine.taxonomy import TABLES
from engine.taxonomy.build import __main__ as command
from engine.taxonomy.build import wordnet as database
from engine.taxonomy.build.noun_lists import Nearest, marks
from engine.taxonomy.build.noun_plural import Plurals

FULL = TABLES / "full"
SWITCHES = set("other-senses rare abstract peoples slurs disease body sex drugs proper microscopic gruesome".split())
needs_wordnet = pytest.mark.skipif(
    not (database.FOLDER / "data.noun").is_file(), reason="WordNet is not installed (apt-get install wordnet-base)"
)


def table(name: str) -> list[dict[str, str]]:
    lines = (FULL / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]


@pytest.fixture(scope="module")
def nouns():
    return table("nouns")


@pytest.fixture(scope="module")
def on(nouns):
    return {row["name"]: row for row in nouns if not row["switch"]}


@pytest.fixture(scope="module")
def wordnet():
    return database.read()


# --- the reader -------------------------------------------------------------------------------------------------------

LICENCE = "  1 a line of the licence  \n"
SMALL = {
    "data.noun": (
        "00000100 03 n 01 physical_entity 0 001 ~ 00000200 n 0000 | what is there  \n"
        '00000200 05 n 02 hot_dog 0 wiener(p) 1 001 @ 00000100 n 0000 | a dog; "the dog barked"  \n'
        "00000300 05 n 01 Fido 0 001 @i 00000200 n 0000 | one dog  \n"
    ),
    "index.noun": "hot_dog n 1 1 @ 1 1 00000200  \nfido n 1 1 @ 1 0 00000300  \n",
    "data.verb": "00000400 35 v 01 bark 0 001 + 00000200 n 0101 02 + 02 00 + 08 01 | make the noise of a dog  \n",
    "index.verb": "bark v 1 1 + 1 0 00000400  \n",
    "data.adj": "00000500 00 s 01 hot(a) 0 000 | not cold  \n",
    "index.adj": "hot a 1 0 1 0 00000500  \n",
    "data.adv": "",
    "index.adv": "",
    "noun.exc": "men-at-arms man-at-arms\n",
    "verb.exc": "",
    "adj.exc": "",
    "adv.exc": "",
    "cntlist.rev": "hot_dog%1:05:00:: 1 42\n",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    for name, text in SMALL.items():
        (tmp_path / name).write_text(LICENCE + text if name.startswith("data") else text)
    return tmp_path


def test_reads_words_pointers_frames_and_counts(small):
    net = database.read(small)
    dog = net.synset["n00000200"]
    assert dog.words == ("hot dog", "wiener") and dog.lexname == "noun.animal"
    assert dog.definition == "a dog" and dog.parents == ("n00000100",)
    assert net.synset["v00000400"].frames == ((2, 0), (8, 1))
    assert net.synset["a00000500"].words == ("hot",)
    assert net.synset["n00000300"].is_instance and not dog.is_instance
    assert net.senses("Hot Dog", "n") == (dog.id,) and net.senses("cat", "n") == ()
    assert net.count("hot dog", dog.id) == 42 and net.count("fido", "n00000300") == 0
    assert list(net.ancestors("n00000300")) == ["n00000200", "n00000100"]
    assert net.below("n00000200") == {"n00000200", "n00000300"}


def test_a_missing_database_says_how_to_get_it(tmp_path, capsys):
    with pytest.raises(TaxonomyError, match="apt-get install -y wordnet-base"):
        database.read(tmp_path)
    assert command.main(["--wordnet", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_list_that_names_no_synset_says_which(small):
    with pytest.raises(TaxonomyError, match="blorp.*noun-kinds.txt"):
        marks(database.read(small), {"tree": ("blorp",)}, where="noun-kinds.txt")


def test_the_nearest_mark_wins(small):
    net = database.read(small)
    said = {"thing": ("hot dog#1",), "star": ("fido!",)}
    nearest = Nearest(net, marks(net, said, where="a list"))
    assert nearest.title("n00000200") == "thing" and nearest.title("n00000300") == "star"
    assert nearest.title("n00000100") == "" and nearest.parent("n00000300") == "n00000200"


# --- plurals ----------------------------------------------------------------------------------------------------------

HARD = """bus buses, glass glasses, knife knives, sheep sheep, wolf wolves, goldfish goldfish, oasis oases, lens lenses,
box boxes, fox foxes, fez fezzes, roof roofs, scarf scarves, loaf loaves, mouse mice, mongoose mongooses, lady ladies,
monkey monkeys, potato potatoes, piano pianos, stomach stomachs, beach beaches, starch starches, human humans,
German Germans, Frenchman Frenchmen, werewolf werewolves, salesperson salespeople, camera cameras, cactus cacti,
octopus octopuses, aircraft aircraft, gasworks gasworks, passerby passersby, taxi taxis, larva larvae, person people,
monarch monarchs, quiz quizzes, arch arches, iris irises, man-of-war men-of-war, mother-in-law mothers-in-law"""
COMPOUND = {
    "ship of the line": "ships of the line", "chest of drawers": "chests of drawers", "bill of fare": "bills of fare",
    "woman doctor": "women doctors", "musk ox": "musk oxen", "bay leaf": "bay leaves", "house mouse": "house mice",
    "prisoner of war camp": "prisoner of war camps", "point-and-shoot camera": "point-and-shoot cameras",
    "jack-o'-lantern": "jack-o'-lanterns", "lily of the valley": "lilies of the valley", "sea bass": "sea bass",
    "alcohol-in-glass thermometer": "alcohol-in-glass thermometers", "man-eater": "man-eaters",
}  # fmt: skip


@needs_wordnet
def test_hard_plurals(wordnet):
    plurals = Plurals.from_exceptions(wordnet.exceptions["n"])
    pairs = [pair.split() for pair in HARD.replace("\n", " ").split(", ")] + [list(pair) for pair in COMPOUND.items()]
    assert {one: plurals.of(one) for one, _ in pairs} == {pair[0]: pair[1] for pair in pairs}


@given(st.text("abcdefghijklmnoprstuvwxyz", min_size=3, max_size=9), st.sampled_from(["of", "in", "with", "for"]))
def test_the_head_of_a_compound_changes(word, joint):
    plurals = Plurals({})
    assert plurals.of(f"{word} {joint} trees") == f"{plurals.of(word)} {joint} trees"
    assert plurals.of(f"red {word}") == f"red {plurals.of(word)}"


# --- the tables -------------------------------------------------------------------------------------------------------


def test_there_are_enough_nouns_and_all_are_typed(nouns, on):
    kinds = {row["kind"] for row in table("kinds")}
    assert len(nouns) >= 28_787 and 10_000 <= len(on) <= 20_000
    assert {row["kind"] for row in nouns} <= kinds
    assert {row["switch"] for row in nouns} - {""} == SWITCHES


def test_every_cell_is_well_formed(nouns):
    for row in nouns:
        assert row["name"] == row["name"].strip() and "_" not in row["name"] + row["plural"], row
        assert row["number"] in ("count", "mass", "plural") and row["synset"][0] == "n", row
        assert row["number"] == "count" or row["plural"] == row["name"], row
        assert 0 <= float(row["depict"]) <= 1 and 0 <= float(row["common"]) <= 1, row
        assert row["size"] in ("", *"0123456"), row


def test_at_most_one_sense_of_a_spelling_is_on_and_senses_have_names(nouns):
    counts = Counter(row["name"] for row in nouns if not row["switch"])
    assert max(counts.values()) == 1
    shared = {name for name, count in Counter(row["name"] for row in nouns).items() if count > 1}
    assert all(row["sense"] for row in nouns if row["name"] in shared)
    assert all(not row["sense"] for row in nouns if row["name"] not in shared)
    assert len({(row["name"], row["sense"]) for row in nouns}) == len(nouns)


KINDS = """dog animal, cat mammal, baker person, oak tree, rose plant, banana fruit, carrot vegetable, spaghetti food,
bus road-vehicle, bicycle cycle, canoe boat, helicopter aircraft, lighthouse building, bridge structure, kitchen room,
door opening, sofa seat, hammer tool, sword weapon, guitar instrument, teddy toy, hat headgear, shoe footwear,
ring jewellery, book book, statue artwork, mountain landform, lake water, rainbow sky, dragon creature, milk drink,
snow substance, frog amphibian, shark fish, spider invertebrate, butterfly insect, laptop device, elephant mammal"""


def test_words_are_of_their_kind(on):
    pairs = [pair.split() for pair in KINDS.replace("\n", " ").split(", ")]
    assert {name: on[name]["kind"] for name, _ in pairs} == dict(pairs)


def test_numbers_and_sizes(on):
    assert {on[name]["number"] for name in ("scissors", "trousers", "binoculars", "goggles", "stairs")} == {"plural"}
    assert {on[name]["number"] for name in ("milk", "snow", "bread", "silk", "furniture wax") if name in on} == {"mass"}
    assert {on[name]["number"] for name in ("windmill", "diamond", "wig", "sandwich", "martini")} == {"count"}
    assert on["mouse"]["size"] == "1" and on["elephant"]["size"] == "4" and on["ant"]["size"] == ""


def test_what_may_offend_or_cannot_be_drawn_is_off(nouns, on):
    assert not {"negro", "idiot", "whore", "gypsy", "virus", "penis", "heroin", "Texas", "Frenchman", "leper"} & set(on)
    by_name = {row["name"]: row["switch"] for row in nouns}
    assert (
        by_name["French person"] == "peoples" and by_name["heroin"] == "drugs" and by_name["penis"] in ("sex", "body")
    )
    assert {"firefighter", "child", "cyclist", "baker"} <= set(on)


def test_every_noun_has_a_line_up_to_a_root(nouns):
    parents = {row["synset"]: row["parent"] for row in table("hypernyms")}
    for synset in {row["synset"] for row in nouns}:
        line = []
        while synset:
            line.append(synset)
            assert len(line) < 30 and synset in parents
            synset = parents[synset]
    words = {row["synset"]: row["words"] for row in table("hypernyms")}
    assert words["n00001930"] == "physical entity" and "dog" in words["n02084071"].split(",")


@needs_wordnet
def test_a_new_build_has_the_committed_bytes(tmp_path):
    shutil.copy(FULL / "kinds.tsv", tmp_path)
    build = "import sys; from pathlib import Path; from engine.taxonomy.build import nouns, wordnet; "
    build += "nouns.build_nouns(Path(sys.argv[1]), wordnet.read())"
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], check=True, env=environment, cwd=TABLES.parents[1])
    for name in ("nouns.tsv", "hypernyms.tsv"):
        assert (tmp_path / name).read_bytes() == (FULL / name).read_bytes(), f"{name} is stale: run `make taxonomy`"
