"""Token budgets: how many tokens a caption takes in a text encoder, and which elements of the scene fall outside.

Exact where a tokenizer is at hand (the pocket models' own, or CLIP's from the extra `instant-clip-tokenizer`), otherwise an
estimate that says so. Try it: `python cli.py tokens "A large red dog is above a tree." --encoder clip`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from engine.caption import Span
from engine.errors import ConstraintError, show

Pieces = Sequence[int]
"""Where each token of a text ends, in characters."""
Tokenizer = Callable[[str], Pieces]
_WORD = re.compile(r"[^\W\d_]+|\d|[^\w\s]+", re.UNICODE)
SHORT, STEP = 7, 4
"""An English word of up to 7 letters is mostly one token, every 4 more letters are about one more."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """A text encoder: how many tokens it reads, how many of them are its own, and who reads captions with it."""

    name: str
    limit: int
    own: int
    used_by: str


ENCODERS = {
    encoder.name: encoder
    for encoder in (
        Encoder("clip", 77, 2, "Stable Diffusion 1.5, 2.1 and XL, CLIPScore, PickScore"),
        Encoder("t5-77", 77, 1, "DeepFloyd IF"),
        Encoder("t5-120", 120, 1, "PixArt-alpha"),
        Encoder("t5-226", 226, 1, "CogVideoX"),
        Encoder("t5-256", 256, 1, "Stable Diffusion 3, FLUX.1 schnell"),
        Encoder("t5-300", 300, 1, "PixArt-Sigma"),
        Encoder("t5-512", 512, 1, "FLUX.1 dev"),
        Encoder("gemma-300", 300, 1, "Sana"),
        Encoder("pocket", 128, 1, "the pocket generator"),
    )
}


@dataclass(frozen=True, slots=True)
class Budget:
    """What a caption takes of an encoder's limit; `outside` are the elements that are never fully inside."""

    encoder: str
    tokens: int
    limit: int
    exact: bool
    outside: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing is cut off."""
        return self.tokens <= self.limit

    def __str__(self) -> str:
        about = "" if self.exact else "about "
        lost = "" if self.fits else f"; outside: {', '.join(self.outside) or 'the end of the last sentence'}"
        return f"{about}{self.tokens} of {self.limit} tokens of {self.encoder}{lost}"


def encoder(name: str) -> Encoder:
    """The encoder of that name; raises `ConstraintError` with the known ones."""
    if name not in ENCODERS:
        raise ConstraintError(f"{show(name)} is not a text encoder that is known here. Choose {', '.join(ENCODERS)}.")
    return ENCODERS[name]


def budget(
    text: str, spans: Mapping[str, Sequence[Span]], name: str = "clip", tokenizer: Tokenizer | None = None
) -> Budget:
    """How a caption fits into an encoder; with `tokenizer`, by that one. Raises `ConstraintError` for unknown names."""
    about = encoder(name)
    count = tokenizer or exact_tokenizer(name)
    ends = count(text) if count else estimate(text)
    tokens, room = len(ends) + about.own, about.limit - about.own
    if tokens <= about.limit:
        return Budget(name, tokens, about.limit, count is not None, ())
    last = ends[room - 1] if room > 0 else 0
    outside = tuple(element for element, places in spans.items() if all(end > last for _, end in places))
    return Budget(name, tokens, about.limit, count is not None, outside)


def exact_tokenizer(name: str) -> Tokenizer | None:
    """A tokenizer that counts as the encoder does, where one is installed; None where tokens are estimated."""
    if name == "pocket":
        return _words
    if name != "clip":
        return None
    encode = _clip()
    return None if encode is None else lambda text: _by_words(text, encode)


@cache
def _clip() -> Callable[[str], Sequence[int]] | None:
    try:
        module = import_module("instant_clip_tokenizer")
    except ImportError:
        return None
    encode: Callable[[str], Sequence[int]] = module.Tokenizer().encode
    return encode


def _by_words(text: str, encode: Callable[[str], Sequence[int]]) -> list[int]:
    """Ends of tokens by way of the words: a tokenizer without offsets never joins two words."""
    ends: list[int] = []
    for found in re.finditer(r"\S+", text):
        ends += [found.end()] * len(encode(found.group()))
    return ends


def _words(text: str) -> list[int]:
    return [found.end() for found in re.finditer(r"\w+|[^\w\s]", text)]


def estimate(text: str) -> list[int]:
    """Ends of tokens by the length of words; `bench/tokens.py` says how far off it is."""
    ends: list[int] = []
    for found in _WORD.finditer(text):
        extra = max(0, -(-(len(found.group()) - SHORT) // STEP)) if found.group().isalpha() else 0
        ends += [found.end()] * (1 + extra)
    return ends
