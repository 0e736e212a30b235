"""Rewriters for `engine.paraphrase`: a local transformers model, or any server that speaks the OpenAI chat protocol.

Nothing is fetched and no remote code runs. Try it: `python cli.py paraphrase scenes.jsonl --server http://127.0.0.1:8000/v1 --model NAME`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from engine.errors import ModelError, ModelMissing, show

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
    """A server with `/chat/completions` (vLLM, SGLang and the like); the key comes from OPENAI_API_KEY and is kept nowhere."""

    def __init__(self, address: str, model: str, *, seconds: float = SECONDS) -> None:
        self.name, self.address, self.seconds = model, address.rstrip("/"), seconds
        parts = urlsplit(self.address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ModelError(f"{show(address)} is not the address of a server. Give one like http://127.0.0.1:8000/v1.")
        self.shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        """The address without a name and password in it."""

    def rewrite(self, prompts: Sequence[str], *, seed: int) -> list[str]:
        """One answer for each prompt; raises `ModelError` with what the server said."""
        key = os.environ.get("OPENAI_API_KEY")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        with self._speaking(), requests.Session() as client:
            client.headers.update(headers)
            return [self._answer(client, prompt, seed) for prompt in prompts]

    def _answer(self, client: requests.Session, prompt: str, seed: int) -> str:
        body: dict[str, Any] = {
            "model": self.name, "messages": [{"role": "user", "content": prompt}], "max_tokens": NEW_TOKENS,
            "temperature": 0.7 if seed else 0.0, "seed": seed,
        }  # fmt: skip
        answer = client.post(f"{self.address}/chat/completions", json=body, timeout=self.seconds)
        answer.raise_for_status()
        said = answer.json()["choices"][0]["message"]["content"]
        if not isinstance(said, str) or not said.strip():
            raise ModelError(f"{show(self.name)} at {self.shown} answered with nothing. Try another model or strategy.")
        return tidied(said)

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except requests.HTTPError as error:
            raise ModelError(f"The server at {self.shown} {_refusal(error)}") from error
        except requests.RequestException as error:
            if isinstance(error, requests.JSONDecodeError):
                raise self._other_protocol() from error
            raise ModelError(
                f"The server at {self.shown} does not answer ({type(error).__name__}). Start it, or use the rules."
            ) from error
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise self._other_protocol() from error

    def _other_protocol(self) -> ModelError:
        return ModelError(
            f"The server at {self.shown} does not speak the chat protocol of OpenAI. Give the address that ends in /v1."
        )


def _refusal(error: requests.HTTPError) -> str:
    code = error.response.status_code if error.response is not None else 0
    if code in (401, 403):
        return f"wants another key ({code}). Set OPENAI_API_KEY."
    if code >= 500:
        return f"failed ({code}). Look at its log, or try again."
    return f"answered {code}. Check its address and the name of the model."


def tidied(answer: str) -> str:
    """An answer without the label and the quotation marks that models put around it."""
    text = _LABEL.sub("", answer).strip()
    inner = text[1:-1]
    quoted = len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES and not any(q in inner for q in '"“”')
    return inner.strip() if quoted else text
