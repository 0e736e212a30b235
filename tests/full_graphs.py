"""Graphs over any taxonomy for tests, from hypothesis or from a seed, and small taxonomies whose words collide.

Try it: `python -c "from tests.full_graphs import *; print(random_graph_of(NASTY, random.Random(1)))"`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

from hypothesis import strategies as st

from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.taxonomy import AttributeKind, Noun, RelationWord, SceneKind, Taxonomy, load


@cache
def full() -> Taxonomy:
    """The full taxonomy, read once."""
    return load("full")


def _taxonomy(
    name: str, nouns: str, values: dict[str, str], phrases: str, verbs: str, scene: dict[str, str]
) -> Taxonomy:
    """A taxonomy from compact lists: `name/plural/number`, `value; value`, `phrase; phrase`, `verb/plural/base`."""
    return Taxonomy(
        name=name,
        version=f"{name}-1",
        nouns=tuple(Noun(*_noun(entry)) for entry in nouns.split(" ; ")),
        attribute_kinds=tuple(
            AttributeKind(kind, tuple(listed.split(" ; ")), kind != "mood", "What is {the}?")
            for kind, listed in values.items()
        ),
        relation_words=(
            *(RelationWord(phrase, "spatial") for phrase in phrases.split(" ; ")),
            *(
                RelationWord(verb, "action", form="clause", plural=plural, base=base)
                for verb, plural, base in (entry.split("/") for entry in verbs.split(" ; "))
            ),
        ),
        scene_kinds=tuple(
            SceneKind(kind, dict(entry.split("=") for entry in listed.split(" ; ")), f"What is the {kind}?")
            for kind, listed in scene.items()
        ),
    )


def _noun(entry: str) -> tuple[str, str, str, str]:
    name, *rest = entry.split("/")
    plural = rest[0] if rest else name + "s"
    return name, plural, "thing", rest[1] if len(rest) > 1 else "count"


NASTY = _taxonomy(
    "nasty",
    "bear ; black bear ; bird ; bird of prey/birds of prey ; prey/prey ; orange ; sheep/sheep ; fish/fish ; water/water/mass ; "
    "scissors/scissors/plural ; dog ; dog walk/dog walks ; walk ; jack ; box/boxes ; jack in the box/jacks in the box ; "
    "glass/glasses ; glasses/glasses/plural ; X-ray ; MRI scanner ; 8-sided die/8-sided dice ; die/dice ; shark ; "
    "great white shark ; white shark ; turkey ; Turkey/Turkeys ; St. Bernard ; catcher's mask ; light ; blue light",
    {
        "size": "great ; large ; left",
        "colour": "black ; orange ; white ; great white ; light blue ; blue ; light ; dark",
        "mood": "hidden ; walking ; happy ; sad",
    },
    "next to ; next to the left of ; in ; in front of ; on ; on top of ; above ; hidden by ; walking on ; to the left of ; "
    "covered in ; chasing",
    "walks/walk/walk ; chases/chase/chase ; chases after/chase after/chase after ; lights/light/light ; guards/guard/guard",
    {
        "setting": "snow=in the snow ; night=at night ; box=in the box",
        "weather": "snow=in the snow ; rain=in the rain",
        "style": "film=in black and white ; ink=in black ; sketch=drawn in pencil",
    },
)
HOSTILE = _taxonomy(
    "hostile",
    "dog ; cat ; dog and a cat/dogs and cats ; dog, a cat/dogs, cats ; dog that is above a cat/dogs that are above cats ; scene ; "
    "scene that is/scenes that are ; image ; two/twos ; first dog ; first/firsts ; the end/the ends ; some water/some waters ; "
    "water/water/mass ; portion of water/portions of water ; set of stairs/sets of stairs ; stairs/stairs/plural ; "
    "axe/axes ; ax/axes ; axis/axes ; a cappella singer ; U.S. flag ; flag ; ham and eggs/ham and eggs ; ham/hams ; "
    "eggs/eggs/plural ; left dog ; above/aboves ; is ; red ; dog 1 ; dog 11 ; polish/polish/mass ; Polish/Polish/plural ; "
    "red dog ; night/nights",
    {
        "colour": "red ; white ; red and white ; red, white ; first ; left ; two ; Polish ; polish",
        "mood": "that is sad ; above ; the ; dog ; sad ; is",
    },
    "above ; above and to the left of ; above the ; above the left ; above a ; above a dog above ; in ; in the ; to ; is ; and ; "
    "to the first ; that is in",
    "is/are/be ; dogs/dog/dog ; sees/see/see ; sees a dog in/see a dog in/see a dog in ; axes/axe/axe ; that sees/that see/that see",
    {
        "setting": "night=at night ; dog=dog ; rain=at night, in the rain ; end=the end ; red=red dog",
        "weather": "rain=in the rain ; night=at night ; both=in the rain and at night",
        "the scene is": "red=red ; is=is",
    },
)


@st.composite
def graphs_of(draw: st.DrawFn, taxonomy: Taxonomy, *, most: int = 6) -> SceneGraph:
    """1 to `most` objects of a few names, attributes, relations (in circles too) and scene attributes of a taxonomy."""
    names = tuple(taxonomy.noun)
    pool = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    ids = [f"n{i}" for i in range(draw(st.integers(1, most)))]
    objects = tuple(Object(id, draw(st.sampled_from(pool))) for id in ids)
    pairs = [(kind.name, value) for kind in taxonomy.attribute_kinds for value in kind.values]
    marks = []
    for id in ids:
        for kind, value in draw(st.lists(st.sampled_from(pairs), max_size=4, unique_by=_kind_or_value(taxonomy))):
            marks.append(Attribute(id, kind, value))
    possible = [(a, b) for a in ids for b in ids if a != b]
    words = st.sampled_from(taxonomy.relation_words)
    chosen = draw(st.lists(st.tuples(st.sampled_from(possible), words), max_size=7)) if possible else []
    links = {(a, b, word.phrase): Relation(a, b, word.kind, word.phrase) for (a, b), word in chosen}
    scene = [
        (kind.name, value)
        for kind in taxonomy.scene_kinds
        if (value := draw(st.none() | st.sampled_from(sorted(kind.phrases)))) is not None
    ]
    return SceneGraph(objects, tuple(marks), tuple(links.values()), tuple(scene))


def _kind_or_value(taxonomy: Taxonomy) -> tuple:  # type: ignore[type-arg]
    """What may not come twice on one object: an exclusive kind, and any value."""
    exclusive = {kind.name for kind in taxonomy.attribute_kinds if kind.exclusive}
    return (lambda pair: pair[0] if pair[0] in exclusive else pair, lambda pair: pair[1])


def random_graph_of(taxonomy: Taxonomy, rng: random.Random, *, most: int = 6, crowd: float = 0.3) -> SceneGraph:
    """The same from a seed; `crowd` is how often objects share few names. Words are drawn flat, whatever they fit."""
    names = tuple(taxonomy.noun)
    count = rng.randint(1, most)
    pool = rng.sample(names, min(len(names), rng.choice((1, 2, 3)) if rng.random() < crowd else count))
    ids = [f"n{i}" for i in range(count)]
    objects = tuple(Object(id, rng.choice(pool)) for id in ids)
    marks = tuple(mark for id in ids for mark in _marks(taxonomy, rng, id))
    links = {}
    for _ in range(rng.choice((0, 1, 2, 3, count)) if count > 1 else 0):
        a, b = rng.sample(ids, 2)
        word = rng.choice(taxonomy.relation_words)
        links[a, b, word.phrase] = Relation(a, b, word.kind, word.phrase)
    kinds = rng.sample(taxonomy.scene_kinds, min(len(taxonomy.scene_kinds), rng.choice((0, 0, 1, 2, 3))))
    scene = tuple((kind.name, rng.choice(list(kind.phrases))) for kind in kinds)
    return SceneGraph(objects, marks, tuple(links.values()), scene)


def _marks(taxonomy: Taxonomy, rng: random.Random, id: str) -> Sequence[Attribute]:
    kinds = rng.sample(taxonomy.attribute_kinds, min(len(taxonomy.attribute_kinds), rng.choice((0, 0, 1, 1, 2, 3))))
    found = {value: Attribute(id, kind.name, value) for kind in kinds for value in [rng.choice(kind.values)]}
    return tuple(found.values())
