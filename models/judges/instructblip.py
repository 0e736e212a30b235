"""InstructBLIP: a picture's encoder, a Q-Former that reads the question beside it, and a T5 that answers (arXiv 2305.06500).

The encoder, by far the largest part, sees a picture once; the rest runs for all questions in batches. Try it:
`python cli.py judge runs/a --judge instructblip`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PIL import Image

from engine.errors import ModelDamaged
from models import devices
from models.catalog import Card
from models.judges.checkpoint import image_processor, opened_network, place_of, tokenizer
from models.judges.greedy import greedy
from models.judges.options import LETTER, SHORT
from models.judges.tokenwise import Phrases, Said, TokenJudge, check_length
from models.judges.trial import proved

if TYPE_CHECKING:
    from torch import Tensor

CLASSES = ("InstructBlipForConditionalGeneration",)
ONCE = "only its encoder runs once for a picture; Q-Former and T5 read the picture's tokens anew with each question"


class InstructBlipJudge(TokenJudge):
    """An encoder-decoder that follows instructions; options are offered by letters."""

    phrases = Phrases(" Answer yes or no.", f" {LETTER}", f" {SHORT}")

    def __init__(self, net: Any, tokenizer: Any, reader: Any, pictures: Any, *, name: str) -> None:
        super().__init__(net, tokenizer, name=name, notes=[devices.placement().reason, f"{name}: {ONCE}."])
        self.reader, self.pictures, self.language = reader, pictures, net.language_model

    def see(self, image: Image.Image) -> Tensor:
        """The picture's patches (1, P, D)."""
        shown = self.pictures(image, return_tensors="pt")["pixel_values"].to(self.net.device, self.net.dtype)
        patches: Tensor = self.net.vision_model(pixel_values=shown).last_hidden_state
        return patches

    def first(self, sight: Tensor, prompts: Sequence[str]) -> Tensor:
        """(N, V) probabilities of the first token of the answer."""
        states, mask = self.read(sight, prompts)
        found: Tensor = self._decode(self._begin(len(prompts)), states, mask, None).logits
        return found[:, -1].float().softmax(-1)

    def say(self, sight: Tensor, prompts: Sequence[str]) -> list[Said]:
        """The likeliest answers, token by token."""
        from transformers import DynamicCache, EncoderDecoderCache

        states, mask = self.read(sight, prompts)
        config = self.language.config
        cache = EncoderDecoderCache(DynamicCache(config=config), DynamicCache(config=config))
        first = self._decode(self._begin(len(prompts)), states, mask, cache).logits[:, -1]
        return greedy(
            first, lambda last: self._decode(last[:, None], states, mask, cache).logits[:, -1], [config.eos_token_id],
            self.tokenizer,
        )  # fmt: skip

    def read(self, sight: Tensor, prompts: Sequence[str]) -> tuple[Any, Tensor]:
        """The language model's encoder over what the Q-Former saw and the question: states and mask (N, Q + L)."""
        import torch

        words = self.tokens(prompts, self.tokenizer.model_max_length)
        seen = self.look(sight, prompts)
        asked = self.language.get_input_embeddings()(words["input_ids"])
        mask = torch.cat([torch.ones(seen.shape[:2], device=seen.device).long(), words["attention_mask"]], dim=1)
        both = torch.cat([seen.to(asked.dtype), asked], dim=1)
        return self.language.get_encoder()(inputs_embeds=both, attention_mask=mask, return_dict=True), mask

    def look(self, sight: Tensor, prompts: Sequence[str]) -> Tensor:
        """What the Q-Former sees in the picture for each question: (N, Q, D) in the language model's width."""
        import torch

        words = self.reader(list(prompts), padding=True, padding_side="right", return_tensors="pt").to(sight.device)
        check_length(
            words["input_ids"].shape[1], prompts, self.net.config.qformer_config.max_position_embeddings, self.name
        )
        queries = self.net.query_tokens.expand(len(prompts), -1, -1)
        mask = torch.cat([torch.ones(queries.shape[:2], device=sight.device).long(), words["attention_mask"]], dim=1)
        found = self.net.qformer(
            input_ids=words["input_ids"], attention_mask=mask, query_embeds=queries,
            encoder_hidden_states=sight.expand(len(prompts), -1, -1), return_dict=True,
        )[0]  # fmt: skip
        projected: Tensor = self.net.language_projection(found[:, : queries.shape[1]])
        return projected

    def _decode(self, ids: Tensor, states: Any, mask: Tensor, cache: Any) -> Any:
        return self.language(
            decoder_input_ids=ids, encoder_outputs=states, attention_mask=mask, past_key_values=cache,
            use_cache=cache is not None, return_dict=True,
        )  # fmt: skip

    def _begin(self, number: int) -> Tensor:
        import torch

        return torch.full((number, 1), self.language.config.decoder_start_token_id, device=self.net.device)


def opened(card: Card) -> InstructBlipJudge:
    """The judge in the card's folder; raises `ModelMissing`, `ModelDamaged` or `ModelError` with what to do."""
    folder = place_of(card)
    net = opened_network(card, CLASSES)
    if net.config.use_decoder_only_language_model:
        raise ModelDamaged(
            f"{folder} is InstructBLIP on Vicuna; only those on Flan-T5 are read here. Choose one of them."
        )
    parts = tokenizer(folder), tokenizer(folder, part="qformer_tokenizer"), image_processor(folder)
    return proved(InstructBlipJudge(net, *parts, name=card.name))
