"""What annotators read and practise before they rate pictures: guidelines, worked examples, practice and gold items.

The pictures lie in `assets/rating/practice`, drawn by `python -m bench.practice_pictures`.
Try it: `python -c "from engine.rating.picture_lessons import PICTURES; print(PICTURES.text)"`.
"""

from __future__ import annotations

from engine.rating.lesson import Lessons
from engine.store.rating_values import PRACTICE, ItemRole, NewItem

DOG = "A red dog is to the left of a blue car."
THREE = "There are a green frog, a purple mug and an orange fish."
NIGHT = "A white bird is above a brown house at night."
APPLES = "There are two red apples and a yellow bell."


def _shown(role: ItemRole, picture: str, caption: str, shows: list[int], why: str) -> NewItem:
    content = {"picture": PRACTICE + picture, "caption": caption}
    return NewItem(content, role, {"answers": {"shows": shows}, "why": why})


def _pair(role: ItemRole, caption: str, a: str, b: str, preference: str, why: str) -> NewItem:
    content = {"a": {"picture": PRACTICE + a}, "b": {"picture": PRACTICE + b}, "caption": caption}
    return NewItem(content, role, {"answers": {"preference": preference}, "why": why})


PICTURES = Lessons(
    """Each item is a picture beside a caption. **How well does the picture show the caption?**

Go through the caption: each thing, how many of them, its looks, where it is, the time of day and the weather.

1. not at all: nothing of the caption is there
2. a little: less than half of it
3. in part: about half of it
4. mostly: one thing is wrong or missing
5. completely: all of it, and where it should be

Judge only what the caption says. Beauty and style do not count, nor does what the picture shows beside it. Where the
caption's parts are listed by name, say of each whether the picture shows it: yes, no, or can't tell.

Skip what you cannot judge, flag what is broken or offends; both are kept apart from ratings.""",
    (
        {
            "content": {"picture": PRACTICE + "two-apples", "caption": APPLES},
            "answers": {"shows": 5},
            "why": "Two apples, both red, and a yellow bell: all of it.",
        },
        {
            "content": {"picture": PRACTICE + "one-apple", "caption": APPLES},
            "answers": {"shows": 4},
            "why": "One apple is missing; the rest is right.",
        },
        {
            "content": {"picture": PRACTICE + "fish-umbrella", "caption": APPLES},
            "answers": {"shows": 1},
            "why": "Nothing of the caption is there, however well it is drawn.",
        },
    ),
    (
        _shown("practice", "dog-left", DOG, [5], "Dog, car, colours and sides: all of it is there."),
        _shown("practice", "fish-umbrella", THREE, [1, 2], "Of three things only the fish is there."),
        _shown("practice", "dog-blue", DOG, [3, 4], "One colour is wrong, the rest is right: 4, or a strict 3."),
        _shown("practice", "frog-mug", THREE, [3, 4], "One of three things is missing."),
        _shown("practice", "dog-right", DOG, [3, 4], "Both are there, but the dog is on the wrong side."),
        _shown("gold", "bird-night", NIGHT, [4, 5], "All of it is there."),
        _shown("gold", "fish-umbrella", NIGHT, [1, 2], "Nothing of it is there."),
        _shown("gold", "frog-mug-fish", THREE, [4, 5], "All of it is there."),
        _shown("gold", "two-apples", DOG, [1, 2], "Nothing of it is there."),
    ),
)

PICTURE_PAIRS = Lessons(
    """Each item is a caption and two pictures. **Which picture shows the caption better?**

Go through the caption: each thing, how many of them, its looks, where it is, the time of day and the weather. The
picture with fewer faults is the better one. Choose *tie* where both are equally right or equally wrong.

Judge only what the caption says; beauty and style do not count.

Skip what you cannot judge, flag what is broken or offends; both are kept apart from ratings.""",
    (
        {
            "content": {
                "left": {"picture": PRACTICE + "dog-left"},
                "right": {"picture": PRACTICE + "dog-right"},
                "caption": DOG,
            },
            "answers": {"preference": "left"},
            "why": "Both show a red dog and a blue car, but only on the left the dog is where it should be.",
        },
    ),
    (
        _pair("practice", DOG, "dog-left", "dog-blue", "a", "One of the dogs is blue."),
        _pair("practice", DOG, "fish-umbrella", "dog-right", "b", "A dog on the wrong side is nearer than no dog."),
        _pair("practice", THREE, "frog-mug", "frog-mug-fish", "b", "One picture has no fish."),
        _pair("practice", APPLES, "two-apples", "one-apple", "a", "Two apples were asked for."),
        _pair("practice", THREE, "dog-left", "two-apples", "tie", "Neither shows anything of it: a tie."),
        _pair("gold", NIGHT, "bird-night", "bird-day", "a", "One is by day."),
        _pair("gold", APPLES, "fish-umbrella", "two-apples", "b", "One shows nothing of it."),
        _pair("gold", DOG, "dog-left", "bird-day", "a", "One shows nothing of it."),
    ),
)
