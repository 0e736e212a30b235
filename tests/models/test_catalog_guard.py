"""The guard: real checkpoints of toy size, as save_pretrained writes them, pass; damaged or hostile ones are refused.

Run it: `pytest tests/models/test_catalog_guard.py`.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import ModelDamaged
from models import generators, residents
from models.catalog import Card, guard
from models.catalog.card import Job
from tests.toy_pipelines import save

Damage = Callable[[Path], object]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save("StableDiffusion", tmp_path_factory.mktemp("toys") / "sd")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP in several shards."""
    from transformers import CLIPConfig, CLIPModel

    small = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = CLIPConfig(
        text_config=small | {"vocab_size": 64}, vision_config=small | {"image_size": 16, "patch_size": 8}
    )
    folder = tmp_path_factory.mktemp("toys") / "clip"
    CLIPModel(config).save_pretrained(folder, max_shard_size="10KB")
    assert len(list(folder.glob("model-*.safetensors"))) > 1
    return folder


def card(folder: Path, family: str = "diffusers", job: Job = "generator", loads: str | None = None) -> Card:
    return Card(name="toy", job=job, family=family, summary="", licence="", folder=folder, loads=loads)


def shard(folder: Path) -> Path:
    return sorted(folder.glob("model-*.safetensors"))[0]


def edit(file: Path, **change: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | change))


def cut(file: Path, at: float = 0.5) -> None:
    os.truncate(file, int(file.stat().st_size * at))


def pickled(folder: Path, file: str) -> None:
    """The same weights as a pickle, as torch writes one, and no safetensors."""
    for old in folder.glob("*.safetensors*"):
        old.unlink()
    (folder / file).write_bytes(pickle.dumps({"weight": [1.0]}))


def linked(file: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    shutil.move(file, target)
    file.symlink_to(target)


def test_what_save_pretrained_writes_passes(pipeline: Path, clip: Path) -> None:
    guard.check(card(pipeline))
    guard.check(card(clip, "clip", "metric", "CLIPModel"))


PIPELINE: dict[str, tuple[Damage, str]] = {
    "pickle": (lambda at: pickled(at / "unet", "diffusion_pytorch_model.bin"), "unet/.*bin is a pickle"),
    "own pipeline": (
        lambda at: edit(at / "model_index.json", _class_name=["pipeline", "Mine"]),
        "wants a pipeline of its own",
    ),
    "pipeline.py": (lambda at: (at / "pipeline.py").write_text("raise SystemExit"), "pipeline.py is a program"),
    "part.py": (lambda at: (at / "unet" / "mine.py").write_text("raise SystemExit"), "mine.py is a program"),
    "part outside": (
        lambda at: edit(at / "model_index.json", **{"../unet": ["diffusers", "UNet2DConditionModel"]}),
        "names the part “../unet”",
    ),
    "cut short": (lambda at: cut(at / "unet" / "diffusion_pytorch_model.safetensors"), "is cut short: .* promises"),
    "cut to nothing": (lambda at: cut(at / "vae" / "diffusion_pytorch_model.safetensors", 0), "no header"),
    "html": (
        lambda at: (at / "vae" / "diffusion_pytorch_model.safetensors").write_text("<html>Not found</html>" * 9),
        "no header of the safetensors format",
    ),
    "no weights": (
        lambda at: (at / "text_encoder" / "model.safetensors").unlink(),
        r"text_encoder/\*.safetensors missing",
    ),
    "no part": (lambda at: shutil.rmtree(at / "vae"), "not whole: vae/ missing"),
    "index": (lambda at: (at / "model_index.json").write_text("{"), "model_index.json cannot be read"),
    "no object": (lambda at: (at / "unet" / "config.json").write_text("[1]"), "holds no JSON object"),
    "deep": (lambda at: (at / "unet" / "config.json").write_text("[" * 200_000), "cannot be read"),
    "another part": (
        lambda at: edit(at / "unet" / "config.json", _class_name="AutoencoderKL"),
        "says “AutoencoderKL” where the index says “UNet2DConditionModel”",
    ),
    "video": (lambda at: edit(at / "model_index.json", _class_name="WanPipeline"), "holds “WanPipeline”, not what"),
    "no pipeline": (lambda at: (at / "model_index.json").unlink(), "has no model_index.json"),
    "outside": (
        lambda at: linked(at / "unet" / "diffusion_pytorch_model.safetensors", at.parent / "other" / "a"),
        "is a link to .*, outside",
    ),
    "gone": (
        lambda at: ((at / "vae" / "config.json").unlink(), (at / "vae" / "config.json").symlink_to(at / "gone")),
        "a link to a file that is gone",
    ),
}


@pytest.mark.parametrize("what", PIPELINE)
def test_a_pipeline_is_refused_with_the_reason(pipeline: Path, tmp_path: Path, what: str) -> None:
    damage, reason = PIPELINE[what]
    folder = shutil.copytree(pipeline, tmp_path / "sd")
    damage(folder)
    with pytest.raises(ModelDamaged, match=reason):
        guard.check(card(folder))


CLIP: dict[str, tuple[Damage, str]] = {
    "shard": (lambda at: shard(at).unlink(), "not whole: model-00001-of-.* missing"),
    "short shard": (lambda at: cut(shard(at), 0.9), "is cut short"),
    "longer": (lambda at: shard(at).open("ab").write(b"x"), "longer than it says"),
    "swapped shards": (lambda at: shutil.copy(sorted(at.glob("model-*"))[1], shard(at)), "lacks .*, which .* promises"),
    "index outside": (
        lambda at: edit(at / "model.safetensors.index.json", weight_map={"a": "../../secret.safetensors"}),
        "names “../../secret.safetensors”",
    ),
    "index": (lambda at: (at / "model.safetensors.index.json").write_text('{"a": 1}'), "has no weight_map"),
    "pickle": (lambda at: pickled(at, "pytorch_model.bin"), "pytorch_model.bin is a pickle"),
    "no weights": (lambda at: [file.unlink() for file in at.glob("*.safetensors*")], r"\*.safetensors missing"),
    "remote code": (
        lambda at: edit(at / "config.json", auto_map={"AutoModel": "mine.Model"}),
        "config.json asks for a program of its own",
    ),
    "processor": (
        lambda at: (at / "preprocessor_config.json").write_text('{"auto_map": {"AutoProcessor": "mine.P"}}'),
        "preprocessor_config.json asks for a program",
    ),
    "program": (lambda at: (at / "modeling_mine.py").write_text(""), "modeling_mine.py is a program"),
    "another class": (
        lambda at: edit(at / "config.json", architectures=["BlipForQuestionAnswering"], model_type="blip"),
        "holds “BlipForQuestionAnswering”, not what “toy” needs",
    ),
    "unknown class": (
        lambda at: edit(at / "config.json", architectures=["GPT2LMHeadModel"]),
        "holds “GPT2LMHeadModel”",
    ),
    "no class": (lambda at: (at / "config.json").write_text("{}"), "holds “no class that its config names”"),
    "config": (lambda at: (at / "config.json").write_bytes(b"\xff\xfe"), "config.json cannot be read"),
}


@pytest.mark.parametrize("what", CLIP)
def test_a_checkpoint_is_refused_with_the_reason(clip: Path, tmp_path: Path, what: str) -> None:
    damage, reason = CLIP[what]
    folder = shutil.copytree(clip, tmp_path / "clip")
    damage(folder)
    with pytest.raises(ModelDamaged, match=reason):
        guard.check(card(folder, "clip", "metric", "CLIPModel"))


def test_pickles_beside_safetensors_are_left_alone(clip: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(clip, tmp_path / "clip")
    (folder / "training_args.bin").write_bytes(pickle.dumps({}))
    (folder / "model.fp16.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"a": "model.fp16-00001-of-00001.safetensors"}})
    )
    guard.check(card(folder, "clip", "metric", "CLIPModel"))


def test_the_hubs_own_links_pass(clip: Path, tmp_path: Path) -> None:
    home = tmp_path / "models--me--clip"
    (home / "blobs").mkdir(parents=True)
    folder = shutil.copytree(clip, home / "snapshots" / ("c" * 40))
    for i, file in enumerate(sorted(folder.iterdir())):
        shutil.move(file, home / "blobs" / f"blob{i}")
        file.symlink_to(Path("../../blobs") / f"blob{i}")
    guard.check(card(folder, "clip", "metric"))


def test_the_guard_stands_before_every_loader(pipeline: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(pipeline, tmp_path / "sd")
    marker = tmp_path / "ran"
    (folder / "unet" / "mine.py").write_text(f"open({str(marker)!r}, 'w')")
    with pytest.raises(ModelDamaged, match="is a program that came with the model"):
        generators.load(str(folder))
    assert not marker.exists() and ("generator", str(folder)) not in residents.listed()


def test_our_own_weights_need_no_guard() -> None:
    assert generators.load("painter").name == "painter"
