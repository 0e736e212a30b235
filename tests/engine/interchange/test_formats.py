"""Files of other people, clean and dirty, as they come: what is read of them, and what is listed.

Run it: `pytest tests/engine/interchange/test_formats.py`.
"""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.interchange import PLAIN, SceneRecord, extended, read, write
from tests.pocket_graphs import POCKET


def plain(graph: SceneGraph) -> dict[str, Any]:
    """Objects with their attributes, and relations, by name."""
    names = graph.names
    return {
        "objects": [(o.name, *(mark.value for mark in graph.attributes_of[o.id])) for o in graph.objects],
        "relations": [(names[r.source], r.phrase, names[r.target]) for r in graph.relations],
    }


def losses(found: Any) -> dict[str, int]:
    return {loss.field: loss.count for loss in found.lost}


# --- the paper --------------------------------------------------------------------------------------------------------

PAPER = {
    "0": {
        "prompt": "A teal kite is tied to the pier. F/2.8.",
        "scene_attributes": {"a": "f/2.8", "video editting style": "Montage"},
        "scene_graph": {
            "nodes": [
                ["object_1", {"type": "object_node", "value": "kite (toy)"}],
                ["object_2", {"type": "object_node", "value": "boat_pier"}],
                ["attribute|1|1", {"type": "attribute_node", "value_type": "color", "value": "teal"}],
            ],
            "edges": [
                ["object_1", "object_2", {"type": "relation_edge", "value_type": "spatial", "value": "is tied to"}],
                ["object_1", "attribute|1|1", {"type": "attribute_edge"}],
            ],
        },
    }
}


@pytest.mark.parametrize("indent", [None, 1])
def test_a_prompts_file_of_the_paper(indent: int | None) -> None:
    (found,) = read(json.dumps(PAPER, indent=indent).encode())
    assert found.id == "0" and found.caption == PAPER["0"]["prompt"]
    assert [(o.name, o.sense) for o in found.graph.objects] == [("kite", "toy"), ("boat pier", None)]
    assert found.graph.attributes == (Attribute("object_1", "colour", "teal"),)
    assert found.graph.relations == (Relation("object_1", "object_2", "spatial", "tied to"),)
    assert found.graph.scene_attributes == (("aperture", "f/2.8"), ("video editing style", "Montage"))


def test_the_paper_is_written_as_the_paper_spells_it() -> None:
    out = io.BytesIO()
    write(read(json.dumps(PAPER).encode()), "paper", out)
    again = json.loads(out.getvalue())["0"]
    assert again["scene_attributes"] == PAPER["0"]["scene_attributes"]
    assert again["scene_graph"]["nodes"] == [
        ["object_1", {"type": "object_node", "value": "kite (toy)"}],
        ["object_2", {"type": "object_node", "value": "boat_pier"}],
        ["attribute|1|1", {"type": "attribute_node", "value_type": "color", "value": "teal"}],
    ]


# --- Visual Genome and GQA --------------------------------------------------------------------------------------------


def test_visual_genome_with_its_usual_dirt() -> None:
    image = {
        "image_id": 12,
        "objects": [
            {"object_id": 1, "names": ["man", "guy"], "synsets": ["man.n.01"], "attributes": ["Tall", "tall"],
             "x": 1, "y": 2, "w": 3, "h": 4},
            {"object_id": 2, "names": ["hat"]},
            {"object_id": 2, "names": ["cap"]},
        ],
        "relationships": [
            {"subject_id": 1, "predicate": "WEARING", "object_id": 2},
            {"subject_id": 1, "predicate": "is near", "object_id": 2},
            {"subject_id": 1, "predicate": "ON", "object_id": 99},
            {"subject_id": 1, "predicate": "on", "object_id": 1},
        ],
    }  # fmt: skip
    found = read(json.dumps([image]).encode())
    (record,) = found
    assert record.id == "12"
    assert plain(record.graph) == {
        "objects": [("man", "tall"), ("hat",)],
        "relations": [("man", "wearing", "hat"), ("man", "near", "hat")],
    }
    assert losses(found) == {
        "attributes said twice": 1,
        "boxes": 1,
        "objects with an id that another one has": 1,
        "other names of an object": 1,
        "relations of an object to itself": 1,
        "relations of objects that are not there": 1,
        "synsets": 1,
    }


def test_gqa_with_its_weather() -> None:
    objects = {
        "5": {"name": "dog", "attributes": ["red"], "relations": [{"name": "above", "object": "6"}], "w": 3},
        "6": {"name": "tree", "attributes": [], "relations": []},
    }
    found = read(json.dumps({"77": {"width": 9, "weather": "snowy", "location": None, "objects": objects}}).encode(),
                 taxonomy=POCKET)  # fmt: skip
    (record,) = found
    assert plain(record.graph) == {"objects": [("dog", "red"), ("tree",)], "relations": [("dog", "above", "tree")]}
    assert record.graph.attributes[0].kind == "colour" and record.graph.relations[0].kind == "spatial"
    assert record.graph.scene_attributes == (("weather", "snowy"),) and losses(found) == {"boxes": 1}


def test_kinds_are_guessed_from_the_taxonomy_and_contradictions_loosened() -> None:
    objects = {"1": {"name": "dog", "attributes": ["red", "blue", "shaggy"]}}
    data = json.dumps({"1": {"objects": objects}}).encode()
    (loose,), (strict,) = read(data, taxonomy=POCKET), read(data, taxonomy=POCKET, strict=True)
    assert [mark.kind for mark in loose.graph.attributes] == ["colour", "attribute", "attribute"]
    assert [mark.kind for mark in strict.graph.attributes] == ["colour", "colour", "attribute"]


def test_crowded_images_are_cut_to_what_a_graph_holds() -> None:
    objects = {str(i): {"name": f"thing {i}", "relations": [{"name": "on", "object": "70"}]} for i in range(80)}
    found = read(json.dumps({"1": {"objects": objects}}).encode())
    (record,) = found
    assert len(record.graph.objects) == 64
    assert losses(found)["objects beyond 64"] == 16


# --- DSG --------------------------------------------------------------------------------------------------------------

HEADER = (
    "item_id,text,keywords,proposition_id,dependency,category_broad,category_detailed,tuple,question_natural_language"
)


def table(*lines: str) -> bytes:
    return "\n".join((HEADER, *lines)).encode()


def test_dsg_as_it_should_be() -> None:
    found = read(
        table(
            "a,Two red dogs by a lake,dogs,1,0,entity,whole,entity - whole (dogs),Are there dogs?",
            'a,Two red dogs by a lake,"dogs, ==2",2,1,other,count,"other - count (dogs, ==2)",Are there two dogs?',
            'a,Two red dogs by a lake,"dogs, red",3,1,attribute,color,"attribute - color (dogs, red)",Are the dogs red?',
            "a,Two red dogs by a lake,lake,4,0,entity,whole,entity - whole (lake),Is there a lake?",
            'a,Two red dogs by a lake,"dogs, lake, by",5,"1,4",relation,spatial,"relation - spatial (dogs, lake, by)",'
            "Are the dogs by the lake?",
            "a,Two red dogs by a lake,photo,6,0,global,-,global - - (photo),Is this a photo?",
        ),
        taxonomy=POCKET,
    )
    (record,) = found
    assert plain(record.graph) == {
        "objects": [("dog", "red"), ("dog", "red"), ("lake",)],
        "relations": [("dog", "by", "lake")],
    }
    assert record.graph.scene_attributes == (("global", "photo"),)
    parents = {question.text: question.parents for question in record.questions}
    assert parents["Are the dogs by the lake?"] == ("q1", "q4") and parents["Are there dogs?"] == ()
    assert losses(found) == {}


def test_dsg_with_dirty_cells() -> None:
    found = read(
        table(
            "a,t,man,1,0,entity,whole,entity - whole (man),Is there a man?",
            "a,t,hat,2,man,entity,part,entity - part (man's hat),Does the man have a hat?",
            'a,t,"man, hat, wear",3,"1, hat?",action, ,"action -  (man, hat, wear)",Is the man wearing the hat?',
            'a,t,"man, around, dog",4,9,relation,spatial,"relation - spatial (man, around, dog)",Is he around the dog?',
            'a,t,"man, sings",x,1,relation,action,"relation - action (man, sings)",Is the man singing?',
            "a,t,,6,0,entity,whole,entity - whole (),?",
            'a,t,"a, b, c, d",7,0,relation,spatial,"relation - spatial (a, b, c, d)",?',
        )
    )
    (record,) = found
    assert plain(record.graph)["objects"][:2] == [("man", "sings"), ("man's hat",)]
    assert plain(record.graph)["relations"] == [("man", "wearing", "man's hat"), ("man", "around", "dog")]
    parents = {question.id: question.parents for question in record.questions}
    assert parents["q2"] == ("q1",), "a word instead of an id is found again"
    assert losses(found) == {
        "dependencies on nothing that is there": 2,
        "proposition ids that are no numbers": 1,
        "rows about things that no row declares (they were added)": 1,
        "rows that are no entity, attribute, relation or count": 2,
    }


# --- TIFA and GenEval -------------------------------------------------------------------------------------------------


def row(
    question: str, answer: str, kind: str, element: str, caption: str = "Three cats sit on a gray mat."
) -> dict[str, Any]:
    return {"id": "x", "caption": caption, "question": question, "choices": ["yes", "no"], "answer": answer,
            "element_type": kind, "element": element}  # fmt: skip


def test_tifa_of_other_people_as_far_as_it_goes() -> None:
    found = read(
        json.dumps(
            [
                row("are there cats?", "yes", "animal/human", "cats"),
                row("how many cats are in the picture?", "3", "counting", "three"),
                row("is there a mat?", "yes", "object", "mat"),
                row("what color is the mat?", "gray", "color", "gray"),
                row("are the cats sitting?", "yes", "activity", "sit"),
            ]
        ).encode()
    )
    (record,) = found
    assert plain(record.graph)["objects"] == [("cat",), ("cat",), ("cat",), ("mat", "gray")]
    assert record.caption == "Three cats sit on a gray mat."
    assert losses(found)["elements of the type activity"] == 1


def test_tifa_rows_are_multiple_choice_with_their_answer_among_the_choices() -> None:
    graph = SceneGraph((Object("a", "dog"),), (Attribute("a", "colour", "red"),))
    out = io.BytesIO()
    write([SceneRecord("1", graph)], "tifa", out, taxonomy=POCKET)
    rows = json.loads(out.getvalue())
    assert all(entry["answer"] in entry["choices"] and 2 <= len(entry["choices"]) <= 8 for entry in rows)
    assert {entry["element_type"] for entry in rows} >= {"animal/human", "color", "counting"}


def test_geneval_lines() -> None:
    lines = [
        {"tag": "counting", "include": [{"class": "owl", "count": 3}], "exclude": [{"class": "owl", "count": 4}],
         "prompt": "a photo of three owls"},
        {"tag": "position", "include": [{"class": "car", "count": 1}, {"class": "cat", "count": 1, "color": "red",
         "position": ["left of", 0]}], "exclude": [{"class": "dog", "count": 1}], "prompt": "a cat left of a car"},
    ]  # fmt: skip
    found = read("\n".join(map(json.dumps, lines)).encode(), taxonomy=POCKET)
    three, two = found
    assert plain(three.graph)["objects"] == [("owl",)] * 3 and three.caption == "a photo of three owls"
    assert plain(two.graph)["relations"] == [("cat", "to the left of", "car")]
    assert losses(found) == {"exclusions": 1}


# --- words of no taxonomy ---------------------------------------------------------------------------------------------


def test_imported_words_get_captions_and_questions_in_every_format() -> None:
    record = next(iter(read(json.dumps(PAPER).encode())))
    for format in ("scenewright", "dsg", "tifa", "geneval"):
        out = io.BytesIO()
        write([SceneRecord("1", record.graph)], format, out, taxonomy=POCKET)
        assert b"boat pier" in out.getvalue()


def test_extended_is_pure_and_knows_everything_afterwards() -> None:
    record = next(iter(read(json.dumps(PAPER).encode())))
    before = repr(POCKET)
    for base in (POCKET, PLAIN):
        words = extended(base, [record.graph])
        words.check(record.graph)
        assert extended(words, [record.graph]) is words
    assert repr(POCKET) == before and extended(POCKET, []) is POCKET
    assert extended(POCKET, [record.graph]).noun["boat pier"].plural == "boat piers"


def test_a_tuple_that_a_comma_would_split_is_listed() -> None:
    graph = SceneGraph((Object("a", "salt, coarse"),), (Attribute("a", "colour", "white, nearly"),))
    lost = write([SceneRecord("1", graph)], "dsg", io.BytesIO())
    assert [(loss.count, loss.example) for loss in lost if "comma" in loss.field] == [
        (2, "salt, coarse, white, nearly")
    ]


def test_losses_name_field_number_and_scenes() -> None:
    graph = SceneGraph((Object("a", "dog", "animal"),), scene_attributes=(("weather", "snowy"), ("setting", "night")))
    lost = write([SceneRecord(str(i), graph) for i in range(7)], "visual-genome", io.BytesIO(), taxonomy=POCKET)
    assert [str(loss) for loss in lost] == [
        "scene attributes: 14 not held, in 7 scenes, for example “weather: snowy” (scene 0, 1, 2, 3, 4)",
        "senses: 7 not held, in 7 scenes, for example “dog (animal)” (scene 0, 1, 2, 3, 4)",
    ]
