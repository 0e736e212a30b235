"""The contact sheet: a run on one page of HTML that stands alone: figures, pictures, and what each got wrong.

Nothing on the page runs or is fetched; it reads well in the dark and on paper.
Try it: `python -c "from engine.contact_sheet import *; contact_sheet(Run.open('runs/a'), 'sheet.html')"`.
"""

from __future__ import annotations

import base64
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

from PIL import Image

from engine.contact_sheet.charts import by_complexity, by_kind
from engine.disk import write_whole
from engine.errors import FormatError, show
from engine.graph import SceneGraph, attribute_element, object_element, relation_element, scene_element
from engine.judgement import Judgement
from engine.questions import Question
from engine.report import ALL, report
from engine.run import Picture, Run
from engine.scene import SceneLine
from engine.scoring import RIGHT, UNASKED, WRONG, Mark, Scores

STYLE = Path(__file__).with_name("style.css")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
EDGE = 320
"""Pixels of a picture's longer side."""
SHOWN = 5
"""Wrong answers told under a picture; the others are in the list that opens."""
LOOKS = {RIGHT: ("right", "✓"), WRONG: ("wrong", "✗"), UNASKED: ("unasked", "–")}


def contact_sheet(run: Run, out_html: Path | str, *, limit: int = 200, judge: str | None = None) -> Path:
    """Write the page of the first `limit` scenes of a run; returns its path.

    Raises `FormatError` for a run without judged pictures or with one that cannot be opened.
    """
    out = Path(out_html)
    figures = report([run], judge=judge)[str(run.path)]
    page = "\n".join(_page(run, figures, limit, judge))
    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(out, page.encode())
    return out


# --- the page ---------------------------------------------------------------------------------------------------------


def _page(run: Run, figures: Mapping[str, Any], limit: int, judge: str | None) -> Iterator[str]:
    newest = run.newest(judge)
    pictures: dict[str, list[Picture]] = defaultdict(list)
    for picture in run.pictures():
        pictures[picture.scene].append(picture)
    scenes = [scene for scene in islice(run.scenes(), limit) if pictures[scene.id]]
    flawless = sum(_flawless(pictures[scene.id], newest) for scene in scenes)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(run.name)} · contact sheet</title>"
    yield f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>"
    yield from _header(run, figures)
    yield from _filters({"All scenes": len(scenes), "With mistakes": len(scenes) - flawless, "Flawless": flawless})
    yield "</header>\n<main>"
    for number, scene in enumerate(scenes, start=1):
        yield from _scene(run, number, scene, pictures[scene.id], newest)
    yield "</main>"
    left = sum(map(bool, pictures.values())) - len(scenes)
    rest = f"{left} more scenes are in {escape(str(run.path))}. " if left > 0 else ""
    yield f"<footer>{rest}Figures are 0 to 100, means over scenes; ranges are 95% bootstrap intervals over scenes.</footer>"
    yield "</body>\n</html>"


def _header(run: Run, figures: Mapping[str, Any]) -> Iterator[str]:
    row, about = figures[ALL], run.manifest
    facts = [
        (f"{row['scenes']}", "scenes"),
        (f"{row['n']}", "pictures judged"),
        ("drawn by", about.generator),
        ("judged by", row["judge"]),
        ("seed", "none" if about.seed is None else str(about.seed)),
        ("on", about.created[:10]),
    ]
    yield f'<header>\n<p class="eyebrow">Scenewright · contact sheet</p>\n<h1>{escape(run.name)}</h1>'
    told = (
        f"<li><b>{escape(a)}</b> {escape(b)}</li>" if a.isdigit() else f"<li>{a} <b>{escape(b)}</b></li>"
        for a, b in facts
    )
    yield f'<ul class="facts">{"".join(told)}</ul>'
    yield '<div class="panels">'
    yield f'<section class="panel"><h2>Score</h2>{"".join(_score(row))}</section>'
    yield f'<section class="panel"><h2>By complexity</h2>{by_complexity(figures)}</section>'
    yield f'<section class="panel"><h2>By kind of question</h2>{by_kind(row)}</section>'
    yield "</div>"


def _filters(counts: Mapping[str, int]) -> Iterator[str]:
    """Which scenes to show (style.css hides the others, nothing runs), and what the signs mean."""
    yield '<div class="bar"><fieldset class="filters"><legend class="hidden">Which scenes to show</legend>'
    for i, (label, count) in enumerate(counts.items()):
        id, checked = label.lower().replace(" ", "-"), "" if i else " checked"
        yield f'<label><input type="radio" name="show" id="{id}"{checked}>{label} <span class="count">{count}</span></label>'
    why = {UNASKED: ", since something it builds on is wrong"}
    signs = "".join(
        f'<span><b class="{c}">{sign}</b> {key}{why.get(key, "")}</span>' for key, (c, sign) in LOOKS.items()
    )
    yield f'</fieldset><div class="legend">{signs}</div></div>'


def _score(row: Mapping[str, Any]) -> Iterator[str]:
    exact: Mapping[str, Any] | None = row.get("oracle")
    yield _figure("●", "judge", "judge", row, "")
    if exact:
        yield _figure("◇", "oracle", "oracle, the exact truth", exact, " small")
    yield '<dl class="more">'
    for name in ("gated", "geometric"):
        beside = f' <span class="oracle">◇ {_points(exact[name])}</span>' if exact else ""
        yield f'<dt>{name}</dt><dd><span class="judge">● {_points(row[name])}</span>{beside}</dd>'
    if exact:
        yield f"<dt>agreement</dt><dd>{_points(exact['agreement'])} %</dd>"
    yield "</dl>"


def _figure(sign: str, kind: str, told: str, row: Mapping[str, Any], size: str) -> str:
    low, high = _points(row["low"]), _points(row["high"])
    return (
        f'<div class="figure"><span class="big {kind}{size}">{_points(row["mean"])}</span>'
        f'<span><span class="{kind}">{sign}</span> {told}<br><span class="soft">{low} – {high}</span></span></div>'
    )


# --- a scene ----------------------------------------------------------------------------------------------------------


def _scene(
    run: Run, number: int, scene: SceneLine, pictures: Sequence[Picture], newest: Mapping[str, Judgement]
) -> Iterator[str]:
    said = [newest.get(picture.id) for picture in pictures]
    scores = [one.scores if one else None for one in said]
    state = "flawless" if _flawless(pictures, newest) else "mistakes"
    best = _best(scores)
    yield f'<article data-state="{state}">'
    yield f'<p class="caption">{escape(scene.caption)}</p>'
    yield f'<p class="about"><span>{number}</span><span>complexity {scene.graph.complexity}</span><span>{escape(scene.id)}</span></p>'
    yield from _failed(scene.graph, scores)
    yield '<div class="strip">'
    for i, (picture, one) in enumerate(zip(pictures, said, strict=True)):
        yield from _picture(run, picture, scene.questions, one, i == best)
    yield "</div>\n</article>"


def _flawless(pictures: Sequence[Picture], newest: Mapping[str, Judgement]) -> bool:
    return all(picture.id in newest and newest[picture.id].scores.mean == 1 for picture in pictures)


def _best(scores: Sequence[Scores | None]) -> int | None:
    """Which picture the judge likes best; None where it cannot tell them apart."""
    keys = {i: (one.mean, one.geometric) for i, one in enumerate(scores) if one}
    return max(keys, key=keys.__getitem__) if len(set(keys.values())) > 1 else None


def _failed(graph: SceneGraph, scores: Sequence[Scores | None]) -> Iterator[str]:
    """The elements that at least one picture got wrong, with a mark for each picture in order."""
    told = []
    for element, name in _names(graph).items():
        statuses = [one.elements.get(element) if one else None for one in scores]
        if WRONG in statuses:
            marks = "".join(_sign(status) if status else "·" for status in statuses)
            told.append(f'<li>{escape(name)}<span class="marks">{marks}</span></li>')
    if told:
        yield f'<ul class="failed" aria-label="Elements that failed, one mark per picture">{"".join(told)}</ul>'


def _names(graph: SceneGraph) -> dict[str, str]:
    """Element id -> how the sheet calls it."""
    names = graph.names
    return {
        **{object_element(item.id): item.name for item in graph.objects},
        **{attribute_element(mark): f"{mark.value} {names[mark.object]}" for mark in graph.attributes},
        **{relation_element(r): f"{names[r.source]} {r.phrase} {names[r.target]}" for r in graph.relations},
        **{scene_element(kind): f"{kind}: {value}" for kind, value in graph.scene_attributes},
    }


def _picture(
    run: Run, picture: Picture, questions: Sequence[Question], said: Judgement | None, best: bool
) -> Iterator[str]:
    badge = (
        "? not judged"
        if said is None
        else ("✓ " if said.scores.mean == 1 else "") + _points(said.scores.mean, digits=0)
    )
    yield f'<figure><span class="frame"><img src="{_data_uri(run, picture)}" alt="{escape(picture.caption)}" loading="lazy">'
    yield f'<span class="badge">{badge}</span>{"<span class=best>★ best</span>" if best else ""}</span>'
    yield "<figcaption>"
    exact = said.oracle if said else None
    oracle = f"<span>◇ oracle {_points(exact.mean, digits=0)}</span>" if exact else ""
    gated = f"<span>gated {_points(said.scores.gated, digits=0)}</span>" if said else ""
    yield f'<div class="line"><span>seed {picture.seed}</span>{gated}{oracle}</div>'
    if said is not None:
        yield from _answers(questions, said)
    yield "</figcaption></figure>"


def _answers(questions: Sequence[Question], said: Judgement) -> Iterator[str]:
    """What failed at once, everything on demand; open questions are not in the score, so only there."""
    asked = {question.id: question for question in questions}
    exact = {mark.question: mark for mark in said.oracle.marks} if said.oracle else {}
    lines = {
        m.question: _answer(asked[m.question], m, exact.get(m.question))
        for m in said.scores.marks
        if m.question in asked
    }
    closed = [mark for mark in said.scores.marks if mark.question in lines and not asked[mark.question].open]
    wrong = [lines[mark.question] for mark in closed if mark.status == WRONG]
    yield f'<ul class="answers">{"".join(wrong[:SHOWN])}{"".join(_summary(closed, len(wrong)))}</ul>'
    everything = "".join(lines.values())
    yield f'<details><summary>All {len(lines)} answers</summary><ul class="answers">{everything}</ul></details>'


def _summary(closed: Sequence[Mark], wrong: int) -> Iterator[str]:
    unasked = sum(mark.status == UNASKED for mark in closed)
    if wrong > SHOWN:
        yield f"<li>{_sign(WRONG)}<span>{wrong - SHOWN} more</span></li>"
    if unasked:
        yield f"<li>{_sign(UNASKED)}<span>{unasked} not asked</span></li>"
    if not wrong and not unasked and closed:
        yield f"<li>{_sign(RIGHT)}<span>All {len(closed)} questions right</span></li>"


def _answer(question: Question, mark: Mark, exact: Mark | None) -> str:
    """A line like "✗ Is there a dog? judge: no, oracle: yes"; nothing is added where all is well."""
    told = [] if mark.correct else [f"judge: {mark.reply.answer}"]
    if exact is not None and exact.correct != mark.correct:
        told = [f"judge: {mark.reply.answer}", f"oracle: {exact.reply.answer}"]
    elif question.open and not mark.correct:
        told.append(f"right: {question.answer}")
    beside = f' <span class="told">{escape(", ".join(told))}</span>' if told else ""
    return f"<li>{_sign(mark.status)}<span>{escape(question.text)}{beside}</span></li>"


def _sign(status: str) -> str:
    look, sign = LOOKS[status]
    return f'<b class="{look}" aria-hidden="true">{sign}</b><span class="hidden">{status}</span>'


def _data_uri(run: Run, picture: Picture) -> str:
    path = run.image_path(picture)
    file = io.BytesIO()
    try:
        with Image.open(path, formats=["PNG"]) as image:
            small = image.convert("RGB")
            small.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
            small.save(file, "JPEG", quality=85, optimize=True)
    except (OSError, SyntaxError, ValueError) as error:
        raise FormatError(
            f"The picture {show(picture.file)} of {run.path} cannot be opened. Render it again."
        ) from error
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()


def _points(share: float, *, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f}"
