"""Counterfactuals: a twist of every true question whose right answer is "no" in every picture of the graph.

An object that is absent, a value that is swapped or belongs to another object, a relation turned into its opposite,
around, or to something absent, one too many. Try it: `python -m pytest tests/engine/test_questions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from engine.asking import Pairs, one_way
from engine.graph import Attribute
from engine.programs import Exactly, Exists, Is, Program, Related, Scene, Thing
from engine.questions.meant import Meant, inside


class Wrong:
    """Twists true programs; `taken` are the twists given out so far.

    In a closed world of few words the wrong ones take turns over all of them, by how many questions were `asked`
    before; elsewhere each word has its own foils.
    """

    def __init__(self, meant: Meant) -> None:
        self.meant, self.taxonomy, self.closed = meant, meant.taxonomy, meant.book.closed
        self.taken: set[Program] = set()
        self._names: set[str] = set()
        self._triples = {(link.source, link.phrase, link.target) for link in meant.graph.relations}

    # -- objects

    def existence(self, name: str, ids: list[str], k: int) -> Program:
        """An object that is not there; for the last of several things that are counted, one more than there are."""
        countable = self.meant.countable(name)
        foil = None if countable and k == len(ids) > 1 else self._absent(name)
        if foil is None:
            return self._keep(Exists(Thing(name), len(self.meant.kin[name]) + 1 + k % len(ids)))
        return self._keep(Exists(Thing(foil)))

    def _absent(self, name: str) -> str | None:
        found = self._in_turn() if self.closed else next(self._fresh(name), None)
        if found is not None:
            self._names.add(found)
        return found

    def _fresh(self, name: str) -> Iterator[str]:
        return (foil for foil in self.meant.foils(name) if foil not in self._names)

    def _in_turn(self) -> str | None:
        """An object word that the graph does not have, each once, of the same kind as one that it has where possible."""
        same = self.meant.same
        kinds = {self.taxonomy.noun[name].kind for name in same if name in self.taxonomy.noun}
        absent = [noun for noun in self.taxonomy.nouns if noun.name not in same and noun.name not in self._names]
        near = [noun.name for noun in absent if noun.kind in kinds] or [noun.name for noun in absent]
        start = sum(map(len, same)) * 7
        return near[(start + len(self.taken) * 3) % len(near)] if near else None

    def number(self, name: str, n: int) -> Program:
        """One too many."""
        return self._keep(Exactly(Thing(name), n + 1))

    # -- attributes

    def attribute(self, mark: Attribute, thing: Thing, asked: int) -> Program:
        """The value of another object, or another value; where two could be true at once, one thing too many."""
        other = self._value_in_turn(mark, asked) if self.closed else self._value(mark, thing.name)
        if other is not None:
            return self._keep(Is(thing, mark.kind, other))
        return self._keep(self._beyond(thing.name, ((mark.kind, mark.value),), 2))

    def _value(self, mark: Attribute, name: str) -> str | None:
        return moved(self.meant, mark) or next((v for v in self._values(mark, name) if not inside(v, name)), None)

    def _values(self, mark: Attribute, name: str) -> tuple[str, ...]:
        about, noun = self.taxonomy.attribute_kind.get(mark.kind), self.taxonomy.noun.get(name)
        if about is None or not about.exclusive:
            return ()
        return self.taxonomy.other_values(mark.kind, mark.value, noun.kind if noun else "")

    def _value_in_turn(self, mark: Attribute, asked: int) -> str | None:
        kind = self.taxonomy.attribute_kind.get(mark.kind)
        if kind is None or not kind.exclusive:
            return None
        others = [value for value in kind.values if value != mark.value]
        return others[(asked * 3 + len(mark.value)) % len(others)] if others else None

    def _beyond(self, name: str, pairs: Pairs, n: int) -> Program:
        """At least `n` of these; of what is not counted in English, something absent that has the last attribute."""
        if self.meant.countable(name):
            return Exists(Thing(name, pairs), n)
        for foil in self.meant.foils(name):
            wrong = Exists(Thing(foil, pairs[-1:]))
            if wrong not in self.taken:
                return wrong
        return Exists(Thing(name, pairs), n)

    def attributes(self, name: str, pairs: Pairs, asked: int) -> Program:
        """The last attribute changed to one that none of this name can have, otherwise more than there can be."""
        *others, (kind, value) = pairs
        for other in self._candidates(name, kind, value, asked):
            marks = (*others, (kind, other))
            wrong = Exists(Thing(name, marks))
            if self.meant.fitting(name, marks) == 0 and wrong not in self.taken:
                return self._keep(wrong)
        most = self.meant.fitting(name, pairs)
        if not self.meant.countable(name):
            return self._keep(self._beyond(name, pairs, most + 1))
        return self._keep(
            next(wrong for n in count(most + 1) if (wrong := Exists(Thing(name, pairs), n)) not in self.taken)
        )

    def _candidates(self, name: str, kind: str, value: str, asked: int) -> list[str]:
        about = self.taxonomy.attribute_kind.get(kind)
        if about is None:
            return []
        if not self.closed:
            values = self._values(Attribute("", kind, value), name)
            return [other for other in values if not inside(other, name)]
        values = tuple(other for other in about.values if other != value)
        start = asked * 3 + len(value)
        return [values[(start + turn) % len(values)] for turn in range(len(values))]

    # -- relations

    def relation(self, program: Related, ends: tuple[str, str], turn: int) -> Program:
        """The opposite, the same the other way around, or an end that is not there; of things with "a" one too many."""
        source, target = program.source, program.target
        if not (source.definite and target.definite):
            return self._keep(self._crowded(program))
        word = self.taxonomy.relation.get(program.phrase)
        if word is not None and word.opposite is not None and (ends[0], word.opposite, ends[1]) not in self._triples:
            return self._keep(Related(source, word.opposite, target))
        if one_way(word) and (ends[1], program.phrase, ends[0]) not in self._triples:
            return self._keep(Related(target, program.phrase, source))
        return self._keep(self._other_end(program, turn))

    def _crowded(self, program: Related) -> Program:
        source = Thing(program.source.name, program.source.attributes)
        if self.meant.countable(source.name):
            return Related(source, program.phrase, program.target, len(self.meant.kin[source.name]) + 1)
        return self._other_end(program, 0)

    def _other_end(self, program: Related, turn: int) -> Program:
        """Something absent in the place of the target, every second time of the source."""
        name = (program.source if turn % 2 else program.target).name
        for foil in self.meant.foils(name):
            wrong = (
                Related(Thing(foil), program.phrase, program.target)
                if turn % 2
                else Related(program.source, program.phrase, Thing(foil))
            )
            if wrong not in self.taken:
                return wrong
        source = Thing(program.source.name, program.source.attributes)
        return Related(source, program.phrase, program.target, len(self.meant.kin[source.name]) + 1)

    # -- the scene

    def scene(self, kind: str, value: str, asked: int) -> Program | None:
        """Another value of the kind, far from this one where one is known; None where the kind has no other."""
        others = [other for other in self.taxonomy.scene_kind[kind].phrases if other != value]
        if self.closed:
            return Scene(kind, others[asked % len(others)]) if others else None
        far = self.taxonomy.other_scenes(kind, value)
        return Scene(kind, (far or others)[0]) if far or others else None

    def _keep(self, program: Program) -> Program:
        self.taken.add(program)
        return program


def moved(meant: Meant, mark: Attribute) -> str | None:
    """The value that another object has of the same kind, where this one cannot have it too and yet could look so."""
    about = meant.taxonomy.attribute_kind.get(mark.kind)
    if about is None or not about.exclusive or len(meant.graph.attributes) < 2:
        return None
    name = meant.names[mark.object]
    noun = meant.taxonomy.noun.get(name)
    for other in meant.graph.attributes:
        if other.kind != mark.kind or other.value == mark.value or other.object == mark.object:
            continue
        fits = noun is None or meant.taxonomy.fits(noun, other.kind, other.value)
        if fits and meant.book.apart(mark.kind, mark.value, other.value) and not inside(other.value, name):
            return other.value
    return None
