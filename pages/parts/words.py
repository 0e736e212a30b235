"""Words on the page: other people's text made harmless for Markdown, figures and times as people say them.

Try it: `python -c "from pages.parts.words import plain; print(plain('![x](http://evil)'))"`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from engine.wording import counted

MARKED = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=\"'@/])")

LINKED = re.compile(r":(?=//)|www(?=\.)|@", re.IGNORECASE)
"""Where bare addresses become links by themselves; an invisible joiner after it prevents that."""

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""What turns the direction of the text after it by force; right-to-left scripts do without."""


def plain(text: str) -> str:
    """Text as it is, for labels and messages that Streamlit would read as Markdown: nothing in it is a link or a style."""
    flat = TURNING.sub("", " ".join(text.split()))
    return MARKED.sub(r"\\\1", LINKED.sub("\\g<0>\u2060", flat))


def figure(value: float | None) -> str:
    """A score as shown: `0.92`, or a dash for none."""
    return "–" if value is None else f"{value:.2f}"


def ago(moment: str, *, now: datetime | None = None) -> str:
    """How long ago a time of the store was, in words."""
    seconds = ((now or datetime.now(UTC)) - datetime.fromisoformat(moment)).total_seconds()
    for length, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            return f"{counted(int(seconds // length), name)} ago"
    return "just now"


def duration(seconds: float) -> str:
    """`8 s`, `2 min 5 s`, `15 min`."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    parts = [f"{minutes} min"] * (minutes > 0) + [f"{rest} s"] * (rest > 0 or minutes == 0)
    return " ".join(parts)


def file_name(name: str, ending: str) -> str:
    """A session's name as the name of a file."""
    stem = re.sub(r"[^\w]+", "-", name, flags=re.ASCII).strip("-").lower()[:60]
    return f"{stem or 'scene'}{ending}"
