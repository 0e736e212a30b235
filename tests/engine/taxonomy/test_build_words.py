"""The lists of attributes and scene attributes: forms, uniqueness, known names, and which of them exclude each other.

Try it: `python -m pytest tests/engine/taxonomy/test_build_words.py`.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import TaxonomyError
from engine.taxonomy.build import attributes, scenes
from engine.taxonomy.build.attribute_lists import ASSETS, kinds_of_things, read
from engine.taxonomy.build.scene_lists import LATER_ARTISTS, SceneRow, rows, with_article

FULL = ASSETS / "full"
SCENES = tuple(rows())
BY_PHRASE = {row.phrase: row for row in SCENES}
BY_VALUE = {(row.kind, row.value): row for row in SCENES}


def table(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:]]


def clash(a: SceneRow, b: SceneRow) -> bool:
    return bool({*a.excludes} & {*b.tags} or {*b.excludes} & {*a.tags})


def find(kind: str, value: str) -> SceneRow:
    return BY_VALUE[kind, value]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("full")
    assert attributes.build(out, None) >= 1494
    assert scenes.build(out, None) >= 2193
    return out


NAMES = ("attribute-kinds", "attributes", "scene-kinds", "scene-attributes")


@pytest.mark.parametrize("name", NAMES)
def test_shipped_tables_are_what_the_lists_say(built, name):
    assert (FULL / f"{name}.tsv").read_bytes() == (built / f"{name}.tsv").read_bytes()


def test_enough_values_are_on_by_default(built):
    assert sum(not row["switch"] for row in table(built / "attributes.tsv")) >= 1494
    assert sum(not row["switch"] for row in table(built / "scene-attributes.tsv")) >= 2193


def test_attribute_kinds_apply_to_known_things_and_clash_with_known_kinds(built):
    known, kinds = kinds_of_things(FULL / "kinds.tsv"), table(built / "attribute-kinds.tsv")
    names = {kind["kind"] for kind in kinds}
    for kind in kinds:
        assert {entry.lstrip("!") for entry in kind["applies"].split(",")} <= known
        assert set(filter(None, kind["clashes"].split(","))) <= names - {kind["kind"]}
        assert kind["exclusive"] == "yes"
        assert "{the}" in kind["question"] and kind["question"].endswith("?")


def test_every_attribute_is_one_value_of_one_kind_that_has_it(built):
    kinds = {kind["kind"] for kind in table(built / "attribute-kinds.tsv")}
    values = table(built / "attributes.tsv")
    assert max(Counter(row["value"].lower() for row in values).values()) == 1
    assert {row["kind"] for row in values} == kinds
    assert all(int(row["weight"]) > 0 for row in values)


def test_attributes_fit_before_a_noun(built):
    for row in table(built / "attributes.tsv"):
        words = row["value"].split(" ")
        assert words[0] not in ("a", "an", "the") and "and" not in words and "," not in row["value"], row
        assert row["value"] == " ".join(row["value"].split()) and "_" not in row["value"] and ":" not in row["value"]


def applies(row: dict[str, str], kinds: dict[str, str], thing: str) -> bool:
    """The rule of the tables, written out once more: the most specific entry decides."""
    parents = {entry["kind"]: entry["parent"] for entry in table(FULL / "kinds.tsv")}
    entries, at = (row["applies"] or kinds[row["kind"]]).split(","), thing
    while at:
        if "!" + at in entries or at in entries:
            return at in entries
        at = parents[at]
    return all(entry.startswith("!") for entry in entries)


@pytest.mark.parametrize(
    ("value", "yes", "no"),
    [
        ("wooden", "table", "water"), ("ripe", "fruit", "road-vehicle"), ("happy", "person", "stone"),
        ("Gothic", "building", "mammal"), ("furry", "mammal", "fish"), ("silk", "clothing", "tool"),
        ("huge", "building", "substance"), ("red", "flower", "place"), ("lit", "lamp", "mammal"),
        ("bearded", "person", "furniture"), ("starry", "sky", "clothing"), ("choppy", "water", "bread"),
    ],
)  # fmt: skip
def test_attributes_are_said_of_the_right_things(built, value, yes, no):
    kinds = {kind["kind"]: kind["applies"] for kind in table(built / "attribute-kinds.tsv")}
    (row,) = [row for row in table(built / "attributes.tsv") if row["value"] == value]
    assert applies(row, kinds, yes) and not applies(row, kinds, no)


def test_scene_kinds_hold_their_group_and_modalities(built):
    kinds = table(built / "scene-kinds.tsv")
    assert {row.kind for row in SCENES} == {kind["kind"] for kind in kinds}
    for kind in kinds:
        assert set(kind["modalities"].split(",")) <= {"image", "video", "3d"}
        assert kind["group"] in scenes.GROUPS and kind["question"].endswith("?")
        if kind["group"] in ("video", "3d"):
            assert kind["modalities"] == kind["group"]


def test_phrases_can_stand_in_a_list():
    scenes.check(SCENES)
    assert len(BY_PHRASE) == len(SCENES)
    for row in SCENES:
        assert not {",", ";", "{", "}", "_", ":"} & set(row.phrase), row.phrase
        assert " and " not in f" {row.phrase} "


def test_every_excluded_tag_exists_and_nothing_excludes_itself():
    tags = {tag for row in SCENES for tag in row.tags}
    assert {tag for row in SCENES for tag in row.excludes} <= tags
    assert [row.phrase for row in SCENES if {*row.tags} & {*row.excludes}] == []


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (("technique", "woodcut"), ("aperture", "f/1.4")),
        (("technique", "oils"), ("camera model", "Leica M6")),
        (("technique", "oils"), ("film stock", "Kodak Portra 400")),
        (("technique", "daguerreotype"), ("ISO", "ISO 400")),
        (("location", "kitchen"), ("weather", "heavy rain")),
        (("location", "on the moon"), ("weather", "thick fog")),
        (("location", "under water"), ("lighting", "candlelight")),
        (("time of day", "night"), ("lighting", "bright sunlight")),
        (("time of day", "noon"), ("lighting", "moonlight")),
        (("season", "summer"), ("weather", "a blizzard")),
        (("palette", "black-and-white"), ("filter", "red filter")),
        (("film stock", "Kodak Portra 400"), ("camera model", "Nikon D850")),
        (("film stock", "Ilford HP5 Plus"), ("palette", "vivid")),
        (("camera model", "Nikon F3"), ("ISO", "ISO 51200")),
        (("artist", "Johannes Vermeer"), ("technique", "photograph")),
        (("artist", "Eugène Atget"), ("technique", "oils")),
        (("artist", "Johannes Vermeer"), ("movement", "Cubist")),
        (("genre", "landscape"), ("location", "kitchen")),
        (("aperture", "f/1.4"), ("depth of field", "deep focus")),
        (("animation", "in stop motion"), ("rig", "a tripod")),
        (("pace", "time-lapse"), ("frame rate", "240")),
        (("mesh", "from voxels"), ("form", "smooth surfaces")),
    ],
)
def test_absurd_pairs_exclude_each_other(a, b):
    assert clash(find(*a), find(*b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (("technique", "watercolour"), ("artist", "J. M. W. Turner")),
        (("technique", "woodcut"), ("location", "forest")),
        (("location", "courtyard"), ("weather", "heavy rain")),
        (("location", "kitchen"), ("lighting", "window light")),
        (("focal length", "85 mm"), ("aperture", "f/1.4")),
        (("film stock", "Kodak Portra 400"), ("camera model", "Leica M6")),
        (("view", "above"), ("camera model", "Nikon D850")),
        (("time of day", "night"), ("lighting", "moonlight")),
        (("camera movement", "a slow pan"), ("editing", "quick cuts")),
    ],
)
def test_sound_pairs_go_together(a, b):
    assert not clash(find(*a), find(*b))


def test_most_pairs_of_kinds_have_values_that_go_together():
    """Of random pairs from different kinds of one modality, more than three quarters are free to meet."""
    modalities = {row["kind"]: set(row["modalities"].split(",")) for row in table(FULL / "scene-kinds.tsv")}
    kinds: dict[str, list[SceneRow]] = {}
    for row in SCENES:
        kinds.setdefault(row.kind, []).append(row)
    rng, free, drawn = random.Random(3), 0, 0
    while drawn < 4000:
        a, b = rng.sample(sorted(kinds), 2)
        if modalities[a] & modalities[b]:
            drawn += 1
            free += not clash(rng.choice(kinds[a]), rng.choice(kinds[b]))
    assert free / drawn > 0.75


def test_artists_are_on_only_when_long_dead():
    switch = {row.value: row.switch for row in SCENES if row.kind == "artist"}
    assert switch["Johannes Vermeer"] == switch["Claude Monet"] == ""
    assert switch["Pablo Picasso"] == switch["David Hockney"] == LATER_ARTISTS
    assert not any(name.split()[-1].isdigit() for name in switch)


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("85 mm lens", "an 85 mm lens"), ("18 mm lens", "an 18 mm lens"), ("50 mm lens", "a 50 mm lens"),
        ("iPhone 6", "an iPhone 6"), ("Olympus XA", "an Olympus XA"), ("one-second exposure", "a one-second exposure"),
        ("UV filter", "a UV filter"), ("urban landscape", "an urban landscape"), ("utopian vision", "a utopian vision"),
    ],
)  # fmt: skip
def test_article_by_sound(phrase, said):
    assert with_article(phrase) == said


@given(st.lists(st.sampled_from("dark pale red blue old new".split()), min_size=1, max_size=4, unique=True))
def test_a_list_is_read_back_as_it_was_written(tmp_path_factory, words):
    path = tmp_path_factory.mktemp("list") / "words.txt"
    path.write_text("[colour]\nquestion = What?\n> weight=3\n" + ", ".join(f"{w}*2" for w in words) + "\n")
    (section,) = read(path)
    assert [(entry.value, entry.weight) for entry in section.groups[0].entries] == [(word, 6) for word in words]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[colour]\nred\n", "outside a group"),
        ("[colour]\n> heavy\nred\n", "key=value"),
        ("[colour]\n> weight=some\nred\n", "whole number"),
        ("[colour]\n> weight=1\nred*much\n", "whole number"),
    ],
)
def test_a_malformed_list_is_refused_with_its_line(tmp_path, text, says):
    path = tmp_path / "words.txt"
    path.write_text(text)
    with pytest.raises(TaxonomyError, match=says) as caught:
        read(path)
    assert "Line " in str(caught.value) and "words.txt" in str(caught.value)


@pytest.mark.parametrize("phrase", ["in rain, softly", "in rain and snow", "set in"])
def test_a_phrase_that_would_be_misread_is_refused(phrase):
    row = SceneRow("weather", "x", phrase, (), (), 1, "")
    other = SceneRow("location", "y", "set in a wood", (), (), 1, "")
    with pytest.raises(TaxonomyError):
        scenes.check([row, other])
    scenes.check([other])
