"""Seals: a changed, shortened or missing weight file is refused by name; a folder without a seal passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ModelDamaged
from models.catalog import WEIGHTS
from models.seal import SEAL, check_seal, seal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "model.safetensors").write_bytes(bytes(range(256)))
    (tmp_path / "config.json").write_text("{}")
    seal(tmp_path)
    return tmp_path


def test_sealed_folder_passes_and_sealing_again_changes_nothing(folder: Path) -> None:
    before = (folder / SEAL).read_bytes()
    check_seal(folder)
    seal(folder)
    assert (folder / SEAL).read_bytes() == before


@pytest.mark.parametrize("data", [b"", bytes(range(255)), bytes([255]) + bytes(range(1, 256))])
def test_changed_file_is_refused_by_name(folder: Path, data: bytes) -> None:
    (folder / "part" / "model.safetensors").write_bytes(data)
    with pytest.raises(ModelDamaged, match=r"model\.safetensors is missing or not what was shipped"):
        check_seal(folder)


def test_missing_file_is_refused(folder: Path) -> None:
    (folder / "config.json").unlink()
    with pytest.raises(ModelDamaged, match=r"config\.json is missing"):
        check_seal(folder)


def test_unsealed_folder_passes(tmp_path: Path) -> None:
    check_seal(tmp_path)


@pytest.mark.parametrize("name", ["generator", "judge"])
def test_shipped_weights_are_sealed_and_whole(name: str) -> None:
    assert (WEIGHTS / name / SEAL).is_file()
    check_seal(WEIGHTS / name)


def test_shipped_weights_are_small_enough_and_no_pickles() -> None:
    files = [path for path in WEIGHTS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 40_000_000
    assert {path.suffix for path in files} <= {".safetensors", ".json", ""}
