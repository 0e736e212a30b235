"""The authors' folder: read as it is, said in sentences, refused in one sentence where it is damaged.

Run it: `SCENEWRIGHT_PAPER_METADATA=FOLDER pytest tests/engine/taxonomy/test_paper.py`.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine.errors import TaxonomyError
from engine.sampler import Constraints, scenes
from engine.scene import describe
from engine.taxonomy import Taxonomy, load, paper
from engine.taxonomy.forms import UNGRAMMATICAL
from engine.taxonomy.scenery import phrase
from engine.taxonomy.words import Choice

FOLDER = os.environ.get("SCENEWRIGHT_PAPER_METADATA")
real = pytest.mark.skipif(not FOLDER, reason="set SCENEWRIGHT_PAPER_METADATA to the authors' metadata folder")

SMALL: dict[str, Any] = {
    "objects": ["kite (toy)", "kite", "boat_pier", "anchorman", "box_lunch", "kite (hawk)"],
    "attributes": {"color": ["teal color", "plum"], "size": ["big"], "adj-general": ["big", "odd"], "mood": ["calm"]},
    "relations": {"spatial": ["is on", "next to a", "in motion"], "symbolic": ["marks the way to", "blissfulness for"]},
    "scene_attributes": {
        "camera setting": {"a": ["f/9", "f9.5"]},
        "style": {"artist": ["A. Nobody"], "mood": ["grim"]},
        "video setting": {"video editting style": ["Iris Cut"]},
        "3D setting": {"3D shape attribute": ["Has Corner"]},
    },
}


def folder(tmp_path: Path, **change: Any) -> Path:
    """A small folder like the authors'; a change replaces a file by JSON, by bytes, or takes it away (None)."""
    for name, value in {**SMALL, **change}.items():
        path = tmp_path / f"{name}.json"
        if isinstance(value, bytes):
            path.write_bytes(value)
        elif value is not None:
            path.write_text(json.dumps(value))
    return tmp_path


def test_a_small_folder(tmp_path: Path) -> None:
    words = load(str(folder(tmp_path)))
    assert [(n.name, n.sense, n.plural, n.switch) for n in words.nouns] == [
        ("kite", "toy", "kites", "other-senses"),
        ("kite", None, "kites", ""),
        ("boat pier", None, "boat piers", ""),
        ("anchorman", None, "anchormen", ""),
        ("box lunch", None, "box lunches", ""),
        ("kite", "hawk", "kites", "other-senses"),
    ]
    assert words.attribute_kind["colour"].values == ("teal", "plum") and words.attribute_kind["colour"].exclusive
    assert words.attribute_kind["adj-general"].values == ("odd",), "“big” stays with the sizes"
    assert list(words.relation)[:3] == ["on", "next to", "in motion with"]
    way = words.relation["marks the way to"]
    assert (way.form, way.plural, way.base) == ("clause", "mark the way to", "mark the way to")
    assert words.relation["blissfulness for"].switch == UNGRAMMATICAL
    assert words.scene_kind["aperture"].phrases == {"f/9": "shot at f/9", "f9.5": "shot at f/9.5"}
    assert {kind.name: kind.modalities for kind in words.scene_kinds} == {
        "aperture": ("image", "video"),
        "artist": ("image", "video", "3d"),
        "mood": ("image", "video", "3d"),
        "video editing style": ("video",),
        "3D shape attribute": ("3d",),
    }


def test_topics_work_where_the_folder_has_its_tree(tmp_path: Path) -> None:
    from engine.taxonomy.wordfile import under

    words = load(
        str(folder(tmp_path, taxonomy=[["artefact", "boat_pier"], ["artefact", "toy"], ["toy", "kite (toy)"]]))
    )
    assert under(words, ["artefact"]) == {"boat pier", "kite"} and under(words, ["toy"]) == {"kite"}


def test_what_is_skipped_is_counted(tmp_path: Path) -> None:
    objects = ["kite", "kite", " ", "", "(note)", "x" * 200, "bell\u0007"]
    said = " ".join(paper.inspect(folder(tmp_path, objects=objects)))
    assert "objects.json: 1 repeated words skipped, for example “kite”" in said
    assert "2 blank words" in said and "1 words skipped that are only a note" in said
    assert "2 words skipped that have over 80 characters or control characters" in said
    assert "attributes.json: 1 words skipped that stand in another category too, for example “big”" in said
    assert [noun.name for noun in load(str(tmp_path)).nouns] == ["kite"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"relations": None}, r"relations\.json in .* is missing"),
        ({"objects": []}, r"objects\.json holds no words"),
        ({"objects": {"a": 1}}, r"objects\.json has to be a list of words, it is a JSON object"),
        ({"objects": ["a", 3]}, r"Entry 2 of objects\.json is a number “3” instead of a word"),
        ({"objects": ["a", None]}, r"Entry 2 of objects\.json is null"),
        ({"objects": ["a" * 501]}, r"Entry 1 of objects\.json has 501 characters; at most 500"),
        ({"objects": b'["\xff"]'}, r"objects\.json in .* is not JSON"),
        ({"objects": b""}, r"objects\.json in .* is not JSON"),
        ({"objects": b"[" * 9000}, r"objects\.json in .* is not JSON"),
        ({"attributes": ["red"]}, r"attributes\.json has to hold categories with lists of words, it is a list"),
        ({"attributes": {"color": "red"}}, r"“color” in attributes\.json has to be a list of words, it is text"),
        ({"attributes": {"color": [["red"]]}}, r"Entry 1 of “color” in attributes\.json is a list"),
        ({"attributes": {"color": []}}, r"attributes\.json holds no words"),
        ({"attributes": {}}, r"attributes\.json is empty"),
        ({"attributes": {"": ["red"]}}, r"category called “”"),
        ({"relations": {"a": {}}}, r"“a” in relations\.json has to be a list"),
        ({"scene_attributes": {"style": ["oil"]}}, r"“style” in scene_attributes\.json has to hold categories"),
        ({"scene_attributes": {"style": {"genre": [1]}}}, r"Entry 1 of “genre” in scene_attributes\.json"),
        ({"taxonomy": {"a": "b"}}, r"taxonomy\.json has to be a list of \[parent, child\]"),
        ({"taxonomy": [["a"]]}, r"Entry 1 of taxonomy\.json"),
    ],
)
def test_damage_gets_one_sentence_with_file_and_place(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(TaxonomyError, match=sentence):
        paper.from_folder(folder(tmp_path, **change))


def test_huge_files_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = folder(tmp_path) / "relations.json"
    with path.open("r+b") as file:
        file.truncate(300_000_000)
    with pytest.raises(TaxonomyError, match=r"relations\.json in .* has 300,000,000 bytes; at most 200,000,000"):
        paper.from_folder(tmp_path)


def test_huge_lists_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match=r"objects\.json has 2,000,001 words; at most 2,000,000"):
        paper.from_folder(folder(tmp_path, objects=b"[" + b'"a",' * 2_000_000 + b'"a"]'))


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("weather", "windy", "in windy weather"),
        ("weather", "hailstorm", "in a hailstorm"),
        ("weather", "rain", "in rain"),
        ("location", "orchard (outdoor)", "set in an outdoor orchard"),
        ("location", "hall", "set in a hall"),
        ("a", "f/3", "shot at f/3"),
        ("size", "wide shot", "seen in a wide shot"),
        ("view", "oblique angle", "seen from an oblique angle"),
        ("focal length", "80mm - 90mm", "shot with an 80mm–90mm lens"),
        ("lighting", "spotlight", "lit with a spotlight"),
        ("video editting style", "Split Cut", "edited with a split cut"),
        ("nobody foresaw", "this", "shown with nobody foresaw this"),
    ],
)
def test_scene_attributes_are_said_naturally(kind: str, value: str, words: str) -> None:
    assert phrase(kind, value) == words


# --- the authors' own files -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def words() -> Taxonomy:
    return paper.from_folder(Path(FOLDER or ""))


@real
def test_all_their_words_are_there(words: Taxonomy) -> None:
    assert len(words.nouns) == 28_785 and len(words.noun) == 25_868
    assert sum(bool(noun.sense) for noun in words.nouns) == 5_213
    assert sum(len(kind.values) for kind in words.attribute_kinds) >= 1_400
    assert len(words.relation_words) >= 10_000
    assert sum(len(kind.phrases) for kind in words.scene_kinds) == 2_076
    assert not any("_" in noun.name or "(" in noun.name for noun in words.nouns)


@real
def test_loading_takes_no_time() -> None:
    best = min(_seconds() for _ in range(3))
    assert best < 0.6, "0.2 s alone on a quiet machine"


def _seconds() -> float:
    start = time.process_time()
    paper.from_folder(Path(FOLDER or ""))
    return time.process_time() - start


@real
def test_loading_is_the_same_every_time(words: Taxonomy) -> None:
    again = paper.from_folder(Path(FOLDER or ""))
    assert (again.version, again.nouns, again.relation_words) == (words.version, words.nouns, words.relation_words)
    assert again.attribute_kinds == words.attribute_kinds and again.scene_kinds == words.scene_kinds


@real
def test_relations_are_said_in_sentences(words: Taxonomy) -> None:
    drawn = [word for word in words.relation_words if not word.switch]
    assert len(drawn) > 9_000
    assert not [word.phrase for word in drawn if re.match(r"(is|are|be|was|may|might|can|could) ", word.phrase)]
    assert not [word.phrase for word in drawn if word.phrase.endswith((" a", " the"))]
    clauses = [word for word in drawn if word.form == "clause"]
    assert 900 < len(clauses) < 1_300 and all(word.base and word.plural for word in clauses)
    starts = Counter(word.phrase.split()[0] for word in drawn if word.form == "is")
    for verb in ("indicates", "represents", "provides", "displays", "holds", "has"):
        assert starts[verb] == 0, verb


@real
def test_scenes_of_theirs_never_contradict_themselves(words: Taxonomy) -> None:
    for modality in ("image", "video", "3d"):
        limits = Constraints(complexity=(4, 10), scene_attributes=(0, 3), mode="imaginative", modality=modality)
        for graph in scenes(limits, words, seed=5, count=150):
            words.check(graph)
            kinds = dict(graph.scene_attributes)
            assert not ({"artist", "technique", "painting style", "genre"} & kinds.keys()) or not (
                {"aperture", "ISO", "focal length", "camera model", "depth of focus"} & kinds.keys()
            )
            line = describe(graph, words, id="x")
            assert line.questions and "(" not in line.caption.split(". The scene")[0]


@real
def test_a_switch_draws_what_is_set_aside(words: Taxonomy) -> None:
    everything = words.choose(Choice(switches=frozenset({UNGRAMMATICAL, "other-senses"})))
    limits = Constraints(complexity=(6, 6), relations=(2, 2), mode="imaginative")
    drawn = {r.phrase for g in scenes(limits, everything, seed=1, count=400) for r in g.relations}
    assert any(words.relation[phrase_].switch for phrase_ in drawn)
    plain = {r.phrase for g in scenes(limits, words, seed=1, count=400) for r in g.relations}
    assert not any(words.relation[phrase_].switch for phrase_ in plain)


@real
def test_lists_may_come_in_any_order_of_categories(words: Taxonomy, tmp_path: Path) -> None:
    shutil.copytree(Path(FOLDER or ""), tmp_path, dirs_exist_ok=True, copy_function=shutil.copyfile)
    data = json.loads((tmp_path / "attributes.json").read_text())
    keys = list(data)
    random.Random(1).shuffle(keys)
    (tmp_path / "attributes.json").write_text(json.dumps({key: data[key] for key in keys}))
    again = paper.from_folder(tmp_path)
    assert again.attribute_kind["colour"].values == words.attribute_kind["colour"].values
    assert again.nouns == words.nouns
