"""The lessons of every kind of project: guidelines, worked examples, practice, gold, checks.

Try it: `python -c "from engine.rating.lessons import LESSONS; print(LESSONS['scene'].text)"`.
"""

from __future__ import annotations

from engine.rating.caption_lessons import CAPTIONS
from engine.rating.lesson import Lessons
from engine.rating.picture_lessons import PICTURE_PAIRS, PICTURES
from engine.rating.scene_lessons import SCENES
from engine.store.rating_values import Kind

LESSONS: dict[Kind, Lessons] = {
    "scene": SCENES,
    "caption-pair": CAPTIONS,
    "picture": PICTURES,
    "picture-pair": PICTURE_PAIRS,
}
