"""Vision-language models as judges: the picture and the head of the chat run once into a cache, every question is a short rest.

Where a network cannot share that head, it reads whole prompts, and its notes say so. Try it:
`python cli.py judge runs/a --judge smolvlm`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image

from engine.errors import show
from engine.scoring import Reply
from models import devices
from models.catalog import Card
from models.catalog.known import LANGUAGE_JUDGES
from models.judges.asking import Choices
from models.judges.checkpoint import opened_network, place_of
from models.judges.greedy import greedy
from models.judges.options import chosen
from models.judges.stills import Shown, Stills, opened_stills
from models.judges.tokenwise import Phrases, Said, TokenJudge
from models.judges.trial import proved
from models.judges.turns import Reader, State

if TYPE_CHECKING:
    from torch import Tensor

LOG = logging.getLogger(__name__)
BOTH_WAYS = frozenset({"paligemma"})
"""Model types whose picture tokens attend to the question, so that nothing of the prompt is the same for two questions."""
PROBES = ("Is it red?", "What is it?", "A", "3", "the")
NEAR = {"float32": 1e-3}
"""How far a probability may be off when the head is shared; the number formats of a GPU get 0.03."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One picture: its inputs, and the shared head as tokens with the state after them; no state where none is shared."""

    shown: Shown
    head: tuple[int, ...] = ()
    state: State | None = None


class LanguageJudge(TokenJudge):
    """A language model that sees; `shares` says whether the picture's head is run once for all questions."""

    def __init__(self, net: Any, stills: Stills, *, name: str, shares: bool = True, notes: Iterable[str] = ()) -> None:
        super().__init__(net, stills.tokenizer, name=name, notes=[devices.placement().reason, *notes])
        self.stills, self.reader, self.shares = stills, Reader(net, stills), shares
        if stills.plain:
            self.phrases = Phrases("", self.phrases.letter, "")
        ends = net.generation_config.eos_token_id
        self.ends = [ends] if isinstance(ends, int) else list(ends or [stills.tokenizer.eos_token_id])

    def see(self, image: Image.Image) -> Sight:
        """The picture's inputs on the device and, where it is shared, the state after picture and head."""
        shown = self.reader.settled(self.stills.show(image))
        if not self.shares:
            return Sight(shown)
        prompts = [self.stills.ids(probe, shown) for probe in PROBES]
        head = common(prompts)
        if not self.reader.holds_picture(head, prompts[0]):
            self._share_no_more("the question comes before the picture in its chat")
            return Sight(shown)
        state = self.reader.whole(shown, [head])
        if window := self.reader.window(state, len(head)):
            self._share_no_more(f"some layers see {window} tokens only, hardly more than the picture has")
            return Sight(shown)
        return Sight(shown, tuple(head), state)

    def first(self, sight: Sight, prompts: Sequence[str]) -> Tensor:
        """(N, V) probabilities of the first token of the answer."""
        return self.read(sight, prompts).logits.float().softmax(-1)

    def say(self, sight: Sight, prompts: Sequence[str]) -> list[Said]:
        """The likeliest answers, token by token."""
        state = self.read(sight, prompts)
        return greedy(state.logits, lambda last: self.reader.step(state, last), self.ends, self.tokenizer)

    def chosen(self, sight: Sight, questions: Sequence[str], offered: Sequence[Choices]) -> list[Reply]:
        """Replies to multiple choices, by letters in a chat; who has no chat answers in words, so each option is weighed
        as the whole answer."""
        if not self.stills.plain:
            return super().chosen(sight, questions, offered)
        pairs = [
            (text, one) for text, options in zip(questions, offered, strict=True) for one in dict.fromkeys(options)
        ]
        found = iter(p for part in self.parts(lambda some: self.likely(sight, some), pairs) for p in part)
        return [chosen({one: next(found) for one in dict.fromkeys(options)}) for options in offered]

    def likely(self, sight: Sight, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """For each question and answer the probability that the answer is just that."""
        said = self.tokenizer([answer for _, answer in pairs], add_special_tokens=False)["input_ids"]
        return self.reader.likely(
            self.read(sight, [question for question, _ in pairs]), [[*ids, self.ends[0]] for ids in said]
        )

    def read(self, sight: Sight, prompts: Sequence[str]) -> State:
        """The state after each prompt (N), behind the shared head or whole."""
        rows = [self.stills.ids(prompt, sight.shown) for prompt in prompts]
        length = len(common([sight.head, *rows], keep=1)) if sight.state else 0
        if sight.state is None or not self.reader.holds_picture(sight.head[:length], rows[0]):
            return self.reader.whole(sight.shown, rows)
        state = self.reader.copied(sight.state, len(rows), drop=len(sight.head) - length)
        return self.reader.more(state, [row[length:] for row in rows])

    def check_sharing(self) -> None:
        """Compare shared and whole prompts on a picture; where they differ, share no more and say so."""
        import torch

        picture = Image.linear_gradient("L").convert("RGB")
        prompts = [text + self.phrases.closed for text in ("Is it red?", "Is there a large ball to the left of a dog?")]
        with self.busy, torch.inference_mode():
            sight = self.see(picture)
            if sight.state is None:
                return
            whole = torch.cat([self.first(Sight(sight.shown), [prompt]) for prompt in prompts])
            off = (self.first(sight, prompts) - whole).abs().max().item()
        if off > NEAR.get(devices.placement().dtype, 0.03):
            self._share_no_more(f"its answers are off by {off:.3f} when it is")

    def _share_no_more(self, why: str) -> None:
        self.shares = False
        self.notes.append(
            told := f"{self.name}: the picture's head is not shared, because {why}. Judging takes longer."
        )
        LOG.warning(told)


def common(rows: Sequence[Sequence[int]], *, keep: int = 0) -> list[int]:
    """The tokens that all rows begin with; every row but the first keeps at least `keep` of its own."""
    most = min([len(rows[0]), *(len(row) - keep for row in rows[1:])])
    length = next((i for i in range(most) if len({row[i] for row in rows}) > 1), most)
    return list(rows[0][:length])


def opened(card: Card) -> LanguageJudge:
    """The judge in the card's folder; raises `ModelMissing`, `ModelDamaged` or `ModelError` with what to do."""
    folder = place_of(card)
    net = opened_network(card, LANGUAGE_JUDGES.split())
    judge = proved(LanguageJudge(net, opened_stills(folder, net), name=card.name))
    if net.config.model_type in BOTH_WAYS:
        judge._share_no_more(f"{show(net.config.model_type)} lets the picture attend to the question")
    else:
        judge.check_sharing()
    return judge
