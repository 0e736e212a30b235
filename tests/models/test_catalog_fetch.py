"""Fetching from a hub on loopback by its own protocol: only what may be read, whole, and every failure one sentence.

Run it: `pytest tests/models/test_catalog_fetch.py`.
"""

from __future__ import annotations

import json
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import ModelDamaged, ModelError, ModelMissing
from models import generators, residents
from models.catalog import Card, card, disk
from models.catalog.fetch import fetch
from models.catalog.files import wanted
from tests.toy_hub import COMMIT, running
from tests.toy_pipelines import save

Call = Callable[..., tuple[int, str, str]]
HUB = "me/toy"


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline as people publish them: with pickles, another form and a single file beside, and a program."""
    folder = save("StableDiffusion", tmp_path_factory.mktemp("toys") / "sd")
    for name in ("unet/diffusion_pytorch_model.bin", "model.ckpt", "all.safetensors", "handler.py", "README.md"):
        (folder / name).write_bytes(b"x" * 100)
    shutil.copy(
        folder / "unet" / "diffusion_pytorch_model.safetensors",
        folder / "unet" / "diffusion_pytorch_model.fp16.safetensors",
    )
    (folder / "onnx").mkdir()
    (folder / "onnx" / "config.json").write_text("{}")
    return folder


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    return tmp_path / "cache"


def toy_card(hub: str = HUB, **more: object) -> Card:
    return Card(
        **{"name": hub, "job": "generator", "family": "diffusers", "summary": "", "licence": "", "hub": hub} | more
    )  # type: ignore[arg-type]


def test_a_model_is_fetched_and_draws(monkeypatch: pytest.MonkeyPatch, toy: Path, call: Call) -> None:
    with running({HUB: toy}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        with pytest.raises(ModelMissing, match=f"models fetch {HUB}"):
            generators.load(HUB)
        code, out, _ = call("models", "fetch", HUB)
        assert code == 0
        folder = Path(out.strip())
        asked = len(hub.asked)
        assert call("models", "fetch", HUB)[0] == 0 and len(hub.asked) == asked  # it is here: nobody is asked
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert {file.rpartition(".")[2] for file in files} <= {"json", "safetensors", "txt"}
    assert not {"all.safetensors", "onnx/config.json", "unet/diffusion_pytorch_model.fp16.safetensors"} & files
    assert folder == disk.snapshot(HUB) and folder.name == COMMIT
    assert card(HUB, "generator").ready
    try:
        drawing = generators.load(HUB).draw(["a red dog"], [1], steps=1, size=32)[0]
        assert drawing.image.size == (32, 32)
    finally:
        residents.send_away("generator", HUB)


def test_progress_is_told_and_can_stop_it(monkeypatch: pytest.MonkeyPatch, toy: Path) -> None:
    told: list[tuple[int, int]] = []

    def stop(hub: str, done: int, total: int) -> bool:
        told.append((done, total))
        return False

    with running({HUB: toy}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        with pytest.raises(ModelError, match=r"Fetching me/toy was stopped\."):
            fetch(toy_card(), stop)
        assert 0 <= told[0][0] <= told[0][1] > 0
        fetch(toy_card(), lambda hub, done, total: told.append((done, total)) is None)
    assert told[-1][0] == told[-1][1]


@pytest.mark.parametrize(
    ("name", "gated", "revision", "sentence"),
    [
        (
            HUB,
            True,
            None,
            "me/toy is gated: accept its licence at http://127.0.0.1:.*/me/toy, then log in with `hf auth",
        ),
        ("me/nobody", False, None, "has no model me/nobody, or it is private"),
        ("me/pickles", False, None, "has no .safetensors at main, and pickles are not fetched"),
    ],
)
def test_refusals_of_the_hub_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
    toy: Path,
    tmp_path: Path,
    name: str,
    gated: bool,
    revision: str | None,
    sentence: str,
) -> None:
    (tmp_path / "pickles").mkdir()
    (tmp_path / "pickles" / "config.json").write_text("{}")
    (tmp_path / "pickles" / "pytorch_model.bin").write_bytes(b"x")
    with running({HUB: toy, "me/pickles": tmp_path / "pickles"}, frozenset({HUB} if gated else ())) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        with pytest.raises(ModelError, match=sentence):
            fetch(toy_card(name, revision=revision))


def test_what_came_is_looked_at(monkeypatch: pytest.MonkeyPatch, toy: Path, tmp_path: Path) -> None:
    bad = shutil.copytree(toy, tmp_path / "bad")
    (bad / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(b"<html>")
    with running({HUB: bad}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        with pytest.raises(ModelDamaged, match="no header of the safetensors format"):
            fetch(toy_card())


@pytest.mark.parametrize("silent", [False, True])
def test_no_network_is_one_sentence_within_seconds(monkeypatch: pytest.MonkeyPatch, silent: bool) -> None:
    """Nobody listens at the address, or somebody who never says a word (as a black hole behind a firewall)."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}")
        if not silent:
            server.close()
        start = time.monotonic()
        with pytest.raises(ModelError, match=r"cannot be reached .*HF_ENDPOINT to a mirror"):
            fetch(toy_card())
        assert time.monotonic() - start < 15


def test_ours_need_no_fetching(call: Call) -> None:
    assert "nothing to fetch" in call("models", "fetch", "pocket")[2]
    assert "Did you mean “vilt”" in call("models", "fetch", "vlit")[2]


def test_a_model_is_shown(call: Call) -> None:
    _, out, _ = call("models", "show", "sd3")
    assert "fetch        python cli.py models fetch sd3" in out and "gated        True" in out
    both = json.loads(call("models", "show", "pocket", "--json")[1])
    assert [row["job"] for row in both] == ["generator", "judge"]
    assert call("models", "show", "nobody")[0] == 2


# --- which files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "parts", "variant", "expected"),
    [
        ("config.json model.safetensors pytorch_model.bin README.md", None, None, "config.json model.safetensors"),
        ("model.fp16.safetensors model.safetensors", None, "fp16", "model.fp16.safetensors"),
        ("model.fp16.safetensors", None, None, "model.fp16.safetensors"),
        ("v1.safetensors unet/a.safetensors unet/b.txt x/c.json", ["unet"], None, "unet/a.safetensors unet/b.txt"),
        (
            "m-00001-of-00002.safetensors m-00002-of-00002.safetensors m.safetensors.index.json m.bin.index.json",
            None, None, "m-00001-of-00002.safetensors m-00002-of-00002.safetensors m.safetensors.index.json",
        ),
        (
            "m.safetensors.index.json m.safetensors.index.fp16.json m.fp16-00001-of-00001.safetensors "
            "m-00001-of-00001.safetensors",
            None, "fp16", "m.fp16-00001-of-00001.safetensors m.safetensors.index.fp16.json",
        ),
        ("tokenizer.model chat_template.jinja modeling.py x.pkl", None, None, "chat_template.jinja tokenizer.model"),
    ],
)  # fmt: skip
def test_only_what_may_be_read_is_wanted(
    files: str, parts: list[str] | None, variant: str | None, expected: str
) -> None:
    assert wanted(files.split(), parts, variant) == tuple(expected.split())
