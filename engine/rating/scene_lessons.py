"""What annotators read and practise before they rate scenes in words.

Try it: `python -c "from engine.rating.scene_lessons import SCENES; print(SCENES.text)"`.
"""

from __future__ import annotations

from engine.rating.lesson import Lessons
from engine.store.rating_values import ItemRole, NewItem


def _scene(role: ItemRole, text: str, plausibility: list[int], real: list[str], why: str) -> NewItem:
    return NewItem({"text": text}, role, {"answers": {"plausibility": plausibility, "real": real}, "why": why})


REAL = ["real", "unsure"]
ARTEFACT = ["artefact", "unsure"]

SCENES = Lessons(
    """Each item is a scene in words. Imagine a photograph of exactly that and answer two questions.

**How plausible is the scene?** Judge the whole: do these things, looks and actions go together in one place?

1. impossible: it contradicts how things are
2. very unlikely: you would suspect a trick
3. unusual: possible, but you would look twice
4. ordinary enough: you could see it somewhere
5. everyday: you have seen something like it

**Could it be real, or is it an artefact of synthesis?** *Real* means that a person could have met it; *artefact* that
only a program would put these words together. *Can't tell* is a good answer, too.

Rare is not impossible: a man in a red suit on an elephant is a 3, not a 1. Clumsy language does not count, only what it
says. One detail that cannot be (a spoon that sleeps) makes the scene a 2 at best. Where the scene lists things by
name, say of each whether it fits: yes, no, or can't tell.

Skip what you cannot judge, flag what is broken or offends; both are kept apart from ratings.""",
    (
        {
            "content": {
                "text": "A woman in a blue coat is walking a small brown dog. The dog is on a leash. There is a bench."
            },
            "answers": {"plausibility": 5, "real": "real"},
            "why": "All of it belongs in a park, and the actions fit who does them.",
        },
        {
            "content": {
                "text": "A man is riding an elephant and holding a red umbrella. A tourist is photographing the man."
            },
            "answers": {"plausibility": 3, "real": "real"},
            "why": "You do not see it every day, but nothing speaks against it.",
        },
        {
            "content": {
                "text": "A sleepy spoon is operated by a cauliflower. The spoon is afraid of a pendulum clock."
            },
            "answers": {"plausibility": 1, "real": "artefact"},
            "why": "Spoons are not sleepy or afraid, and a cauliflower operates nothing.",
        },
    ),
    (
        _scene(
            "practice",
            "A girl is sitting at a table and drawing a picture. A boy is next to the girl. There is a lamp.",
            [4, 5],
            REAL,
            "People, furniture and what they do go together: 4 or 5.",
        ),
        _scene(
            "practice",
            "A refrigerator is singing to a lake. The lake is wearing a striped cap.",
            [1, 2],
            ARTEFACT,
            "Neither can do that: 1 or 2, and no person wrote it of a photograph.",
        ),
        _scene(
            "practice",
            "A cyclist is carrying a cello on her back. A cat is sitting in the basket of the bicycle.",
            [2, 3, 4],
            REAL,
            "Unusual, but it happens: do not punish what is merely rare.",
        ),
        _scene(
            "practice",
            "A cook is cutting bread with a knife. The bread is on a wooden board. The knife is laughing.",
            [1, 2],
            ARTEFACT,
            "One detail that cannot be makes the whole a 2 at best: knives do not laugh.",
        ),
        _scene(
            "practice",
            "A fisherman is standing in a boat. The boat is on a lake. A heron is near the boat.",
            [4, 5],
            REAL,
            "Plain, complete and all in one place.",
        ),
        _scene(
            "gold",
            "A mechanic is repairing a car in a garage. A toolbox is next to the car. A dog is lying on the floor.",
            [4, 5],
            REAL,
            "An everyday scene.",
        ),
        _scene(
            "gold",
            "A brick is thinking about a pencil. The pencil is married to a waterfall.",
            [1, 2],
            ARTEFACT,
            "Nothing of it can be.",
        ),
        _scene(
            "gold",
            "Two children are building a sandcastle on a beach. A bucket is next to the sandcastle.",
            [4, 5],
            REAL,
            "An everyday scene.",
        ),
        _scene(
            "gold",
            "A bowl of soup is driving a taxi through a book. The taxi is made of sneezes.",
            [1, 2],
            ARTEFACT,
            "Nothing of it can be.",
        ),
        _scene(
            "attention",
            "This item checks that every scene is read: please answer 2 for plausibility and “artefact” here.",
            [2],
            ["artefact"],
            "It says what to answer.",
        ),
    ),
)
