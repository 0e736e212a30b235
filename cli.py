"""The other front door: the same verbs without a browser. Data go to stdout or --out, progress to stderr.

Try it: `python cli.py demo`, or `python cli.py --help`.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import typer

from commands import (
    benchmark,
    budget,
    convert,
    evaluate,
    judging,
    models,
    paraphrase,
    pictures,
    plausibility,
    program,
    ratings,
    report,
    scenes,
    serve,
    sets,
    studies,
    train,
)
from commands.terminal import notes
from engine.errors import ScenewrightError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, help=__doc__
)
for room in (
    scenes,
    convert,
    paraphrase,
    budget,
    plausibility,
    ratings,
    report,
    benchmark,
    judging,
    pictures,
    evaluate,
    sets,
    studies,
    train,
    serve,
    models,
    program,
):
    room.register(app)


def main() -> None:
    """Run a command; whatever a person can mend ends as one sentence and exit code 2."""
    try:
        app()
    except ScenewrightError as error:
        notes.print(str(error), style="bold red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `| head` has seen enough
        sys.exit(0)


if __name__ == "__main__":
    main()
