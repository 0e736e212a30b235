"""What annotators read and practise before they choose between captions.

Try it: `python -c "from engine.rating.caption_lessons import CAPTIONS; print(CAPTIONS.text)"`.
"""

from __future__ import annotations

from engine.rating.lesson import Lessons
from engine.store.rating_values import ItemRole, NewItem


def _pair(role: ItemRole, a: str, b: str, preference: str, why: str) -> NewItem:
    return NewItem({"a": {"text": a}, "b": {"text": b}}, role, {"answers": {"preference": preference}, "why": why})


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
