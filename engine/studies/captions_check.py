"""Study of captions by number of objects: are they coherent, are they diverse, and what rule paraphrases make of them.

Coherence is what a program can check (grammar, round trip, length of sentences) beside what a person marked.
Try it: `python cli.py study captions-check --taxonomy full --out report`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.caption import Span, Style
from engine.errors import ScenewrightError
from engine.graph import SceneGraph
from engine.paraphrase import LEVELS, Paraphrase, by_rules
from engine.parse import parse
from engine.scene import SceneLine, describe
from engine.studies import textstats
from engine.studies.drawn import Drawn, draw, evenly, sizes_within
from engine.studies.grammar import Finding, findings
from engine.studies.shares import Share
from engine.studies.textstats import Diversity, Spread
from engine.studies.votes import Votes
from engine.taxonomy import Taxonomy

Spans = Mapping[str, Sequence[Span]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """How many graphs over which numbers of objects, and how they are said."""

    graphs: int = 100
    objects: tuple[int, int] = (3, 12)
    mode: str = "plausible"
    style: Style = field(default_factory=Style)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A caption or a paraphrase with what the checks say of it."""

    text: str
    findings: tuple[Finding, ...]
    back: bool
    """Whether reading it gives a graph that says the same."""


@dataclass(frozen=True, slots=True)
class Case:
    """A graph, its caption, its paraphrases by level, and whether a person found the caption coherent."""

    objects: int
    line: SceneLine
    caption: Text
    paraphrases: Mapping[int, tuple[Paraphrase, Text]]
    coherent: bool | None = None


def check(
    taxonomy: Taxonomy,
    settings: Settings,
    *,
    marks: Votes | None = None,
    progress: Progress | None = None,
) -> list[Case]:
    """One case per graph. A caption counts as coherent where more than half of its marks say so.

    Raises `ConstraintError` where the taxonomy has no scenes of these sizes.
    """
    numbers = evenly(settings.graphs, sizes_within(settings.objects, taxonomy))
    cases = []
    for drawn in draw(taxonomy, numbers, mode=settings.mode, seed=settings.seed):
        cases.append(_case(drawn, taxonomy, settings, marks))
        if progress:
            progress(len(cases), settings.graphs)
    return cases


def _case(drawn: Drawn, taxonomy: Taxonomy, settings: Settings, marks: Votes | None) -> Case:
    line = describe(drawn.graph, taxonomy, id=drawn.id, seed=settings.seed, ask=False, style=settings.style)
    reworded = {level: by_rules(line, taxonomy, level=level, seed=settings.seed) for level in LEVELS}
    said = {level: (found, _text(found.text, line.graph, taxonomy)) for level, found in reworded.items()}
    vote = marks.mean(line.id, line.graph.hash) if marks else None
    caption = _text(line.caption, line.graph, taxonomy, line.spans)
    return Case(drawn.objects, line, caption, said, None if vote is None else vote > 0.5)


def _text(text: str, graph: SceneGraph, taxonomy: Taxonomy, spans: Spans | None = None) -> Text:
    return Text(text, findings(text, graph, taxonomy, spans=spans), _reads_back(text, graph, taxonomy))


def _reads_back(text: str, graph: SceneGraph, taxonomy: Taxonomy) -> bool:
    try:
        return parse(text, taxonomy).hash == graph.hash
    except ScenewrightError:
        return False


# --- figures ----------------------------------------------------------------------------------------------------------


def figures(cases: Sequence[Case]) -> dict[str, Any]:
    """`{"sizes": {"3": row, ...}, "all": row}`; shares come with 95% intervals, distinct-n and self-BLEU are 0..1.

    Diversity is over the texts of a row, so rows of the same number of texts can be compared, "all" with none of them.
    """
    sizes = sorted({case.objects for case in cases})
    rows = {str(size): _row([case for case in cases if case.objects == size]) for size in sizes}
    return {"sizes": rows, "all": _row(cases)}


def _row(cases: Sequence[Case]) -> dict[str, Any]:
    texts = [case.caption for case in cases]
    marked = [case.coherent for case in cases if case.coherent is not None]
    row = {"n": len(cases), **_of_texts(texts), "coherent": Share.of(marked).to_dict()}
    row["paraphrases"] = {str(level): _paraphrased(level, cases) for level in LEVELS}
    return row


def _of_texts(texts: Sequence[Text]) -> dict[str, Any]:
    lengths = [float(len(textstats.words(part))) for text in texts for part in textstats.sentences(text.text)]
    return {
        "findings": Share.of(bool(text.findings) for text in texts).to_dict(),
        "round_trip": Share.of(text.back for text in texts).to_dict(),
        "words": Spread.of([float(len(textstats.words(text.text))) for text in texts]).to_dict(),
        "words_per_sentence": Spread.of(lengths).to_dict(),
        "diversity": Diversity.of([text.text for text in texts]).to_dict(),
    }


def _paraphrased(level: int, cases: Sequence[Case]) -> dict[str, Any]:
    """Figures of the accepted paraphrases; `likeness` is their mean BLEU against the captions they reword."""
    pairs = [(case, *case.paraphrases[level]) for case in cases]
    good = [(case, text) for case, found, text in pairs if found.accepted]
    likeness = Spread.of([textstats.bleu(text.text, case.line.caption) for case, text in good])
    return {
        "accepted": Share.of(found.accepted for _, found, _ in pairs).to_dict(),
        "likeness": round(likeness.mean, 4),
        **_of_texts([text for _, text in good]),
    }


def found_in(cases: Sequence[Case]) -> Iterator[tuple[str, Finding]]:
    """(whose, finding) of everything the grammar check found; `whose` is `caption` or `level 2`."""
    for case in cases:
        yield from (("caption", what) for what in case.caption.findings)
        for level, (_, text) in case.paraphrases.items():
            yield from ((f"level {level}", what) for what in text.findings)


def rejected(cases: Sequence[Case]) -> Iterator[Paraphrase]:
    """The paraphrases that the gate turned away."""
    return (found for case in cases for found, _ in case.paraphrases.values() if not found.accepted)


def to_mark(cases: Sequence[Case]) -> bytes:
    """A CSV to be filled in by a person: one caption a row, an empty column `coherent`."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(("id", "hash", "objects", "caption", "coherent", "rater"))
    table.writerows((c.line.id, c.line.graph.hash, c.objects, c.line.caption, "", "") for c in cases)
    return file.getvalue().encode()
