"""The contact sheet: stands alone, says what failed in signs and words, and shows hostile text as text.

Run it: `pytest tests/engine/test_contact_sheet.py`.
"""

from __future__ import annotations

import base64
import io
import re
import shutil
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from engine.contact_sheet import contact_sheet
from engine.errors import FormatError
from engine.graph import Object, SceneGraph
from engine.report import report
from engine.run import Run
from engine.scene import SceneLine
from models.pocket.painter import paint
from models.pocket.scene import EMPTY
from tests.engine.judged_runs import POCKET, contents, lines, make_run, oracle

VOID = {"meta", "img", "input", "br"}
HOSTILE = '<script>alert("1")</script>'


class Page(HTMLParser):
    """Counts tags, keeps the attributes that could fetch something, and complains of tags that do not pair."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.sources: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == [], self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.sources += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action", "data"}]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def sheet(judged_run: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    return contact_sheet(judged_run, tmp_path_factory.mktemp("sheet") / "deeper" / "sheet.html").read_text("utf-8")


def test_it_stands_alone(sheet: str) -> None:
    page = Page(sheet)
    assert page.tags["script"] == page.tags["link"] == page.tags["iframe"] == 0
    assert len(page.sources) == page.tags["img"] == 18
    assert all(source.startswith("data:image/jpeg;base64,") for source in page.sources)
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in sheet
    style = sheet[sheet.index("<style>") : sheet.index("</style>")]
    assert not re.search(r"url\(|@import|https?:", style)
    with Image.open(io.BytesIO(base64.b64decode(page.sources[0].split(",")[1]))) as image:
        assert image.size == (64, 64)


def test_it_says_the_figures_of_the_report(judged_run: Run, sheet: str) -> None:
    row = report([judged_run])[str(judged_run.path)]["all"]
    words = Page(sheet).words
    for value in (row["mean"], row["oracle"]["mean"]):
        assert f"{100 * value:.1f}" in words
    assert f"{100 * row['low']:.1f} – {100 * row['high']:.1f}" in words


def test_every_scene_says_what_failed_in_signs_and_words(judged_run: Run, sheet: str) -> None:
    newest = judged_run.newest()
    articles = re.findall(r"<article.*?</article>", sheet, re.DOTALL)
    assert len(articles) == 6
    for article, scene in zip(articles, judged_run.scenes(), strict=True):
        assert f">{scene.caption}</p>" in article
        figures = re.findall(r"<figure>.*?</figure>", article, re.DOTALL)
        asked = {question.id: question for question in scene.questions}
        for k, figure in enumerate(figures):
            said = newest[f"{scene.id}-{k}"].scores
            shown = figure[: figure.index("<details>")]
            wrong = [mark for mark in said.marks if mark.status == "wrong" and not asked[mark.question].open]
            for mark in wrong[:5]:
                assert asked[mark.question].text in shown
            assert shown.count('<span class="hidden">wrong</span>') >= min(1, len(wrong))
            assert ("questions right" in shown) == (said.mean == 1)
            assert figure.count("<li>", figure.index("<details>")) == len(said.marks)
    assert len(re.findall(r'<article data-state="(?:flawless|mistakes)">', sheet)) == 6


def test_the_oracle_is_named_where_it_differs(judged_run: Run, sheet: str) -> None:
    pairs = [
        (mark, exact)
        for one in judged_run.newest().values()
        if one.oracle
        for mark, exact in zip(one.scores.marks, one.oracle.marks, strict=True)
    ]
    assert any(mark.correct != exact.correct for mark, exact in pairs)
    assert re.search(r"judge: (yes|no), oracle: (yes|no)", sheet)


def hostile_run(path: Path) -> Run:
    line = lines(1)[0]
    asked = tuple(replace(question, text=HOSTILE) for question in line.questions)
    odd = SceneLine(HOSTILE, SceneGraph((Object("o1", HOSTILE),)), HOSTILE, {}, asked, None, "pocket")
    run = Run.create(path, generator=HOSTILE, taxonomy=POCKET)
    picture = run.add_picture(paint(EMPTY), odd, 1, caption=f'" onerror="x {HOSTILE}')
    scores = oracle(line, EMPTY)
    marks = tuple(replace(mark, reply=replace(mark.reply, answer=HOSTILE)) for mark in scores.marks)
    run.add_judgement(picture.id, judge=HOSTILE, scores=replace(scores, marks=marks, reason=HOSTILE))
    return run


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    text = contact_sheet(hostile_run(tmp_path / "<b>run"), tmp_path / "sheet.html").read_text("utf-8")
    page = Page(text)
    assert page.tags["script"] == page.tags["b>run"] == 0
    assert "alert" in "".join(page.words)
    assert "<script" not in text


def test_pictures_nobody_judged_and_scenes_nobody_drew(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", count=2, images=2, judged=False)
    with pytest.raises(FormatError, match="has been judged yet"):
        contact_sheet(run, tmp_path / "sheet.html")
    line = lines(2)[0]
    run.add_judgement(f"{line.id}-0", judge="pocket", scores=oracle(line, contents(line, 0)))
    run.add_scene(replace(lines(3)[2], id="not drawn"))
    text = contact_sheet(run, tmp_path / "sheet.html").read_text("utf-8")
    assert text.count("? not judged") == 3
    assert "not drawn" not in text
    assert "◇" not in text  # no oracle, no word of it


def test_a_long_run_is_cut_and_says_so(judged_run: Run, tmp_path: Path) -> None:
    text = contact_sheet(judged_run, tmp_path / "sheet.html", limit=2).read_text("utf-8")
    assert text.count("<article") == 2
    assert "4 more scenes are in" in text


def test_a_picture_that_cannot_be_opened_is_named(judged_run: Run, tmp_path: Path) -> None:
    run = Run.open(shutil.copytree(judged_run.path, tmp_path / "run"))
    run.image_path(next(run.pictures())).write_bytes(b"not a picture")
    with pytest.raises(FormatError, match=r"images/3-0000-0.png” of .* cannot be opened"):
        contact_sheet(run, tmp_path / "sheet.html")
    assert not (tmp_path / "sheet.html").exists()
