"""How a pocket judge tells motion: where it sees a thing from frame to frame, and how the whole picture shifts.

No network of its own: the judge's eyes and pointers on every frame, nearest neighbours in between, and a threshold. It
gets pixels and question strings, nothing else. Try it: `python -m bench.motion`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.scoring import Reply
from models.pocket.moving import CAMERAS, MOTIONS, VIDEO, WAY, view
from models.pocket.scene import GRID, NAMES

CELL = 8
"""Grid units along the edge of one of the judge's cells."""
LOOKS = 8
"""Frames that are looked at to follow a thing."""
NEAR = 9.0
"""Grid units that a thing may seem to go between two looks."""
MATCHED = 0.3
TURN, SLOPE = WAY * 0.55, 1.2
"""From about TURN grid units on something moves; SLOPE units more or less make that likely or not."""
RIM = 0.1
"""Part of the picture at each edge that a frame of the style may cover; the camera is not read from it."""
DIFFERENT = 28
CERTAIN = 400.0
"""How much a share of different pixels counts against a camera's movement, in nats."""
ATREST = 0.002
"""The share that a camera at rest may have more than others, where a plain background tells nothing."""
PAIRS = ((0.0, 1.0), (0.0, 0.5), (0.5, 1.0))
"""Frames that are laid on each other, as parts of the video."""

_MOTION = "|".join(MOTIONS)
_IS = re.compile(rf"Is the (?P<thing>.+) (?P<word>{_MOTION})\?")
_WHICH_WAY = re.compile(r"Which way is the (?P<thing>.+) moving\?")
_WHICH = re.compile(rf"Which object is (?P<word>{_MOTION})\?")
_THERE = re.compile(
    r"(Is there (exactly one )?(an? )?|Are there at least \w+ |Are there exactly \w+ |How many )(?P<thing>[^?]+)\?"
)
_FILMED = re.compile(r"Is the scene (?P<phrase>filmed .+)\?")
_PHRASES = {phrase: word for word, phrase in VIDEO.scene_kind["camera"].phrases.items()}
_WORD = re.compile(rf"\b(?:{_MOTION})\s")


@dataclass(frozen=True, slots=True)
class Track:
    """One thing followed through a video: how well it fits the words, its likeliest name, and its whole way."""

    fit: float
    name: str
    dx: float
    dy: float

    def chances(self) -> dict[str, float]:
        """How likely each word of MOTIONS is."""
        odds = {
            word: _sigmoid((x * self.dx + y * self.dy - TURN) / SLOPE) for word, (x, y) in MOTIONS.items() if x or y
        }
        odds["still"] = math.prod(1 - chance for chance in odds.values())
        total = sum(odds.values())
        return {word: chance / total for word, chance in odds.items()}


class Watch:
    """One video before a pocket judge, read once however many questions there are."""

    def __init__(self, judge: Any, film: Sequence[Image.Image]) -> None:
        """`judge` has `answer_many` and the `net` of a pocket judge."""
        import torch

        from models.judges.pocket import pixels

        self.judge, self.film = judge, film = judge, [squared(frame) for frame in film]
        self.places = [round(i * (len(film) - 1) / (LOOKS - 1)) for i in range(LOOKS)]
        self.times = [place / (len(film) - 1) - 0.5 for place in self.places]
        self.cameras = filmed(film)
        self.camera = max(self.cameras, key=lambda word: self.cameras[word])
        with torch.inference_mode():
            self.sight = judge.net.see(pixels([film[place] for place in self.places]))

    def reply(self, text: str) -> Reply | None:
        """The reply to a question about motion or the camera, None for any other."""
        if text.startswith("Is the scene ") and "filmed" not in text:  # a film still does not stand still
            return None
        if found := _FILMED.fullmatch(text):
            return _yes(self.cameras.get(_PHRASES.get(found["phrase"], ""), 0.0))
        if text == VIDEO.scene_kind["camera"].question:
            return _best(self.cameras)
        if found := _IS.fullmatch(text):
            return _yes(self._way(found["thing"]).get(found["word"], 0.0))
        if found := _WHICH_WAY.fullmatch(text):
            return _best(self._way(found["thing"]))
        if found := _WHICH.fullmatch(text):
            return self._which(found["word"])
        return self._described(text)

    def _way(self, thing: str) -> dict[str, float]:
        """How likely each motion is for the thing that fits best."""
        tracks = self.tracks(_WORD.sub("", thing + " ").strip())
        return max(tracks, key=lambda track: track.fit).chances() if tracks else {}

    def _which(self, word: str) -> Reply:
        odds: dict[str, float] = {}
        for track in self.tracks(None):
            odds[track.name] = max(odds.get(track.name, 0.0), track.fit * track.chances()[word])
        return _best(odds) if odds else Reply("unclear", 0.0)

    def _described(self, text: str) -> Reply | None:
        """A question that describes things by their motion too: things are counted here, the rest asked without it."""
        word = next((word for word in MOTIONS if re.search(rf"\b{word}\b", text)), None)
        if word is None:
            return None
        plain = re.sub(r"\b(an?) (?=\w)", _article, _WORD.sub("", text))
        found = _THERE.fullmatch(text)
        if found is None or any(link in text for link in VIDEO.relation):
            reply: Reply = self.judge.answer_many([self.film[len(self.film) // 2]], [[plain]])[0][0]
            return reply
        chances = [t.fit * t.chances()[word] for t in self.tracks(_WORD.sub("", found["thing"]).strip())]
        return _counted(text, chances)

    def tracks(self, thing: str | None) -> list[Track]:
        """Everything that fits the words (None: everything), followed from the middle of the video to both ends."""
        fits, at, names = self._matches(thing)
        middle = LOOKS // 2
        return [self._follow(fits, at, names, middle, i) for i in np.flatnonzero(fits[middle] > MATCHED).tolist()]

    def _matches(self, thing: str | None) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """For each look and candidate: how well it fits (L, K), where in the scene (L, K, 2), which name (L, K)."""
        import torch

        from models.pocket.words import tokens

        sight, net = self.sight, self.judge.net
        with torch.inference_mode():
            fits = sight.present
            if thing is not None:
                text = f"Are there {thing}?" if thing.endswith("s") else f"Is there a {thing}?"
                ids = torch.tensor([tokens(text, net.config.text_length)]).expand(LOOKS, -1)
                ids = ids[:, : int((ids != 0).sum(1).max())]
                fits = net.ask(sight.rows(torch.arange(LOOKS)), ids)[1].sigmoid() * fits
            names = sight.logits["name"].argmax(-1).gather(1, sight.cells)
        on_screen = sight.places.numpy() * CELL
        at = np.stack([_in_scene(spots, self.camera, time) for spots, time in zip(on_screen, self.times, strict=True)])
        return fits.numpy(), at, names.numpy()

    def _follow(self, fits: NDArray[Any], at: NDArray[Any], names: NDArray[Any], middle: int, i: int) -> Track:
        seen = [(self.times[middle], at[middle, i], float(fits[middle, i]))]
        for step in (1, -1):
            last = at[middle, i]
            for k in range(middle + step, LOOKS if step > 0 else -1, step):
                far = np.linalg.norm(at[k] - last, axis=1) + 100 * (fits[k] < MATCHED)
                j = int(far.argmin())
                if far[j] <= NEAR:
                    last = at[k, j]
                    seen.append((self.times[k], last, float(fits[k, j])))
        dx, dy = _slope([time for time, _, _ in seen], np.stack([spot for _, spot, _ in seen]))
        return Track(sum(fit for _, _, fit in seen) / len(seen), NAMES[int(names[middle, i])], dx, dy)


def squared(frame: Image.Image) -> Image.Image:
    """The frame as RGB in the square form of the pocket world."""
    edge = max(frame.size)
    return frame.convert("RGB") if frame.width == frame.height else frame.convert("RGB").resize((edge, edge))


def filmed(film: Sequence[Image.Image]) -> dict[str, float]:
    """How likely each movement of the camera is, and "none", by how well its (square) frames lie on each other."""
    end = len(film) - 1
    shares = {
        word: sum(_differing(film, round(a * end), round(b * end), word) for a, b in PAIRS) / len(PAIRS)
        for word in ("none", *CAMERAS)
    }
    shares["none"] -= ATREST
    best = min(shares.values())
    weights = {word: math.exp(-CERTAIN * (share - best)) for word, share in shares.items()}
    return {word: weight / sum(weights.values()) for word, weight in weights.items()}


def _differing(film: Sequence[Image.Image], first: int, last: int, camera: str) -> float:
    """The share of pixels that differ where two frames show the same part of the scene under that camera."""
    times = [place / (len(film) - 1) - 0.5 for place in (first, last)]
    boxes = [view(None if camera == "none" else camera, time) for time in times]
    rims = [(box[2] - box[0]) * RIM for box in boxes]
    inner = [(b[0] + rim, b[1] + rim, b[2] - rim, b[3] - rim) for b, rim in zip(boxes, rims, strict=True)]
    common = tuple(pick(edge) for pick, edge in zip((max, max, min, min), zip(*inner, strict=True), strict=True))
    pair = zip((film[first], film[last]), boxes, strict=True)
    laid = [np.asarray(_part(image, box, common), dtype=np.int16) for image, box in pair]
    return float((np.abs(laid[0] - laid[1]).max(-1) > DIFFERENT).mean())


def _part(image: Image.Image, box: Sequence[float], common: Sequence[float]) -> Image.Image:
    """The part `common` of the scene (grid units) out of a frame that shows `box` of it, at GRID x GRID pixels."""
    scale = image.width / (box[2] - box[0])
    left, top, right, bottom = (min(image.width, (edge - box[i % 2]) * scale) for i, edge in enumerate(common))
    edges = (left, top, right, bottom)
    return image.resize((GRID, GRID), Image.Resampling.BILINEAR, box=edges)


def _in_scene(spots: NDArray[Any], camera: str, time: float) -> NDArray[Any]:
    left, top, right, _ = view(None if camera == "none" else camera, time)
    return np.asarray(spots * (right - left) / GRID + np.array([left, top]))


def _slope(times: Sequence[float], spots: NDArray[Any]) -> tuple[float, float]:
    """The way in the whole video, by least squares; none where a thing was seen once."""
    if len(set(times)) < 2:
        return 0.0, 0.0
    line = np.polyfit(times, spots, 1)[0]
    return float(line[0]), float(line[1])


def _counted(text: str, chances: Sequence[float]) -> Reply:
    from engine.wording import NUMBERS

    sure = sorted(chances, reverse=True)
    number = sum(chance >= 0.5 for chance in sure)
    if text.startswith("How many"):
        return Reply(NUMBERS[number], sure[number - 1] if number else 1 - max(sure, default=0.0))
    wanted = next((i for i, word in enumerate(NUMBERS) if f" {word} " in text), 1)
    least = sure[wanted - 1] if len(sure) >= wanted else 0.0
    if "exactly" in text:
        return _yes(least * (1 - (sure[wanted] if len(sure) > wanted else 0.0)))
    return _yes(least)


def _article(found: re.Match[str]) -> str:
    rest = found.string[found.end() :]
    return "an " if rest[:1] in "aeiou" else "a "


def _yes(chance: float) -> Reply:
    answer = "yes" if chance >= 0.5 else "no"
    return Reply(answer, max(chance, 1 - chance), chance, 1 - chance, (("yes", chance), ("no", 1 - chance)))


def _best(odds: dict[str, float]) -> Reply:
    top = tuple(sorted(odds.items(), key=lambda pair: -pair[1])[:5])
    return Reply(*top[0], top=top) if top else Reply("unclear", 0.0)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, x))))
