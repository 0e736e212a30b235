"""Rewriters for `engine.paraphrase`: a local transformers model, or any server that speaks the OpenAI chat protocol.

Nothing is fetched and no remote code runs. Try it: `python cli.py paraphrase scenes.jsonl --server http://127.0.0.1:8000/v1 --model NAME`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.errors import ModelError, ModelMissing, show
from models.catalog import guard
from models.endpoint import Endpoint

BATCH = 8
NEW_TOKENS = 220
FEWEST = 16
"""New tokens that a model has to have room for after the prompt."""
SECONDS = 60.0
_LABEL = re.compile(r"^\s*(?:new )?description:\s*", re.IGNORECASE)
_QUOTES = "\"'“”‘’"


class LocalRewriter:
    """A causal or sequence-to-sequence language model in a local folder or the hub cache, greedy or sampled by seed."""

    def __init__(self, folder: str) -> None:
        from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

        self.name = Path(folder).name
        local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        guard.inspect_named(folder)
        try:
            config = AutoConfig.from_pretrained(folder, **local)
            family: Any = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
            self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, **local)
            self.model: Any = family.from_pretrained(folder, use_safetensors=True, **local).eval()
        except Exception as error:  # whatever a folder that is no model makes these libraries raise
            raise ModelMissing(
                f"No language model can be loaded from {show(folder)} ({type(error).__name__}). Name a folder with its "
                "safetensors, or fetch it first: `hf download MODEL`."
            ) from error
        self.reads: int | None = getattr(config, "max_position_embeddings", None)
        self.seq2seq = bool(config.is_encoder_decoder)
        self.tokenizer.padding_side = "right" if self.seq2seq else "left"
        if self.tokenizer.pad_token is None:
            self.tokenizer.pad_token = self.tokenizer.eos_token

    def rewrite(self, prompts: Sequence[str], *, seed: int) -> list[str]:
        """One answer for each prompt; seed 0 is greedy, another one samples with it.

        Raises `ModelError` for a prompt that leaves the model no room for an answer.
        """
        import torch

        found: list[str] = []
        with torch.random.fork_rng(devices=[]), torch.inference_mode():
            for start in range(0, len(prompts), BATCH):
                torch.manual_seed(seed + start)
                found += self._answers(prompts[start : start + BATCH], sample=bool(seed))
        return found

    def _answers(self, prompts: Sequence[str], *, sample: bool) -> list[str]:
        chats = bool(getattr(self.tokenizer, "chat_template", None))
        texts = [self._chat(prompt) for prompt in prompts] if chats else list(prompts)
        inputs = self.tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=not chats)
        inputs.pop("token_type_ids", None)
        size = int(inputs["input_ids"].shape[1])
        sampling: dict[str, Any] = (
            {"do_sample": True, "top_p": 0.9, "temperature": 0.7} if sample else {"do_sample": False}
        )
        said = self.model.generate(
            **inputs, max_new_tokens=self._room(size), pad_token_id=self.tokenizer.pad_token_id, **sampling
        )
        told = said if self.seq2seq else said[:, size:]
        return [tidied(text) for text in self.tokenizer.batch_decode(told, skip_special_tokens=True)]

    def _chat(self, prompt: str) -> str:
        text: str = self.tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True
        )
        return text

    def _room(self, size: int) -> int:
        """New tokens after a prompt of this size; raises `ModelError` where too few are left."""
        if self.reads is None:
            return NEW_TOKENS
        left = self.reads if self.seq2seq else self.reads - size
        if left < FEWEST or size > self.reads:
            raise ModelError(
                f"The prompt has {size} tokens and {self.name} reads {self.reads}: no room is left for an answer. "
                "Use a model that reads more, or shorter captions (--length terse)."
            )
        return min(NEW_TOKENS, left)


class ServerRewriter:
    """A server with `/chat/completions` (vLLM, SGLang and the like); how keys are found, see `models.endpoint`."""

    def __init__(self, address: str, model: str, *, seconds: float = SECONDS) -> None:
        self.name, self.endpoint = model, Endpoint(address, seconds=seconds)

    def rewrite(self, prompts: Sequence[str], *, seed: int) -> list[str]:
        """One answer for each prompt; raises `ModelError` with what the server said."""
        return [self._answer(prompt, seed) for prompt in prompts]

    def _answer(self, prompt: str, seed: int) -> str:
        answer = self.endpoint.post("/chat/completions", {
            "model": self.name, "messages": [{"role": "user", "content": prompt}], "max_tokens": NEW_TOKENS,
            "temperature": 0.7 if seed else 0.0, "seed": seed,
        })  # fmt: skip
        try:
            said = answer["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError) as error:
            raise self.endpoint.other_protocol() from error
        if not isinstance(said, str) or not said.strip():
            raise ModelError(
                f"{show(self.name)} at {self.endpoint.shown} answered with nothing. Try another model or strategy."
            )
        return tidied(said)


def tidied(answer: str) -> str:
    """An answer without the label and the quotation marks that models put around it."""
    text = _LABEL.sub("", answer).strip()
    inner = text[1:-1]
    quoted = len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES and not any(q in inner for q in '"“”')
    return inner.strip() if quoted else text
