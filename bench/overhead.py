"""What our render path costs over the bare pipeline call, in the same run on the same weights, and what the app's import takes.

Run: `python -m bench.overhead [--size 96 --steps 32 --times 9]`. Ways alternate; each figure is the median of the ratios
way/bare within a round, so that a busy machine slows both. CPU time stands beside wall-clock time.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch

from engine.run import Run
from engine.sampler import Constraints, sample, scene_rng
from engine.scene import describe
from models import batch, generators
from models.pocket.scene import TAXONOMY
from models.tasks.render import PREVIEW_EVERY, sheet
from tests.toy_pipelines import save

GUIDANCE = 7.5
SEED = 5
IMPORT = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start, time.process_time())"


class Ways:
    """The same picture, drawn by the bare pipeline and by our paths around it."""

    def __init__(self, folder, size, steps):
        from diffusers import StableDiffusionPipeline

        self.size, self.steps, self.folder = size, steps, folder
        self.ours = generators.load(str(folder / "sd"))
        place = self.ours.memory.placement
        bare = StableDiffusionPipeline.from_pretrained(folder / "sd", dtype=place.torch_dtype, use_safetensors=True)
        self.pipe = bare.to(place.device)
        self.pipe.set_progress_bar_config(disable=True)
        rng = scene_rng(SEED, 0)
        self.scene = describe(sample(Constraints(complexity=(4, 4)), TAXONOMY, rng), TAXONOMY, id="0", seed=SEED)

    def bare(self):
        return self.pipe(
            prompt=self.scene.caption, generator=torch.Generator().manual_seed(SEED), num_inference_steps=self.steps,
            guidance_scale=GUIDANCE, height=self.size, width=self.size,
        ).images[0]  # fmt: skip

    def draw(self, on_step=None):
        return self.ours.draw(
            [self.scene.caption], [SEED], steps=self.steps, guidance=GUIDANCE, size=self.size, on_step=on_step
        )[0].image

    def previewed(self):
        """As the worker draws: a preview of what is forming every few steps."""

        def on_step(step, steps, previews):
            if step % PREVIEW_EVERY == 0 or step == steps:
                sheet(previews())
            return True

        return self.draw(on_step)

    def saved(self):
        """As `cli.py render` draws: into a run folder, the PNG with its origin inside."""
        with tempfile.TemporaryDirectory(dir=self.folder) as place:
            run = Run.create(Path(place) / "run", generator="toy", taxonomy=TAXONOMY, seed=SEED)
            run.add_scene(self.scene)
            batch.render(
                run, [self.scene], self.ours, images=1, seed=SEED, steps=self.steps, guidance=GUIDANCE, size=self.size
            )


def timed(action):
    """Wall-clock and CPU seconds of an action."""
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - wall, time.process_time() - cpu


def overheads(size, steps, times):
    with tempfile.TemporaryDirectory() as place:
        save("StableDiffusion", Path(place) / "sd")
        ways = Ways(Path(place), size, steps)
        assert ways.bare().tobytes() == ways.draw().tobytes(), "not the same picture"
        others = {"draw": ways.draw, "draw with previews": ways.previewed, "render into a run": ways.saved}
        for action in others.values():
            action()
        rounds = []
        for i in range(times):
            order = [("bare", ways.bare), *others.items()]
            rounds.append({name: timed(action) for name, action in (order if i % 2 else order[::-1])})
    yield {"what": "the bare call (s)", "value": statistics.median(row["bare"][0] for row in rounds), "aim": ">= 1"}
    for name in others:
        wall, cpu = (statistics.median(row[name][k] / row["bare"][k] for row in rounds) for k in (0, 1))
        yield {"what": f"{name} over the bare call", "value": wall, "cpu": cpu, "aim": "<= 1.05"}


def imports():
    """Seconds to import the app in a fresh interpreter, medians of three; the CPU time has the interpreter's own start too."""
    for module in ("app", "cli"):
        command = [sys.executable, "-c", IMPORT.format(module)]
        told = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() for _ in range(3)]
        wall, cpu = (statistics.median(float(one[k]) for one in told) for k in (0, 1))
        yield {"what": f"import {module} without a model (s)", "value": wall, "cpu": cpu, "aim": "<= 3"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--no-imports", action="store_true")
    choice = parser.parse_args()
    for row in [*overheads(choice.size, choice.steps, choice.times), *([] if choice.no_imports else imports())]:
        print(json.dumps({name: round(x, 3) if isinstance(x, float) else x for name, x in row.items()}), flush=True)


if __name__ == "__main__":
    main()
