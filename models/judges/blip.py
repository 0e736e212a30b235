"""BLIP: an encoder of pictures, an encoder of questions that looks at the picture, a decoder of answers (arXiv 2201.12086).

Of a picture the keys and values of every cross-attention are kept, so that a further question costs little. Try it:
`python cli.py judge runs/a --judge blip-vqa`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PIL import Image

from engine.scoring import Reply
from models import devices
from models.catalog import Card
from models.judges.asking import Choices
from models.judges.checkpoint import image_processor, opened_network, place_of, tokenizer
from models.judges.greedy import greedy
from models.judges.options import chosen
from models.judges.tokenwise import Phrases, Said, TokenJudge
from models.judges.trial import proved

if TYPE_CHECKING:
    from torch import Tensor

CLASSES = ("BlipForQuestionAnswering",)


@dataclass(frozen=True, slots=True)
class Sight:
    """One picture: its patches (1, P, D) and, for each layer, cross-attention's keys and values (1, H, P, D/H)."""

    patches: Any
    kept: tuple[tuple[Any, Any], ...]


class BlipJudge(TokenJudge):
    """Answers in a word or two, without letters: among options it takes the answer that its decoder finds likeliest."""

    phrases = Phrases("", "", "")

    def __init__(self, net: Any, tokenizer: Any, pictures: Any, *, name: str) -> None:
        super().__init__(net, tokenizer, name=name, notes=[devices.placement().reason])
        self.pictures = pictures
        self.config = net.config.text_config
        for layer in net.text_decoder.bert.encoder.layer:
            layer.crossattention.self.register_forward_pre_hook(_masked, with_kwargs=True)

    def see(self, image: Image.Image) -> Sight:
        """The picture as patches and as what the question encoder's layers make of them."""
        shown = self.pictures(image, return_tensors="pt")["pixel_values"]
        patches = self.net.vision_model(pixel_values=shown.to(self.net.device, self.net.dtype)).last_hidden_state
        looks = [layer.crossattention.self for layer in self.net.text_encoder.encoder.layer]
        return Sight(
            patches, tuple((_heads(look, look.key(patches)), _heads(look, look.value(patches))) for look in looks)
        )

    def first(self, sight: Sight, prompts: Sequence[str]) -> Tensor:
        """(N, V) probabilities of the first token of the answer."""
        states, mask = self.read(sight, prompts)
        return self._decode(self._begin(len(prompts)), states, mask).logits[:, -1].float().softmax(-1)

    def say(self, sight: Sight, prompts: Sequence[str]) -> list[Said]:
        """The likeliest answers, token by token."""
        from transformers import DynamicCache, EncoderDecoderCache

        states, mask = self.read(sight, prompts)
        cache = EncoderDecoderCache(DynamicCache(config=self.config), DynamicCache(config=self.config))
        decode = partial(self._decode, states=states, mask=mask, cache=cache)
        first = decode(self._begin(len(prompts))).logits[:, -1]
        return greedy(
            first, lambda last: decode(last[:, None]).logits[:, -1], [self.config.sep_token_id], self.tokenizer
        )

    def chosen(self, sight: Sight, questions: Sequence[str], offered: Sequence[Choices]) -> list[Reply]:
        """Replies to multiple choices by the probability of each option as the whole answer; the order plays no part."""
        pairs = [
            (text, one) for text, options in zip(questions, offered, strict=True) for one in dict.fromkeys(options)
        ]
        parts = self.parts(lambda part: self.likely(sight, *zip(*part, strict=True)), pairs)
        found = iter(p for part in parts for p in part)
        return [chosen({one: next(found) for one in dict.fromkeys(options)}) for options in offered]

    def likely(self, sight: Sight, questions: Sequence[str], answers: Sequence[str]) -> list[float]:
        """For each question the probability that the decoder says just that answer."""
        import torch

        states, mask = self.read(sight, questions)
        words = self.tokenizer(list(answers), add_special_tokens=False)["input_ids"]
        rows = [torch.tensor([*ids, self.config.sep_token_id]) for ids in words]
        said = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=-1).to(states.device)
        given = torch.cat([self._begin(len(rows)), said[:, :-1].clamp_min(self.config.pad_token_id)], dim=1)
        logs = self._decode(given, states, mask).logits.float().log_softmax(-1)
        logs = logs.gather(2, said.clamp_min(0)[..., None])[..., 0]
        found: list[float] = torch.where(said < 0, 0.0, logs).sum(1).exp().tolist()
        return found

    def read(self, sight: Sight, prompts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Questions (N) as states (N, L, D) that have looked at the picture, and the mask (N, L) of their real tokens."""
        words = self.tokens(prompts, self.config.max_position_embeddings)
        states = self.net.text_encoder(
            input_ids=words["input_ids"], attention_mask=words["attention_mask"], encoder_hidden_states=sight.patches,
            past_key_values=self._kept(sight), return_dict=True,
        ).last_hidden_state  # fmt: skip
        return states, words["attention_mask"]

    def _kept(self, sight: Sight) -> Any:
        """The picture's keys and values as a cache that counts as filled; one row serves any batch."""
        from transformers import DynamicCache, EncoderDecoderCache

        seen = DynamicCache(config=self.config)
        for i, (keys, values) in enumerate(sight.kept):
            seen.update(keys, values, i)
        return EncoderDecoderCache(DynamicCache(config=self.config), seen)

    def _decode(self, ids: Tensor, states: Tensor, mask: Tensor, cache: Any = None) -> Any:
        return self.net.text_decoder(
            input_ids=ids, encoder_hidden_states=states, encoder_attention_mask=mask, past_key_values=cache,
            use_cache=cache is not None, return_dict=True,
        )  # fmt: skip

    def _begin(self, number: int) -> Tensor:
        import torch

        return torch.full((number, 1), self.net.decoder_start_token_id, device=self.net.device)


def _masked(_: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Hand the mask of a question's padding to the cross-attention, where transformers 5.23 loses it on the way: the
    layer gives it under the name that only self-attention reads, so that an answer would depend on its batch."""
    if named.get("encoder_attention_mask") is None:
        named["encoder_attention_mask"] = named.get("attention_mask")
    return arguments, named


def _heads(look: Any, states: Tensor) -> Tensor:
    """(1, P, D) -> (1, H, P, D/H)."""
    return states.view(1, states.shape[1], look.num_attention_heads, look.attention_head_size).transpose(1, 2)


def opened(card: Card) -> BlipJudge:
    """The judge in the card's folder; raises `ModelMissing`, `ModelDamaged` or `ModelError` with what to do."""
    folder = place_of(card)
    net = opened_network(card, CLASSES)
    return proved(BlipJudge(net, tokenizer(folder), image_processor(folder), name=card.name))
