"""The protocol of a project in words: who rated what, how often, under which guidelines, and how far they agreed.

Most papers leave it out (Otani et al., arXiv 2304.01816); here it is written from what was set and what happened.
Try it: `python cli.py ratings export PROJECT --out ratings.zip`, and read `protocol.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.agreement import Agreement
from engine.rating.agreeing import described
from engine.store.rating_values import COUNTED, PAIRS, Project, Rating, Sheet
from engine.wording import counted

QUESTIONS = {
    "scene": "how plausible a scene in words is, from 1 (impossible) to 5 (everyday), and whether it could be real or is "
    "an artefact of synthesis",
    "picture": "how well a picture shows its caption, from 1 (not at all) to 5 (all of it)",
    "caption-pair": "which of two captions is the better one",
    "picture-pair": "which of two pictures shows a caption better",
}


def protocol(sheet: Sheet, found: Mapping[str, Agreement]) -> str:
    """The protocol as Markdown; names of people stay out of it."""
    return "\n\n".join((f"# Protocol of {_line(sheet.project.name)}", *_paragraphs(sheet, found))) + "\n"


def _paragraphs(sheet: Sheet, found: Mapping[str, Agreement]) -> Iterator[str]:
    project, settings = sheet.project, sheet.project.settings
    roles: Counter[str] = Counter(item.role for item in sheet.items)
    yield (
        f"People were asked {QUESTIONS[project.kind]}. {_were(roles['item'], 'item')} to be rated by "
        f"{counted(project.overlap, 'person', 'people')} each; an item was reserved for whoever opened it for "
        f"{counted(settings.lease_seconds, 'second')}, "
        "so that no more people than that worked on it at once."
    )
    yield _blinding(project)
    yield _training(sheet, roles)
    yield _elements(project)
    yield _happened(sheet)
    yield from _flags(sheet)
    yield "## Agreement\n\n" + "\n".join(f"- {line}" for line in described(found))
    yield (
        "Alpha was computed on the newest answer of each person to each item, without practice, checks, skipped and "
        "flagged items, surplus answers, and adjudications; intervals are percentiles of 1,000 bootstrap samples of "
        "the items."
    )
    yield _versions(sheet)


def _blinding(project: Project) -> str:
    if not project.settings.blinded:
        return "Raters could see where an item came from."
    sides = " The sides of a pair were drawn anew for each person and item." if project.kind in PAIRS else ""
    return f"Raters did not see where an item came from, other people's answers, or any score.{sides}"


def _training(sheet: Sheet, roles: Counter[str]) -> str:
    settings = sheet.project.settings
    practised = min(settings.practice, roles["practice"])
    checks = roles["gold"] + roles["attention"]
    lessons = (
        f"Before the first item, everybody did {counted(practised, 'practice item')} with feedback."
        if practised
        else ""
    )
    if not checks or not settings.gold_every:
        return f"{lessons} No gold items or attention checks were used.".strip()
    blocked = f"; after {settings.block_after} failed ones a person got no more items" if settings.block_after else ""
    return (
        f"{lessons} One of {counted(checks, 'item')} with known answers ({roles['gold']} gold, "
        f"{counted(roles['attention'], 'attention check')}) came after every {counted(settings.gold_every, 'item')}"
        f"{blocked}. Answers within {settings.min_seconds:g} {'second' if settings.min_seconds == 1 else 'seconds'} were kept "
        "and counted as fast."
    ).strip()


def _elements(project: Project) -> str:
    if not project.settings.elements:
        return "Answers are about whole items."
    return "Beside the whole, people answered yes, no or can't tell for single elements of an item."


def _happened(sheet: Sheet) -> str:
    real = {item.id for item in sheet.items if item.role == "item"}
    answers = [one for one in sheet.ratings if one.item in real]
    counts = Counter(one.status for one in answers)
    imported = sum(one.origin == "import" for one in answers)
    days = sorted(one.created[:10] for one in answers)
    when = f" on {days[0]} (UTC)" if days else ""
    if days and days[0] != days[-1]:
        when = f" between {days[0]} and {days[-1]} (UTC)"
    return (
        f"## What happened\n\n{counted(len({one.person for one in answers}), 'person', 'people')} gave "
        f"{counted(counts['rated'], 'rating')}{when}, flagged {counted(counts['flagged'], 'item')} and skipped "
        f"{counted(counts['skipped'], 'item')}; {_were(imported, 'answer')} made elsewhere and imported. "
        f"{_full(answers, sheet)} of {counted(len(real), 'item')} have {counted(sheet.project.overlap, 'answer')}. "
        f"{_late(answers)}{_checked(sheet)} {_were(len(sheet.verdicts), 'item')} adjudicated."
    )


def _checked(sheet: Sheet) -> str:
    right = sum(one.checks_right for one in sheet.standings)
    wrong = sum(one.checks_wrong for one in sheet.standings)
    fast = sum(one.fast for one in sheet.standings)
    return (
        f"Checks were met {counted(right, 'time')} and failed {counted(wrong, 'time')}; {_were(fast, 'answer')} fast."
    )


def _late(answers: list[Rating]) -> str:
    late = sum(one.surplus for one in answers)
    they = "it is" if late == 1 else "they are"
    return (
        f"{counted(late, 'answer')} came after others had filled the places of the item: {they} kept and marked as "
        "surplus. "
        if late
        else ""
    )


def _were(count: int, one: str) -> str:
    return f"{counted(count, one)} {'was' if count == 1 else 'were'}"


def _flags(sheet: Sheet) -> Iterator[str]:
    """What people found wrong, item by item."""
    places = {item.id: item.place for item in sheet.items}
    flags = [one for one in sheet.ratings if one.status == "flagged"]
    lines = [f"- item {places[one.item]}: {_line(one.answers.get('comment', '')) or 'no comment'}" for one in flags]
    if lines:
        yield "## Flags\n\n" + "\n".join(lines)


def _full(answers: list[Rating], sheet: Sheet) -> int:
    counts = Counter(one.item for one in answers if one.status in COUNTED and not one.surplus)
    return sum(count >= sheet.project.overlap for count in counts.values())


def _versions(sheet: Sheet) -> str:
    used = Counter(one.guideline for one in sheet.ratings)
    lines = [
        f"- version {one.version} of {one.created[:10]}: {counted(used[one.version], 'answer')}"
        for one in reversed(sheet.guidelines)
    ]
    return "## Guidelines\n\n" + "\n".join(lines or ["- none"])


def _line(text: str) -> str:
    return " ".join(text.split())
