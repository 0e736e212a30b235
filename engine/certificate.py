"""The certificate of a judge: what it was examined on, every figure beside its aim, and whether it may be trusted.

An examination (`study judge`) writes it; pages and commands that choose pictures by a judge warn by it.
Try it: `python -c "from engine.certificate import find; print(find('pocket'))"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from engine.disk import from_json, write_whole
from engine.errors import FormatError, show

SHIPPED = Path(__file__).parents[1] / "assets" / "pocket" / "certificates"
FOLDER = "judges"
"""Inside the home: the certificates made on this machine, which count before the shipped ones."""
RIGHT: Mapping[str, float] = {"existence": 0.95, "attribute": 0.9, "relation": 0.9, "count": 0.9, "scene": 0.9}
"""The share of right answers on painted pictures below which a judge's word is no reward."""
LEAN, CALIBRATION, BLANK, ORDER = 0.05, 0.05, 0.02, 0.9
"""Most that the yes-rate may be off one half, that the expected calibration error may be, and P(yes) to what is not on an
empty page; least order of ladders, 1 where scores fall at every step (Spearman)."""
BLANKS = ("existence", "relation", "count")
"""The kinds of question that are asked about an empty page too."""


@dataclass(frozen=True, slots=True)
class Test:
    """One figure and what it had to be: at least `aim` where `at_least`, otherwise at most."""

    name: str
    figure: float
    aim: float
    at_least: bool = True

    @property
    def passed(self) -> bool:
        """Whether the figure meets its aim."""
        return self.figure >= self.aim if self.at_least else self.figure <= self.aim

    def __str__(self) -> str:
        return f"{self.name} {self.figure:.3f} ({'at least' if self.at_least else 'at most'} {self.aim:g})"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the judge `judge` was found to be on `made` (ISO time); `report` is the whole of `study judge`."""

    judge: str
    made: str
    command: str
    tests: tuple[Test, ...]
    report: Mapping[str, Any]

    @property
    def failed(self) -> tuple[Test, ...]:
        """The tests it did not pass."""
        return tuple(test for test in self.tests if not test.passed)

    @property
    def passed(self) -> bool:
        """Whether it passed every test."""
        return not self.failed

    def __str__(self) -> str:
        when = self.made[:10]
        if self.passed:
            return f"{self.judge} passed all {len(self.tests)} tests ({when}, {self.command})"
        return f"{self.judge} failed {len(self.failed)} of {len(self.tests)} tests: " + "; ".join(map(str, self.failed))


def certify(report: Mapping[str, Any], *, command: str) -> Certificate:
    """The certificate that a report of `study judge` earns, dated now; without ladders there is no test of them."""
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return Certificate(str(report["judge"]), made, command, tuple(_tests(report)), report)


def _tests(report: Mapping[str, Any]) -> Iterator[Test]:
    for kind, row in report["kinds"].items():
        yield Test(f"{kind}: right", row["accuracy"], RIGHT.get(kind, 0.9))
        yield Test(f"{kind}: lean to yes or no", round(abs(row["yes_rate"] - 0.5), 4), LEAN, at_least=False)
        yield Test(f"{kind}: calibration error", row["ece"], CALIBRATION, at_least=False)
        if kind in BLANKS:
            yield Test(f"{kind}: yes on an empty page", row["p_yes_blank"], BLANK, at_least=False)
    if report.get("ladder"):
        yield Test("ladders: score falls with distance", report["ladder"]["judge"]["order"], ORDER)


# --- where certificates lie -------------------------------------------------------------------------------------------


def keep(certificate: Certificate, home: Path) -> Path:
    """Write it under the home, in place of an older one of this judge; raises `StoreError` where that cannot be."""
    path = home / FOLDER / _file(certificate.judge)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, orjson.dumps(asdict(certificate), option=orjson.OPT_INDENT_2) + b"\n")
    return path


def find(judge: str, home: Path | None = None) -> Certificate | None:
    """The certificate of a judge: made on this machine, else shipped; None where it was never examined.

    Raises `FormatError` for a file that is none of ours.
    """
    for folder in ([home / FOLDER] if home is not None else []) + [SHIPPED]:
        path = folder / _file(judge)
        if path.is_file():
            return read(path)
    return None


def read(path: Path) -> Certificate:
    """The certificate in a file; raises `FormatError` for a file that is none."""
    data = from_json(path.read_bytes(), what=f"The certificate {path}")
    try:
        tests = tuple(
            Test(str(t["name"]), float(t["figure"]), float(t["aim"]), bool(t["at_least"])) for t in data["tests"]
        )
        return Certificate(str(data["judge"]), str(data["made"]), str(data["command"]), tests, dict(data["report"]))
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"{path} is no certificate of ours ({show(error)}). Run `study judge` again.") from error


def warning(judge: str, home: Path | None = None) -> str | None:
    """Why the word of this judge should not choose or reward, and what to do; None where nothing speaks against it."""
    found = find(judge, home)
    if found is None:
        return f"The judge {show(judge)} was never examined. Examine it first: {command(judge)}"
    if not found.passed:
        return f"{found}. What it chooses or rewards repeats its mistakes; take another judge, or check with one."
    return None


def command(judge: str) -> str:
    """What a person types to examine a judge."""
    return f"python cli.py study judge --judge {judge}"


def _file(judge: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", judge).strip(".-")[:60]
    return f"{plain}.json" if plain == judge else f"{plain}-{sha256(judge.encode()).hexdigest()[:10]}.json"
