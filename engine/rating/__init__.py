"""Rating projects, ready made or from what is there: items, lessons, agreement, exchange, and what their answers teach.

The store gives items out and keeps answers (`engine.store.ratings`); this room says what they are about.
Try it: `python -c "from engine.rating import READY; print(READY)"`, or `python cli.py ratings --help`.
"""

from __future__ import annotations

from engine.rating.agreeing import agreements, described
from engine.rating.chosen import from_set
from engine.rating.export import export_project, packed
from engine.rating.founding import found_project
from engine.rating.interchange import Imported, import_ratings, read_rows
from engine.rating.items import from_captions, from_pictures, from_scenes, from_sessions, picture_pairs
from engine.rating.learning import Learned, learned, rated_graphs
from engine.rating.projects import READY, human_captions, make_captions, make_scenes
from engine.rating.protocol import protocol

__all__ = [
    "READY",
    "Imported",
    "Learned",
    "agreements",
    "described",
    "export_project",
    "found_project",
    "from_captions",
    "from_pictures",
    "from_scenes",
    "from_sessions",
    "from_set",
    "human_captions",
    "import_ratings",
    "learned",
    "make_captions",
    "make_scenes",
    "packed",
    "picture_pairs",
    "protocol",
    "rated_graphs",
    "read_rows",
]
