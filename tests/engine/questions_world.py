"""A small world with everything that questions have to cope with, and random graphs of it.

Words above others, water and scissors, relations that are verbs, kinds that are not exclusive, names that hold a value.
Try it: `python -c "from tests.engine.questions_world import *; print(graphs().example())"`.
"""

from __future__ import annotations

from hypothesis import strategies as st

from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.taxonomy import AttributeKind, Kind, Noun, RelationWord, SceneKind, Taxonomy

PARENTS = {"n1": "n0", "n2": "n1", "n3": "n2", "n4": "n1", "n5": "n1", "n6": "n1", "n7": "n6", "n8": "n1", "n9": "n1"}
NOUNS = (
    Noun("animal", "animals", "animal", synset="n1"), Noun("dog", "dogs", "animal", synset="n2"),
    Noun("puppy", "puppies", "animal", synset="n3"), Noun("cat", "cats", "animal", synset="n4"),
    Noun("owl", "owls", "animal", synset="n5"), Noun("fox", "foxes", "animal", synset="n6"),
    Noun("red fox", "red foxes", "animal", synset="n7"), Noun("horse", "horses", "animal", synset="n8"),
    Noun("pony", "ponies", "animal", synset="n8"), Noun("hen", "hens", "animal", synset="n9"),
    Noun("car", "cars", "artifact"), Noun("toy car", "toy cars", "artifact"), Noun("box", "boxes", "artifact"),
    Noun("umbrella", "umbrellas", "artifact"), Noun("orange", "oranges", "food"), Noun("lamp", "lamps", "artifact"),
    Noun("water", "water", "drink", "mass"), Noun("milk", "milk", "drink", "mass"), Noun("ink", "ink", "drink", "mass"),
    Noun("sand", "sand", "artifact", "mass"), Noun("juice", "juice", "drink", "mass"),
    Noun("scissors", "scissors", "artifact", "plural"), Noun("jeans", "jeans", "artifact", "plural"),
    Noun("pliers", "pliers", "artifact", "plural"), Noun("glasses", "glasses", "artifact", "plural"),
)  # fmt: skip
WORLD = Taxonomy(
    name="questions",
    version="questions-1",
    kinds={
        "thing": Kind("thing"), "animal": Kind("animal", "thing"), "artifact": Kind("artifact", "thing"),
        "food": Kind("food", "thing"), "drink": Kind("drink", "thing"),
    },
    hypernyms={synset: (PARENTS.get(synset), ()) for synset in ("n0", *PARENTS)},
    nouns=NOUNS,
    attribute_kinds=(
        AttributeKind("size", ("small", "tiny", "large", "huge", "big"), True, "What size is {the}?"),
        AttributeKind("condition", ("rusty", "broken", "intact", "pristine", "well-loved"), True,
                      "What condition does {the} show?", applies=("artifact",)),
        AttributeKind("mood", ("happy", "cheerful", "sad", "angry"), True, "In what mood is {the}?", applies=("animal",)),
        AttributeKind("trait", ("striped", "spotted", "famous"), False, "What is {the} like?"),
        AttributeKind("colour", ("red", "crimson", "orange", "green", "blue", "navy blue", "white", "black"), True,
                      "What colour is {the}?"),
    ),
    relation_words=(
        RelationWord("above", "spatial", "below"), RelationWord("below", "spatial", "above"),
        RelationWord("next to", "spatial"), RelationWord("riding", "action", fit="smaller"),
        RelationWord("chasing", "action"),
        RelationWord("chases", "action", form="clause", plural="chase", base="chase"),
        RelationWord("belongs to", "role", form="clause", plural="belong to", base="belong to"),
        RelationWord("loves", "feeling", "hates", form="clause", plural="love", base="love"),
        RelationWord("hates", "feeling", "loves", form="clause", plural="hate", base="hate"),
    ),
    scene_kinds=(
        SceneKind("weather", {"rain": "in the rain", "drizzle": "in a drizzle", "sunshine": "in bright sunshine"},
                  "What is the weather?", tags={"rain": ("sunless",), "drizzle": ("sunless",), "sunshine": ("blue-sky",)}),
        SceneKind("location", {"park": "set in a park", "garden": "set in a garden", "cave": "set in a cave"},
                  "Where is the scene set?",
                  tags={"park": ("outdoor",), "garden": ("outdoor",), "cave": ("indoor",)}),
        SceneKind("aperture", {"f/1.4": "shot at f/1.4", "f/4": "shot at f/4", "f/8": "shot at f/8", "f/16": "shot at f/16"},
                  "What is the aperture?", group="camera"),
    ),
)  # fmt: skip


def relation(source: str, phrase: str, target: str) -> Relation:
    """A relation of this world."""
    return Relation(source, target, WORLD.relation[phrase].kind, phrase)


@st.composite
def graphs(draw: st.DrawFn, *, most: int = 6) -> SceneGraph:
    """1 to `most` objects, often several of a name or of names above each other; relations without circles."""
    pool = draw(st.lists(st.sampled_from(NOUNS), min_size=1, max_size=5, unique=True))
    things = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=most))
    ids = [f"n{i}" for i in range(len(things))]
    marks = [
        Attribute(id, kind.name, value)
        for id, noun in zip(ids, things, strict=True)
        for kind in WORLD.attribute_kinds
        if WORLD.accepts(kind.applies, noun.kind)
        and (value := draw(st.none() | st.sampled_from(kind.values))) is not None
    ]
    ends = [(a, b) for i, a in enumerate(ids) for b in ids[i + 1 :]]
    arcs = draw(st.lists(st.sampled_from(ends), max_size=4, unique=True)) if ends else []
    links = [relation(a, draw(st.sampled_from(WORLD.relation_words)).phrase, b) for a, b in arcs]
    scene = [
        (kind.name, value)
        for kind in WORLD.scene_kinds
        if (value := draw(st.none() | st.sampled_from(sorted(kind.phrases)))) is not None
    ]
    objects = tuple(Object(id, noun.name) for id, noun in zip(ids, things, strict=True))
    return SceneGraph(objects, tuple(marks), tuple(links), tuple(scene))
