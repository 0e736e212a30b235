"""The pocket world's models: trained in this project and shipped with it.

Try it: `python cli.py models`.
"""

from __future__ import annotations

from pathlib import Path

from models.catalog.card import OURS, Card

WEIGHTS = Path(__file__).resolve().parents[2] / "assets" / "pocket"

POCKET = (
    Card(
        name="pocket",
        job="generator",
        family="pocket",
        summary="Flow-matching diffusion over slots, trained here; makes honest mistakes as scenes grow.",
        licence=OURS,
        folder=WEIGHTS / "generator",
        steps=20,
        guidance=2.0,
        tokens=128,
        ignores=frozenset({"negative prompt"}),
    ),
    Card(
        name="pocket-ar",
        job="generator",
        family="pocket-ar",
        summary="Writes the slots word by word, trained here on the same set; its mistakes are of another kind.",
        licence=OURS,
        folder=WEIGHTS / "ar",
        guidance=2.0,
        tokens=128,
        ignores=frozenset({"negative prompt", "steps"}),
    ),
    Card(
        name="painter",
        job="generator",
        family="painter",
        summary="The perfect teacher: reads the caption back and paints exactly that. No network.",
        licence=OURS,
        ignores=frozenset({"negative prompt", "steps", "guidance"}),
    ),
    Card(
        name="pocket-video",
        job="generator",
        family="pocket-video",
        modality="video",
        summary="The pocket generator taught to move: 16 frames of things that go their ways before a camera.",
        licence=OURS,
        folder=WEIGHTS / "video",
        size=256,
        frames=16,
        steps=20,
        guidance=2.0,
        tokens=128,
        ignores=frozenset({"negative prompt"}),
    ),
    Card(
        name="painter-video",
        job="generator",
        family="pocket-video",
        modality="video",
        summary="The perfect teacher of videos: reads the caption back and paints exactly that. No network.",
        licence=OURS,
        size=256,
        frames=16,
        ignores=frozenset({"negative prompt", "steps", "guidance"}),
    ),
    Card(
        name="pocket",
        job="judge",
        family="pocket",
        summary="Looks at pixels only; encodes a picture once and answers any number of questions.",
        licence=OURS,
        folder=WEIGHTS / "judge",
        tokens=28,
    ),
    Card(
        name="pocket-b",
        job="judge",
        family="pocket",
        summary="A second opinion by another architecture and seed: for reports, never for selecting.",
        licence=OURS,
        folder=WEIGHTS / "judge-b",
        tokens=28,
        for_reports=True,
    ),
    Card(
        name="pocket-clip",
        job="metric",
        family="pocket-clip",
        summary="CLIPScore by a small CLIP trained here: how near picture and caption lie, not whether it is right.",
        licence=OURS,
        folder=WEIGHTS / "clip",
        tokens=127,
    ),
)
