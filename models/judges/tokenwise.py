"""Judges that answer in tokens: the picture is encoded once, all its questions go through in batches.

The families differ in how they see and how a prompt is read; what is asked and how tokens become replies is the same.
Try it: `python -c "from models import judges; print(judges.load('./blip').answer(picture, ['Is there a dog?']))"`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from PIL import Image

from engine.errors import ModelError, WordsNotKnown, show
from engine.scoring import Reply
from models.generators.memory import clear, is_shortage
from models.judges.asking import TOP, Choices, Judge
from models.judges.options import (
    LETTER,
    LETTERS,
    SHORT,
    YES_OR_NO,
    closing,
    in_words,
    is_free,
    listed,
    over_turns,
    rotations,
    yes_or_no,
)
from models.judges.spellings import first_tokens, summed

if TYPE_CHECKING:
    from torch import Tensor

P = TypeVar("P")
T = TypeVar("T")
AT_ONCE = 32
"""Questions in one batch, as long as memory lasts."""
LONGEST = 12
"""Tokens of a free answer."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """What stands behind a question when it is asked for yes or no, a letter, or a few words."""

    closed: str = f" {YES_OR_NO}"
    letter: str = f" {LETTER}"
    short: str = f" {SHORT}"


@dataclass(frozen=True, slots=True)
class Said:
    """A free answer: its text, the mean probability of its tokens, the likeliest first tokens."""

    text: str
    sure: float
    top: tuple[tuple[str, float], ...]


class TokenJudge(Judge, ABC):
    """A judge around a network of transformers; `notes` says where it runs and what it could not do as wanted."""

    phrases = Phrases()

    def __init__(self, net: Any, tokenizer: Any, *, name: str, notes: Iterable[str] = ()) -> None:
        self.net, self.tokenizer, self.name, self.notes = net, tokenizer, name, list(notes)
        self.yes_no = self.begins(("yes", "no"))
        self.at_once = AT_ONCE
        self.busy = RLock()  # a network keeps the state of one picture

    @abstractmethod
    def see(self, image: Image.Image) -> Any:
        """What the questions of one picture share; computed once."""

    @abstractmethod
    def first(self, sight: Any, prompts: Sequence[str]) -> Tensor:
        """(N, V) probabilities of the first token of the answer to each prompt."""

    @abstractmethod
    def say(self, sight: Any, prompts: Sequence[str]) -> list[Said]:
        """The likeliest answers, token by token."""

    def answer_many(
        self, images: Sequence[Image.Image], questions: Sequence[Sequence[str]], *,
        choices: Sequence[Sequence[Choices]] | None = None,
    ) -> list[list[Reply]]:  # fmt: skip
        """See `Judge.answer_many`; one picture after the other, its questions together."""
        import torch

        offered = choices or [[()] * len(group) for group in questions]
        with self.busy, torch.inference_mode():
            return [self._group(*one) for one in zip(images, questions, offered, strict=True)]

    def _group(self, image: Image.Image, questions: Sequence[str], offered: Sequence[Choices]) -> list[Reply]:
        if not questions:
            return []
        kinds = [kind_of(*pair) for pair in zip(questions, offered, strict=True)]
        sight, found = self._seen(image.convert("RGB")), {}  # type: Any, dict[int, Reply]
        for kind, reply in (("closed", self.closed), ("choice", self.chosen), ("free", self.free)):
            places = [i for i, one in enumerate(kinds) if one == kind]
            if places:
                told = reply(sight, [questions[i] for i in places], [offered[i] for i in places])
                found.update(zip(places, told, strict=True))
        return [found[i] for i in range(len(questions))]

    def _seen(self, image: Image.Image) -> Any:
        """What `see` gives; raises `ModelError` for a picture that does not fit into memory or that the model refuses."""
        found: list[Any] = []
        try:
            fits = self._tried(lambda part: found.extend(map(self.see, part)), [image])
        except ValueError as error:  # image processors refuse a shape by it
            size = f"{image.width} x {image.height} pixels"
            raise ModelError(f"{show(self.name)} cannot look at {size}: {show(error, limit=160)}.") from error
        if not fits:
            raise ModelError(f"One picture does not fit into memory beside {show(self.name)}. Choose a smaller judge.")
        return found[0]

    def closed(self, sight: Any, questions: Sequence[str], _: Sequence[Choices]) -> list[Reply]:
        """Replies to yes/no questions."""
        rows = self.batched(
            lambda part: self.first(sight, part), [closing(text, self.phrases.closed) for text in questions]
        )
        return [yes_or_no(pair, top) for pair, top in zip(summed(rows, self.yes_no), self.tops(rows), strict=True)]

    def chosen(self, sight: Any, questions: Sequence[str], offered: Sequence[Choices]) -> list[Reply]:
        """Replies to multiple choices: every rotation is a prompt of its own, all in the same batches."""
        asked = [rotations(options) for options in offered]
        prompts = [
            f"{text} {listed(turned)}{self.phrases.letter}"
            for text, turns in zip(questions, asked, strict=True) for turned in turns
        ]  # fmt: skip
        letters = self.begins(LETTERS[: max(map(len, offered))], cases=False)
        rows = iter(summed(self.batched(lambda part: self.first(sight, part), prompts), letters))
        return [over_turns(options, [next(rows) for _ in options]) for options in offered]

    def free(self, sight: Any, questions: Sequence[str], _: Sequence[Choices]) -> list[Reply]:
        """Replies in a few words."""
        prompts = [text + self.phrases.short for text in questions]
        parts = self.parts(lambda part: self.say(sight, part), prompts)
        return [in_words(said.text, said.sure, said.top) for part in parts for said in part]

    def begins(self, words: Sequence[str], *, cases: bool = True) -> tuple[tuple[int, ...], ...]:
        """The ids by which an answer begins with each of the words; see `first_tokens`."""
        return first_tokens(self.tokenizer, words, cases=cases)

    def text(self, id: int) -> str:
        """What an id stands for."""
        return str(self.tokenizer.decode([id]))

    def tokens(self, prompts: Sequence[str], most: int) -> Any:
        """Prompts padded on the right as `input_ids` and `attention_mask` (N, L), on the device.

        Raises `WordsNotKnown` for more than `most` tokens.
        """
        found = self.tokenizer(list(prompts), padding=True, padding_side="right", return_tensors="pt")
        check_length(found["input_ids"].shape[1], prompts, most, self.name)
        return found.to(self.net.device)

    def batched(self, work: Callable[[Sequence[str]], Tensor], prompts: Sequence[str]) -> Tensor:
        """`work` over the prompts in batches, the rows of all together."""
        import torch

        return torch.cat(self.parts(work, prompts))

    def parts(self, work: Callable[[Sequence[P]], T], prompts: Sequence[P]) -> list[T]:
        """`work` over at most `at_once` prompts at a time; a batch that does not fit is halved and asked again, for good.

        Raises `ModelError` where not even one fits.
        """
        found: list[T] = []
        start = 0
        while start < len(prompts):
            if self._tried(lambda part: found.append(work(part)), prompts[start : start + self.at_once]):
                start += self.at_once
            elif self.at_once == 1:
                raise ModelError(
                    f"One question does not fit into memory beside {show(self.name)}. Close what else uses it, or choose "
                    "a smaller judge."
                )
            else:
                self.at_once //= 2
                self.notes.append(f"Memory ran short: {self.at_once} questions at once.")
        return found

    def _tried(self, work: Callable[[Sequence[P]], None], part: Sequence[P]) -> bool:
        try:
            work(part)
            return True
        except (RuntimeError, MemoryError) as error:
            if not is_shortage(error):
                raise
        clear()  # out of the handler: the error's frames hold the tensors
        return False

    def tops(self, rows: Tensor) -> list[tuple[tuple[str, float], ...]]:
        """For each row of probabilities (N, V) its TOP likeliest tokens as text."""
        values, ids = rows.topk(min(TOP, rows.shape[-1]))
        return [
            tuple((self.text(id), p) for id, p in zip(*pair, strict=True))
            for pair in zip(ids.tolist(), values.tolist(), strict=True)
        ]


def check_length(length: int, prompts: Sequence[str], most: int, name: str) -> None:
    """Raise `WordsNotKnown` where the longest of the prompts has more than `most` tokens."""
    if length > most:
        longest = show(max(prompts, key=len))
        raise WordsNotKnown(f"{longest} has {length} tokens, and {show(name)} reads {most}. Ask less at once.")


def kind_of(question: str, options: Choices) -> str:
    """`choice` with options, `free` for a question that opens with "what" and the like, else `closed`."""
    return "choice" if options else "free" if is_free(question) else "closed"
