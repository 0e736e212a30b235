"""The command that serves models to other machines, by Ray Serve.

Try it: `python cli.py serve --generator pocket --judge pocket --replicas 2`.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import Annotated

import typer

from commands.terminal import notes
from engine.errors import FormatError, show

Names = list[str]


def serve(
    generator: Annotated[Names | None, typer.Option(help="A generator to serve; may be given several times.")] = None,
    judge: Annotated[Names | None, typer.Option(help="A judge to serve; may be given several times.")] = None,
    address: Annotated[str, typer.Option(help="HOST:PORT to listen on.")] = "127.0.0.1:8600",
    replicas: Annotated[int, typer.Option(min=1, max=64, help="Processes for each model.")] = 1,
    most_replicas: Annotated[int, typer.Option(min=1, max=64, help="Up to this many while requests queue up.")] = 1,
    waiting: Annotated[int, typer.Option(min=1, help="Requests that may wait for a model; more are sent away.")] = 256,
    cluster: Annotated[
        str, typer.Option(help="A Ray cluster's address; local starts one that ends with this.")
    ] = "local",
) -> None:
    """Serve models to other machines: `--generator http://HOST:PORT/v1#NAME` uses them there.

    Callers show the token in SCENEWRIGHT_SERVE_TOKEN (theirs: SCENEWRIGHT_API_KEY); on 127.0.0.1 none is needed.
    """
    from models.serving import Served, running
    from models.serving.launch import TOKEN

    host, port = _split(address)
    what = Served(
        generators=tuple(dict.fromkeys(generator or ())), judges=tuple(dict.fromkeys(judge or ())), host=host,
        port=port, replicas=replicas, most_replicas=max(replicas, most_replicas), waiting=waiting, cluster=cluster,
        token=os.environ.get(TOKEN) or None,
    )  # fmt: skip
    notes.print("Starting Ray and loading the models (half a minute)…", markup=False, highlight=False)
    with running(what) as here:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # Ray has put its own in while it started
        typer.echo(here)
        notes.print("Serving until Ctrl-C.", markup=False, highlight=False)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            notes.print("Stopping…", markup=False, highlight=False)


def _split(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdigit() or not 0 < int(port) < 65536:
        raise FormatError(f"{show(address)} is not HOST:PORT. Write it like 127.0.0.1:8600.")
    return host.strip("[]"), int(port)


def register(app: typer.Typer) -> None:
    """Make this function a command."""
    app.command()(serve)
