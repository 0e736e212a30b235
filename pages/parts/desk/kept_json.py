"""The JSON that a session keeps in its texts: settings, constraints, graphs.

Try it: `python -c "from pages.parts.desk.kept_json import loaded; print(loaded('no json'))"`.
"""

from __future__ import annotations

from typing import Any

import orjson


def dumped(value: object) -> str:
    """JSON text."""
    return orjson.dumps(value).decode()


def loaded(text: str) -> dict[str, Any]:
    """A JSON object of the store, or an empty one for anything else."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
