"""What can be loaded: generators, judges and metrics by name, whether they are on this machine, and what they know.

Imports no torch, so that pages can list models without loading any. Try it: `python cli.py models`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import ModelMissing, show

WEIGHTS = Path(__file__).resolve().parent.parent / "assets" / "pocket"


@dataclass(frozen=True, slots=True)
class Card:
    """One model: its job (`generator`, `judge` or `metric`), defaults, limits and where its weights lie.

    `for_reports` marks a judge that no selection, reward or training may ask, so that its verdict stays impartial.
    """

    name: str
    job: str
    summary: str
    licence: str
    folder: Path | None
    steps: int = 0
    guidance: float = 0.0
    tokens: int = 0
    for_reports: bool = False

    @property
    def ready(self) -> bool:
        """True when nothing has to be fetched or trained first."""
        return self.folder is None or self.folder.is_dir()


CARDS = (
    Card(
        name="pocket",
        job="generator",
        summary="Flow-matching diffusion over slots, trained here; makes honest mistakes as scenes grow.",
        licence="this repository",
        folder=WEIGHTS / "generator",
        steps=20,
        guidance=2.0,
        tokens=128,
    ),
    Card(
        name="pocket-ar",
        job="generator",
        summary="Writes the slots word by word, trained here on the same set; its mistakes are of another kind.",
        licence="this repository",
        folder=WEIGHTS / "ar",
        guidance=2.0,
        tokens=128,
    ),
    Card(
        name="painter",
        job="generator",
        summary="The perfect teacher: reads the caption back and paints exactly that. No network.",
        licence="this repository",
        folder=None,
    ),
    Card(
        name="pocket",
        job="judge",
        summary="Looks at pixels only; encodes a picture once and answers any number of questions.",
        licence="this repository",
        folder=WEIGHTS / "judge",
        tokens=28,
    ),
    Card(
        name="pocket-b",
        job="judge",
        summary="A second opinion by another architecture and seed: for reports, never for selecting.",
        licence="this repository",
        folder=WEIGHTS / "judge-b",
        tokens=28,
        for_reports=True,
    ),
    Card(
        name="pocket-clip",
        job="metric",
        summary="CLIPScore by a small CLIP trained here: how near picture and caption lie, not whether it is right.",
        licence="this repository",
        folder=WEIGHTS / "clip",
        tokens=127,
    ),
)


def cards(job: str) -> tuple[Card, ...]:
    """All models for a job."""
    return tuple(card for card in CARDS if card.job == job)


def card(name: str, job: str) -> Card:
    """The model of that name; raises `ModelMissing` with the known names, or with the command that makes it."""
    known = {card.name: card for card in cards(job)}
    if name not in known:
        raise ModelMissing(f"There is no {job} {show(name)}. Known ones: {', '.join(known)}.")
    if not known[name].ready:
        raise ModelMissing(f"The weights of the {job} {show(name)} are missing. Train them with `make pocket`.")
    return known[name]
