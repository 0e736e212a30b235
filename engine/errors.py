"""The exception tree: everything that can go wrong and that a person can act on.

Every message says what happened, which value caused it and what to do next, so that a page or the
command line can show `str(error)` as it is. Try it: `python -c "from engine import errors; help(errors)"`.

    ScenewrightError
    ├── GraphError            a scene graph that contradicts itself
    ├── TaxonomyError         a word list that cannot be used
    │   └── UnknownWord       a word that nobody knows, with the closest known ones
    ├── ConstraintError       constraints that no scene can meet, with the nearest that one can
    ├── ParseError            a caption that the grammar did not write
    ├── FormatError           a file that is malformed, too large or hostile
    ├── StoreError            the database or the home folder
    │   ├── StoreLocked       another program holds the database
    │   ├── StoreNewer        the database was written by a newer version
    │   └── DiskFull          no room left
    ├── ModelError            generators and judges
    │   ├── ModelMissing      weights or checkpoint not on this machine
    │   ├── ModelDamaged      weights that are not what was shipped
    │   └── WordsNotKnown     a caption or question with words that the model never learned
    │       └── PromptRefused a caption that a provider's filter will not draw
    ├── JobError              a job that cannot be queued, claimed or cancelled
    └── ClusterError          other machines that cannot be reached or used
"""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable, Sequence

MAX_WORD = 80
SHORTLIST = 400


class ScenewrightError(Exception):
    """Base of every error that is shown to a person; `str(error)` is one clear sentence or two."""


class GraphError(ScenewrightError):
    """A scene graph that contradicts itself (unknown ids, two colours on one object, a loop on itself)."""


class TaxonomyError(ScenewrightError):
    """A word list that cannot be used."""


class UnknownWord(TaxonomyError):
    """A word outside the taxonomy; the message names up to three of the closest known words."""

    def __init__(self, word: str, *, what: str, known: Iterable[str]) -> None:
        self.word = word
        self.closest = closest(word, known)
        hint = f"Did you mean {join_or(self.closest)}?" if self.closest else "Choose one from the list."
        super().__init__(f"{show(word)} is not {what} that this taxonomy knows. {hint}")


class ConstraintError(ScenewrightError):
    """Constraints that no scene can meet; the message says which one and the nearest that is possible."""


class ParseError(ScenewrightError):
    """A caption that the grammar did not write; the message quotes the place where reading stopped."""


class FormatError(ScenewrightError):
    """A file that is malformed, too large or hostile."""


class StoreError(ScenewrightError):
    """The database or the home folder cannot be used."""


class StoreLocked(StoreError):
    """Another program holds the database longer than we are willing to wait."""


class StoreNewer(StoreError):
    """The database was written by a newer version of the program."""


class DiskFull(StoreError):
    """No room left on the disk; what was being written was removed again."""


class ModelError(ScenewrightError):
    """A generator or judge that cannot do what was asked."""


class ModelMissing(ModelError):
    """A checkpoint or weight file that is not on this machine."""


class ModelDamaged(ModelError):
    """Weights that cannot be read or are not the ones that were shipped."""


class WordsNotKnown(ModelError):
    """A caption or question with words that the model never learned."""


class PromptRefused(WordsNotKnown):
    """A caption or question that a provider's filter refused; others may still be drawn."""


class JobError(ScenewrightError):
    """A job that cannot be queued, claimed or cancelled."""


class ClusterError(ScenewrightError):
    """Other machines that cannot be reached, or that do not see what they have to."""


def closest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three of `known` that are spelled most like `word`, best first; of very many only the likeliest are compared."""
    word, words = word.strip().lower()[:MAX_WORD], list(known)
    if len(words) > SHORTLIST:
        pairs = _letter_pairs(word)
        near = (other for other in words if abs(len(other) - len(word)) <= 3 + len(word) // 4)
        words = heapq.nlargest(SHORTLIST, near, key=lambda other: len(pairs & _letter_pairs(other)) / (len(other) + 1))
    return tuple(difflib.get_close_matches(word, words, n=3, cutoff=0.5))


def _letter_pairs(word: str) -> set[str]:
    padded = f" {word.lower()} "
    return {padded[i : i + 2] for i in range(len(padded) - 1)}


def join_or(words: Sequence[str]) -> str:
    """`("a", "b", "c")` -> `"a, b or c"`, each in quotation marks."""
    quoted = [show(word) for word in words]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]


def show(value: object, *, limit: int = 60) -> str:
    """A value as a message may quote it: one line, in quotation marks, cut to `limit` characters."""
    text = " ".join(str(value).split())
    return f"“{text if len(text) <= limit else text[: limit - 1] + '…'}”"
