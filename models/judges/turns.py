"""Turns of a vision-language network: prompts read into a cache, rests of prompts read behind it, answers token by token.

Rows are padded on the right; masks and positions are always given, so that a batch changes no answer. Try it:
`python -m pytest tests/tiny/test_judges_vlm.py`.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.judges.stills import Shown, Stills

if TYPE_CHECKING:
    from torch import Tensor


ROOM = 256
"""Tokens kept free for a question behind a shared head."""


@dataclass(slots=True)
class State:
    """What N rows have read: the next token's `logits` (N, V), the cache, `mask` (N, T) of its real tokens, and the
    `place` (N) at which each row goes on."""

    logits: Any
    cache: Any
    mask: Any
    place: Any


class Reader:
    """Runs one network; the caller sees to it that nobody else does at the same time."""

    def __init__(self, net: Any, stills: Stills) -> None:
        self.net, self.type = net, net.config.model_type
        self.picture_token = net.config.image_token_id
        self.spatial = hasattr(net.model, "get_rope_index")
        self.marks_pictures = "token_type_ids" in stills.reads
        self.first_place = 1 if self.type == "paligemma" else 0

    def settled(self, shown: Shown) -> Shown:
        """The picture's inputs on the network's device, its pixels in the network's number format."""
        inputs = {
            name: value.to(self.net.device, self.net.dtype if value.is_floating_point() else value.dtype)
            for name, value in shown.inputs.items()
        }
        return Shown(inputs, shown.text)

    def holds_picture(self, head: Sequence[int], prompt: Sequence[int]) -> bool:
        """True when all tokens of the picture in a prompt lie in its head."""
        return 0 < list(head).count(self.picture_token) == list(prompt).count(self.picture_token)

    def window(self, state: State, length: int) -> int:
        """The tokens that a layer sees where it forgets some of a head of that length and a question; 0 for none."""
        seen = [layer.sliding_window for layer in state.cache.layers if getattr(layer, "is_sliding", False)]
        return min((one for one in seen if one < length + ROOM), default=0)

    def whole(self, shown: Shown, rows: Sequence[Sequence[int]]) -> State:
        """Read whole prompts, each with the picture, which the network encodes once."""
        from transformers import DynamicCache

        ids, mask = self._padded(rows)
        cache = DynamicCache(config=self.net.config.get_text_config())
        places, ends = self._places(ids, mask, shown)
        return self._run(State(None, cache, mask, ends), ids, mask.sum(1) - 1, places, **self._picture(shown, ids))

    def more(self, state: State, rows: Sequence[Sequence[int]]) -> State:
        """Read one rest per row behind what is in the state, which is used up."""
        import torch

        ids, mask = self._padded(rows)
        places = state.place[:, None] + torch.arange(ids.shape[1], device=ids.device)
        lengths = mask.sum(1)
        state.mask, state.place = torch.cat([state.mask, mask], dim=1), state.place + lengths
        return self._run(state, ids, lengths - 1, self._spread(places))

    def step(self, state: State, last: Tensor) -> Tensor:
        """Read one token (N) more in the state itself; gives the next logits (N, V)."""
        logits: Tensor = self.more(state, last[:, None].tolist()).logits
        return logits

    def copied(self, state: State, rows: int, *, drop: int = 0) -> State:
        """A state of one row as `rows` rows, without its last `drop` tokens, which are text."""
        cache = copy.deepcopy(state.cache)
        if drop:
            cache.crop(-drop)
        cache.batch_repeat_interleave(rows)
        mask = state.mask[:, : state.mask.shape[1] - drop].expand(rows, -1)
        return State(None, cache, mask, (state.place - drop).expand(rows))

    def likely(self, state: State, rows: Sequence[Sequence[int]]) -> list[float]:
        """For each row of tokens the probability that they all come next; the state is used up."""
        import torch

        ids, real = self._padded(rows)
        given, mask = ids[:, :-1], real[:, :-1]
        logs = [state.logits[:, None]]
        if given.shape[1]:
            places = state.place[:, None] + torch.arange(given.shape[1], device=ids.device)
            state.mask = torch.cat([state.mask, mask], dim=1)
            logs.append(self.net.lm_head(self._hidden(state, given, self._spread(places))))
        said = torch.cat(logs, dim=1).float().log_softmax(-1).gather(2, ids[..., None])[..., 0]
        found: list[float] = (said * real).sum(1).exp().tolist()
        return found

    def _run(self, state: State, ids: Tensor, last: Tensor, places: Tensor, **picture: Any) -> State:
        import torch

        hidden = self._hidden(state, ids, places, **picture)
        state.logits = self.net.lm_head(hidden[torch.arange(len(ids), device=ids.device), last])
        return state

    def _hidden(self, state: State, ids: Tensor, places: Tensor, **picture: Any) -> Any:
        return self.net.model(
            input_ids=ids, attention_mask=state.mask, position_ids=places, past_key_values=state.cache, use_cache=True,
            **picture,
        )[0]  # fmt: skip

    def _padded(self, rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Tokens (N, L), 0 after each row's end, and the mask (N, L) of what is real."""
        import torch

        lengths = torch.tensor([len(row) for row in rows], device=self.net.device)
        longest = int(lengths.max())
        ids = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows], device=self.net.device)
        return ids, (torch.arange(longest, device=ids.device) < lengths[:, None]).long()

    def _places(self, ids: Tensor, mask: Tensor, shown: Shown) -> tuple[Tensor, Tensor]:
        """Positions of all tokens, and where each row goes on; of Qwen's networks in time, height and width."""
        import torch

        if not self.spatial:
            places = torch.arange(ids.shape[1], device=ids.device).expand_as(ids) + self.first_place
            return places, mask.sum(1) + self.first_place
        spatial, delta = self.net.model.get_rope_index(
            ids, mm_token_type_ids=(ids == self.picture_token).int() * mask.int(),
            image_grid_thw=shown.inputs["image_grid_thw"].repeat(len(ids), 1), attention_mask=mask,
        )  # fmt: skip
        return spatial, mask.sum(1) + delta[:, 0]

    def _spread(self, places: Tensor) -> Tensor:
        return places.expand(3, *places.shape) if self.spatial else places

    def _picture(self, shown: Shown, ids: Tensor) -> dict[str, Any]:
        """The picture's inputs for so many rows; what can be encoded apart is encoded once."""
        import torch

        if self.type == "paligemma":
            seen = self.net.model.get_image_features(**shown.inputs)
            seen.pooler_output = seen.pooler_output.expand(len(ids), -1, -1)
            return {"mm_encoder_outputs": {"image": seen}, "token_type_ids": torch.zeros_like(ids)}
        inputs = {name: value.repeat(len(ids), *[1] * (value.ndim - 1)) for name, value in shown.inputs.items()}
        return inputs | ({"token_type_ids": (ids == self.picture_token).long()} if self.marks_pictures else {})
