"""How `generate` writes: a few lines to stdout, a file or a folder of shards by all cores, or a covering set.

Try it: `python cli.py generate --count 20000 --taxonomy full --mode imaginative --out corpus.parquet`.
"""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from pathlib import Path

import orjson

from commands.terminal import bar, notes, to_bar, written
from engine.corpus.build import build
from engine.corpus.order import FORMATS, Order
from engine.coverage import certificate
from engine.coverage import cover as covering
from engine.errors import ConstraintError, FormatError, show
from engine.graph import SceneGraph
from engine.sampler import Plan, check, sample
from engine.scene import SceneLine, describe, read_scenes

FORMAT_OF = {".jsonl": "jsonl", ".parquet": "parquet", ".json": "paper"}
MAX_GRAPH = 2_000_000


def read_graph_file(path: Path) -> SceneGraph:
    """The scene graph of a JSON file, or of the first line of JSON Lines; raises `FormatError` for anything else."""
    if not path.is_file() or path.stat().st_size > MAX_GRAPH:
        raise FormatError(f"{show(path)} is not a file of at most {MAX_GRAPH:,} bytes. Name a scene graph in JSON.")
    if path.suffix == ".jsonl":
        for line in read_scenes(path):
            return line.graph
    try:
        data = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise FormatError(f"{show(path)} is not JSON ({error}). Name a scene graph saved by this program.") from error
    return SceneGraph.from_dict(data.get("scene_graph", data) if isinstance(data, dict) else data)


def write_corpus(order: Order, out: Path | None, *, workers: int | None, ray: str | None) -> None:
    """Write what is ordered: to stdout line by line, otherwise by shards with a bar, a rate and the time left.

    Raises `ConstraintError` for an unknown format or one that does not suit `out`, and what `build` raises.
    """
    if order.format not in FORMATS:
        raise ConstraintError(f"{show(order.format)} is not a format. Choose {', '.join(FORMATS)}.")
    if out is None or str(out) == "-":
        if order.format != "jsonl":
            raise ConstraintError(f"The format {order.format} goes into a file or a folder. Give --out.")
        lines = order.lines
        for index in range(order.count):
            sys.stdout.buffer.write(lines.json(lines.row(index)).encode() + b"\n")
        return
    if out.suffix in FORMAT_OF and FORMAT_OF[out.suffix] != order.format:
        raise ConstraintError(f"{show(out.name)} does not end like {order.format}. Change --out or --format.")
    with bar("Composing", order.count, rate=True) as advance:
        if ray is not None:
            from engine.corpus.cluster import build_on_ray

            build_on_ray(order, out, address=ray, progress=to_bar(advance))
        else:
            build(order, out, workers=workers, progress=to_bar(advance))


def write_filtered(order: Order, accept: float, out: Path | None) -> None:
    """Write scenes that the dial lets through, with their plausibility, and the receipt on stderr."""
    from engine.plausibility import Dial, RulesLayer, StatisticsLayer, filtered, joined, opinions_of

    taxonomy, layers = order.vocabulary(), (RulesLayer(), StatisticsLayer())
    check(order.constraints, taxonomy)
    plan = Plan(order.constraints, taxonomy, strata=order.strata)

    def draw(rng: random.Random) -> SceneGraph:
        return sample(order.constraints, taxonomy, rng, structure=plan.structure(0, rng))

    with bar("Weighing", None):
        kept = filtered(draw, Dial(accept), layers, taxonomy, seed=order.seed)
    with written(out) as write, bar("Composing", order.count, rate=True) as advance:
        for index, graph in zip(range(order.count), kept, strict=False):
            line = described(order, graph, index)
            score = joined(opinions_of(graph, layers, taxonomy))
            write(orjson.dumps(replace(line, plausibility=None if score is None else round(score, 4)).to_dict()))
            advance(1)
    for text in kept.receipt().lines():
        notes.print(text, markup=False, highlight=False, soft_wrap=True)


def described(order: Order, graph: SceneGraph, index: int) -> SceneLine:
    """A graph as scene `index` of an order."""
    return describe(
        graph, order.vocabulary(), id=f"{order.seed}-{index:06d}", seed=order.seed, ask=order.ask, style=order.style,
        modality=order.constraints.modality,
    )  # fmt: skip


def write_cover(order: Order, what: str, out: Path | None) -> None:
    """Write the covering set and say, on stderr, what it covers; raises `ConstraintError` for anything but pairs."""
    if what != "pairs":
        raise ConstraintError(f"{show(what)} cannot be covered. Choose pairs.")
    taxonomy = order.vocabulary()
    constraints = replace(order.constraints, mode="imaginative")
    graphs = []
    with written(out) as write, bar("Covering", None) as advance:
        for index, graph in enumerate(covering(constraints, taxonomy, seed=order.seed)):
            write(orjson.dumps(described(order, graph, index).to_dict()))
            graphs.append(graph)
            advance(1)
    notes.print(str(certificate(graphs, taxonomy)), markup=False, highlight=False, soft_wrap=True)
