"""The training of the whole pocket family, rehearsed: every member learns, ships, is opened again, and goes on from there.

Run it: `pytest tests/tiny/test_pocket_train.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from models.catalog import WEIGHTS
from models.judges import PocketJudge
from models.metrics import CLIPScore
from models.pocket import train as training
from models.pocket.calibrate import Settings as Calibration
from models.pocket.family import FAMILY, Exam, Member
from models.pocket.train_judge import SECOND_FURTHER, Settings, second_judge, train
from models.seal import SEAL, check_seal, digest
from models.training import judge_study

SIZES = {"channels": 16, "width": 32, "text_width": 32, "text_layers": 1, "layers": 1}


def member(name: str) -> Member:
    return next(one for one in FAMILY if one.name == name)


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rehearsal")
    before = {file: digest(file) for file in sorted(WEIGHTS.rglob("*")) if file.is_file()} | {
        training.LOG: digest(training.LOG)
    }
    shipped = training.rehearse(folder, "cpu")
    assert [path.name for path in shipped] == [one.name for one in FAMILY]
    assert {file: digest(file) for file in before} == before, "a rehearsal changes nothing that ships"
    return folder


def test_every_member_ships_sealed_weights_of_the_files_that_ship(rehearsed: Path) -> None:
    for one in FAMILY:
        folder = rehearsed / "weights" / one.name
        assert (folder / SEAL).is_file()
        check_seal(folder)
        ours, theirs = (
            {path.relative_to(at) for path in at.rglob("*") if path.is_file()} for at in (folder, WEIGHTS / one.name)
        )
        assert ours == theirs


def test_parts_have_the_shapes_of_those_that_ship(rehearsed: Path) -> None:
    for file in sorted((rehearsed / "weights").rglob("*.safetensors")):
        ours, theirs = (
            load_file(at / file.relative_to(rehearsed / "weights")) for at in (rehearsed / "weights", WEIGHTS)
        )
        assert {name: part.shape for name, part in ours.items()} == {name: part.shape for name, part in theirs.items()}


def test_what_was_rehearsed_is_opened_as_in_use(rehearsed: Path) -> None:
    assert PocketJudge(str(rehearsed / "weights" / "judge-b")).words
    assert CLIPScore(str(rehearsed / "weights" / "clip")).read(["There is a red dog."]).shape[0] == 1


def test_each_training_leaves_a_dated_line(rehearsed: Path) -> None:
    headings = [line for line in (rehearsed / "LOG.md").read_text().splitlines() if line.startswith("## ")]
    assert [line.split("`: ")[1] for line in headings] == [
        "generator", "judge", "ar", "judge-b", "further lessons of judge-b", "clip", "further lessons of clip",
        "video",
    ]  # fmt: skip


def test_further_lessons_begin_from_what_the_first_made(rehearsed: Path, tmp_path: Path) -> None:
    begun = rehearsed / "runs" / "judge-b-further" / "start"
    last = rehearsed / "weights" / "judge-b"
    assert digest(begun / "model.safetensors") != digest(last / "model.safetensors")
    toy = member("judge-b").at_toy_size()
    exam = Exam(judge_study.Settings(painted=6, seed=1), Calibration(pictures=4, steps=4))
    course = training.Course(tmp_path / "runs", "cpu", tmp_path / "weights", tmp_path / "LOG.md", exam, begun.parent)
    begun.rename(begun.with_name("judge-b"))
    training.train(course, [toy, member("ar").at_toy_size()])
    begun.with_name("judge-b").rename(begun)
    assert [path.name for path in (tmp_path / "weights").iterdir()] == ["judge-b"], "others have no further lessons"
    assert digest(tmp_path / "weights" / "judge-b" / "model.safetensors") == digest(last / "model.safetensors")


def test_a_judge_begins_from_the_weights_it_is_given_without_their_calibration(tmp_path: Path) -> None:
    torch.manual_seed(4)
    taught = second_judge(**SIZES)
    torch.nn.init.ones_(taught.doubt.weight)
    taught.save_pretrained(tmp_path / "start")
    still = Settings(steps=1, batch=2, questions=2, rate=0.0)
    found = train(still, tmp_path / "out", sizes=SIZES, build=second_judge, start=tmp_path / "start")
    for name, part in found.named_parameters():
        assert torch.equal(part, torch.zeros_like(part) if "doubt" in name else taught.get_parameter(name))


def test_further_lessons_of_the_second_judge_ask_more_about_colours_on_pictures_of_their_own() -> None:
    first = member("judge-b").plan
    assert SECOND_FURTHER.asked[1] > 2 * first.asked[1]
    assert SECOND_FURTHER.seed not in (first.seed, Settings().seed)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "shipped", "--only", "ar"], "ar has no further lessons"),
        (["--from", "nowhere", "--only", "clip"], "nowhere"),
        (["--only", "nobody"], "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        training.main([*words, "--out", str(tmp_path)])
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error
