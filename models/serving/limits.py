"""What one request may ask of a served model, and how pictures and replies are written as JSON.

Try it: `python -c "from models.serving import Limits; print(Limits())"`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from engine.errors import FormatError, show
from engine.scoring import Reply
from models.generators.drawing import Drawing

VERSION = 1
"""Of this protocol; client and server compare it."""
MOST_PIXELS = 4096 * 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one request may bring: entries (captions or pictures), questions a picture, letters, bytes, pixels an edge."""

    entries: int = 64
    questions: int = 400
    letters: int = 4000
    bytes: int = 64 * 1024 * 1024
    size: int = 2048

    def check_draw(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The orders of a `draw` request, one a picture; raises `FormatError` naming what is wrong."""
        captions, seeds = _list(body, "captions", self.entries), _list(body, "seeds", self.entries)
        if len(captions) != len(seeds):
            raise FormatError(f"There are {len(captions)} captions and {len(seeds)} seeds. Give one seed for each.")
        settings = {
            "steps": _number(body, "steps", 1, 1000, int),
            "guidance": _number(body, "guidance", 0, 100, float),
            "size": _number(body, "size", 64, self.size, int) or 768,
        }
        return [
            {"caption": self._text(text), "seed": _number({"seed": seed}, "seed", 0, 2**63 - 1, int) or 0, **settings}
            for text, seed in zip(captions, seeds, strict=True)
        ]

    def check_answer(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The orders of an `answer` request, one a picture; raises `FormatError` naming what is wrong."""
        images, questions = _list(body, "images", self.entries), _list(body, "questions", self.entries)
        choices = _list(body, "choices", self.entries) if body.get("choices") is not None else [None] * len(images)
        if not len(images) == len(questions) == len(choices):
            raise FormatError("Pictures, questions and choices differ in number. Give one list of questions a picture.")
        return [self._asked(*row) for row in zip(images, questions, choices, strict=True)]

    def _asked(self, image: object, questions: object, choices: object) -> dict[str, Any]:
        texts = [self._text(text) for text in _list({"questions": questions}, "questions", self.questions)]
        offered: list[list[str]] | None = None
        if choices is not None:
            rows = _list({"choices": choices}, "choices", self.questions)
            offered = [[self._text(text) for text in _list({"choices": row}, "choices", 100)] for row in rows]
            if len(offered) != len(texts):
                raise FormatError(
                    f"There are {len(texts)} questions and {len(offered)} lists of choices. Give one each."
                )
        if not isinstance(image, str):
            raise FormatError("A picture has to be a PNG in base64. Send it so.")
        return {"image": image, "questions": texts, "choices": offered}

    def _text(self, value: object) -> str:
        if not isinstance(value, str) or len(value) > self.letters:
            raise FormatError(f"{show(value)} is not a text of at most {self.letters} letters. Send a shorter one.")
        return value


def to_text(image: Image.Image) -> str:
    """A picture as a PNG in base64."""
    data = BytesIO()
    image.save(data, "PNG", compress_level=1)
    return base64.b64encode(data.getvalue()).decode()


def to_image(text: object) -> Image.Image:
    """The RGB picture in such a text; raises `FormatError` for anything else, and for one of too many pixels."""
    try:
        image = Image.open(BytesIO(base64.b64decode(str(text), validate=True)), formats=("PNG",))
        if image.width * image.height > MOST_PIXELS:
            raise FormatError(f"The picture has {image.width} x {image.height} pixels. Send a smaller one.")
        return image.convert("RGB")
    except (binascii.Error, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FormatError(f"What should be a PNG in base64 is none ({type(error).__name__}). Send it again.") from error


def drawing_to_dict(drawing: Drawing) -> dict[str, Any]:
    """A drawing as JSON values; pictures are PNGs in base64."""
    return {
        "image": to_text(drawing.image),
        "caption": drawing.caption,
        "seed": drawing.seed,
        "record": drawing.record,
        "frames": [to_text(frame) for frame in drawing.frames],
    }


def drawing_from(data: Mapping[str, Any]) -> Drawing:
    """Read what `drawing_to_dict` wrote; raises `FormatError` for anything else."""
    try:
        frames = tuple(to_image(frame) for frame in data["frames"])
        return Drawing(to_image(data["image"]), str(data["caption"]), int(data["seed"]), dict(data["record"]), frames)
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"This is no drawing of ours ({error}). Use the same version at both ends.") from error


def reply_to_dict(reply: Reply) -> dict[str, Any]:
    """A reply as JSON values."""
    return asdict(reply)


def reply_from(data: Mapping[str, Any]) -> Reply:
    """Read what `reply_to_dict` wrote; raises `FormatError` for anything else."""
    try:
        top = tuple((str(word), float(p)) for word, p in data.get("top") or ())
        return Reply(**{**data, "top": top})
    except (AttributeError, TypeError, ValueError) as error:
        raise FormatError(f"This is no reply of ours ({error}). Use the same version at both ends.") from error


def _list(body: Mapping[str, Any], name: str, most: int) -> Sequence[Any]:
    found = body.get(name)
    if not isinstance(found, list) or len(found) > most:
        raise FormatError(f"The request needs a list {show(name)} of at most {most} entries. Send fewer at a time.")
    return found


def _number(body: Mapping[str, Any], name: str, low: float, high: float, kind: type) -> Any:
    found = body.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not low <= found <= high:
        raise FormatError(f"The {name} {show(found)} is not within {low} and {high}. Choose another.")
    return kind(found)
