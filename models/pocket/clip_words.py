"""The words of the pocket video models: those of the pocket models, then what only videos say.

Try it: `python -c "from models.pocket.clip_words import *; print(clip_vocabulary()[-20:], clip_tokens('A rising red dog.', 12))"`.
"""

from __future__ import annotations

from functools import cache

from models.pocket.moving import VIDEO
from models.pocket.words import WORD, tokens_in, vocabulary

VIDEO_GRAMMAR = "grammar-2-video-1"
"""Written into the weights of video models; weights of another version are refused."""


@cache
def clip_vocabulary() -> tuple[str, ...]:
    """Every token, in fixed order; the first ones are those of the pocket models."""
    motion, camera = VIDEO.attribute_kind["motion"], VIDEO.scene_kind["camera"]
    said = (*motion.values, motion.question.replace("{the}", ""), *camera.phrases.values(), camera.question)
    return tuple(dict.fromkeys([*vocabulary(), *(word for text in said for word in WORD.findall(text.lower()))]))


@cache
def _index() -> dict[str, int]:
    return {word: i for i, word in enumerate(clip_vocabulary())}


def clip_tokens(text: str, length: int) -> list[int]:
    """As `models.pocket.words.tokens`, with the words of videos."""
    return tokens_in(_index(), text, length)
