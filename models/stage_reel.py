"""The reel of the stage on disk: signed pictures with the frames of their forming, drawn and judged beforehand.

Imports no torch to list them. Try it: `python -m models.stage_reel --count 8`.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image

from engine.errors import ScenewrightError, StoreError
from engine.sampler import Constraints, sample, scene_rng
from engine.scene import SceneLine, describe
from engine.store import default_home
from engine.store.images import write_whole
from engine.taxonomy import load

SHIPPED = Path(__file__).resolve().parent.parent / "assets" / "stage"
WELCOME = Path(__file__).resolve().parent.parent / "assets" / "welcome"
TILE = 192
"""Pixels of a frame's side in the strip beside a picture."""
MOST = 60
"""Scenes of a reel."""
SIZES = ((3, 4), (4, 5), (5, 6), (4, 7), (6, 8))


def reel_files(home: Path) -> tuple[Path, ...]:
    """The pictures of the reel in order: prepared in this home, else shipped, else the first of the welcome scene."""
    for folder, most in ((home / "stage", MOST), (SHIPPED, MOST), (WELCOME, 1)):
        found = sorted(folder.glob("*.png"))[:most]
        if found:
            return tuple(found)
    return ()


def frames_of(file: Path) -> list[Image.Image]:
    """The frames of a picture's forming from the strip beside it (`NAME.webp`, side by side); none where there is none."""
    strip = file.with_suffix(".webp")
    if not strip.is_file():
        return []
    with Image.open(strip) as sheet:
        side = sheet.height
        return [
            sheet.crop((left, 0, left + side, side)).convert("RGB") for left in range(0, sheet.width - side + 1, side)
        ]


def prepare(
    folder: Path, *, count: int = 8, seed: int = 1, on_scene: Callable[[Path], None] | None = None
) -> tuple[Path, ...]:
    """Draw and judge `count` scenes into `folder`, as `reel-01.png` and on; the same seed gives the same bytes.

    Raises `ModelError` kinds where weights are missing and `StoreError` where the folder cannot be written.
    """
    from models import generators, judges

    generator, judge = generators.load("pocket"), judges.load("pocket")
    words = load("pocket")
    files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for i in range(min(count, MOST)):
            rng = scene_rng(seed, i)
            graph = sample(Constraints(complexity=SIZES[i % len(SIZES)]), words, rng)
            line = describe(graph, words, id=f"reel-{i + 1:02}")
            files.append(_draw(folder, line, generator, judge, seed=seed + i))
            if on_scene:
                on_scene(files[-1])
    except OSError as error:
        raise StoreError(
            f"The reel cannot be written to {folder} ({error.strerror}). Choose another folder."
        ) from error
    return tuple(files)


def _draw(folder: Path, line: SceneLine, generator: object, judge: object, *, seed: int) -> Path:
    """One scene drawn, judged and written with the frames of its forming."""
    from models.marking import mark
    from models.tasks.render import Order, signed

    order = Order(
        caption=line.caption, graph=line.graph, questions=line.questions, generator="pocket", judges=("pocket",),
        seeds=(seed,), steps=20, guidance=2.0, size=768,
    )  # fmt: skip
    frames: list[Image.Image] = []

    def on_step(step: int, steps: int, previews: Callable[[], list[Image.Image]]) -> bool:
        if step % 3 == 1:
            frames.append(previews()[0].convert("RGB").resize((TILE, TILE)))
        return True

    drawing = generator.draw([line.caption], [seed], steps=20, guidance=2.0, size=768, on_step=on_step)[0]  # type: ignore[attr-defined]
    marks = mark(judge, [drawing.image], [line.questions], [drawing.contents])[0]  # type: ignore[arg-type]
    file = folder / f"{line.id}.png"
    write_whole(file.with_suffix(".webp"), _strip(frames))
    write_whole(file, signed(order, drawing, {"pocket": marks}))
    return file


def _strip(frames: list[Image.Image]) -> bytes:
    sheet = Image.new("RGB", (TILE * len(frames), TILE))
    for i, frame in enumerate(frames):
        sheet.paste(frame, (i * TILE, 0))
    data = BytesIO()
    sheet.save(data, "WEBP", quality=82, method=4)
    return data.getvalue()


def main() -> None:
    """Prepare a reel in the home folder, or where `--out` says; what goes wrong ends as one sentence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=None)
    choice = parser.parse_args()
    try:
        prepare(choice.out or default_home() / "stage", count=choice.count, seed=choice.seed, on_scene=print)
    except ScenewrightError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    main()
