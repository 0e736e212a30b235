"""Plausibility by language models at toy size: real GPT-2 and T5 classes, built from configs, loaded from safetensors.

Run it: `pytest tests/tiny/test_language.py`.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, T5Config, T5EncoderModel

from engine.errors import ModelError, ModelMissing
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.plausibility import statements
from engine.taxonomy import load
from models.language import LanguageLayer, VeraLayer

POCKET = load("pocket")
NAMES = [noun.name for noun in POCKET.nouns]
WORDS = [
    "<pad>",
    "</s>",
    "<unk>",
    *dict.fromkeys("A a An an is to the left of right above below There . , and thing red".split() + NAMES),
]


def tokenizer() -> PreTrainedTokenizerFast:
    inner = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    inner.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="</s>", unk_token="<unk>", pad_token="<pad>")


def scene(source: str, phrase: str, target: str, *, colour: str | None = None) -> SceneGraph:
    marks = (Attribute("a", "colour", colour),) if colour else ()
    return SceneGraph((Object("a", source), Object("b", target)), marks, (Relation("a", "b", "spatial", phrase),))


@pytest.fixture(scope="module")
def gpt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GPT-2 of 60,000 weights that has read only of cats to the left of dogs, and of things of every kind."""
    folder = tmp_path_factory.mktemp("gpt")
    torch.manual_seed(0)
    model = GPT2LMHeadModel(GPT2Config(vocab_size=len(WORDS), n_positions=32, n_embd=32, n_layer=2, n_head=2))
    words, teacher = tokenizer(), torch.optim.AdamW(model.parameters(), lr=1e-2)
    texts = ["A cat is to the left of a dog."] * 8 + [
        "A thing is to the left of a thing.",
        "A thing is to the right of a thing.",
    ] * 4
    batch = words(texts, return_tensors="pt", padding=True)
    ids = torch.cat([torch.full((len(texts), 1), 1), batch["input_ids"]], dim=1)
    labels = ids.masked_fill(torch.cat([torch.ones(len(texts), 1), batch["attention_mask"]], dim=1) == 0, -100)
    for _ in range(40):
        teacher.zero_grad()
        model(input_ids=ids, labels=labels).loss.backward()
        teacher.step()
    model.eval().save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def vera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vera")
    torch.manual_seed(0)
    config = T5Config(vocab_size=32_128, d_model=16, d_kv=8, d_ff=32, num_layers=2, num_heads=2)
    model = T5EncoderModel(config).eval()
    with torch.no_grad():
        model.shared.weight[32_097, 0] = 2.0
        model.shared.weight[32_098, 0] = 0.25
    model.save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder


def test_what_was_read_is_likelier_than_its_reverse_and_than_strangers(gpt: Path) -> None:
    layer = LanguageLayer(str(gpt))
    read, reverse, strange = (
        layer.raw(scene(*words), POCKET)
        for words in (
            ("cat", "to the left of", "dog"),
            ("dog", "to the left of", "cat"),
            ("snail", "to the left of", "guitar"),
        )
    )
    assert read > reverse > strange


def test_scores_are_ranks_in_the_reference_sample_with_the_worst_statement_as_reason(gpt: Path) -> None:
    layer = LanguageLayer(str(gpt))
    likely, unlikely = scene("cat", "to the left of", "dog"), scene("snail", "above", "guitar")
    assert layer.score(likely, POCKET).score is None  # nothing to compare with yet
    rng = random.Random(4)
    layer.calibrate((scene(rng.choice(NAMES), "to the right of", rng.choice(NAMES)) for _ in range(24)), POCKET)
    best, worst = layer.score(likely, POCKET), layer.score(unlikely, POCKET)
    assert best.score == 1.0 and not best.reasons
    assert worst.score is not None and worst.score < 0.25
    assert worst.reasons[0].text.startswith("A snail is above a guitar.")
    assert worst.reasons[0].elements == ("r:a:above:b", "o:a", "o:b")


def test_batches_and_padding_change_nothing(gpt: Path) -> None:
    layer = LanguageLayer(str(gpt))
    texts = ["A cat is to the left of a dog.", "A thing.", "A red thing is above a snail."] * 9
    together = layer.log_probabilities(texts)
    alone = [layer.log_probabilities([text])[0] for text in texts[:3]]
    assert together == pytest.approx(alone * 9, abs=1e-4)


def test_hollow_statements_keep_everything_but_the_nouns() -> None:
    ((full, hollow),) = statements(scene("cat", "above", "dog", colour="orange"), POCKET)
    assert (full, hollow) == ("An orange cat is above a dog.", "An orange thing is above a thing.")
    assert statements(SceneGraph((Object("a", "cat"), Object("b", "owl"))), POCKET) == (
        ("There is a cat and an owl.", "There is a thing and a thing."),
    )


def test_vera_reads_head_bias_and_temperature_from_its_embeddings(vera: Path) -> None:
    layer, text = VeraLayer(str(vera)), "A cat is above a dog."
    model = T5EncoderModel.from_pretrained(vera).eval()
    ids = tokenizer()(text, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        last = model(input_ids=ids).last_hidden_state[0, -1]
        expected = torch.sigmoid((last @ model.shared.weight[32_099] + 0.25) / 2.0)
    assert layer.probabilities([text])[0] == pytest.approx(float(expected), abs=1e-5)
    assert layer.probabilities(["A cat.", text])[1] == pytest.approx(float(expected), abs=1e-5)


def test_vera_takes_the_least_plausible_statement(vera: Path) -> None:
    layer = VeraLayer(str(vera))
    graph = SceneGraph(
        (Object("a", "cat"), Object("b", "dog"), Object("c", "car")),
        (),
        (Relation("a", "b", "spatial", "above"), Relation("b", "c", "spatial", "below")),
    )
    each = layer.probabilities([full for full, _ in statements(graph, POCKET)])
    assert len(each) == 2 and layer.score(graph, POCKET).score == pytest.approx(min(each))


def test_other_encoders_are_no_vera(tmp_path: Path) -> None:
    T5EncoderModel(T5Config(vocab_size=64, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_heads=2)).save_pretrained(
        tmp_path
    )
    tokenizer().save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="has 64 embeddings"):
        VeraLayer(str(tmp_path))


@pytest.mark.parametrize("layer", [LanguageLayer, VeraLayer])
def test_a_missing_checkpoint_is_said_within_a_second(layer: type[LanguageLayer] | type[VeraLayer]) -> None:
    began = time.perf_counter()
    with pytest.raises(ModelMissing, match="hf download nobody/nothing"):
        layer("nobody/nothing")
    assert time.perf_counter() - began < 1
