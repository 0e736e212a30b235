"""What the worker can do: one room for each kind of job, and the table that finds it.

A task takes the store and the claimed job and returns the sentence that the job ends with.
Try it: `python -c "from models.tasks import TASKS; print(*TASKS)"`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from engine.store import Job, Store
from models.tasks import backends
from models.tasks.again import again
from models.tasks.evaluate import evaluate
from models.tasks.export import export
from models.tasks.grid import grid
from models.tasks.judge import judge
from models.tasks.render import render

Task: TypeAlias = Callable[[Store, Job], str]
TASKS: Mapping[str, Task] = {
    "render": render,
    "judge": judge,
    "grid": grid,
    "again": again,
    "evaluate": evaluate,
    "export": export,
    "load": backends.load,
    "unload": backends.unload,
    "fetch": backends.fetch,
    "probe": backends.probe,
    "examine": backends.examine,
}
"""The task of each kind of job; none of them imports a model before it runs."""
