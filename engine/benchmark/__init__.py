"""The benchmark: several generators by several judges and metrics, each number with its interval and where it comes from.

The tables have the shape of the paper's comparison of models: by modality, by complexity and by kind of question, a row for
each generator, a column for each measure. Try it: `python cli.py report runs/a runs/b --benchmark`.
"""

from engine.benchmark.figures import Benchmark, Column, Figure, Maker, Source, benchmark
from engine.benchmark.written import as_csv, as_latex, as_markdown, write

__all__ = [
    "Benchmark",
    "Column",
    "Figure",
    "Maker",
    "Source",
    "as_csv",
    "as_latex",
    "as_markdown",
    "benchmark",
    "write",
]
