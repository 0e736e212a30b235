"""Reads the CSV of DSG and of DPG-Bench, a proposition a row: `item_id,text,…,dependency,…,tuple,question_natural_language`.

Holds caption, graph, the true questions and what each depends on; cells that are dirty are mended or listed; `dsg_table` writes it.
Try it: `python cli.py convert scenes.jsonl scenes.csv --to dsg`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.errors import FormatError, show
from engine.graph import (
    attribute_element,
    object_element,
    relation_element,
    scene_element,
)
from engine.interchange.assemble import Assembly, Passage
from engine.interchange.dsg_table import COLUMNS
from engine.interchange.record import SceneRecord
from engine.interchange.stream import Source, rows
from engine.programs import Exactly, Exists, Is, Program, Related, Scene, Thing
from engine.questions import YES_OR_NO, Question
from engine.taxonomy import forms

_TUPLE = re.compile(r"\s*([\w ]*?)\s*-\s*([^(]*?)\s*\((.*)\)\s*", re.DOTALL)
_COUNT = re.compile(r"(==|>=|=)?\s*(\d{1,2})")
_NUMBERED = re.compile(r"(.+)_(\d+)")
MAX_PROPOSITIONS = 2000


@dataclass(frozen=True, slots=True)
class _Row:
    """A proposition: what it says, what it depends on (proposition ids), and its question."""

    id: int
    broad: str
    detail: str
    words: tuple[str, ...]
    dependency: str
    text: str


def read(source: Source, shape: str, passage: Passage) -> Iterator[SceneRecord]:
    """The scenes of the table; raises `FormatError` with the line for a table without the columns, or a cell too long."""
    if shape != "table":
        raise FormatError(f"{show(source.name)} is JSON, and DSG is a CSV table. Name another format.")
    items: dict[str, list[_Row]] = defaultdict(list)
    texts: dict[str, str] = {}
    for line, cells in rows(source):
        missing = [column for column in ("item_id", "tuple") if column not in cells]
        if missing:
            raise FormatError(
                f"Line {line} of {source.name} has no column {show(missing[0])}. DSG has {', '.join(COLUMNS)}."
            )
        id = cells["item_id"].strip() or "?"
        texts.setdefault(id, cells.get("text", "").strip())
        if len(items[id]) == MAX_PROPOSITIONS:
            raise FormatError(f"Line {line} of {source.name}: {show(id)} has over {MAX_PROPOSITIONS} rows. Cut it.")
        items[id].append(_row(cells, len(items[id]) + 1, id, passage))
    for id, found in items.items():
        yield _Item(id, found, passage).record(texts[id])


def _row(cells: Mapping[str, str], place: int, item: str, passage: Passage) -> _Row:
    number = cells.get("proposition_id", "").strip()
    if not number.isdecimal() or len(number) > 9:
        passage.losses.add(item, "proposition ids that are no numbers", number)
    matched = _TUPLE.fullmatch(cells["tuple"])
    broad, detail, words = matched.groups() if matched else ("", "", cells["tuple"])
    parts = tuple(part.strip() for part in words.split(","))
    return _Row(
        int(number) if number.isdecimal() and len(number) <= 9 else place,
        (cells.get("category_broad", "") or broad).strip().lower() or broad.lower(),
        (cells.get("category_detailed", "") or detail).strip(" -"),
        tuple(part for part in parts if part),
        cells.get("dependency", "").strip(),
        cells.get("question_natural_language", "").strip(),
    )


@dataclass
class _Item:
    """The rows of one caption, on their way to a graph and its questions."""

    id: str
    rows: list[_Row]
    passage: Passage
    found: dict[int, list[Question]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.made = Assembly(self.id, self.passage)
        self.ids: dict[str, str] = {}
        """Name in the tuples -> object id."""
        self.numbers: Counter[str] = Counter()

    def record(self, text: str) -> SceneRecord:
        counts = self._counts()
        for row in self.rows:
            if row.broad == "entity" and row.words:
                self._entity(row, counts)
        for row in self.rows:
            self._other(row)
        questions = tuple(self._with_parents(row, q) for row in self.rows for q in self.found.get(row.id, ()))
        return SceneRecord(self.id, self.made.graph(), text or None, questions)

    # -- objects

    def _counts(self) -> dict[str, int]:
        """Name -> how many, of the rows that count."""
        found: dict[str, int] = {}
        for row in self.rows:
            if row.detail.lower() == "count" and len(row.words) == 2 and (count := _COUNT.fullmatch(row.words[1])):
                found[row.words[0]] = max(1, int(count.group(2)))
        return found

    def _entity(self, row: _Row, counts: Mapping[str, int]) -> None:
        words = ", ".join(row.words)
        numbered = _NUMBERED.fullmatch(words)
        name = numbered.group(1) if numbered else words
        count = 1 if numbered else counts.get(words, 1)
        if count > 1 or (name in counts and counts[name] > 1):
            name = forms.singular(name) or name
        for i in range(1, count + 1):
            key = words if count == 1 else f"{name}_{i}"
            self._object(key, name)
        self.ids.setdefault(words, self.ids.get(f"{name}_1", ""))
        if self.ids[words]:
            self.numbers[name] += count
            place = self.numbers[name] if numbered else 1
            self._keep(row, Exists(Thing(name), place), "existence", (object_element(self.ids[words]),))

    def _object(self, key: str, name: str) -> str | None:
        id = f"o{len(self.made.objects) + 1}"
        if key in self.ids or not self.made.object(id, name):
            return self.ids.get(key)
        self.ids[key] = id
        return id

    def _at(self, words: str) -> str | None:
        """The object that a tuple means; one that no row declares is added, and noted."""
        for form in (words, forms.singular(words) or "", forms.plural(words), *self._part(words)):
            if self.ids.get(form):
                return self.ids[form]
        numbered = _NUMBERED.fullmatch(words)
        self.passage.losses.add(self.id, "rows about things that no row declares (they were added)", words)
        return self._object(words, numbered.group(1) if numbered else words)

    def _part(self, words: str) -> tuple[str, ...]:
        """ "glasses" may mean "infant's glasses"."""
        return tuple(key for key in self.ids if key.endswith((f"' {words}", f"'s {words}")))

    # -- everything else

    def _other(self, row: _Row) -> None:
        if row.broad == "entity" and row.words:
            return
        if row.detail.lower() == "count" and len(row.words) == 2:
            self._count(row)
        elif row.broad == "global" and row.words:
            self._global(row)
        elif len(row.words) == 2 and row.broad in ("attribute", "relation", "action", "other", ""):
            self._attribute(row, row.words[0], row.words[1])
        elif row.broad == "attribute" and len(row.words) > 2:
            self._attribute(row, row.words[0], ", ".join(row.words[1:]))
        elif len(row.words) == 3:
            self._relation(row, *row.words)
        else:
            self.passage.losses.add(
                self.id, "rows that are no entity, attribute, relation or count", ", ".join(row.words)
            )

    def _count(self, row: _Row) -> None:
        name = row.words[0]
        found = _COUNT.fullmatch(row.words[1])
        same = [key for key, item in self.made.objects.items() if item.name in (name, forms.singular(name))]
        if found is None or not same:
            self.passage.losses.add(self.id, "counts that are no numbers", ", ".join(row.words))
            return
        n, thing = int(found.group(2)), Thing(self.made.objects[same[0]].name)
        program: Program = Exists(thing, n) if found.group(1) == ">=" else Exactly(thing, n)
        self._keep(row, program, "count", tuple(map(object_element, same)))

    def _global(self, row: _Row) -> None:
        value = ", ".join(row.words)
        known = self.passage.taxonomy.scene_kind.items()
        named = next((kind for kind, about in known if value in about.phrases), None)
        kind = self.made.scenery(named or row.detail or "global", value)
        if kind:
            self._keep(row, Scene(kind, value), "scene", (scene_element(kind),))

    def _attribute(self, row: _Row, name: str, value: str) -> None:
        kind = row.detail if row.broad == "attribute" and row.detail else row.broad or None
        for id in self._all(name):
            mark = self.made.attribute(id, value, kind)
            if mark is not None:
                thing = Thing(self.made.objects[id].name, definite=True)
                self._keep(row, Is(thing, mark.kind, mark.value), "attribute", (attribute_element(mark),))

    def _all(self, name: str) -> list[str]:
        """The objects that a name means: each of the three of "guards", one of "guards_2"."""
        one = self._at(name)
        if one is None or _NUMBERED.fullmatch(name):
            return [one] if one else []
        group = [id for key, id in self.ids.items() if _NUMBERED.fullmatch(key) and self.made.objects[id].name == (
            forms.singular(name) or name)]  # fmt: skip
        return group if len(group) > 1 else [one]

    def _relation(self, row: _Row, source: str, target: str, phrase: str) -> None:
        if target not in self.ids and (phrase in self.ids or forms.is_preposition(target)):
            target, phrase = phrase, target
        ends = self._at(source), self._at(target)
        if ends[0] is None or ends[1] is None:
            return
        known = phrase in self.passage.taxonomy.relation
        phrase = phrase if known else forms.predicate(phrase)
        link = self.made.relation(ends[0], ends[1], phrase, row.detail or row.broad or None)
        if link is not None:
            things = (Thing(self.made.objects[end].name, definite=True) for end in (link.source, link.target))
            first, second = things
            self._keep(row, Related(first, link.phrase, second), "relation", (relation_element(link),))

    # -- questions

    def _keep(self, row: _Row, program: Program, kind: str, elements: tuple[str, ...]) -> None:
        if not row.text:
            self.passage.losses.add(self.id, "rows without a question", ", ".join(row.words))
            return
        found = self.found.setdefault(row.id, [])
        if found:
            found[0] = replace(found[0], elements=(*found[0].elements, *elements))
            return
        found.append(Question(f"q{row.id}", row.text, "yes", YES_OR_NO, kind, elements, (), None, program))

    def _with_parents(self, row: _Row, question: Question) -> Question:
        parents = []
        for part in filter(None, (part.strip() for part in row.dependency.replace(";", ",").split(","))):
            number = int(part) if part.isdecimal() and len(part) < 10 else self._named(part)
            if number and number in self.found and number != row.id:
                parents.append(f"q{number}")
            elif number != 0:
                self.passage.losses.add(self.id, "dependencies on nothing that is there", part)
        return replace(question, parents=tuple(dict.fromkeys(parents)))

    def _named(self, words: str) -> int | None:
        """The proposition that a dependency means which names a thing instead of an id."""
        for row in self.rows:
            if row.broad == "entity" and ", ".join(row.words).lower() == words.lower():
                return row.id
        return None
