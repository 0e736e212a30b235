"""The guard: looks at a checkpoint that is not ours before anything of it is loaded, and refuses it with the reason.

Nothing is unpickled, run or fetched, and no tensor is read. Try it:
`python -c "from models.catalog import card, guard; guard.check(card('./my-model', 'judge'))"`.
"""

from __future__ import annotations

import os
from pathlib import Path

from engine.errors import ModelDamaged, show
from models.catalog import config, disk, shards
from models.catalog.card import Card
from models.catalog.known import KINDS
from models.catalog.parts import Part, lacking, parts

PIPELINES = frozenset({"diffusers", "diffusers-video", "shap-e"})
STRICT = frozenset({"blip", "vilt", "instructblip", "vlm", "clip"})
"""Families that load no class beside those of `known.KINDS`."""
LIBRARIES = frozenset({"diffusers", "transformers"})
CONFIGS = (config.INDEX, config.CONFIG, "*_config.json", shards.INDEXES)
ELSEWHERE = "Choose another model, or another revision of it."


def check(card: Card) -> None:
    """Refuse a checkpoint of other people that is hostile, damaged, or of another kind than its card says.

    Our own weights are sealed and pass; so do models behind an address and those that are not on this machine, which
    their loaders say. Raises `ModelDamaged` with the reason and what to do.
    """
    place = card.place
    if card.ours or card.url or place is None:
        return
    if card.family in PIPELINES and not (place / config.INDEX).is_file():
        raise ModelDamaged(f"{place} has no {config.INDEX}, so it is no pipeline of diffusers. {ELSEWHERE}")
    inspect(place)
    _check_class(card, place)
    for hub, revision in card.adapters:
        if (folder := disk.snapshot(hub, revision)) is not None:
            inspect(folder)


def inspect(folder: Path) -> None:
    """The checks that need no card; raises `ModelDamaged` as `check` does, for whatever is read of this folder."""
    _check_links(folder, folder)
    _check_index(folder)
    for part in parts(folder):
        if part.folder.is_dir():
            _check_links(folder, part.folder)
            _check_configs(part.folder)
            _check_programs(part)
            _check_pickles(part)
    if gone := lacking(folder):
        raise ModelDamaged(f"{folder} is not whole: {', '.join(gone[:3])} missing ({len(gone)} in all). {shards.WHOLE}")
    for part in parts(folder):
        _check_weights(part.folder)


def inspect_named(name: str) -> None:
    """`inspect` for a folder or a hub id, as language models are named; what is not on this machine passes."""
    place = Path(name) if os.path.isdir(name) else disk.snapshot(name) if name.count("/") == 1 else None
    if place is not None and (place / config.CONFIG).is_file():
        inspect(place)


def _check_links(root: Path, folder: Path) -> None:
    """Links may lead to the cache's own blobs or stay in the folder: another place is not the checkpoint."""
    cache = root.parent.parent if root.parent.name == "snapshots" else root
    homes = {root.resolve(), cache.resolve()}
    for entry in os.scandir(folder):
        if not entry.is_symlink():
            continue
        target = Path(entry.path).resolve()
        if not any(target.is_relative_to(home) for home in homes):
            raise ModelDamaged(
                f"{entry.path} is a link to {target}, outside the checkpoint. Put the file itself there."
            )
        if not target.exists():
            raise ModelDamaged(f"{entry.path} is a link to a file that is gone. {shards.WHOLE}")


def _check_index(folder: Path) -> None:
    """The index of a pipeline names one class, and libraries whose programs are installed here, none of its own."""
    if not (folder / config.INDEX).is_file():
        return
    if isinstance(named := config.read(folder / config.INDEX).get("_class_name"), list):
        raise ModelDamaged(f"{folder} wants a pipeline of its own ({show(named)}). Its program is not run. {ELSEWHERE}")
    _refuse_programs(folder)
    for part in parts(folder):
        if part.library not in LIBRARIES and (part.folder / f"{part.library}.py").exists():
            raise ModelDamaged(
                f"The part {show(part.name)} of {folder} is a program of its own. It is not run. {ELSEWHERE}"
            )


def _check_programs(part: Part) -> None:
    for file in (file for pattern in CONFIGS for file in part.folder.glob(pattern)):
        if "auto_map" in config.read(file):
            raise ModelDamaged(f"{file} asks for a program of its own (auto_map), which is not run here. {ELSEWHERE}")
    _refuse_programs(part.folder)


def _refuse_programs(folder: Path) -> None:
    if found := sorted(folder.glob("*.py")):
        raise ModelDamaged(f"{found[0]} is a program that came with the model. It is not run here. {ELSEWHERE}")


def _check_configs(folder: Path) -> None:
    for pattern in CONFIGS:
        for file in folder.glob(pattern):
            config.read(file)


def _check_pickles(part: Part) -> None:
    found = shards.pickles(part.folder)
    if part.is_network and found and not shards.weights(part.folder):
        raise ModelDamaged(
            f"{found[0]} is a pickle, which can hold a program, and {part.folder} has no .safetensors beside it. "
            "Choose a revision with .safetensors files."
        )


def _check_weights(folder: Path) -> None:
    """Every file as long as its header says, and every tensor in the shard where the index says it is."""
    there = {file.name: set(shards.header(file)) for file in shards.weights(folder)}
    for index in folder.glob(shards.INDEXES):
        for tensor, name in shards.promised(index).items():
            if name in there and tensor not in there[name]:
                raise ModelDamaged(f"{folder / name} lacks {show(tensor)}, which {index.name} promises. {shards.WHOLE}")


def _check_class(card: Card, folder: Path) -> None:
    """The class that the config names has to be one that the card's loader opens; so do those of a pipeline's parts."""
    found = config.class_in(folder)
    kind = KINDS.get(found or "")
    adapted = card.family == "diffusers-video" and kind is not None and kind.family == "diffusers" and card.loads
    wrong = (card.family in STRICT | PIPELINES and not adapted and kind is not None and kind.family != card.family) or (
        card.family in STRICT and kind is None and found != card.loads
    )
    if wrong:
        raise ModelDamaged(
            f"{folder} holds {show(found or 'no class that its config names')}, not what {show(card.name)} needs"
            f"{f' ({card.loads})' if card.loads else ''}. {ELSEWHERE}"
        )
    for part in parts(folder):
        file = part.folder / config.CONFIG
        named = config.read(file).get("_class_name") if part.library == "diffusers" and file.is_file() else None
        if isinstance(named, str) and named != part.kind:
            raise ModelDamaged(f"{file} says {show(named)} where the index says {show(part.kind)}. {shards.WHOLE}")
