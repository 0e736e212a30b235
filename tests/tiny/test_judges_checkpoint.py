"""Checkpoints of judges that cannot be used are refused with the reason, and nothing in them is run.

Run it: `pytest tests/tiny/test_judges_checkpoint.py`.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

sys.path.insert(0, str(Path(__file__).parents[1]))
from toy_judges import save

from engine.errors import ModelDamaged, ModelError, ModelMissing
from models import judges
from models.catalog import Card
from models.judges.blip import opened


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save("blip", tmp_path_factory.mktemp("blip") / "good")


def card(folder: Path) -> Card:
    return Card(name="toy", job="judge", summary="", licence="", family="blip", folder=folder)


def cut(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:5000])


def lacking(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    weights.pop("vision_model.post_layernorm.weight")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def another_shape(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    name = "vision_model.embeddings.patch_embedding.weight"
    weights[name] = weights[name][:, :, :4, :4].contiguous()
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def pickled(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04")


def of_another_class(folder: Path, name: str = "BertModel") -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "architectures": [name]}))


def with_a_program(folder: Path) -> None:
    of_another_class(folder, "TheirJudge")
    (folder / "theirs.py").write_text("raise SystemExit('ran')")


def without_words(folder: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        (folder / name).unlink(missing_ok=True)


def without_pictures(folder: Path) -> None:
    (folder / "preprocessor_config.json").unlink()


def with_pixels_of_another_size(folder: Path) -> None:
    file = folder / "preprocessor_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "size": {"height": 48, "width": 48}}))


def without_numbers(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    weights["vision_model.post_layernorm.weight"][:] = float("nan")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (cut, "cannot be read"),
        (lacking, "lacks 1 weights, the first “vision_model.post_layernorm.weight”"),
        (another_shape, "“vision_model.embeddings.patch_embedding.weight”|cannot be read"),
        (pickled, "pytorch_model.bin, a pickle"),
        (of_another_class, "holds “BertModel”, and this judge is “BlipForQuestionAnswering”"),
        (with_a_program, "holds “TheirJudge”"),
        (without_words, "holds no tokenizer"),
        (with_pixels_of_another_size, "The parts of the judge “toy” do not fit together"),
        (without_pictures, "The image processor in .* cannot be read"),
    ],
)
def test_a_spoilt_checkpoint_is_refused(spoil: Callable[[Path], None], says: str, good: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(good, tmp_path / "spoilt"))
    spoil(folder)
    with pytest.raises(ModelDamaged, match=says):
        opened(card(folder))


def test_a_judge_without_numbers_says_so(good: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(good, tmp_path / "spoilt"))
    without_numbers(folder)
    with pytest.raises(ModelError, match="“toy” gives no numbers in float32: its weights are damaged"):
        opened(card(folder))


def test_what_is_not_here_is_missing_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="is not on this machine"):
        opened(card(tmp_path / "nowhere"))
    with pytest.raises(ModelError, match="blip-vqa"):
        judges.load("blip-vqa")
