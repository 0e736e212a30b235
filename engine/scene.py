"""SceneLine: a graph with all that the engine says about it, one line of a `scenes.jsonl`.

Try it: `python cli.py generate --count 1 --complexity 5`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from engine.caption import Span, Style, caption
from engine.errors import FormatError, show
from engine.graph import SceneGraph
from engine.questions import Question, questions
from engine.taxonomy import Taxonomy

VERSION = "0.1.0"
"""Version of the program; it goes with every record."""
MAX_LINE = 2_000_000


@dataclass(frozen=True, slots=True)
class SceneLine:
    """One scene in full; `plausibility` is None until something rates it."""

    id: str
    graph: SceneGraph
    caption: str
    spans: Mapping[str, tuple[Span, ...]]
    questions: tuple[Question, ...]
    seed: int | None
    taxonomy: str
    modality: str = "image"
    plausibility: float | None = None
    style: Style = field(default_factory=Style)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, the fields of the contract in `README.md`."""
        return {
            "id": self.id,
            "hash": self.graph.hash,
            "caption": self.caption,
            "spans": {element: [list(span) for span in spans] for element, spans in self.spans.items()},
            "scene_graph": self.graph.to_dict(),
            "scene_attributes": dict(self.graph.scene_attributes),
            "questions": [question.to_dict() for question in self.questions],
            "complexity": self.graph.complexity,
            "modality": self.modality,
            "plausibility": self.plausibility,
            "seed": self.seed,
            "taxonomy": self.taxonomy,
            "program": VERSION,
            "style": {"length": self.style.length, "phrasing": self.style.phrasing},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SceneLine:
        """Read what `to_dict` wrote; raises `FormatError` or `GraphError` for anything else."""
        try:
            return cls(
                id=str(data["id"]),
                graph=SceneGraph.from_dict(data["scene_graph"]),
                caption=str(data["caption"]),
                spans={str(k): tuple((int(a), int(b)) for a, b in v) for k, v in data.get("spans", {}).items()},
                questions=tuple(Question.from_dict(row) for row in data.get("questions", ())),
                seed=None if data.get("seed") is None else int(data["seed"]),
                taxonomy=str(data.get("taxonomy", "pocket")),
                modality=str(data.get("modality", "image")),
                plausibility=data.get("plausibility"),
                style=_style(data.get("style")),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FormatError(
                f"This is not a scene of ours: {show(data)} ({type(error).__name__}: {error})."
            ) from error


def describe(
    graph: SceneGraph,
    taxonomy: Taxonomy,
    *,
    id: str,
    seed: int | None = None,
    ask: bool = True,
    modality: str = "image",
    style: Style | None = None,
) -> SceneLine:
    """Caption in a style, spans and (with `ask`) questions of a graph."""
    style = style or Style()
    said = caption(graph, taxonomy, style)
    asked = questions(graph, taxonomy) if ask else ()
    return SceneLine(id, graph, said.text, said.spans, asked, seed, taxonomy.name, modality, style=style)


def _style(data: Any) -> Style:
    return Style(str(data["length"]), int(data["phrasing"])) if data else Style()


def read_scenes(path: Path) -> Iterator[SceneLine]:
    """The scenes of a JSON Lines file; an unterminated last line (a killed writer) is left out.

    Raises `FormatError` with the line number for anything that is not a scene.
    """
    if not path.is_file():
        raise FormatError(f"There is no file {show(path)}. Write one with `python cli.py generate --out {path.name}`.")
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.endswith(b"\n") or not line.strip():
                continue
            if len(line) > MAX_LINE:
                raise FormatError(f"Line {number} of {path.name} has {len(line)} bytes; at most {MAX_LINE} are read.")
            try:
                yield SceneLine.from_dict(orjson.loads(line))
            except (orjson.JSONDecodeError, FormatError) as error:
                raise FormatError(f"Line {number} of {path.name}: {error}") from error
