"""How far the estimate of tokens is from CLIP's own tokenizer, over captions of every length and size.

Needs the extra `instant-clip-tokenizer`. Try it: `python -m bench.tokens --tune`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

import numpy as np

from engine import tokens
from engine.caption import LENGTHS, Style, caption
from engine.sampler import Constraints, sample, scene_rng
from engine.taxonomy import Taxonomy, load

SIZES = ((2, 5), (6, 9), (10, 15), (16, 24))


def captions(taxonomy: Taxonomy, length: str, size: tuple[int, int], count: int, seed: int) -> Iterator[str]:
    """Captions in every phrasing in turn, of every complexity in turn."""
    low, high = size
    for i in range(count):
        wanted = low + i % (high - low + 1)
        constraints = Constraints(
            complexity=(wanted, wanted), objects=(1, 12), scene_attributes=(0, 3), mode="imaginative"
        )
        yield caption(sample(constraints, taxonomy, scene_rng(seed, i)), taxonomy, Style(length, i)).text


def errors(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """(exact tokens, estimate minus exact) of each text."""
    count = tokens.exact_tokenizer("clip")
    assert count is not None
    exact = np.array([len(count(text)) for text in texts])
    return exact, np.array([len(tokens.estimate(text)) for text in texts]) - exact


def tune(texts: Sequence[str]) -> None:
    """The mean and worst error, and how many texts come out too low, for other values of SHORT and STEP."""
    for tokens.SHORT in range(5, 10):
        for tokens.STEP in range(2, 7):
            exact, off = errors(texts)
            share, low = 100 * off / exact, np.mean(off < 0)
            print(
                f"SHORT {tokens.SHORT}  STEP {tokens.STEP}  mean {share.mean():+6.2f} %  spread {share.std():5.2f}  too low {low:.2f}"
            )


def row(name: str, texts: Sequence[str]) -> str:
    """Exact tokens, mean error in tokens and per cent, the furthest too low and too high."""
    exact, off = errors(texts)
    share = 100 * off.mean() / exact.mean()
    return f"{name:<20}{exact.mean():>8.1f}{off.mean():>+12.2f}{share:>+8.1f}%{off.min():>+11}{off.max():>+12}"


def main() -> None:
    """Print a row for each length and size, in tokens and in per cent of the exact number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--taxonomy", default="full")
    parser.add_argument("--count", type=int, default=200, help="captions for each row")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--tune", action="store_true", help="also try other values of SHORT and STEP, on another seed")
    choice = parser.parse_args()
    if tokens.exact_tokenizer("clip") is None:
        print("CLIP's tokenizer is not installed: pip install instant-clip-tokenizer", file=sys.stderr)
        return
    taxonomy, everything = load(choice.taxonomy), []
    print(f"{'length, complexity':<20}{'tokens':>8}{'mean error':>12}{'':>9}{'worst low':>11}{'worst high':>12}")
    for length in LENGTHS:
        for size in SIZES:
            texts = list(captions(taxonomy, length, size, choice.count, choice.seed))
            print(row(f"{length}, {size[0]}-{size[1]}", texts))
            everything += texts
    print(row("all", everything))
    if choice.tune:
        cells = [(length, size) for length in LENGTHS for size in SIZES]
        tune([text for cell in cells for text in captions(taxonomy, *cell, 60, choice.seed + 1)])


if __name__ == "__main__":
    main()
