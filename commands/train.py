"""Commands under `train`: each teaches a generator in one way and writes weights, curves and a report into a folder.

Try it: `python cli.py train reward --student pocket-ar --dry-run`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from commands.terminal import AsJson, Seed, bar, emit, to_bar

train = typer.Typer(no_args_is_help=True, help="Teach a generator, with proof.")


@train.command("reward")
def train_reward(
    student: Annotated[str, typer.Option(help="pocket (flow matching) or pocket-ar (autoregressive)")] = "pocket-ar",
    reward: Annotated[str, typer.Option(help="scene-graph, or clip as the baseline")] = "scene-graph",
    updates: Annotated[int, typer.Option(min=1, max=1_000_000)] = 160,
    rate: Annotated[float | None, typer.Option(help="Learning rate.")] = None,
    kl: Annotated[float | None, typer.Option(help="Weight of the divergence from the start.")] = None,
    complexity: Annotated[str, typer.Option(metavar="N or A-B", help="Of the captions.")] = "6-12",
    stop: Annotated[bool, typer.Option("--stop/--no-stop", help="Whether alarms end the run.")] = True,
    against: Annotated[Path | None, typer.Option(help="The folder of a finished run to compare with.")] = None,
    seed: Seed = 0,
    out: Annotated[
        Path, typer.Option(help="Weights, curves, alarms and report; a run that was stopped goes on.")
    ] = Path("runs/reward"),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print plan, memory and hours, and train nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """GRPO: reward a generator's own pictures by a judge's answers about the scene graph, and watch for hacking."""
    from commands.terminal import whole_range
    from models.training import reward as recipe

    given: dict[str, Any] = {name: value for name, value in (("rate", rate), ("kl", kl)) if value is not None}
    settings = recipe.Settings(
        student=student, reward=reward, updates=updates, seed=seed, stop=stop,
        complexity=whole_range("complexity", complexity) or (6, 12), **given,
    )  # fmt: skip
    if dry_run:
        found = recipe.plan(settings)
    else:
        with bar("Rewarding", updates) as advance:
            found = recipe.run(settings, out, progress=to_bar(advance))
        if against is not None:
            found["against"] = {"folder": str(against)} | recipe.compare(out, against)
    emit(found) if as_json else typer.echo(recipe.told(found))


@train.command("self-improve")
def train_self_improve(
    student: Annotated[str, typer.Option(help="pocket (flow matching) or pocket-ar (autoregressive)")] = "pocket",
    arm: Annotated[str, typer.Option(help="best; or a control: random, web")] = "best",
    rounds: Annotated[int, typer.Option(min=1, max=20)] = 3,
    captions: Annotated[int, typer.Option(min=8, max=100_000, help="In each round.")] = 400,
    pictures: Annotated[int, typer.Option(min=1, max=64, help="Of each caption.")] = 8,
    share: Annotated[float, typer.Option(min=0.01, max=1, help="Of the best pictures, within each complexity.")] = 0.25,
    complexity: Annotated[str, typer.Option(metavar="N or A-B", help="Of the captions.")] = "4-11",
    steps: Annotated[int, typer.Option(min=1, help="Batches in each round.")] = 300,
    rate: Annotated[float, typer.Option(help="Learning rate.")] = 1e-3,
    seed: Seed = 0,
    out: Annotated[Path, typer.Option(help="Rounds, weights and report; a run that was stopped goes on.")] = Path(
        "runs/improve"
    ),
    as_json: AsJson = False,
) -> None:
    """Best of its own pictures, by a judge, into a LoRA, round by round; each choice is a set that Curate shows."""
    from commands.terminal import whole_range
    from engine.store import open_store
    from models.training import self_improve as recipe
    from models.training.folders import table
    from models.training.teaching import Lessons

    settings = recipe.Settings(
        student=student, arm=recipe.good_arm(arm), seed=seed, captions=captions, pictures=pictures, share=share, rounds=rounds,
        complexity=whole_range("complexity", complexity) or (4, 11), lessons=Lessons(steps=steps, rate=rate),
    )  # fmt: skip
    with open_store() as store, bar("Improving", None) as advance:

        def told(what: str, done: int, total: int) -> None:
            to_bar(advance)(done, total)

        found = recipe.run(settings, out, store, told=told)
    emit(found) if as_json else typer.echo(table(found))


@train.command("distill")
def train_distill(
    student: Annotated[str, typer.Option(help="pocket (flow matching) or pocket-ar (autoregressive)")] = "pocket",
    teacher: Annotated[str, typer.Option(help="Any generator, an image API among them.")] = "painter",
    arm: Annotated[str, typer.Option(help="hard; or the control, random")] = "hard",
    named: Annotated[str, typer.Option("--set", help="A named set of Curate to learn instead of choosing.")] = "",
    candidates: Annotated[int, typer.Option(min=8, help="Captions that both draw.")] = 2000,
    captions: Annotated[int, typer.Option(min=1, max=100_000, help="How many of them are taught.")] = 778,
    pictures: Annotated[int, typer.Option(min=1, max=64, help="Of each, by the teacher.")] = 4,
    gate: Annotated[float, typer.Option(min=0, max=1, help="Least score of a teacher's picture.")] = 0.9,
    complexity: Annotated[str, typer.Option(metavar="N or A-B", help="Of the captions.")] = "4-11",
    steps: Annotated[int, typer.Option(min=1, help="Batches.")] = 1200,
    rate: Annotated[float, typer.Option(help="Learning rate.")] = 2e-3,
    seed: Seed = 0,
    out: Annotated[Path, typer.Option(help="Pictures, weights and report; a run that was stopped goes on.")] = Path(
        "runs/distill"
    ),
    as_json: AsJson = False,
) -> None:
    """The captions where a teacher is most ahead, learnt from its pictures; or a set that was made in Curate."""
    from commands.terminal import whole_range
    from engine.store import open_store
    from models.training import distill as recipe
    from models.training.folders import table
    from models.training.teaching import Lessons

    settings = recipe.Settings(
        student=student, teacher=teacher, arm=recipe.good_arm(arm), named=named, seed=seed, candidates=candidates,
        captions=captions, pictures=pictures, gate=gate, complexity=whole_range("complexity", complexity) or (4, 11),
        lessons=Lessons(steps=steps, rate=rate),
    )  # fmt: skip
    with open_store() as store, bar("Distilling", None) as advance:

        def told(what: str, done: int, total: int) -> None:
            to_bar(advance)(done, total)

        found = recipe.run(settings, out, store, told=told)
    emit(found) if as_json else typer.echo(table(found))


def register(app: typer.Typer) -> None:
    """Put `train` and its commands into the program."""
    app.add_typer(train, name="train")
