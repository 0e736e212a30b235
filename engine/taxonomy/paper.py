"""Reads the metadata folder that the authors of "Generate Any Scene" published, as it is.

Its words have categories but no types, so anything goes with anything except two values of one category; `inspect`
says what was skipped. Try it: `python -c "from engine.taxonomy import load; print(load('PATH/OF/metadata'))"`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from engine.errors import TaxonomyError, show
from engine.graph import MAX_TEXT
from engine.taxonomy import Taxonomy, forms
from engine.taxonomy.scenery import scene_kind
from engine.taxonomy.words import AttributeKind, Noun, RelationWord, SceneKind

MAX_WORDS = 2_000_000
MAX_LENGTH = 500
MAX_BYTES = 200_000_000
OTHER_SENSES = "other-senses"
KINDS = {"color": "colour"}
"""Category in the metadata -> name of the attribute kind here."""
CATEGORIES = {name: key for key, name in KINDS.items()}
# The order in which English says adjectives; categories that are not here come between size and shape.
_ORDER = ("adj-general", "adj-beauty", "adj-horror", "human-tall", "human-short", "human-heavy", "human-light",
          "human-fit", "human-shape", "size", "", "state", "shape", "texture", "colour", "architectural style",
          "material")  # fmt: skip
# Of a value in several categories the most telling one keeps it.
_OWNERS = ("colour", "material", "shape", "size", "texture", "state", "architectural style")
_MANY = ("adj-general",)
"""Categories of which an object can have several values; without one, a crowded object would run out of kinds."""
_CLASHES = {
    "size": ("human-tall", "human-short", "human-heavy", "human-light"),
    "human-tall": ("human-short",),
    "human-heavy": ("human-light", "human-fit"),
    "adj-beauty": ("adj-horror",),
}


@dataclass
class _Skipped:
    """What was not taken from which file, with the first few examples."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def note(self, file: str, why: str, word: str = "") -> None:
        self.counts[file, why] += 1
        shown = self.examples.setdefault((file, why), [])
        if word and len(shown) < 3:
            shown.append(show(word))

    def sentences(self) -> list[str]:
        found = []
        for (file, why), count in self.counts.items():
            like = ", ".join(self.examples[file, why])
            found.append(f"{file}: {count:,} {why}" + (f", for example {like}." if like else "."))
        return found


def from_folder(folder: Path) -> Taxonomy:
    """The taxonomy of a folder with objects.json, attributes.json, relations.json and scene_attributes.json.

    Also reads taxonomy.json (edges parent -> child) where it is there. Raises `TaxonomyError` naming file and place
    for what is missing, empty, mistyped or too large; blank and repeated words are skipped.
    """
    return _read(folder)[0]


def inspect(folder: Path) -> list[str]:
    """What `from_folder` skipped or set aside, one sentence each with its count; raises what it raises."""
    taxonomy, skipped = _read(folder)
    found = skipped.sentences()
    aside = {
        "objects of a spelling that another one has": sum(noun.switch == OTHER_SENSES for noun in taxonomy.nouns),
        "relations that fit no sentence": sum(bool(word.switch) for word in taxonomy.relation_words),
        "attributes that fit no noun phrase": sum(len(kind.switches) for kind in taxonomy.attribute_kinds),
    }
    switches = (OTHER_SENSES, forms.UNGRAMMATICAL, forms.UNGRAMMATICAL)
    for (what, count), switch in zip(aside.items(), switches, strict=True):
        if count:
            found.append(f"{count:,} {what} are known and not drawn; the switch {show(switch)} draws them.")
    return found


def _read(folder: Path) -> tuple[Taxonomy, _Skipped]:
    skipped = _Skipped()
    files = {name: _json(folder, name) for name in ("objects", "attributes", "relations", "scene_attributes")}
    hypernyms = _hypernyms(folder)
    digest = hashlib.sha256()
    for name in files:
        digest.update((folder / f"{name}.json").read_bytes())
    taxonomy = Taxonomy(
        name=folder.resolve().name,
        version=f"paper-{digest.hexdigest()[:10]}",
        nouns=_nouns(files["objects"], hypernyms, skipped),
        attribute_kinds=_attribute_kinds(files["attributes"], skipped),
        relation_words=_relations(files["relations"], skipped),
        scene_kinds=_scene_kinds(files["scene_attributes"], skipped),
        hypernyms=hypernyms,
    )
    return taxonomy, skipped


# --- files ------------------------------------------------------------------------------------------------------------


def _json(folder: Path, name: str) -> object:
    path = folder / f"{name}.json"
    place = f"{path.name} in {show(folder.resolve().name)}"
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise TaxonomyError(f"{place} has {size:,} bytes; at most {MAX_BYTES:,} are read. Use a smaller list.")
        return orjson.loads(path.read_bytes())
    except FileNotFoundError:
        raise TaxonomyError(f"{place} is missing. Copy it from the authors' metadata folder.") from None
    except OSError as error:
        raise TaxonomyError(f"{place} cannot be read ({error.strerror}). Make it readable.") from error
    except orjson.JSONDecodeError as error:
        raise TaxonomyError(f"{place} is not JSON ({error}). Mend it, or copy it again.") from error


def _words(value: object, place: str, file: str, skipped: _Skipped) -> Iterator[str]:
    """The words of a list, each once; `place` says where the list is."""
    if not isinstance(value, list):
        raise TaxonomyError(f"{place} has to be a list of words, it is {_type(value)}. Mend it.")
    if len(value) > MAX_WORDS:
        raise TaxonomyError(f"{place} has {len(value):,} words; at most {MAX_WORDS:,} are read. Use a shorter list.")
    seen: set[str] = set()
    for number, entry in enumerate(value, start=1):
        if not isinstance(entry, str):
            raise TaxonomyError(
                f"Entry {number} of {place} is {_type(entry)} {show(entry)} instead of a word. Mend it."
            )
        if len(entry) > MAX_LENGTH:
            raise TaxonomyError(
                f"Entry {number} of {place} has {len(entry):,} characters; at most {MAX_LENGTH} are read. Shorten it."
            )
        word = entry if " " not in entry else " ".join(entry.split())
        if not word.strip():
            skipped.note(file, "blank words skipped")
        elif word in seen:
            skipped.note(file, "repeated words skipped", word)
        elif len(word) > MAX_TEXT or not word.isprintable():
            skipped.note(file, f"words skipped that have over {MAX_TEXT} characters or control characters", word)
        else:
            seen.add(word)
            yield word


def _lists(value: object, file: str) -> Iterator[tuple[str, object]]:
    """The categories of a file and their lists."""
    if not isinstance(value, Mapping):
        raise TaxonomyError(f"{file} has to hold categories with lists of words, it is {_type(value)}. Mend it.")
    if not value:
        raise TaxonomyError(f"{file} is empty. Copy it from the authors' metadata folder.")
    for name, entries in value.items():
        if not name.strip() or len(name) > MAX_TEXT or not name.isprintable():
            raise TaxonomyError(
                f"{file} has a category called {show(name)}. Give it a name of up to {MAX_TEXT} letters."
            )
        yield " ".join(name.split()), entries


def _type(value: object) -> str:
    names = {dict: "a JSON object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _filled(found: Iterable[object], file: str) -> None:
    if not found:
        raise TaxonomyError(f"{file} holds no words. Copy it from the authors' metadata folder.")


# --- words ------------------------------------------------------------------------------------------------------------


def _nouns(value: object, hypernyms: Mapping[str, object], skipped: _Skipped) -> tuple[Noun, ...]:
    """ "van (car)" is a van of the sense "car"; of one spelling the first without a note is drawn."""
    rows = []
    for raw in _words(value, "objects.json", "objects.json", skipped):
        name, sense = _spelled(raw)
        if name:
            rows.append((name, sense, raw if raw in hypernyms else None))
        else:
            skipped.note("objects.json", "words skipped that are only a note", raw)
    _filled(rows, "objects.json")
    drawn: dict[str, int] = {}
    for i, (name, sense, _) in enumerate(rows):
        if name not in drawn or (not sense and rows[drawn[name]][1]):
            drawn[name] = i
    return tuple(
        Noun(name, forms.plural(name), "thing", forms.number(name), sense, synset,
             switch="" if drawn[name] == i else OTHER_SENSES)
        for i, (name, sense, synset) in enumerate(rows)
    )  # fmt: skip


def _spelled(raw: str) -> tuple[str, str | None]:
    """Spelling with spaces, and the sense in parentheses at the end."""
    words = raw.replace("_", " ")
    if words.endswith(")") and "(" in words:
        words, _, sense = words[:-1].rpartition("(")
        return " ".join(words.split()), " ".join(sense.split()) or None
    return " ".join(words.split()), None


def _attribute_kinds(value: object, skipped: _Skipped) -> tuple[AttributeKind, ...]:
    file = "attributes.json"
    found = {
        KINDS.get(key, key): [attribute(KINDS.get(key, key), raw) for raw in _words(v, f"{show(key)} in {file}", file, skipped)]
        for key, v in _lists(value, file)
    }  # fmt: skip
    for name in [name for name, values in found.items() if not values]:
        skipped.note(file, "empty categories skipped", name)
        del found[name]
    _filled(found, file)
    owner: dict[str, str] = {}
    for name in sorted(found, key=lambda name: (name in _MANY, name not in _OWNERS, list(found).index(name))):
        for word in found[name]:
            if owner.setdefault(word, name) != name:
                skipped.note(file, "words skipped that stand in another category too", word)
    order = {name: i for i, name in enumerate(_ORDER)}
    return tuple(
        _attribute_kind(name, [word for word in dict.fromkeys(found[name]) if owner[word] == name])
        for name in sorted(found, key=lambda name: order.get(name, order[""]))
    )


def attribute(kind: str, raw: str) -> str:
    """An attribute of the metadata as it fits before a noun: "azure color" -> "azure", "Baroque architecture" -> "Baroque"."""
    words = " ".join(raw.replace("_", " ").split())
    if kind == "colour" and words.lower().endswith((" color", " colour")):
        return words.rpartition(" ")[0]
    if kind == "architectural style":
        words = words.removesuffix(" architecture")
        words = words[: -len(" style")] + "-style" if words.endswith(" style") else words
        return words[:-3] + "ist" if words.endswith("ivism") else words
    return words


def _attribute_kind(name: str, values: list[str]) -> AttributeKind:
    clashes = tuple(sorted({*_CLASHES.get(name, ()), *(a for a, others in _CLASHES.items() if name in others)}))
    noun = {"state": "state", "adj-general": "", "adj-beauty": "", "adj-horror": ""}.get(name, name)
    plain = noun and not name.startswith("human-")
    return AttributeKind(
        name,
        tuple(values),
        exclusive=name not in _MANY,
        question=f"What {noun} is {{the}}?" if plain and name != "state" else "What is {the} like?",
        clashes=clashes,
        switches={value: forms.UNGRAMMATICAL for value in values if " in " in f" {value} "},
    )


def _relations(value: object, skipped: _Skipped) -> tuple[RelationWord, ...]:
    file = "relations.json"
    found: dict[str, RelationWord] = {}
    for key, entries in _lists(value, file):
        for raw in _words(entries, f"{show(key)} in {file}", file, skipped):
            word = forms.relation(raw, key)
            if len(word.phrase) > MAX_TEXT:
                skipped.note(file, f"words skipped that come to over {MAX_TEXT} characters", raw)
            elif found.setdefault(word.phrase, word) is not word:
                skipped.note(file, "relations skipped that say the same as another one", raw)
    _filled(found, file)
    return tuple(found.values())


def _scene_kinds(value: object, skipped: _Skipped) -> tuple[SceneKind, ...]:
    file = "scene_attributes.json"
    found: dict[str, SceneKind] = {}
    for group, lists in _lists(value, file):
        for key, entries in _lists(lists, f"{show(group)} in {file}"):
            words = list(_words(entries, f"{show(key)} in {file}", file, skipped))
            kind = scene_kind(group, key, words)
            if not words or kind.name in found:
                skipped.note(file, "empty or repeated kinds skipped", key)
            else:
                found[kind.name] = kind
    _filled(found, file)
    return tuple(found.values())


def _hypernyms(folder: Path) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    """Name -> parent and spelling, of the edges in taxonomy.json; nothing where there is no such file."""
    if not (folder / "taxonomy.json").exists():
        return {}
    edges = _json(folder, "taxonomy")
    if not isinstance(edges, list):
        raise TaxonomyError(f"taxonomy.json has to be a list of [parent, child], it is {_type(edges)}. Mend it.")
    found: dict[str, tuple[str | None, tuple[str, ...]]] = {}
    for number, edge in enumerate(edges, start=1):
        if not (isinstance(edge, list) and len(edge) == 2 and all(isinstance(end, str) for end in edge)):
            raise TaxonomyError(f"Entry {number} of taxonomy.json is {show(edge)} instead of [parent, child]. Mend it.")
        parent, child = edge
        found.setdefault(parent, (None, (_spelled(parent)[0],)))
        if found.get(child, (None, ()))[0] is None:
            found[child] = (parent, (_spelled(child)[0],))
    return found
