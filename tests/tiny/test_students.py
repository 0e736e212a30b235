"""Students: a LoRA that learns, is off, is saved, taken up again and named as a generator; nothing else moves.

Run it: `pytest tests/tiny/test_students.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.errors import ModelDamaged, ModelError, ModelMissing
from models import generators
from models.generators import load
from models.training.students import Pair, Student, student

DOG, CAT = "There is a red dog.", "There is a blue cat."
KINDS = ("pocket", "pocket-ar")


def drawn(generator: generators.Generator) -> list[dict[str, object]]:
    return [one.record["pocket"] for one in generator.draw([DOG, CAT] * 4, list(range(8)), size=64)]


def taught(pupil: Student, steps: int = 12) -> list[float]:
    pairs = [Pair(DOG, scene=one.contents) for one in load("painter").draw([CAT] * 8, list(range(8)), size=64)]
    rows = pupil.encoded(pairs)
    optimizer = torch.optim.AdamW(pupil.parameters(), lr=1e-2)
    losses = []
    for _ in range(steps):
        loss = pupil.loss(rows, 1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("name", KINDS)
def test_a_lora_learns_is_off_is_saved_and_is_a_generator(name: str, tmp_path: Path) -> None:
    before = drawn(load(name))
    pupil = student(name, rank=4, seed=3)
    assert drawn(pupil.generator) == before and 0 < pupil.size < 200_000
    losses = taught(pupil)
    assert losses[-1] < 0.9 * losses[0]
    after = drawn(pupil.generator)
    assert after != before == drawn(load(name)), "the LoRA draws, the shipped weights stay as they are"
    with pupil.plain():
        assert drawn(pupil.generator) == before
    folder = pupil.save(tmp_path / "lora")
    assert [file for file in folder.iterdir() if file.suffix == ".safetensors"]
    assert drawn(load(f"{name}+{folder}")) == after
    assert drawn(load(f"{name}+{folder}@0")) == before
    other = student(name, rank=4, seed=4)
    other.load(folder)
    assert drawn(other.generator) == after and other.size == pupil.size
    assert taught(other, 1)[0] == pytest.approx(pupil.loss(pupil.encoded(_cats()), 1).item(), abs=1e-5)


def _cats() -> list[Pair]:
    return [Pair(DOG, scene=one.contents) for one in load("painter").draw([CAT] * 8, list(range(8)), size=64)]


@pytest.mark.parametrize("name", KINDS)
def test_the_same_seed_begins_the_same_lora(name: str) -> None:
    one, same, other = (student(name, rank=4, seed=seed).parameters() for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", KINDS)
def test_what_is_no_lora_of_it_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        load(f"{name}+{tmp_path / 'none'}")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "adapter_model.safetensors").write_bytes(b"no weights")
    with pytest.raises((ModelDamaged, ModelError)):
        load(f"{name}+{tmp_path / 'empty'}")
    with pytest.raises(ModelError, match="learn from pocket pictures alone"):
        student(name).encoded([Pair(DOG)])


def test_what_cannot_be_taught_is_said() -> None:
    with pytest.raises(ModelError, match="cannot be taught here"):
        student("painter")
