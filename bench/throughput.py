"""Pictures and answers a second on a GPU and on the CPU, in each number format, and the GPU's memory before, during and after.

Run: `python -m bench.throughput [--device cuda:0] [--seconds 5]` (without a GPU the CPU alone); `sh bench/gpu.sh` keeps the
figures in bench/LOG.md.
"""

import argparse
import copy
import gc
import json
import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch

from engine.caption import caption
from engine.questions import questions
from engine.sampler import Constraints, scenes
from models import devices, generators, judges, residents
from models.judges.pocket import PocketJudge
from models.pocket.scene import TAXONOMY
from tests.toy_pipelines import PIPELINES, save

FORMATS = {"cpu": ("float32",), "cuda": ("float32", "bfloat16", "float16")}
GRAPHS = list(scenes(Constraints(complexity=(2, 5)), TAXONOMY, seed=17, count=64))
TEXTS = [caption(graph, TAXONOMY).text for graph in GRAPHS]
ASKED = [[q.text for q in (questions(graph, TAXONOMY) * 3)[:12]] for graph in GRAPHS]


def rate(action, amount, seconds, device):
    """How many of `amount` an action does a second: one call to warm up, then calls for so many seconds."""
    action()
    count, start = 0, time.perf_counter()
    while count == 0 or time.perf_counter() - start < seconds:
        action()
        count += 1
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
    return count * amount / (time.perf_counter() - start)


def taken(device):
    """MiB of the GPU that tensors hold now; None on a CPU."""
    gc.collect()
    return torch.cuda.memory_allocated(device) / 2**20 if device.startswith("cuda") else None


def pocket(device, dtype, seconds):
    """The diffusion generator without its painter's share (64 pixels), and a judge with 12 questions a picture."""
    generator = generators.load("pocket")
    generator.pipeline.to(device, getattr(torch, dtype))
    yield "pocket, pictures of 64 px/s", rate(lambda: generator.draw(TEXTS, range(64), size=64), 64, seconds, device)
    generator.pipeline.to("cpu", torch.float32)
    pictures = [one.image for one in generators.load("painter").draw(TEXTS, range(64), size=64)]
    net = copy.deepcopy(judges.load("pocket").net).to(device, getattr(torch, dtype))
    judge = PocketJudge.around(net)
    yield "pocket judge, answers/s", rate(lambda: judge.answer_many(pictures, ASKED), 64 * 12, seconds, device)


def toys(folder, device, dtype, seconds, size):
    """Each toy pipeline through our own generator, eight pictures a call."""
    os.environ["SCENEWRIGHT_DTYPE"] = dtype
    devices.use(device)
    for kind in PIPELINES:
        name = str(folder / kind)
        before = taken(device)
        found = generators.load(name)
        held = taken(device)

        def draw(found=found):
            return found.draw(["a red dog"] * 8, range(8), steps=8, size=size)

        value = rate(draw, 8, seconds, device)
        del found, draw
        residents.send_away("generator", name)
        more = {} if before is None else {"mib": [round(x, 1) for x in (before, held, taken(device))]}
        yield f"toy {kind}, 8 steps of {size} px, pictures/s", value, more


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda:0" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--size", type=int, default=32)
    choice = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        for kind in PIPELINES:
            save(kind, Path(place) / kind)
        for device in dict.fromkeys(("cpu", choice.device)):
            for dtype in FORMATS[device.partition(":")[0]]:
                for what, value, *more in (
                    *pocket(device, dtype, choice.seconds),
                    *toys(Path(place), device, dtype, choice.seconds, choice.size),
                ):
                    row = {"device": device, "dtype": dtype, "what": what, "value": round(value, 2)} | (more or [{}])[0]
                    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
