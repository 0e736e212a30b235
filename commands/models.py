"""Commands about models: which there are, what fits this machine, fetching one, and the worker that uses them.

Try it: `python cli.py models`, `python cli.py models show sdxl`, `python cli.py models fetch vilt`, `python cli.py worker`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.terminal import AsJson, bar, emit, notes

if TYPE_CHECKING:
    from models.catalog import Card

Name = Annotated[str, typer.Argument(help="A name of the catalogue, or a hub id such as OWNER/MODEL.")]
group = typer.Typer(help="What can draw, judge and measure; what is here, what fits, and fetching one.")


@group.callback(invoke_without_command=True)
def models(context: typer.Context, as_json: AsJson = False) -> None:
    """What can draw, judge and measure, whether it is on this machine, and whether it fits it."""
    if context.invoked_subcommand is None:
        listed(as_json)


@group.command("list")
def listed(as_json: AsJson = False) -> None:
    """One line a model: job, name, modality, where it is, memory, licence."""
    from models.catalog import CARDS

    rows = [about(card) for card in CARDS]
    if as_json:
        emit(rows)
        return
    for row in rows:
        needs = "" if row["needs_gib"] is None else f"{row['needs_gib']:.1f} GiB"
        fits = {True: "fits", False: "too large", None: "not known"}[row["fits"]]
        gate = "gated, " if row["gated"] else ""
        typer.echo(
            f"{row['job']:<10} {row['name']:<24} {row['modality']:<6} {row['state']:<22} {fits:<9} {needs:>9}  "
            f"{gate}{row['licence']}"
        )


@group.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """All that is known of a model, and what keeps it from running here."""
    from models.catalog.named import named

    found = [about(card) | more(card) for card in named(name)]
    if as_json:
        emit(found)
        return
    for i, row in enumerate(found):
        if i:
            typer.echo()
        for key, value in row.items():
            if value not in (None, "", 0, [], False):
                typer.echo(f"{key.replace('_', ' '):<12} {', '.join(value) if isinstance(value, list) else value}")


@group.command()
def fetch(name: Name) -> None:
    """Get a model from the hub into its cache: safetensors, configs and tokenizers at the pinned revision, no programs."""
    from models.catalog.fetch import fetch as get
    from models.catalog.named import to_fetch

    card = to_fetch(name)
    if card.gated:
        notes.print(f"{card.hub} is gated: its licence has to be accepted on its page first.", highlight=False)
    with bar(f"Fetching {name} (MB)", None) as advance:

        def heard(hub: str, done: int, total: int) -> bool:
            advance(done // 1_000_000, max(1, total // 1_000_000))
            return True

        folders = get(card, heard)
    for folder in folders:
        typer.echo(folder)


def worker(
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda:1, ...; without it a worker for each device of this machine.")
    ] = None,
    drain: Annotated[bool, typer.Option("--drain", help="End when no job is queued.")] = False,
    home: Annotated[Path | None, typer.Option(help="The home folder; default: SCENEWRIGHT_HOME.")] = None,
) -> None:
    """Do the jobs of the queue, one worker process for each device; the app starts its own, so this is for without it."""
    from engine.store import default_home, open_store
    from models import machine
    from models.worker import ensure, serve

    first, *others = [device] if device else machine.devices() or ["cpu"]
    place = home or default_home()
    open_store(place).close()
    children = [ensure(place, device=other, drain=drain) for other in others]
    try:
        serve(place, first, drain=drain)
        for child in children:
            if child is not None:
                child.wait()
    except KeyboardInterrupt:
        notes.print("Stopped. A job that was running is taken up again by the next worker.", highlight=False)


def about(card: Card) -> dict[str, Any]:
    """What a list says of a model."""
    from models.catalog.fits import fit

    fits = fit(card)
    return {
        "name": card.name, "job": card.job, "modality": card.modality, "ready": card.ready, "state": state(card),
        "licence": card.licence, "gated": card.gated, "fits": fits.fits,
        "needs_gib": None if fits.needs is None else round(fits.needs, 1), "says": fits.says, "summary": card.summary,
    }  # fmt: skip


def state(card: Card) -> str:
    """Where a model is, in a few words."""
    from models.catalog import disk

    if card.ready:
        return "here"
    if card.ours:
        return "missing: make pocket"
    lacks = [lack for hub, revision in card.sources if (lack := disk.lacking(hub, revision))]
    return str(lacks[0]) if lacks else "not here"


def more(card: Card) -> dict[str, Any]:
    """What `models show` says beside."""
    return {
        "hub": card.hub, "revision": card.revision, "folder": str(card.place or "") or None, "url": card.url,
        "class": card.loads, "family": card.family, "adapters": [hub for hub, _ in card.adapters],
        "size": card.size, "frames": card.frames if card.frames > 1 else None, "steps": card.steps,
        "guidance": card.guidance, "tokens": card.tokens, "ignores": sorted(card.ignores), "caution": card.caution,
        "fetch": f"python cli.py models fetch {card.name}" if card.sources and not card.ready else None,
    }  # fmt: skip


def register(app: typer.Typer) -> None:
    """Make these functions commands."""
    app.add_typer(group, name="models")
    app.command()(worker)
