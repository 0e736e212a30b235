"""The catalogue: every name once for a job, what is for reports, and the weights together within their allowance.

Run it: `pytest tests/models/test_catalog.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from engine.errors import ModelMissing
from models.catalog import CARDS, WEIGHTS, card, cards
from models.pocket.words import GRAMMAR_VERSION
from models.seal import SEAL, check_seal

MEGABYTES = 40
MOVING = ["pocket-video", "painter-video"]


def test_every_name_stands_once_for_a_job() -> None:
    assert len({(one.job, one.name) for one in CARDS}) == len(CARDS)
    assert {one.job for one in CARDS} == {"generator", "judge", "metric"}
    assert [one.name for one in cards("generator") if one.ours] == ["pocket", "pocket-ar", "painter", *MOVING]
    assert [one.name for one in cards("judge") if one.ours] == ["pocket", "pocket-b"]
    assert [one.name for one in cards("metric") if one.ours] == ["pocket-clip"]
    assert all(one.summary.endswith(".") and one.licence for one in CARDS)


def test_one_judge_is_kept_out_of_selecting() -> None:
    assert [one.name for one in CARDS if one.for_reports] == ["pocket-b"]


@pytest.mark.parametrize("name", [one.name for one in CARDS if one.folder])
def test_weights_are_sealed_safetensors_of_this_grammar(name: str) -> None:
    for one in (one for one in CARDS if one.name == name and one.folder):
        assert one.folder is not None and one.ready
        files = [path for path in one.folder.rglob("*") if path.is_file()]
        assert (one.folder / SEAL).is_file() and any(path.suffix == ".safetensors" for path in files)
        assert not [path for path in files if path.suffix in (".bin", ".pt", ".pkl", ".py")]
        check_seal(one.folder)
        configs = [json.loads(path.read_text()) for path in files if path.name == "config.json"]
        assert any(str(config.get("grammar")).startswith(GRAMMAR_VERSION) for config in configs)


def test_all_weights_together_are_small() -> None:
    total = sum(path.stat().st_size for path in WEIGHTS.rglob("*") if path.is_file())
    assert total <= MEGABYTES * 1024**2


def test_unknown_and_missing_models_are_said() -> None:
    with pytest.raises(ModelMissing, match="There is no judge “gpt”. Known ones: pocket, pocket-b"):
        card("gpt", "judge")
    with pytest.raises(
        ModelMissing, match="There is no metric “pocket”. Did you mean “pocket-clip”.* Known ones: pocket-clip"
    ):
        card("pocket", "metric")


def test_listing_models_loads_none() -> None:
    code = "import sys, models.catalog; print(any(name in sys.modules for name in ('torch', 'transformers', 'PIL')))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


def test_an_address_is_a_model_too() -> None:
    assert card("http://127.0.0.1:8600/v1#pocket", "judge").family == "server"
    assert card("openai:gpt-image-1", "generator").family == "image-api"
    assert card("openai:m@http://127.0.0.1:8/v1", "judge").family == "chat"
