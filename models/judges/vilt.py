"""ViLT: one transformer over words and patches together, then a choice among the answers it was trained on (arXiv 2102.03334).

Nothing of a picture but its patches is the same for two questions, so a question more costs as much as the first. Try it:
`python cli.py judge runs/a --judge vilt`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from PIL import Image

from engine.errors import ModelError, join_or
from engine.scoring import Reply
from models import devices
from models.catalog import Card
from models.judges.asking import TOP, Choices
from models.judges.checkpoint import image_processor, opened_network, place_of, tokenizer
from models.judges.options import chosen, spelled
from models.judges.tokenwise import Phrases, Said, TokenJudge
from models.judges.trial import proved

if TYPE_CHECKING:
    from torch import Tensor

CLASSES = ("ViltForQuestionAnswering",)
JOINT = "words and patches go through it together, so each question costs as much as the first"
SEED = 0
"""transformers draws the order of the patches by chance; so drawn, the same picture gives the same answers to the bit."""


class ViltJudge(TokenJudge):
    """Chooses among its labels, whose probabilities are a softmax over all of them; it writes no other words."""

    phrases = Phrases("", "", "")

    def __init__(self, net: Any, tokenizer: Any, pictures: Any, *, name: str) -> None:
        self.labels = {int(id): spelled(str(text)) for id, text in net.config.id2label.items()}
        self.pictures = pictures
        super().__init__(net, tokenizer, name=name, notes=[devices.placement().reason, f"{name}: {JOINT}."])

    def begins(self, words: Sequence[str], *, cases: bool = True) -> tuple[tuple[int, ...], ...]:
        """The labels that are just these words; raises `ModelError` where it has none for one of them."""
        found = self.labelled(words)
        if not all(found):
            raise ModelError(f"The model has no answers {join_or(words)}, so it is no judge. Choose another.")
        return found

    def labelled(self, words: Iterable[str]) -> tuple[tuple[int, ...], ...]:
        """For each word the labels that are it, none where it is not known."""
        return tuple(tuple(id for id, text in self.labels.items() if text == spelled(word)) for word in words)

    def text(self, id: int) -> str:
        """The label."""
        return self.labels[id]

    def see(self, image: Image.Image) -> tuple[Tensor, Tensor]:
        """The picture's patches (1, P, D) and the mask (1, P) of the real ones."""
        import torch

        shown = self.pictures(image, return_tensors="pt").to(self.net.device)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            patches, mask, _ = self.net.vilt.embeddings.visual_embed(
                shown["pixel_values"].to(self.net.dtype), shown["pixel_mask"],
                max_image_length=self.net.config.max_image_length,
            )  # fmt: skip
        return patches, mask

    def first(self, sight: tuple[Tensor, Tensor], prompts: Sequence[str]) -> Tensor:
        """(N, labels) probabilities of the answers."""
        words = self.tokens(prompts, self.net.config.max_position_embeddings)
        patches, mask = (part.expand(len(prompts), *part.shape[1:]) for part in sight)
        found: Tensor = self.net(
            input_ids=words["input_ids"], attention_mask=words["attention_mask"], image_embeds=patches, pixel_mask=mask
        ).logits
        return found.float().softmax(-1)

    def say(self, sight: tuple[Tensor, Tensor], prompts: Sequence[str]) -> list[Said]:
        """The likeliest labels."""
        return [Said(*top[0], top) for top in self.tops(self.first(sight, prompts))]

    def chosen(self, sight: tuple[Tensor, Tensor], questions: Sequence[str], offered: Sequence[Choices]) -> list[Reply]:
        """Replies to multiple choices by the options' labels, in no order; where it knows none, its own answer."""
        rows = self.batched(lambda part: self.first(sight, part), questions)
        return [self.among(row, options, top) for row, options, top in zip(rows, offered, self.tops(rows), strict=True)]

    def among(self, row: Tensor, options: Choices, top: Sequence[tuple[str, float]]) -> Reply:
        """One reply to one multiple choice from the probabilities of all labels."""
        ids = self.labelled(dict.fromkeys(options))
        if not any(ids):
            return Reply(*top[0], top=tuple(top[:TOP]), left_over=1.0)
        sums = [float(row[list(found)].sum()) for found in ids]
        return chosen(dict(zip(dict.fromkeys(options), sums, strict=True)))


def opened(card: Card) -> ViltJudge:
    """The judge in the card's folder; raises `ModelMissing`, `ModelDamaged` or `ModelError` with what to do."""
    folder = place_of(card)
    net = opened_network(card, CLASSES)
    return proved(ViltJudge(net, tokenizer(folder), image_processor(folder), name=card.name))
