"""Counts structures from a terminal; `python cli.py structures` does the same and more.

Try it: `python -m engine.structure 8` prints 193.
"""

from __future__ import annotations

import sys

from engine.errors import ConstraintError
from engine.structure import StructureQuery, count


def main(arguments: list[str]) -> int:
    """Print the number of classes of the complexity given; exit code 2 and one line if it cannot be done."""
    try:
        number = count(StructureQuery(complexity=int(arguments[0])))
    except (IndexError, ValueError):
        sys.stderr.write("Give a complexity: python -m engine.structure 8\n")
        return 2
    except ConstraintError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{number}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
