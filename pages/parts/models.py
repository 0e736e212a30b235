"""Models that a person can choose on a page: the catalogue's and those of the servers that were added.

Try it: `python -m pytest tests/pages/test_backends.py -k server`.
"""

from __future__ import annotations

from engine.errors import ScenewrightError
from models.catalog import Card, cards
from models.catalog.servers import offered as on_offer
from pages.parts.home import store


def offered(job: str) -> tuple[Card, ...]:
    """All models for a job, usable ones first; a damaged list of servers leaves the catalogue's."""
    try:
        return on_offer(store().home, job)
    except ScenewrightError:
        return cards(job)


def chosen(name: str, job: str) -> Card:
    """The model of this name among them, the first of all where there is none."""
    found = offered(job)
    return next((card for card in found if card.name == name), found[0])
