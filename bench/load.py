"""Thirty people for five minutes against one app on this machine: how long each action takes, and what fails.

Ten compose, five render, fifteen rate. Loopback only and bounded.
Run: `python -m bench.load [--people 30] [--seconds 300]`.
"""

import argparse
import asyncio
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from bench.app_server import running
from bench.visitor import Visitor
from engine.rating.projects import make_scenes
from engine.store import open_store
from engine.taxonomy import load

SHARES = (("compose", 10), ("render", 5), ("rate", 15))
PAUSE = {"compose": (1.0, 4.0), "render": (8.0, 20.0), "rate": (2.0, 5.0)}
"""Seconds that a person looks before the next action."""


def memory(process):
    """Resident MB of the app's own process (the worker is another)."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def person(kind, number, address, end, project, found, troubles):
    """One visitor of a kind until the time is over."""
    rng = random.Random(number)
    who = f"{kind}-{number}"
    query = f"who={who}" + (f"&project={project}" if kind == "rate" else "")
    await asyncio.sleep(rng.random() * 5)
    try:
        async with Visitor(address, "rate" if kind == "rate" else "", query) as visitor:
            while time.monotonic() < end:
                action, key = choose(kind, visitor, rng)
                seconds = await visitor.press(key) if key else await visitor.rerun()
                if seconds is not None:
                    found[action].append(seconds)
                troubles += [f"{who}: {text}" for text in visitor.failures]
                visitor.failures.clear()
                await asyncio.sleep(rng.uniform(*PAUSE[kind]))
    except (OSError, TimeoutError) as error:
        troubles.append(f"{who}: {type(error).__name__}: {error}")


def choose(kind, visitor, rng):
    """What this person does next: an action's name and the key of its button, None for looking again."""
    if kind == "compose":
        return rng.choice([("edit", "surprise"), ("edit", "rephrase"), ("page", None)])
    if kind == "render":
        return ("render", "render") if "render" in visitor.buttons else ("page", None)
    answers = [key for key in visitor.buttons if key.startswith(("plausibility:", "real:"))]
    if answers:
        return "rate", rng.choice(answers)
    return "onwards", next((key for key in ("begin", "start", "go-on") if key in visitor.buttons), None)


async def crowd(address, process, seconds, people, project):
    """Everybody at once; returns seconds by action, what failed, and the memory at start and end."""
    found, troubles = defaultdict(list), []
    end = time.monotonic() + seconds
    total = sum(share for _, share in SHARES)
    kinds = [kind for kind, share in SHARES for _ in range(max(1, round(people * share / total)))]
    before = asyncio.create_task(_after(20, process))
    await asyncio.gather(*(person(k, i, address, end, project, found, troubles) for i, k in enumerate(kinds)))
    return found, troubles, (await before, memory(process))


async def _after(seconds, process):
    await asyncio.sleep(seconds)
    return memory(process)


def table(found):
    """Rows of p50, p95, p99 in seconds for each action."""
    for action, times in sorted(found.items()):
        if len(times) < 2:
            continue
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        yield {"action": action, "n": len(times), "p50": round(cuts[49], 3), "p95": round(cuts[94], 3),
               "p99": round(cuts[98], 3)}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=300)
    choice = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with tempfile.TemporaryDirectory() as home:
        with open_store(Path(home)) as store:
            project = make_scenes(store, load("full"), owner="me", count=120, seed=1, overlap=15).id
            for i in range(choice.people):
                store.person(f"rate-{i}", role="annotator")
        with running(home) as (address, process):
            found, troubles, sizes = asyncio.run(crowd(address, process, choice.seconds, choice.people, project))
        with open_store(Path(home)) as store:
            kept = len(store.ratings(project))
    for row in table(found):
        print(json.dumps(row))
    print(
        json.dumps(
            {"errors": len(troubles), "ratings kept": kept, "MB early": round(sizes[0]), "MB end": round(sizes[1])}
        )
    )
    for text in sorted(set(troubles))[:10]:
        print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
