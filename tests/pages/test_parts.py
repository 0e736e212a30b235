"""The parts that think: pieces of a caption, layout, canvas data, verdicts, the question table, words.

Try it: `python -m pytest tests/pages/test_parts.py`.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from engine.caption import caption
from engine.parse import parse
from engine.questions import questions
from engine.sampler import Constraints, sample
from engine.scoring import RIGHT, UNASKED, WRONG, Mark, Reply, score
from engine.store import Judgement
from engine.taxonomy import load
from pages.parts.canvas import drawing, shape_of
from pages.parts.caption import pieces
from pages.parts.geometry import card_box, overlap
from pages.parts.layout import place
from pages.parts.questions import table
from pages.parts.tables import changed, finished, labels, rows
from pages.parts.verdict import NONE, UNSURE, status, verdict
from pages.parts.words import ago, duration, file_name, plain

WORDS = load("pocket")
GRAPH = parse("A red dog is above a cat. The scene is at night.", WORDS)
ASKED = questions(GRAPH, WORDS)


def answers(**p_yes: float) -> list[Reply]:
    """Right answers, but for the questions named by id with P(yes)."""
    found = []
    for q in ASKED:
        if q.open:
            found.append(Reply(q.answer, 0.9))
            continue
        p = p_yes.get(q.id.replace("-", "_"), 0.95 if q.answer == "yes" else 0.05)
        found.append(Reply("yes" if p >= 0.5 else "no", max(p, 1 - p), p, 1 - p))
    return found


def judged(**p_yes: float):
    scores = score(ASKED, answers(**p_yes)).to_dict()
    text = orjson.dumps({"judge": scores, "oracle": None}).decode()
    return verdict(Judgement("a", "p", 1, "pocket", "[]", text, scores["gated"], ""), ASKED)


def test_pieces_say_the_caption_and_know_their_elements() -> None:
    said = caption(GRAPH, WORDS)
    found = pieces(said.text, said.spans, {})
    assert "".join(piece["text"] for piece in found) == said.text
    by_text = {piece["text"].strip(): piece for piece in found}
    dog, cat = (item.id for item in GRAPH.objects)
    assert by_text["red"]["element"] == f"a:{dog}:colour:red"
    assert by_text["is above"]["element"] == f"r:{dog}:above:{cat}"
    assert by_text["at night"]["element"] == "s:setting"
    assert f"o:{dog}" in by_text["red"]["elements"]


def test_pieces_carry_marks_that_are_not_colour_alone() -> None:
    said = caption(GRAPH, WORDS)
    dog = GRAPH.objects[0].id
    found = pieces(said.text, said.spans, {f"a:{dog}:colour:red": WRONG, f"o:{dog}": RIGHT})
    assert [(p["text"], p["mark"]) for p in found if p["mark"]] == [("red", WRONG)]
    assert {p["status"] for p in found if p["element"] == f"o:{dog}"} == {RIGHT}


def test_pieces_of_any_scene_say_its_caption() -> None:
    for seed in range(60):
        graph = sample(Constraints(complexity=(1, 12)), WORDS, random.Random(seed))
        said = caption(graph, WORDS)
        statuses = {
            element: random.Random(element).choice([RIGHT, WRONG, UNASKED, UNSURE]) for element in graph.elements()
        }
        assert "".join(p["text"] for p in pieces(said.text, said.spans, statuses)) == said.text


@pytest.mark.parametrize("seed", range(24))
def test_layout_shows_relations_as_they_are_and_overlaps_nothing(seed: int) -> None:
    graph = sample(Constraints(complexity=(3, 12)), WORDS, random.Random(seed))
    at = place(graph, WORDS)
    for link in graph.relations:
        word = WORDS.relation[link.phrase]
        axis = 0 if word.axis == "x" else 1
        first, last = (link.source, link.target) if word.before else (link.target, link.source)
        assert at[first][axis] < at[last][axis]
    ids = list(at)
    for i, a in enumerate(ids):
        for b in ids[i + 1 :]:
            assert not overlap(at[a], card_box(graph, a), at[b], card_box(graph, b), 0)
    assert place(graph, WORDS) == at


def test_layout_takes_any_graph() -> None:
    from engine.graph import Object, Relation, SceneGraph

    many = tuple(Object(f"x{i}", "dog") for i in range(40))
    links = tuple(Relation(f"x{i}", f"x{(i + 1) % 40}", "spatial", "above") for i in range(40))
    assert len(set(place(SceneGraph(many, (), links), WORDS).values())) == 40
    few = SceneGraph(many[:3], (), tuple(Relation(f"x{i}", f"x{(i + 1) % 3}", "k", "chasing") for i in range(3)))
    assert len(set(place(few, WORDS).values())) == 3
    assert place(SceneGraph(()), WORDS) == {}


def test_canvas_data_is_plain_json_with_element_ids() -> None:
    elements = set(GRAPH.elements())
    drawn = drawing(GRAPH, WORDS, dict.fromkeys(elements, RIGHT))
    orjson.dumps(drawn)
    ids = [n["id"] for n in drawn["nodes"]] + [e["id"] for e in drawn["edges"]] + [s["id"] for s in drawn["scene"]]
    ids += [chip["id"] for node in drawn["nodes"] for chip in node["chips"]]
    assert set(ids) == elements
    assert all(item["status"] == RIGHT for item in (*drawn["nodes"], *drawn["edges"], *drawn["scene"]))
    assert shape_of(drawn) == shape_of(drawing(GRAPH, WORDS, {}))


def test_canvas_draws_several_relations_between_two_objects_apart() -> None:
    graph = parse("A dog is above a cat and to the left of the cat.", WORDS)
    edges = drawing(graph, WORDS, {})["edges"]
    assert len({orjson.dumps(edge["smooth"]) for edge in edges}) == 2


def test_verdict_of_a_perfect_picture() -> None:
    found = judged()
    assert set(found.elements.values()) == {RIGHT}
    assert found.scores is not None and found.scores.gated == 1


def test_verdict_right_wrong_not_asked_and_unsure() -> None:
    dog, cat = (item.id for item in GRAPH.objects)
    found = judged(existence_1=0.1, existence_2=0.54, scene_1=0.45).elements
    assert found[f"o:{dog}"] == WRONG
    assert found[f"a:{dog}:colour:red"] == UNASKED
    assert found[f"o:{cat}"] == UNSURE
    assert found["s:setting"] == UNSURE


def test_an_answer_that_is_neither_yes_nor_no_is_unsure() -> None:
    reply = Reply("yes", 0.3, p_yes=0.3, p_no=0.01, left_over=0.69)
    assert status(Mark("q", reply, 0.97, True, RIGHT)) == UNSURE
    assert status(Mark("q", replace(reply, left_over=0.4), 0.97, True, RIGHT)) == RIGHT
    assert status(Mark("q", reply, 0.97, True, UNASKED)) == UNASKED


def test_verdict_of_what_cannot_be_read_is_none() -> None:
    for text in ("[]", "{}", '{"judge": 1}', '{"judge": {"marks": []}}'):
        assert verdict(Judgement("a", "p", 1, "x", "[]", text, None, ""), ASKED) == NONE
    assert verdict(None, ASKED) == NONE


def test_table_puts_the_twist_beside_its_question() -> None:
    good, bad = judged(), judged(existence_1=0.1)
    found = table(ASKED, [good, bad], 1)
    orjson.dumps(found)
    first = found["groups"][0]["rows"][0]
    assert (first["text"], first["answer"], first["reply"], first["status"]) == ("Is there a dog?", "yes", "no", WRONG)
    assert first["p"] == pytest.approx(0.1)
    assert first["twist"]["answer"] == "no" and first["twist"]["status"] == RIGHT
    assert first["marks"] == [RIGHT, WRONG]
    opened = [row for group in found["groups"] for row in group["rows"] if row["twist"] is None]
    assert opened and all(row["p"] is None for row in opened)
    assert sum(len(group["rows"]) for group in found["groups"]) == sum(q.counterfactual_of is None for q in ASKED)


def test_table_without_pictures_has_questions_only() -> None:
    rows_ = [row for group in table(ASKED, [], None)["groups"] for row in group["rows"]]
    assert {row["reply"] for row in rows_} == {None}


def test_tables_tell_two_of_a_name_apart() -> None:
    two = parse("A red dog is above a blue dog.", WORDS)
    assert len(set(labels(two).values())) == 2
    assert rows(two)["relations"][0]["source"] != rows(two)["relations"][0]["target"]


def test_tables_apply_what_an_editor_reports() -> None:
    before = [{"name": "a"}, {"name": "b"}, {"name": "c"}]
    change = {"edited_rows": {"1": {"name": "B"}}, "deleted_rows": [0], "added_rows": [{"name": "d"}]}
    assert changed(before, change) == [{"name": "B"}, {"name": "c"}, {"name": "d"}]
    assert finished("objects", change) and not finished("relations", {"added_rows": [{"source": "a"}]})


def test_words_are_harmless_in_markdown() -> None:
    assert plain("a [b](c) :red[d] $e$ <f>") == r"a \[b\]\(c\) \:red\[d\] \$e\$ \<f\>"
    assert "://" not in plain("https://x.org").replace("\\", "")
    assert plain("two\n\n# lines") == r"two \# lines"


@pytest.mark.parametrize("mark", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", *"\u2066\u2067\u2068\u2069"])
def test_plain_text_turns_nothing_around_but_keeps_right_to_left_scripts(mark: str) -> None:
    assert plain(f"a{mark}nimda \u05d0\u05d1 \u0627\u0628") == "animda \u05d0\u05d1 \u0627\u0628"


def test_words_for_times_and_files() -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert ago((now - timedelta(hours=2, minutes=5)).isoformat(), now=now) == "2 hours ago"
    assert ago(now.isoformat(), now=now) == "just now"
    assert [duration(seconds) for seconds in (0, 8.2, 125, 900)] == ["0 s", "8 s", "2 min 5 s", "15 min"]
    assert file_name("../../Two dogs!", ".json") == "two-dogs.json"
    assert file_name("日本", ".png") == "scene.png"


def test_marks_follow_the_scores_of_another_judge() -> None:
    found = judged()
    assert found.judge == "pocket"
    assert replace(found, judge="x").marks.keys() == {q.id for q in ASKED}
