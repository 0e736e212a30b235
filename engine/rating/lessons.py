"""What annotators read and practise in the ready-made projects: guidelines, worked examples, practice, gold, checks.

Try it: `python -c "from engine.rating.lessons import SCENES; print(SCENES.text)"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.store.rating_values import ItemRole, NewItem


@dataclass(frozen=True)
class Lessons:
    """Guidelines with worked examples, and the items whose right answers are known."""

    text: str
    examples: tuple[Mapping[str, Any], ...]
    items: tuple[NewItem, ...]


def _scene(role: ItemRole, text: str, plausibility: list[int], real: list[str], why: str) -> NewItem:
    return NewItem({"text": text}, role, {"answers": {"plausibility": plausibility, "real": real}, "why": why})


def _pair(role: ItemRole, a: str, b: str, preference: str, why: str) -> NewItem:
    return NewItem({"a": {"text": a}, "b": {"text": b}}, role, {"answers": {"preference": preference}, "why": why})


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

CAPTIONS = Lessons(
    """Each item is two captions of two different pictures. **Which one is the better caption?**

A good caption lets you see the picture: it is clear who does what and where, it reads as a person would say it, and it
says no more and no less than a picture could show. Choose the left or the right one, or *tie* where you cannot decide.

Do not ask which was written by a program, or which picture you would like better. Long is not better than short.

Skip what you cannot judge, flag what is broken or offends.""",
    (
        {
            "content": {
                "left": {"text": "A brown dog is lying on a couch next to a child."},
                "right": {"text": "Dog couch child the with of lying near brown."},
            },
            "answers": {"preference": "left"},
            "why": "The left one says who is where; the right one is a heap of words.",
        },
        {
            "content": {
                "left": {"text": "Something nice that everybody would love to have at home."},
                "right": {"text": "Two cups of coffee on a wooden table by a window."},
            },
            "answers": {"preference": "right"},
            "why": "Only the right one lets you see a picture.",
        },
    ),
    (
        _pair(
            "practice",
            "A man in a yellow raincoat is crossing a wet street.",
            "A man man is street the crossing and raincoat of yellow.",
            "a",
            "One can be read, the other cannot.",
        ),
        _pair(
            "practice",
            "An image that shows some things in some place.",
            "Three sheep are standing on a hill under a grey sky.",
            "b",
            "Only one of them lets you see a picture.",
        ),
        _pair(
            "practice",
            "A girl is blowing out the candles of a cake.",
            "A girl is blowing out the candles of a cake, which is a cake of candles that a girl is blowing.",
            "a",
            "The longer one says nothing more.",
        ),
        _pair(
            "practice",
            "Click here for more pictures like this one!",
            "A red bus is waiting at a bus stop in the rain.",
            "b",
            "The first is no caption.",
        ),
        _pair(
            "practice",
            "A cat is asleep on a stack of newspapers.",
            "The cat has had a difficult childhood and dreams of the sea.",
            "a",
            "A picture can show the first, not the second.",
        ),
        _pair(
            "gold", "A boat is tied to a wooden pier.", "Boat a pier tied wooden is to the to.", "a", "One can be read."
        ),
        _pair(
            "gold", "asdf picture 1234 final final", "A chef is tossing a pancake in a pan.", "b", "One is no caption."
        ),
        _pair(
            "attention",
            "This item checks that captions are read: please choose this one.",
            "A farmer is feeding chickens in a yard.",
            "a",
            "It says what to choose.",
        ),
    ),
)

LESSONS = {"scene": SCENES, "caption-pair": CAPTIONS}
