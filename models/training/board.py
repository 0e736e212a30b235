"""The board against reward hacking: rows of what others see while a judge rewards, and alarms in words.

Judge B may end a run and chooses nothing: the last weights are kept, and the report's graphs are others than these.
The oracle is only told. Try it: `python -m pytest tests/models/test_reward.py -k alarm`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from models.training.evidence import Examined, gain


@dataclass(frozen=True, slots=True)
class Row:
    """What stood after `update`: points 0..100 by graph of each judge and the oracle, and figures of all pictures."""

    update: int
    points: dict[str, list[float]]
    figures: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, update: int, seen: Examined, figures: dict[str, float]) -> Row:
        """The row of an examination and of the figures beside it."""
        points = {name: [round(float(one), 3) for one in values] for name, values in seen.points.items()}
        return cls(update, points, seen.means() | figures)

    def since(self, earlier: Row, name: str) -> tuple[float, float, float]:
        """The gain in points of a judge since an earlier row, with its 95 % interval; zeros where it was not asked."""
        if name not in self.points:
            return 0.0, 0.0, 0.0
        return gain(np.array(self.points[name]), np.array(earlier.points[name]))


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: at which update, in words, and whether it ends the run."""

    update: int
    words: str
    ends: bool = True


def alarms(
    rows: Sequence[Row], dropped: Sequence[float], *, patience: int, rewards: str, reports: str, oracle: str = "oracle"
) -> list[Alarm]:
    """The alarms at the last of `rows`; `dropped` are the shares of groups without variance since the row before.

    `patience` updates are looked back. Hacking is told where the interval of the rewarding judge's gain lies above 0
    and that of the reporting judge's or the oracle's below.
    """
    now = rows[-1]
    found = _without_variance(now, dropped)
    earlier = next((row for row in reversed(rows[:-1]) if row.update <= now.update - patience), None)
    first = earlier or rows[0]
    if first is now:
        return found
    risen, (other, low, high) = now.since(first, rewards), now.since(first, reports)
    if earlier is not None and low <= 0 <= high:
        found.append(Alarm(now.update, f"Stagnation: {reports} has not risen since update {first.update} "
                           f"({_interval(other, low, high)})."))  # fmt: skip
    for name, ends in ((reports, True), (oracle, False)):
        fell = now.since(first, name)
        if risen[1] > 0 and fell[2] < 0:
            found.append(Alarm(now.update, f"Reward hacking: {rewards} rose since update {first.update} "
                               f"({_interval(*risen)}) while {name} fell ({_interval(*fell)}).", ends))  # fmt: skip
    return found


def _without_variance(now: Row, dropped: Sequence[float]) -> list[Alarm]:
    share = float(np.mean(dropped)) if len(dropped) else 0.0
    if share <= 0.5:
        return []
    words = f"{share:.0%} of the groups had no variance: nothing is learnt from them. Take captions of more elements."
    return [Alarm(now.update, words)]


def _interval(mean: float, low: float, high: float) -> str:
    return f"{mean:+.1f} points, {low:+.1f} to {high:+.1f}"


def looks(images: Sequence[Image.Image], group: int) -> dict[str, float]:
    """No-reference figures 0..1 of N pictures: light, colour, contrast, and how far those of one group lie apart."""
    shown = np.stack([np.asarray(one.convert("RGB").resize((32, 32)), dtype=np.float64) for one in images]) / 255
    found: dict[str, Any] = {
        "light": shown.mean(),
        "colour": (shown.max(-1) - shown.min(-1)).mean(),
        "contrast": shown.std((1, 2)).mean(),
        "spread": shown.reshape(-1, group, *shown.shape[1:]).std(1).mean(),
    }
    return {name: round(float(value), 4) for name, value in found.items()}
