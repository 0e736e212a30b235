"""Adds, removes and re-weights words from a file of the user's; `under` of `topics` is at hand here too.

JSON, or one line for each word: `+ object gnome person`, `- dog`, `dog * 5`.
Try it: `python -m pytest tests/engine/taxonomy/test_wordfile.py`.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from engine.errors import TaxonomyError, join_or, show
from engine.graph import MAX_TEXT
from engine.taxonomy import Taxonomy, forms
from engine.taxonomy.scenery import phrase as scene_phrase
from engine.taxonomy.topics import hint, under
from engine.taxonomy.words import Choice, Kind, Noun

__all__ = ["apply", "under"]

MAX_BYTES = 5_000_000
MAX_WEIGHT = 1e6
LISTS = {"object": "objects", "attribute": "attributes", "relation": "relations", "scene": "scene_attributes"}
"""First word of a line -> list of the JSON form."""
_FIELDS = {
    "objects": ("name", "plural", "kind", "number", "sense", "weight"),
    "attributes": ("value", "kind", "weight"),
    "relations": ("phrase", "kind", "form", "plural", "base", "subjects", "objects", "weight"),
    "scene_attributes": ("value", "kind", "phrase", "weight"),
}
NUMBERS = ("count", "mass", "plural")


@dataclass(frozen=True, slots=True)
class _Change:
    """One change and where it stands: `what` is a list of the JSON form, `remove` or `weight`."""

    place: str
    what: str
    row: Mapping[str, Any]


def apply(taxonomy: Taxonomy, path: Path) -> Taxonomy:
    """The taxonomy with the changes of a file; the given one stays as it is.

    Removed and re-weighted words stay known and only their `choice` changes. Raises `TaxonomyError` with the line,
    and the closest known words, for a word or kind that nobody knows.
    """
    data = _bytes(path)
    adding = {"objects": _add_object, "attributes": _add_attribute, "relations": _add_relation,
              "scene_attributes": _add_scene}  # fmt: skip
    choosing = {"remove": _remove, "weight": _weigh}
    choice = taxonomy.choice
    for change in _changes(path, data):
        if change.what in choosing:
            choice = choosing[change.what](choice, change, _known(taxonomy, change))
        else:
            taxonomy, word = adding[change.what](taxonomy, change)
            choice = replace(choice, without=choice.without - {word})
    return replace(taxonomy, choice=choice, version=f"{taxonomy.version}+{hashlib.sha256(data).hexdigest()[:8]}")


# --- the file ---------------------------------------------------------------------------------------------------------


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TaxonomyError(f"{show(path)} has more than {MAX_BYTES:,} bytes. Use a shorter file of words.")
        return path.read_bytes()
    except OSError as error:
        raise TaxonomyError(f"{show(path)} cannot be read ({error.strerror}). Name another file.") from error


def _changes(path: Path, data: bytes) -> Iterator[_Change]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TaxonomyError(f"{show(path)} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    if text.lstrip().startswith("{"):
        yield from _from_json(path, text)
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield _from_line(f"Line {number} of {path.name}", " ".join(line.split()))


def _from_line(place: str, line: str) -> _Change:
    """ "+ object gnome person", "- dog" or "dog * 5"; the kind of an added word is found later."""
    if line.startswith("+"):
        what, _, words = line[1:].strip().partition(" ")
        if what not in LISTS or not words:
            raise TaxonomyError(
                f"{place} adds {show(what)}; begin with “+ {'”, “+ '.join(LISTS)}” and the word after it."
            )
        return _Change(place, LISTS[what], {"": words})
    if line.startswith("-"):
        return _Change(place, "remove", {"word": line[1:].strip()})
    word, star, factor = line.rpartition(" * ")
    if not star:
        raise TaxonomyError(f"{place} is {show(line)}; begin with “+” or “-”, or write “word * 5”.")
    return _Change(place, "weight", {"word": word, "factor": factor})


def _from_json(path: Path, text: str) -> Iterator[_Change]:
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise TaxonomyError(f"{show(path)} is not JSON ({error}). Mend it, or write one word a line.") from error
    for key in data:
        if key not in ("add", "remove", "weight"):
            raise TaxonomyError(f"{path.name} has {show(key)}; it can have “add”, “remove” and “weight”.")
    added = _typed(data.get("add", {}), dict, f"“add” of {path.name}")
    for what, rows in added.items():
        if what not in _FIELDS:
            raise TaxonomyError(f"“add” of {path.name} has {show(what)}; it can have {', '.join(map(show, _FIELDS))}.")
        for number, row in enumerate(_typed(rows, list, f"{show(what)} of {path.name}"), start=1):
            place = f"Entry {number} of {show(what)} in {path.name}"
            yield _Change(place, what, _fields(_typed(row, dict, place), what, place))
    for number, word in enumerate(_typed(data.get("remove", []), list, f"“remove” of {path.name}"), start=1):
        yield _Change(f"Entry {number} of “remove” in {path.name}", "remove", {"word": word})
    for word, factor in _typed(data.get("weight", {}), dict, f"“weight” of {path.name}").items():
        yield _Change(f"“weight” of {path.name}", "weight", {"word": word, "factor": factor})


def _typed(value: Any, type_: type, place: str) -> Any:
    if not isinstance(value, type_):
        wanted = "a JSON object" if type_ is dict else "a list"
        raise TaxonomyError(f"{place} has to be {wanted}, it is {show(value)}. Mend it.")
    return value


def _fields(row: Mapping[str, Any], what: str, place: str) -> Mapping[str, Any]:
    for key in row:
        if key not in _FIELDS[what]:
            raise TaxonomyError(f"{place} has the field {show(key)}; it can have {', '.join(_FIELDS[what])}.")
    return row


# --- cells ------------------------------------------------------------------------------------------------------------


def _text(change: _Change, key: str, default: str | None = None) -> str:
    value = change.row.get(key, default)
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text or len(text) > MAX_TEXT or not text.isprintable():
        raise TaxonomyError(f"{change.place}: {key} is {show(value)}; write 1 to {MAX_TEXT} plain characters.")
    return text


def _factor(change: _Change, key: str, default: float = 1.0) -> float:
    value = change.row.get(key, default)
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if isinstance(value, bool) or not 0 <= number <= MAX_WEIGHT:
        raise TaxonomyError(f"{change.place}: {key} is {show(value)}; write a number from 0 to {MAX_WEIGHT:,.0f}.")
    return number


def _split(change: _Change, key: str, kinds: Iterable[str]) -> _Change:
    """The words of a line as word and kind, the longest known kind that they end in."""
    words = change.row.get("")
    if words is None:
        return change
    for kind in sorted(kinds, key=len, reverse=True):
        if words.endswith(" " + kind):
            return replace(change, row={key: words[: -len(kind) - 1], "kind": kind})
    return replace(change, row={key: words})


def _kind(change: _Change, known: Iterable[str], what: str, default: str | None = None) -> str:
    known = tuple(known)
    if "kind" not in change.row and default is not None:
        return default
    if "kind" not in change.row:
        raise TaxonomyError(f"{change.place} names no kind of {what}. Known ones: {', '.join(known[:12])}.")
    kind = _text(change, "kind")
    if kind not in known:
        raise TaxonomyError(f"{change.place}: {show(kind)} is not a kind of {what}. {hint(kind, known)}")
    return kind


def _kinds_list(change: _Change, key: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    entries = change.row.get(key, [])
    for entry in _typed(entries, list, f"{change.place}: {key}"):
        bare = str(entry).removeprefix("!")
        if taxonomy.kinds and bare not in taxonomy.kinds:
            raise TaxonomyError(f"{change.place}: {show(bare)} is not a kind of thing. {hint(bare, taxonomy.kinds)}")
    return tuple(map(str, entries))


# --- changes ----------------------------------------------------------------------------------------------------------


def _add_object(taxonomy: Taxonomy, change: _Change) -> tuple[Taxonomy, str]:
    """A noun; it takes the place of those that have its spelling."""
    kinds: Sequence[str] = tuple(taxonomy.kinds) or tuple(dict.fromkeys(noun.kind for noun in taxonomy.nouns))
    change = _split(change, "name", kinds)
    _check_slip(taxonomy, change, kinds)
    name, kind = _text(change, "name"), _kind(change, kinds, "thing", "thing" if "thing" in kinds else kinds[0])
    number = _text(change, "number", forms.number(name))
    if number not in NUMBERS:
        raise TaxonomyError(f"{change.place}: number is {show(number)}; write {', '.join(NUMBERS)}.")
    size = taxonomy.kinds.get(kind, Kind(kind)).size
    sense = _text(change, "sense") if "sense" in change.row else None
    noun = Noun(name, _text(change, "plural", forms.plural(name)), kind, number, sense, size=size,
                weight=_factor(change, "weight"))  # fmt: skip
    return replace(taxonomy, nouns=(*(n for n in taxonomy.nouns if n.name != name), noun)), name


def _check_slip(taxonomy: Taxonomy, change: _Change, kinds: Iterable[str]) -> None:
    """A line whose last word is nearly a kind has a slip of the pen: "+ object gnome persn"."""
    words, _, last = str(change.row.get("name", "")).rpartition(" ")
    if words and "kind" not in change.row and last not in taxonomy.noun:
        near = difflib.get_close_matches(last, list(kinds), n=3, cutoff=0.75)
        if near:
            raise TaxonomyError(f"{change.place}: {show(last)} is not a kind of thing. Did you mean {join_or(near)}?")


def _add_attribute(taxonomy: Taxonomy, change: _Change) -> tuple[Taxonomy, str]:
    change = _split(change, "value", taxonomy.attribute_kind)
    value, kind = _text(change, "value"), _kind(change, taxonomy.attribute_kind, "attribute")
    found = tuple(
        replace(
            about,
            values=tuple(dict.fromkeys((*about.values, value))),
            switches={word: switch for word, switch in about.switches.items() if word != value},
            weights={**about.weights, value: _factor(change, "weight")},
        )
        if about.name == kind
        else about
        for about in taxonomy.attribute_kinds
    )
    return replace(taxonomy, attribute_kinds=found), value


def _add_relation(taxonomy: Taxonomy, change: _Change) -> tuple[Taxonomy, str]:
    kinds = dict.fromkeys(word.kind for word in taxonomy.relation_words)
    change = _split(change, "phrase", kinds)
    phrase, kind = _text(change, "phrase"), _kind(change, kinds, "relation")
    word = replace(forms.relation(phrase, kind), switch="", weight=_factor(change, "weight"),
                   subjects=_kinds_list(change, "subjects", taxonomy), objects=_kinds_list(change, "objects", taxonomy))  # fmt: skip
    if change.row.get("form") == "is":
        word = replace(word, phrase=phrase, form="is", plural="", base="")
    elif change.row.get("form") == "clause":
        base = _text(change, "base", _text(change, "plural", word.base or phrase))
        word = replace(word, phrase=phrase, form="clause", plural=_text(change, "plural", base), base=base)
    others = tuple(other for other in taxonomy.relation_words if other.phrase != word.phrase)
    return replace(taxonomy, relation_words=(*others, word)), word.phrase


def _add_scene(taxonomy: Taxonomy, change: _Change) -> tuple[Taxonomy, str]:
    change = _split(change, "value", taxonomy.scene_kind)
    value, kind = _text(change, "value"), _kind(change, taxonomy.scene_kind, "scene attribute")
    words = _text(change, "phrase", scene_phrase(kind, value))
    found = tuple(
        replace(
            about,
            phrases={**about.phrases, value: words},
            switches={word: switch for word, switch in about.switches.items() if word != value},
            weights={**about.weights, value: _factor(change, "weight")},
        )
        if about.name == kind
        else about
        for about in taxonomy.scene_kinds
    )
    return replace(taxonomy, scene_kinds=found), value


def _remove(choice: Choice, change: _Change, word: str) -> Choice:
    return replace(choice, without=choice.without | {word})


def _weigh(choice: Choice, change: _Change, word: str) -> Choice:
    return replace(choice, weights=tuple({**dict(choice.weights), word: _factor(change, "factor")}.items()))


def _known(taxonomy: Taxonomy, change: _Change) -> str:
    word = _text(change, "word")
    if word in taxonomy.noun or word in taxonomy.kind_of_value or word in taxonomy.relation:
        return word
    scene = [value for kind in taxonomy.scene_kinds for value in kind.phrases]
    if word in scene:
        return word
    known = (*taxonomy.noun, *taxonomy.kind_of_value, *taxonomy.relation, *scene)
    raise TaxonomyError(
        f"{change.place}: {show(word)} is not a word of the {taxonomy.name} taxonomy. {hint(word, known)}"
    )
