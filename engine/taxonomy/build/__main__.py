"""Rebuilds all tables of `assets/taxonomy/full`; another folder for WordNet or for the tables can be named.

Try it: `python -m engine.taxonomy.build --wordnet /usr/share/wordnet --out /tmp/full`.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import shutil
import sys
from collections import Counter
from pathlib import Path

from engine.errors import TaxonomyError
from engine.taxonomy import TABLES
from engine.taxonomy.build import wordnet
from engine.taxonomy.build.nouns import build_nouns

FULL = TABLES / "full"
OTHERS = ("attributes", "relations", "scenes")


def main(arguments: list[str] | None = None) -> int:
    """Builds everything and says how much there is; 2 and one sentence when WordNet is missing or a list is wrong."""
    parser = argparse.ArgumentParser(prog="python -m engine.taxonomy.build", description=__doc__)
    parser.add_argument("--wordnet", type=Path, default=wordnet.FOLDER, metavar="DIR", help="where data.noun is")
    parser.add_argument("--out", type=Path, default=FULL, metavar="DIR", help="where the tables go")
    chosen = parser.parse_args(arguments)
    try:
        _build(chosen.wordnet, chosen.out)
    except TaxonomyError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _build(folder: Path, out: Path) -> None:
    net = wordnet.read(folder)
    out.mkdir(parents=True, exist_ok=True)
    if out.resolve() != FULL:
        shutil.copy(FULL / "kinds.tsv", out)
    _say(f"{build_nouns(out, net):>7} nouns in {out / 'nouns.tsv'}")
    for name, count in switches(out / "nouns.tsv").most_common():
        _say(f"{count:>15} {name}")
    for name in OTHERS:
        if importlib.util.find_spec(f"engine.taxonomy.build.{name}"):
            module = importlib.import_module(f"engine.taxonomy.build.{name}")
            _say(f"{module.build(out, net):>7} {name}")


def switches(path: Path) -> Counter[str]:
    """Switch -> rows of a table behind it; those that are on count as `on by default`."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return Counter(line.rpartition("\t")[2] or "on by default" for line in lines[1:])


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
