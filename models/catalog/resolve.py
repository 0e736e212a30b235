"""Names beyond the catalogue: a folder, a hub id in the cache, a VQAScore or a prior of any judge; the nearest names for a typing error.

Nothing is asked over the network. Try it:
`python -c "from models.catalog import card; print(card('./my-checkpoint', 'generator'))"`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from engine.errors import ModelDamaged, ModelMissing, closest, join_or, show
from models.catalog import disk
from models.catalog.card import Card, Job
from models.catalog.config import CONFIG, INDEX, class_in
from models.catalog.known import KINDS, classes, kind_of
from models.catalog.metrics import vqascore

HUB_ID = re.compile(r"(?!.*\.\.)[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9_][\w.-]{0,95}", re.ASCII)
LICENCE = "see its page"
VQASCORE, PRIOR = "vqascore:", "prior:"


def resolved(name: str, job: Job, known: Iterable[Card], judge: Callable[[str], Card]) -> Card:
    """The card behind a name that the catalogue's cards of this job (`known`) do not have; `judge` finds a judge's card.

    Raises `ModelMissing` for what is not on this machine or of no known class, and `ModelDamaged` for a checkpoint
    that cannot be read or is for another job, with what to do.
    """
    if name.startswith(VQASCORE) and job == "metric":
        asked = judge(name.removeprefix(VQASCORE))
        return replace(vqascore(asked), folder=asked.folder, url=asked.url)
    if name.startswith(PRIOR) and job == "judge":
        asked = judge(name.removeprefix(PRIOR))
        summary = f"{asked.name}, less what it says to a grey picture."
        return replace(asked, name=name, family="prior", judge=asked.name, summary=summary)
    if os.path.isdir(os.path.expanduser(name)):  # never raises, unlike Path's
        return _folder(name, Path(name).expanduser().resolve(), job)
    if HUB_ID.fullmatch(name):
        return _hub(name, job, known)
    raise ModelMissing(_unknown(name, job, [one.name for one in known]))


def _folder(name: str, folder: Path, job: Job) -> Card:
    return _checkpoint(name, folder, job, "{} in a folder of this machine.", folder=folder)


def _hub(name: str, job: Job, known: Iterable[Card]) -> Card:
    for one in known:
        if one.hub == name:
            return replace(one, name=name)
    place = disk.snapshot(name)
    if place is None:
        if lacks := disk.lacking(name):
            raise ModelMissing(
                f"{show(name)} is only partly on this machine: {lacks}. Get it with `python cli.py models fetch {name}`."
            )
        raise ModelMissing(
            f"There is no folder {show(name)}, and no model of that id is on this machine. If it is one of the hub, get "
            f"it with `python cli.py models fetch {name}`."
        )
    return _checkpoint(name, place, job, "{} from the hub.", hub=name)


def _checkpoint(
    name: str, place: Path, job: Job, summary: str, *, folder: Path | None = None, hub: str | None = None
) -> Card:
    found = class_in(place)
    if found is None:
        raise ModelDamaged(f"{place} has no {INDEX} or {CONFIG} that names a class. Choose a folder with a checkpoint.")
    kind = kind_of(found, job)
    if kind is None:
        refused = ModelDamaged if found in KINDS else ModelMissing  # a loader may still know a class that no table has
        raise refused(f"{place} holds {show(found)}, {_instead(found, job)}")
    return Card(
        name=name, job=job, family=kind.family, modality=kind.modality, licence=LICENCE, loads=found, size=0,
        summary=summary.format(found), folder=folder, hub=hub,
    )  # fmt: skip


def _instead(found: str, job: Job) -> str:
    """The rest of a sentence: why that class is none for the job."""
    if found in KINDS:
        return f"which is a {KINDS[found].job} and no {job}. Choose it as a {KINDS[found].job}."
    near = closest(found, classes(job))
    return f"which no {job} loader here knows. " + (f"The nearest known is {join_or(near[:1])}." if near else "")


def _unknown(name: str, job: Job, names: list[str]) -> str:
    near = closest(name, names)
    hint = f" Did you mean {join_or(near)}?" if near else ""
    return f"There is no {job} {show(name)}.{hint} Known ones: {', '.join(names)}."
