"""Greedy answers: the likeliest token at each step for a whole batch, with how sure the network was of them.

Try it: `python -m pytest tests/tiny/test_judges_blip.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from models.judges.options import trace
from models.judges.tokenwise import LONGEST, Said

if TYPE_CHECKING:
    from torch import Tensor


def greedy(
    logits: Tensor, step: Callable[[Tensor], Tensor], ends: Sequence[int], tokenizer: Any, *, longest: int = LONGEST
) -> list[Said]:
    """Answers of at most `longest` tokens from the first logits (N, V); `step` takes the tokens (N) that came last and
    gives the next logits (N, V).

    An answer has at least one token, and stops at one of `ends`, which is not part of it.
    """
    import torch

    firsts, ids, logs = logits.float().softmax(-1), [], []  # type: Tensor, list[list[int]], list[list[float]]
    logits = logits.float().index_fill(1, torch.tensor(ends, device=logits.device), -torch.inf)
    for i in range(longest):
        if i:
            logits = step(torch.tensor(ids[-1], device=logits.device)).float()
        best, token = logits.log_softmax(-1).max(-1)
        ids.append(token.tolist())
        logs.append(best.tolist() if i else firsts.gather(1, token[:, None])[:, 0].log().tolist())
        if all(set(row) & set(ends) for row in zip(*ids, strict=True)):
            break
    rows = zip(zip(*ids, strict=True), zip(*logs, strict=True), firsts, strict=True)
    return [_said(tokenizer, *row, ends) for row in rows]


def _said(tokenizer: Any, ids: Sequence[int], logs: Sequence[float], firsts: Tensor, ends: Sequence[int]) -> Said:
    length = next((i for i, id in enumerate(ids) if id in ends), len(ids))
    values, tokens = firsts.topk(min(5, len(firsts)))
    top = trace((tokenizer.decode([id]), p) for id, p in zip(tokens.tolist(), values.tolist(), strict=True))
    text = tokenizer.decode(list(ids[:length]), skip_special_tokens=True)
    return Said(text, math.exp(sum(logs[:length]) / length), top)
