"""Rewriters for `engine.paraphrase`: a local transformers model, or any server that speaks the OpenAI chat protocol.

Nothing is fetched and no remote code runs. Try it: `python cli.py paraphrase scenes.jsonl --server http://127.0.0.1:8000/v1 --model NAME`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from engine.errors import ModelError, ModelMissing, show

BATCH = 8
NEW_TOKENS = 220
SECONDS = 60.0


class LocalRewriter:
    """A causal or sequence-to-sequence language model in a local folder or the hub cache, greedy or sampled by seed."""

    def __init__(self, folder: str) -> None:
        from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

        self.name = Path(folder).name
        try:
            config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            family: Any = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
            self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            self.model: Any = family.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False, use_safetensors=True
            ).eval()
        except (OSError, ValueError, KeyError) as error:
            raise ModelMissing(
                f"No language model can be loaded from {show(folder)} ({type(error).__name__}). Name a folder with its "
                "safetensors, or fetch it first: `hf download MODEL`."
            ) from error
        self.tokenizer.padding_side = "right" if config.is_encoder_decoder else "left"
        if self.tokenizer.pad_token is None:
            self.tokenizer.pad_token = self.tokenizer.eos_token

    def rewrite(self, prompts: Sequence[str], *, seed: int) -> list[str]:
        """One answer for each prompt; seed 0 is greedy, another one samples with it."""
        import torch

        found: list[str] = []
        for start in range(0, len(prompts), BATCH):
            some = [self._chat(prompt) for prompt in prompts[start : start + BATCH]]
            inputs = self.tokenizer(some, return_tensors="pt", padding=True, truncation=True)
            torch.manual_seed(seed + start)
            sampling = {"do_sample": True, "top_p": 0.9, "temperature": 0.7} if seed else {"do_sample": False}
            with torch.inference_mode():
                said = self.model.generate(
                    **inputs, max_new_tokens=NEW_TOKENS, pad_token_id=self.tokenizer.pad_token_id, **sampling
                )
            if not self.model.config.is_encoder_decoder:
                said = said[:, inputs["input_ids"].shape[1] :]
            found += self.tokenizer.batch_decode(said, skip_special_tokens=True)
        return found

    def _chat(self, prompt: str) -> str:
        if not getattr(self.tokenizer, "chat_template", None):
            return prompt
        text: str = self.tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True
        )
        return text


class ServerRewriter:
    """A server with `/chat/completions` (vLLM, SGLang and the like); the key comes from OPENAI_API_KEY and is kept nowhere."""

    def __init__(self, address: str, model: str, *, seconds: float = SECONDS) -> None:
        self.name, self.address, self.seconds = model, address.rstrip("/"), seconds
        if not self.address.startswith(("http://", "https://")):
            raise ModelError(f"{show(address)} is not the address of a server. Give one like http://127.0.0.1:8000/v1.")

    def rewrite(self, prompts: Sequence[str], *, seed: int) -> list[str]:
        """One answer for each prompt; raises `ModelError` with what the server said."""
        key = os.environ.get("OPENAI_API_KEY")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        with self._speaking(), requests.Session() as client:
            client.headers.update(headers)
            return [self._answer(client, prompt, seed) for prompt in prompts]

    def _answer(self, client: requests.Session, prompt: str, seed: int) -> str:
        body = {
            "model": self.name, "messages": [{"role": "user", "content": prompt}], "max_tokens": NEW_TOKENS,
            "temperature": 0.7 if seed else 0.0, "seed": seed,
        }  # fmt: skip
        answer = client.post(f"{self.address}/chat/completions", json=body, timeout=self.seconds)
        answer.raise_for_status()
        return str(answer.json()["choices"][0]["message"]["content"])

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except requests.HTTPError as error:
            code = error.response.status_code if error.response is not None else "an error"
            raise ModelError(
                f"The server at {self.address} answered {code}. Check the model name and its key."
            ) from error
        except requests.JSONDecodeError as error:
            raise ModelError(f"The server at {self.address} does not speak the chat protocol of OpenAI.") from error
        except requests.RequestException as error:
            raise ModelError(
                f"The server at {self.address} does not answer ({type(error).__name__}). Start it, or use the rules."
            ) from error
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise ModelError(f"The server at {self.address} does not speak the chat protocol of OpenAI.") from error
