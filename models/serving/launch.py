"""Launch: Ray started or joined, models put behind it, and the address told; all ends with the block or the command.

Try it: `python cli.py serve --generator pocket --judge pocket --address 127.0.0.1:8600`.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import ClusterError, ModelError, show
from models.catalog import card
from models.serving.limits import Limits

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "SCENEWRIGHT_SERVE_TOKEN"
APP = "scenewright"
LEFT_AT_HOME = [".git", ".venv", "runs", "tests", "assets/welcome", "assets/readme"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What to serve: models by name, `host` and `port` to listen on, replicas of each model and their limits.

    With `most_replicas` above `replicas` Ray adds replicas while more than `busy` requests wait at each and takes them
    away again. `waiting` requests may wait for a model before callers are told to come again. `cluster` is `local` or
    the address of a Ray cluster.
    """

    generators: Sequence[str] = ()
    judges: Sequence[str] = ()
    host: str = "127.0.0.1"
    port: int = 8600
    replicas: int = 1
    most_replicas: int = 1
    busy: int = 16
    waiting: int = 256
    cluster: str = "local"
    token: str | None = None
    limits: Limits = field(default_factory=Limits)

    @property
    def address(self) -> str:
        """What ends in `/v1`."""
        return f"http://{self.host}:{self.port}/v1"


@contextmanager
def running(served: Served) -> Iterator[str]:
    """Serve while the block runs; yields the address.

    Raises `ModelMissing` for a model that is not here, `ModelError` where the network would be shown a door without a
    token or the port is taken, `ClusterError` where Ray is not installed or does not answer.
    """
    _check(served)
    ray, serve = _ray()
    _start(ray, served)
    try:
        serve.start(http_options={"host": served.host, "port": served.port, "request_timeout_s": 600}, **_QUIET)
        serve.run(_application(serve, served), name=APP, route_prefix="/", logging_config=_quiet_logs())
        yield served.address
    except (RuntimeError, ray.exceptions.RayError) as error:
        raise ClusterError(f"The models could not be served: {show(_last_line(error), limit=200)}") from error
    finally:
        serve.shutdown()
        ray.shutdown()


def _check(served: Served) -> None:
    for job, names in (("generator", served.generators), ("judge", served.judges)):
        for name in names:
            card(name, job)
    if not served.generators and not served.judges:
        raise ModelError("Nothing to serve. Name a model with --generator or --judge.")
    if served.token is None and not _loopback(served.host):
        raise ModelError(f"{served.host} is open to the network. Set {TOKEN} to a secret that callers have to know.")
    try:
        socket.create_server((served.host, served.port)).close()
    except (OSError, OverflowError) as error:
        raise ModelError(f"Cannot listen on {served.host}:{served.port} ({error}). Give another --address.") from error


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _ray() -> tuple[Any, Any]:
    try:
        import ray
        from ray import serve
    except ImportError as error:
        raise ClusterError("Ray Serve is not installed here. Run `pip install -r requirements-ray.txt`.") from error
    return ray, serve


def _start(ray: Any, served: Served) -> None:
    variables = {"PYTHONPATH": str(ROOT), "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1"}
    wanted = max(served.replicas, served.most_replicas) * (len(served.generators) + len(served.judges))
    try:
        if served.cluster == "local":
            ray.init(
                num_cpus=max(os.cpu_count() or 1, wanted + 1), include_dashboard=False, log_to_driver=False,
                logging_level="ERROR", runtime_env={"env_vars": variables},
            )  # fmt: skip
        else:
            variables.pop("PYTHONPATH")
            environment = {"working_dir": str(ROOT), "excludes": LEFT_AT_HOME, "env_vars": variables}
            ray.init(address=served.cluster, log_to_driver=False, logging_level="ERROR", runtime_env=environment)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise ClusterError(
            f"No Ray cluster answers at {show(served.cluster)} ({type(error).__name__}). Give its address, or local."
        ) from error
    logging.getLogger("ray.serve").setLevel(logging.ERROR)


_QUIET: dict[str, Any] = {}


def _quiet_logs() -> Any:
    from ray.serve.schema import LoggingConfig

    return LoggingConfig(log_level="ERROR", enable_access_log=False)


def _application(serve: Any, served: Served) -> Any:
    from models.serving.door import Door
    from models.serving.replicas import Answerer, Drawer

    drawers = {name: _deployed(serve, Drawer, "generator", name, served) for name in served.generators}
    answerers = {name: _deployed(serve, Answerer, "judge", name, served) for name in served.judges}
    lock = hashlib.sha256(served.token.encode()).hexdigest() if served.token else None
    door = serve.deployment(Door, name="door", max_ongoing_requests=200, ray_actor_options={"num_cpus": 0})
    return door.bind(drawers, answerers, lock=lock, limits=served.limits)


def _deployed(serve: Any, kind: type, job: str, name: str, served: Served) -> Any:
    import torch

    scale: dict[str, Any] = {"num_replicas": served.replicas}
    if served.most_replicas > served.replicas:
        limits = {"min_replicas": served.replicas, "max_replicas": served.most_replicas}
        scale = {"autoscaling_config": limits | {"target_ongoing_requests": served.busy}}
    made = serve.deployment(
        kind, name=f"{job}-{name}".replace("/", "-"), max_ongoing_requests=4 * served.busy,
        max_queued_requests=served.waiting, health_check_period_s=5, health_check_timeout_s=60,
        ray_actor_options={"num_cpus": 1, "num_gpus": 1 if torch.cuda.is_available() else 0}, **scale,
    )  # fmt: skip
    return made.bind(name)


def _last_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__
