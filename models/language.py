"""Plausibility by language models: how much likelier a scene is than its hollow form, and Vera's verdict on statements.

Both are layers for `engine.plausibility`; nothing is fetched and no remote code runs.
Try it: `python -c "from models.language import LanguageLayer; LanguageLayer('gpt2')"`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from engine.errors import ModelError, ModelMissing, show
from engine.graph import SceneGraph, object_element, relation_element
from engine.plausibility import Opinion, Ranks, Reason, statements
from engine.taxonomy import Taxonomy
from models.catalog import guard

VERA = "liujch1998/vera"
BATCH = 16
REFERENCE = 400  # scenes that raw numbers are ranked among
UNLIKELY = 0.25  # ranks below this give a reason


class LanguageLayer:
    """A causal language model: mean log-probability per token of each statement minus that of its hollow form.

    The difference is taken because raw probability mostly says how rare the words are. It is unbounded (nats per
    token) until `calibrate` has given a reference sample; before that the layer does not know.
    """

    name = "language model"

    def __init__(self, folder: str, *, device: str = "cpu") -> None:
        from transformers import AutoModelForCausalLM

        self.model: Any
        self.tokenizer, self.model = _loaded(folder, AutoModelForCausalLM, device)
        self.device = device
        self.ranks: Ranks | None = None

    def calibrate(self, graphs: Iterable[SceneGraph], taxonomy: Taxonomy) -> LanguageLayer:
        """Rank later scenes among these, of which the first 400 are read; returns the layer itself."""
        self.ranks = Ranks.over(self.raw(graph, taxonomy) for graph in islice(graphs, REFERENCE))
        return self

    def raw(self, graph: SceneGraph, taxonomy: Taxonomy) -> float:
        """Mean over the statements of a scene, in nats per token; 0 for an empty scene."""
        gains = self.gains(graph, taxonomy)
        return sum(gains) / len(gains) if gains else 0.0

    def gains(self, graph: SceneGraph, taxonomy: Taxonomy) -> list[float]:
        """For each statement how much likelier it is than its hollow form, in nats per token."""
        pairs = statements(graph, taxonomy)
        found = self.log_probabilities([text for pair in pairs for text in pair])
        return [full - hollow for full, hollow in zip(found[::2], found[1::2], strict=True)]

    def log_probabilities(self, texts: Sequence[str]) -> list[float]:
        """Mean log-probability of the tokens of each text, each given those before it; in nats."""
        import torch

        found: list[float] = []
        for some in _batches(texts):
            inputs = self.tokenizer(list(some), return_tensors="pt", padding=True).to(self.device)
            ids, mask = inputs["input_ids"], inputs["attention_mask"]
            start = torch.full_like(ids[:, :1], self._start())
            ids = torch.cat([start, ids], dim=1)
            seen = torch.cat([torch.ones_like(start), mask], dim=1)
            with torch.inference_mode():
                logits = self.model(input_ids=ids, attention_mask=seen).logits[:, :-1].float()
            steps = logits.log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0] * mask
            found += (steps.sum(1) / mask.sum(1).clamp(min=1)).tolist()
        return found

    def score(self, graph: SceneGraph, taxonomy: Taxonomy) -> Opinion:
        """The rank of a scene in the reference sample; its least likely statement is the reason where that is low."""
        if self.ranks is None:
            return Opinion(None, (Reason((), "not calibrated on a reference sample yet", "not calibrated"),))
        gains = self.gains(graph, taxonomy)
        if not gains:
            return Opinion(None)
        rank = self.ranks.of(sum(gains) / len(gains))
        if rank >= UNLIKELY:
            return Opinion(rank)
        return Opinion(rank, (_reason(graph, taxonomy, gains, "a language model finds it unlikely"),))

    def _start(self) -> int:
        """The token before the first: the tokenizer's beginning, or its end, which stands between documents."""
        for id in (self.tokenizer.bos_token_id, self.tokenizer.eos_token_id):
            if id is not None:
                return int(id)
        return 0


class VeraLayer:
    """Vera (Liu et al. 2023, arXiv 2305.03695): an encoder, a linear head at the last token, a calibrated sigmoid.

    Head, bias and temperature sit in the last rows of the embedding table of the published checkpoint, which knows
    32,128 tokens and uses 32,100 of them. A scene is as plausible as its least plausible statement.
    """

    name = "vera"

    def __init__(self, folder: str = VERA, *, device: str = "cpu") -> None:
        from transformers import T5EncoderModel

        self.model: Any
        self.tokenizer, self.model = _loaded(folder, T5EncoderModel, device)
        self.device = device
        table = self.model.shared.weight
        if table.shape[0] < 32_100:
            raise ModelError(
                f"The model in {show(folder)} has {table.shape[0]} embeddings, and Vera keeps its head in rows 32,097 to "
                f"32,099. Name a copy of {VERA}."
            )
        self.head, self.bias, self.temperature = table[32_099], table[32_098, 0], table[32_097, 0]

    def probabilities(self, texts: Sequence[str]) -> list[float]:
        """The calibrated probability of each statement being correct, from 0 to 1."""
        import torch

        found: list[float] = []
        for some in _batches(texts):
            inputs = self.tokenizer(list(some), return_tensors="pt", padding=True, truncation=True, max_length=128)
            inputs = inputs.to(self.device)
            with torch.inference_mode():
                states = self.model(
                    input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]
                ).last_hidden_state
                last = inputs["attention_mask"].sum(1) - 1
                hidden = states[torch.arange(len(some), device=states.device), last]
                logits = (hidden @ self.head + self.bias) / self.temperature
            found += logits.float().sigmoid().tolist()
        return found

    def score(self, graph: SceneGraph, taxonomy: Taxonomy) -> Opinion:
        """The probability of the least plausible statement; None for an empty scene."""
        pairs = statements(graph, taxonomy)
        if not pairs:
            return Opinion(None)
        found = self.probabilities([full for full, _ in pairs])
        lowest = min(found)
        if lowest >= 0.5:
            return Opinion(lowest)
        return Opinion(lowest, (_reason(graph, taxonomy, found, f"Vera gives it {lowest:.0%}"),))


def _loaded(folder: str, family: Any, device: str) -> tuple[Any, Any]:
    """Tokenizer and model of a local folder or the hub cache.

    Raises `ModelMissing` with the command that fetches it, and `ModelDamaged` with the reason why it is not loaded.
    """
    from transformers import AutoTokenizer

    guard.inspect_named(folder)
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        model: Any = family.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, use_safetensors=True
        ).eval()
    except (OSError, ValueError, KeyError) as error:
        raise ModelMissing(
            f"No plausibility model can be loaded from {show(folder)} ({type(error).__name__}). Name a folder with its "
            f"safetensors, or fetch it first: `hf download {folder}`."
        ) from error
    tokenizer.padding_side = "right"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer, model.to(device)


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), BATCH):
        yield texts[start : start + BATCH]


def _reason(graph: SceneGraph, taxonomy: Taxonomy, scores: Sequence[float], said: str) -> Reason:
    """The statement with the lowest score; statements go through the relations first, then through what is left."""
    worst = min(range(len(scores)), key=lambda i: scores[i])
    text = f"{statements(graph, taxonomy)[worst][0]} {said}"
    if worst < len(graph.relations):
        link = graph.relations[worst]
        at = (relation_element(link), object_element(link.source), object_element(link.target))
        return Reason(at, text, "unlikely statement")
    return Reason(tuple(object_element(item.id) for item in graph.objects), text, "unlikely company")
