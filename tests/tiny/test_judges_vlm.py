"""Vision-language judges at toy size, each class: shared head or whole prompts, alone or in a batch, the answers are those
of the class's own forward pass and `generate`.

Run it: `pytest tests/tiny/test_judges_vlm.py`.
"""

from __future__ import annotations

import importlib.util
import math
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from toy_judges import ASKED, picture, save

from engine.errors import ModelDamaged, ModelError, WordsNotKnown
from models.catalog import Card
from models.judges.stills import _kind
from models.judges.vlm import LanguageJudge, Sight, opened

SHARING = (
    "qwen2", "qwen25", "qwen3", "llava", "llava-next", "llava-onevision", "internvl", "smolvlm", "idefics3", "gemma3",
)  # fmt: skip
KINDS = (*SHARING, "paligemma")
OPEN, OPTIONS = "What colour is it?", ("dog", "cat", "ball")
Load = Callable[[str], LanguageJudge]


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Load:
    found: dict[str, LanguageJudge] = {}

    def get(kind: str) -> LanguageJudge:
        if kind not in found:
            found[kind] = opened(card(save(kind, tmp_path_factory.mktemp(kind))))
        return found[kind]

    return get


def card(folder: Path) -> Card:
    return Card(name="toy", job="judge", summary="", licence="", family="vlm", folder=folder)


def own_inputs(judge: LanguageJudge, question: str) -> dict[str, torch.Tensor]:
    """What the class's own processor makes of picture and question."""
    text = judge.stills.prompt(question)
    if judge.stills.plain:  # the class adds the mark of the beginning and the line's end
        text = text.replace("<s>", "").rstrip("\n")
    made = judge.stills.processor(images=[picture()], text=[text], return_tensors="pt")
    return {name: value for name, value in made.items() if name in judge.stills.reads and name != "labels"}


@pytest.mark.parametrize("kind", KINDS)
@torch.inference_mode()
def test_first_probabilities_are_those_of_the_whole_network_without_a_cache(kind: str, load: Load) -> None:
    judge = load(kind)
    rows = judge.first(judge.see(picture()), ASKED)
    for row, question in zip(rows, ASKED, strict=True):
        logits = judge.net(**own_inputs(judge, question), use_cache=False).logits
        assert torch.allclose(row, logits[0, -1].softmax(-1), atol=1e-4)
        assert torch.allclose(row.log(), logits[0, -1].log_softmax(-1), atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
@torch.inference_mode()
def test_open_answers_are_those_of_generate(kind: str, load: Load) -> None:
    judge = load(kind)
    asked = [OPEN, *ASKED]
    for question, said in zip(asked, judge.say(judge.see(picture()), asked), strict=True):
        inputs = own_inputs(judge, question)
        ids = judge.net.generate(**inputs, max_new_tokens=12, min_new_tokens=1, do_sample=False)
        new = ids[0, inputs["input_ids"].shape[1] :]
        assert said.text == judge.tokenizer.decode(new, skip_special_tokens=True)


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_is_the_same_alone_and_in_a_batch(kind: str, load: Load) -> None:
    judge = load(kind)
    asked, offered = [*ASKED, OPEN, "Which animal?"], [()] * 5 + [OPTIONS]
    together = judge.answer(picture(), asked, choices=offered)
    for question, options, reply in zip(asked, offered, together, strict=True):
        alone = judge.answer(picture(), [question], choices=[options])[0]
        assert alone.answer == reply.answer
        assert alone.confidence == pytest.approx(reply.confidence, abs=1e-5)
        assert [p for _, p in alone.top] == pytest.approx([p for _, p in reply.top], abs=1e-5)


@torch.inference_mode()
def test_without_a_chat_options_are_weighed_as_the_class_weighs_answers_in_training(load: Load) -> None:
    judge, options = load("paligemma"), ("dog", "small cat", "ball")
    found = judge.likely(judge.see(picture()), [("Which animal is it?", option) for option in options])
    for option, p in zip(options, found, strict=True):
        made = judge.stills.processor(
            images=[picture()], text=["<image>answer en Which animal is it?"], suffix=[option], return_tensors="pt"
        )
        tokens = len(judge.tokenizer(option, add_special_tokens=False)["input_ids"]) + 1
        assert math.log(p) == pytest.approx(-judge.net(**made).loss.item() * tokens, abs=1e-4)
    reply = judge.answer(picture(), ["Which animal is it?"], choices=[options])[0]
    assert reply.answer == options[found.index(max(found))]


@pytest.mark.parametrize("kind", KINDS)
def test_the_picture_is_encoded_once_and_seen(kind: str, load: Load) -> None:
    judge, seen = load(kind), []
    tower = getattr(judge.net.model, "visual", None) or getattr(judge.net.model, "vision_tower", None)
    handle = (tower or judge.net.model.vision_model).register_forward_hook(lambda *_: seen.append(1))
    red, blue = judge.answer_many([picture("red"), picture("blue")], [ASKED * 9, ASKED])
    handle.remove()
    assert len(seen) == 2 if judge.shares else len(seen) == 3  # 36 whole prompts are two batches
    assert all(abs((a.p_yes or 0) - (b.p_yes or 0)) > 1e-6 for a, b in zip(red, blue, strict=False))


@pytest.mark.parametrize("kind", KINDS)
def test_which_classes_share_the_head(kind: str, load: Load) -> None:
    judge = load(kind)
    assert judge.shares == (kind in SHARING)
    assert bool(judge.see(picture()).state) == judge.shares
    told = [note for note in judge.notes if "is not shared" in note]
    assert len(told) == (not judge.shares)


def test_a_class_that_cannot_share_is_found_out(load: Load, caplog: pytest.LogCaptureFixture) -> None:
    """Were PaliGemma not known for it, the comparison on a picture would show it."""
    judge = load("paligemma")
    unsuspecting = LanguageJudge(judge.net, judge.stills, name="toy")
    unsuspecting.check_sharing()
    assert not unsuspecting.shares and "off by" in unsuspecting.notes[-1] and "not shared" in caplog.text


@torch.inference_mode()
def test_layers_that_see_a_short_window_get_whole_prompts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    judge = opened(card(save("gemma3", tmp_path / "toy", window=16)))
    assert not judge.shares and "see 16 tokens only" in caplog.text
    for row, question in zip(judge.first(judge.see(picture()), ASKED), ASKED, strict=True):
        logits = judge.net(**own_inputs(judge, question), use_cache=False).logits
        assert torch.allclose(row, logits[0, -1].softmax(-1), atol=1e-4)


@torch.inference_mode()
def test_a_question_that_begins_like_no_other_still_shares_what_it_can(load: Load) -> None:
    """A head that reaches too far is cut where the questions part, and whole prompts give the same."""
    judge = load("smolvlm")
    sight = judge.see(picture())
    far = judge.stills.ids("Is it red?", sight.shown)
    longer = Sight(sight.shown, tuple(far), judge.reader.whole(sight.shown, [far]))
    for one in (sight, longer, Sight(sight.shown)):
        rows = judge.first(one, ["Is it red?", "Are there two cats?"])
        assert torch.allclose(rows, judge.first(sight, ["Is it red?", "Are there two cats?"]), atol=1e-5)


def test_a_mark_of_the_model_in_a_question_is_refused(load: Load) -> None:
    with pytest.raises(WordsNotKnown, match="a mark of the model's own"):
        load("smolvlm").answer(picture(), ["Is <image> red?"])


def test_several_pictures_of_several_shapes(load: Load) -> None:
    judge = load("smolvlm")
    shapes = [picture(size=size) for size in ((64, 48), (16, 64), (200, 20))]
    for shape, replies in zip(shapes, judge.answer_many(shapes, [ASKED] * 3), strict=True):
        assert [r.p_yes for r in judge.answer(shape, ASKED)] == pytest.approx([r.p_yes for r in replies], abs=1e-6)


def test_a_shape_that_the_model_refuses_is_one_sentence(load: Load) -> None:
    with pytest.raises(ModelError, match="cannot look at 900 x 3 pixels: “.*aspect ratio"):
        load("qwen25").answer(picture(size=(900, 60)).resize((900, 3)), ["Is it red?"])


@pytest.mark.parametrize(
    ("file", "says"),
    [("chat_template.jinja", "no chat template"), ("preprocessor_config.json", "image processor in .* cannot be read")],
)
def test_a_checkpoint_that_cannot_be_asked_is_refused(file: str, says: str, tmp_path: Path) -> None:
    folder = save("smolvlm", tmp_path / "toy")
    (folder / file).unlink()
    with pytest.raises(ModelDamaged, match=says):
        opened(card(folder))


@pytest.mark.skipif(importlib.util.find_spec("torchvision") is not None, reason="torchvision is here")
def test_what_wants_torchvision_says_so() -> None:
    with pytest.raises(ModelError, match="“mistral3” want torchvision, which is not installed"):
        _kind("mistral3")


def test_a_type_whose_chats_are_not_read_says_so() -> None:
    with pytest.raises(ModelError, match="“idefics2” write their chats in a way of their own"):
        _kind("idefics2")


def test_blip_is_no_language_judge(tmp_path: Path) -> None:
    folder = save("blip", tmp_path / "toy")
    with pytest.raises(ModelDamaged, match="holds “BlipForQuestionAnswering”"):
        opened(card(folder))
    shutil.rmtree(folder)
