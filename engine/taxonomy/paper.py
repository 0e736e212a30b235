"""Reads the metadata folder that the authors of "Generate Any Scene" published, as it is.

Its words have categories but no types, so anything goes with anything except two values of one category.
Try it: `python -c "from engine.taxonomy import load; print(load('PATH/OF/metadata'))"`.
"""

from __future__ import annotations

from pathlib import Path

from engine.errors import TaxonomyError
from engine.taxonomy import Taxonomy


def from_folder(folder: Path) -> Taxonomy:
    """The taxonomy of a folder with objects.json and its companions; raises `TaxonomyError` for what is malformed."""
    raise TaxonomyError(f"The folder {folder} cannot be read yet.")
