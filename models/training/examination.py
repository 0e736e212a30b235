"""The whole examination of a judge: questions about painted and generated pictures, ladders, and the certificate it earns.

Try it: `python cli.py study judge --judge pocket`, or Backends, Judges, Examine.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from engine import certificate
from engine.certificate import Certificate
from models import generators, judges
from models.catalog import card
from models.training.judge_ladder import climb, figures
from models.training.judge_study import Settings, study

OURS, OTHERS = 64, 384
"""Edges in pixels of the pictures shown to judges of the pocket world and to published ones."""
ENOUGH = 100
"""Painted pictures that a certificate takes at least; it takes ladders too."""
Told: TypeAlias = Callable[[str, int, int], None]
"""`told(what, done, total)`."""


def size_for(*names: str) -> int:
    """The edge in pixels of pictures that these judges see: OURS where all are of the pocket world, else OTHERS."""
    return OURS if all(card(name, "judge").ours for name in names) else OTHERS


def examine(
    name: str, settings: Settings, *, ladders: int, generator: str = "none", told: Told | None = None
) -> dict[str, Any]:
    """The report of `study judge`, with `ladder` where `ladders` of them were climbed.

    `generator` draws the pictures on which judge and oracle are compared; "none" leaves that part out.

    Raises `ModelError` and its kinds where judge or generator cannot be loaded.
    """

    def heard(what: str) -> Callable[[int, int], None] | None:
        return None if told is None else lambda done, total: told(what, done, total)

    judge = judges.load(name)
    drawer = None if generator == "none" else generators.load(generator)
    report = study(judge, drawer, settings, heard("Painted pictures"))
    if ladders:
        climbed = climb(judge, settings, ladders, size=settings.size, progress=heard("Ladders"))
        report["ladder"] = figures(climbed)
    return report


def certified(report: dict[str, Any], name: str, settings: Settings, ladders: int, home: Path) -> Certificate | None:
    """The certificate that a report of `examine` earns, whether passed or failed, kept under the home.

    None where the examination was too small for one. Raises `StoreError` where the home cannot be written.
    """
    if settings.painted < ENOUGH or not ladders:
        return None
    said = f"{certificate.command(name)} --pictures {settings.painted} --ladders {ladders} --seed {settings.seed}"
    earned = certificate.certify({**report, "judge": name}, command=said)
    certificate.keep(earned, home)
    return earned
