"""The generator `pocket-ar`: an encoder-decoder writes a caption's slots token by token, then the painter paints them.

Each picture has its own dice, so a seed gives the same bytes alone and in company. Try it:
`python -c "from models.generators import load; load('pocket-ar').draw(['There is a red dog.'], [1])[0].image.save('dog.png')"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from PIL import Image

from models.catalog import Card
from models.generators.drawing import PREVIEW, Drawing, Step, Stopped
from models.generators.lora import lay_on_writer, named
from models.pocket.painter import paint
from models.pocket.scene import PocketScene
from models.weights import read_network

BATCH = 16
"""Every batch is padded to this many rows and to the longest caption, so that company changes nothing."""


class AutoregressiveGenerator:
    """The trained encoder-decoder; `temperature` scales its doubt, `guidance` how closely it keeps to the caption."""

    name = "pocket-ar"

    def __init__(self, folder: str, *, guidance: float = 2.0, temperature: float = 1.0) -> None:
        self.guidance, self.temperature = guidance, temperature
        self.net = _network(folder)

    @classmethod
    def own(cls, card: Card) -> AutoregressiveGenerator:
        """One with weights of its own, which a LoRA may be laid over without touching the others; raises as `opened`."""
        found = cls(str(card.folder), guidance=card.guidance)
        found.net, found.name = _network.__wrapped__(str(card.folder)), card.name
        return found

    def draw(
        self, captions: Sequence[str], seeds: Sequence[int], *, steps: int | None = None, guidance: float | None = None,
        size: int = 768, on_step: Step | None = None,
    ) -> list[Drawing]:  # fmt: skip
        """One picture per caption and seed, `size` pixels wide and high; `steps` has no meaning here.

        `on_step` hears of each slot: the background, then six things. Raises `WordsNotKnown` for words outside the
        vocabulary, `ValueError` for as many seeds as there are not captions, `Stopped` when told to stop.
        """
        import torch

        if len(captions) != len(seeds):
            raise ValueError(f"`seeds` has {len(seeds)} entries for {len(captions)} captions; give one for each.")
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # a net this small gets slower with every thread that has to be woken
        try:
            scenes = self._scenes(captions, seeds, self.guidance if guidance is None else guidance, on_step)
        finally:
            torch.set_num_threads(threads)
        drawn = zip(scenes, captions, seeds, strict=True)
        return [
            Drawing(paint(scene, size=size), text, seed, {"pocket": scene.to_dict()}) for scene, text, seed in drawn
        ]

    def _scenes(
        self, captions: Sequence[str], seeds: Sequence[int], guidance: float, on_step: Step | None
    ) -> list[PocketScene]:
        from models.pocket.slot_tokens import SLOT_ENDS
        from models.pocket.text import LENGTH
        from models.pocket.words import tokens

        words = [tokens(text, LENGTH) for text in captions]
        starts = range(0, len(words), BATCH)
        done: list[PocketScene] = []
        for i, start in enumerate(starts):
            part = slice(start, start + BATCH)
            for slot, scenes in enumerate(self._write(words[part], seeds[part], guidance), start=1):
                step, total = i * len(SLOT_ENDS) + slot, len(starts) * len(SLOT_ENDS)
                if on_step and not on_step(step, total, partial(_previews, [*done, *scenes])):
                    raise Stopped
            done += scenes
        return done

    def _write(self, words: Sequence[list[int]], seeds: Sequence[int], guidance: float) -> Iterator[list[PocketScene]]:
        """The scenes of up to BATCH captions as they stand after each slot, the last time whole."""
        import torch

        from models.pocket.slot_tokens import LENGTH, SLOT_ENDS, read

        dice = torch.stack(
            [torch.rand(LENGTH, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
            + [torch.zeros(LENGTH, dtype=torch.float64)] * (BATCH - len(seeds))
        )
        pen = Pen(self.net, [*words, *[words[-1]] * (BATCH - len(words))], guidance, self.temperature)
        for start, end in zip((0, *SLOT_ENDS), SLOT_ENDS, strict=False):
            for at in range(start, end):
                pen.write(at, dice[:, at])
            yield [read(row) for row in pen.written[: len(seeds)]]


class Pen:
    """Writes slot tokens for BATCH captions at once, remembering what it has read and written, and how likely that was."""

    def __init__(self, net: Any, words: Sequence[list[int]], guidance: float, temperature: float) -> None:
        import torch
        from transformers.modeling_outputs import BaseModelOutput

        ids = torch.tensor(words)
        empty = ids.clone()
        empty[:, 1:] = 0
        self.net, self.guidance, self.temperature = net, guidance, temperature
        both = torch.cat([ids, empty])
        self.mask = (both != 0).long()
        with torch.inference_mode():
            read = net.get_encoder()(input_ids=both, attention_mask=self.mask).last_hidden_state
        self.read = BaseModelOutput(last_hidden_state=read)
        self.last = both[:, :1]
        self.memory: Any = None
        self.written: list[list[int]] = [[] for _ in words]
        self.likely: list[Any] = []
        """Log-probabilities (rows,) of the tokens at each place, of all that was weighed there."""

    def write(self, at: int, dice: Any) -> None:
        """Write the token at one place of all sequences, by one throw in 0..1 for each.

        Classifier-free guidance (arXiv 2207.12598) on log-probabilities: empty + scale (told - empty).
        """
        import torch

        from models.pocket.slot_tokens import allowed

        with torch.inference_mode():
            out = self.net(
                encoder_outputs=self.read, attention_mask=self.mask, decoder_input_ids=self.last,
                past_key_values=self.memory, use_cache=True,
            )  # fmt: skip
            self.memory = out.past_key_values
            told, empty = (out.logits[:, -1] + allowed()[at]).log_softmax(-1).chunk(2)
            mixed = torch.where(allowed()[at] == 0, empty + self.guidance * (told - empty), float("-inf"))
            reach = (mixed / self.temperature).softmax(-1).double().cumsum(-1)
            chosen = (reach <= dice.unsqueeze(1) * reach[:, -1:]).sum(1)
            self.likely.append((mixed / self.temperature).log_softmax(-1).gather(1, chosen.unsqueeze(1)).squeeze(1))
        for row, token in zip(self.written, chosen.tolist(), strict=True):
            row.append(token)
        self.last = torch.cat([chosen, chosen]).unsqueeze(1)


def _previews(scenes: Sequence[PocketScene]) -> list[Image.Image]:
    return [paint(scene, size=PREVIEW) for scene in scenes]


@cache
def _network(folder: str) -> Any:
    from transformers import BartForConditionalGeneration

    from models.pocket.slot_tokens import size

    return read_network(
        Path(folder), kind=lambda _: BartForConditionalGeneration, words=lambda net: net.config.vocab_size == size()
    )


def opened(card: Card) -> AutoregressiveGenerator:
    """The generator of that card, its LoRA laid on; raises `ModelDamaged` with what to do."""
    _, lora = named(card.name)
    if lora is not None:
        found = AutoregressiveGenerator.own(card)
        lay_on_writer(found.net, lora)
        return found
    return AutoregressiveGenerator(str(card.folder), guidance=card.guidance)
