"""Rewriters: real transformers models at toy size from a folder, and a real server on the loopback interface.

Run it: `pytest tests/models/test_paraphrasers.py`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

from engine.errors import ModelDamaged, ModelError, ModelMissing
from engine.paraphrase import by_rewriter
from engine.parse import parse
from engine.scene import describe
from engine.taxonomy import load
from models.paraphrasers import NEW_TOKENS, LocalRewriter, ServerRewriter, tidied

POCKET = load("pocket")
LINE = describe(parse("A red dog is above a cat.", POCKET), POCKET, id="a")
GOOD, ADDING = "There is a red dog above a cat.", "A red dog is above a cat, beside a tree."
WORDS = ["<pad>", "</s>", "<unk>", *"a red dog is above cat . there tree Description : New rewrite".split()]
CHAT = "{% for m in messages %}New : {{ m['content'] }}{% endfor %} a"


# --- models in a folder -----------------------------------------------------------------------------------------------


def save_tokenizer(folder: Path, *, chat: bool = False, pads: bool = False) -> None:
    """A tokenizer of whole words, made by hand."""
    inner = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    outer = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="</s>", unk_token="<unk>")
    if pads:
        outer.pad_token = "<pad>"
    if chat:
        outer.chat_template = CHAT
    outer.save_pretrained(folder)


def causal(folder: Path, *, positions: int = 512, chat: bool = False) -> str:
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=len(WORDS), n_positions=positions, n_embd=16, n_layer=1, n_head=2, bos_token_id=1, eos_token_id=1
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    save_tokenizer(folder, chat=chat)
    return str(folder)


def seq2seq(folder: Path) -> str:
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=len(WORDS), d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2, pad_token_id=0, eos_token_id=1,
        decoder_start_token_id=0,
    )  # fmt: skip
    T5ForConditionalGeneration(config).save_pretrained(folder)
    save_tokenizer(folder, pads=True)
    return str(folder)


@pytest.mark.parametrize("make", [causal, seq2seq])
def test_a_model_answers_every_prompt_and_repeats_itself(make: Callable[[Path], str], tmp_path: Path) -> None:
    rewriter = LocalRewriter(make(tmp_path / "toy"))
    assert rewriter.name == "toy"
    prompts = ["a red dog", "a cat is above a tree .", *["a dog"] * 9]
    greedy = rewriter.rewrite(prompts, seed=0)
    assert len(greedy) == len(prompts) and any(greedy)
    assert rewriter.rewrite(prompts, seed=0) == greedy
    sampled = rewriter.rewrite(prompts, seed=5)
    assert rewriter.rewrite(prompts, seed=5) == sampled != greedy
    assert rewriter.rewrite(prompts, seed=6) != sampled
    said = {word for answer in (*greedy, *sampled) for word in answer.split()}
    special = {"</s>", "<pad>"} if make is seq2seq else {"</s>"}
    assert said <= set(WORDS) - special


def test_sampling_leaves_the_global_generator_alone(tmp_path: Path) -> None:
    rewriter = LocalRewriter(causal(tmp_path))
    torch.manual_seed(3)
    wanted = torch.rand(2)
    torch.manual_seed(3)
    rewriter.rewrite(["a red dog"], seed=9)
    assert torch.equal(torch.rand(2), wanted)


def test_a_chat_template_is_used_where_there_is_one(tmp_path: Path) -> None:
    plain, chatty = LocalRewriter(causal(tmp_path / "plain")), LocalRewriter(causal(tmp_path / "chat", chat=True))
    by_hand = plain.rewrite(["New : a dog a"], seed=0)
    assert chatty.rewrite(["a dog"], seed=0) == by_hand


def test_the_answer_ends_where_the_model_stops_reading(tmp_path: Path) -> None:
    rewriter = LocalRewriter(causal(tmp_path, positions=64))
    answer = rewriter.rewrite(["a dog is above a cat . " * 5], seed=0)[0]
    assert len(answer.split()) <= 64 - 35 < NEW_TOKENS
    with pytest.raises(ModelError, match=r"350 tokens .* reads 64"):
        rewriter.rewrite(["a dog is above a cat . " * 50], seed=0)


def test_what_a_toy_model_says_is_judged_and_not_trusted(tmp_path: Path) -> None:
    rewriter = LocalRewriter(causal(tmp_path))
    found = list(by_rewriter([LINE], POCKET, rewriter, strategy="rewrite"))
    assert [one.scene for one in found] == ["a"] and found[0].by == rewriter.name
    assert not found[0].accepted and found[0].verdict.missing


def test_folders_without_a_model_are_refused(tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(ModelMissing, match="hf download"):
            LocalRewriter(str(folder))


def test_damaged_or_pickled_weights_are_refused(tmp_path: Path) -> None:
    causal(tmp_path)
    weights = tmp_path / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelDamaged, match="is cut short"):
        LocalRewriter(str(tmp_path))
    weights.unlink()
    torch.save(GPT2LMHeadModel(GPT2Config.from_pretrained(tmp_path)).state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelDamaged, match="is a pickle"):
        LocalRewriter(str(tmp_path))


# --- a server ---------------------------------------------------------------------------------------------------------


class Chat(BaseHTTPRequestHandler):
    """Speaks `/v1/chat/completions`, or fails in the way that the model's name asks for."""

    seen: list[tuple[dict[str, Any], str | None]] = []

    def do_POST(self) -> None:
        """One answer."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append((body, self.headers.get("Authorization")))
        if self.path != "/v1/chat/completions":
            return self.say(404, b"{}")
        name = body["model"]
        if name == "silent":
            time.sleep(1.5)
            return None
        if name in ("401", "500"):
            return self.say(int(name), b'{"error": "no"}')
        if name == "prose":
            return self.say(200, b"<html>It works!</html>")
        if name == "other":
            return self.say(200, b'{"output": []}')
        said = {"good": GOOD, "adding": ADDING, "wordy": f'New description: "{GOOD}"', "empty": None, "blank": " "}[
            name
        ]
        return self.say(200, json.dumps({"choices": [{"message": {"role": "assistant", "content": said}}]}).encode())

    def say(self, code: int, data: bytes) -> None:
        """Write a whole answer."""
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server that runs as long as this file's tests."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Chat)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["good", "wordy"])
def test_a_good_answer_is_accepted(name: str, address: str) -> None:
    (found,) = by_rewriter([LINE], POCKET, ServerRewriter(address, name), strategy="persona", seed=4)
    assert found.accepted, str(found.verdict)
    assert (found.text, found.by, found.strategy) == (GOOD, name, "persona")
    body, _ = Chat.seen[-1]
    assert LINE.caption in body["messages"][0]["content"] and body["seed"] == 4 and body["temperature"] > 0


def test_an_answer_that_adds_something_is_rejected(address: str) -> None:
    (found,) = by_rewriter([LINE], POCKET, ServerRewriter(address + "/", "adding"), strategy="rewrite")
    assert not found.accepted and "tree" in found.verdict.added
    assert Chat.seen[-1][0]["temperature"] == 0


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("500", "failed (500)"),
        ("401", "OPENAI_API_KEY"),
        ("prose", "does not speak the protocol of OpenAI"),
        ("other", "does not speak the protocol of OpenAI"),
        ("empty", "answered with nothing"),
        ("blank", "answered with nothing"),
        ("silent", "does not answer"),
    ],
)
def test_each_failure_has_its_sentence(name: str, says: str, address: str) -> None:
    with pytest.raises(ModelError) as caught:
        ServerRewriter(address, name, seconds=0.4).rewrite(["a dog"], seed=0)
    assert says in str(caught.value) and address in str(caught.value)


def test_a_wrong_path_and_a_closed_port_have_theirs(address: str) -> None:
    with pytest.raises(ModelError, match="answered 404"):
        ServerRewriter(address.removesuffix("/v1") + "/v2", "good").rewrite(["a dog"], seed=0)
    with pytest.raises(ModelError, match="does not answer"):
        ServerRewriter("http://127.0.0.1:9", "good", seconds=2).rewrite(["a dog"], seed=0)
    for wrong in ("ftp://here", "here", "http://"):
        with pytest.raises(ModelError, match="is not the address of a server"):
            ServerRewriter(wrong, "good")


def test_the_key_is_sent_and_never_shown(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret-key")
    with pytest.raises(ModelError) as caught:
        ServerRewriter(address.replace("//", "//anna:word@"), "500").rewrite(["a dog"], seed=0)
    assert "secret-key" not in str(caught.value) and "word" not in str(caught.value)
    ServerRewriter(address, "good").rewrite(["a dog"], seed=0)
    assert Chat.seen[-1][1] == "Bearer secret-key"
    monkeypatch.delenv("OPENAI_API_KEY")
    ServerRewriter(address, "good").rewrite(["a dog"], seed=0)
    assert Chat.seen[-1][1] is None


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("  A dog. ", "A dog."),
        ('"A dog."', "A dog."),
        ("“A dog.”", "A dog."),
        ("New description: A dog.", "A dog."),
        ("Description:\nA dog.", "A dog."),
        ('"A" is a letter, and so is "B"', '"A" is a letter, and so is "B"'),
        ('"', '"'),
        ("", ""),
    ],
)
def test_labels_and_quotation_marks_go(answer: str, text: str) -> None:
    assert tidied(answer) == text
