"""The parts of a checkpoint: the folders that a loader would read, as the index of a pipeline or its absence says.

Try it: `python -c "from pathlib import Path; from models.catalog.parts import parts; print(parts(Path('my-model')))"`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ModelDamaged, show
from models.catalog import config, shards

WITHOUT = ("Tokenizer", "TokenizerFast", "Processor", "ProcessorFast", "FeatureExtractor", "Scheduler")
"""Ends of the names of classes that have no weights."""
PLAIN = re.compile(r"[A-Za-z0-9]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """One folder of a checkpoint: `name` (empty for a checkpoint without parts), `library` and class `kind` by the index."""

    name: str
    folder: Path
    library: str = ""
    kind: str = ""

    @property
    def is_network(self) -> bool:
        """True where a config says that weights belong here; schedulers and tokenizers have none."""
        file = self.folder / config.CONFIG
        if not self.name:
            return True
        if self.kind.endswith(WITHOUT):
            return False
        return file.is_file() and not {"_class_name", "architectures", "model_type"}.isdisjoint(config.read(file))


def parts(folder: Path) -> tuple[Part, ...]:
    """The parts of a pipeline that its index names, or the folder itself; raises `ModelDamaged` for an odd index."""
    if not (folder / config.INDEX).is_file():
        return (Part("", folder),)
    found = []
    for name, value in config.read(folder / config.INDEX).items():
        if not (isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value)):
            continue
        if name.startswith("_"):
            continue
        if not PLAIN.fullmatch(name):
            raise ModelDamaged(f"The index of {folder} names the part {show(name)}, which is no folder of its own.")
        found.append(Part(name, folder / name, *value))
    return tuple(found)


def lacking(folder: Path) -> tuple[str, ...]:
    """What a checkpoint lacks to be whole, as paths in it (`unet/`, `text_encoder/*.safetensors`); empty when nothing.

    Weights as pickles count as weights: whether they may be read is not asked here. Raises `ModelDamaged` for configs
    that cannot be read.
    """
    if not any((folder / name).is_file() for name in (config.INDEX, config.CONFIG)):
        return (config.CONFIG,)
    found: list[str] = []
    for part in parts(folder):
        where = f"{part.name}/" if part.name else ""
        if not part.folder.is_dir() or not any(part.folder.iterdir()):
            found.append(where)
            continue
        gone = shards.lost(part.folder)
        found += [where + name for name in gone]
        if part.is_network and not gone and not (shards.weights(part.folder) or shards.pickles(part.folder)):
            found.append(f"{where}*{shards.SUFFIX}")
    return tuple(found)
