"""Stage: the tables of plausible scenes as one taxonomy can play them, theme by theme, with only words that are drawn.

`stages(taxonomy)` is empty where its words or its choice leave nothing to play.
Try it: `python -c "from engine.taxonomy import load; from engine.sensible.stage import stages; print(len(stages(load('full'))))"`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate

from engine.sensible import tables
from engine.sensible.members import members
from engine.taxonomy import Noun, RelationWord, Taxonomy
from engine.taxonomy.topics import under

DEPTHS = {"land": 2.0, "scenery": 2.0, "sky": 2.0, "big": 0.5}
ENOUGH = 4  # words that a theme needs


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Words that are used alike, in cumulated weights, with all names that the tables know them by."""

    name: str
    tags: frozenset[str]
    nouns: tuple[Noun, ...]
    limits: tuple[float, ...]
    kinds: tuple[tuple[str, float, tuple[tuple[str, float], ...]], ...]  # (attribute kind, weight, values)
    noun_kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Link:
    """One phrase between two groups, with what it takes of its ends and the kinds of things it joins."""

    word: RelationWord
    weight: float
    taken: tuple[str, ...]
    taken_of: tuple[str, ...]
    sources: frozenset[str] | None
    targets: frozenset[str] | None


class Stage:
    """A theme: its groups with their weights, and the links between any two of them."""

    def __init__(self, theme: str, groups: Sequence[tuple[Group, float]], book: Book) -> None:
        self.theme, self._book = theme, book
        self.groups = [group for group, _ in groups]
        self.base = [weight for _, weight in groups]
        self.words = sum(len(group.nouns) for group in self.groups)

    @cached_property
    def links(self) -> list[list[list[Link]]]:
        """links[i][j] are the ways in which a thing of group i can stand to one of group j."""
        size = range(len(self.groups))
        found: list[list[list[Link]]] = [[[] for _ in size] for _ in size]
        for sources, targets, links in self._book.habits:
            starts = [i for i in size if sources(self.groups[i].tags)]
            ends = [j for j in size if targets(self.groups[j].tags)]
            for i in starts:
                for j in ends:
                    found[i][j] += [link for link in links if _joins(link, self.groups[i], self.groups[j])]
        return found

    @cached_property
    def pull(self) -> list[list[float]]:
        """pull[i][j]: how much there is to say of i and j, square-rooted so that the talkative do not take it all."""
        return [[sum(link.weight for link in links) ** 0.75 for links in row] for row in self.links]

    @cached_property
    def push(self) -> list[list[float]]:
        """The transpose of `pull`."""
        return [list(column) for column in zip(*self.pull, strict=True)]

    @cached_property
    def depths(self) -> list[float]:
        """How far back a thing of each group stands, beside what chance says: mountains behind houses behind people."""
        return [max((DEPTHS[tag] for tag in group.tags if tag in DEPTHS), default=0.0) for group in self.groups]

    @cached_property
    def room(self) -> list[int]:
        """About how many attributes are usual for a thing of each group."""
        return [len(group.kinds) for group in self.groups]

    @cached_property
    def gives(self) -> list[float]:
        """How well a group serves as a source, over the things of this theme."""
        return _potential(self.pull, self.base)

    @cached_property
    def takes(self) -> list[float]:
        """How well a group serves as a target."""
        return _potential(self.push, self.base)


def _joins(link: Link, source: Group, target: Group) -> bool:
    """Whether some word of one group can be joined so to some word of the other."""
    return (link.sources is None or bool(link.sources & source.noun_kinds)) and (
        link.targets is None or bool(link.targets & target.noun_kinds)
    )


def _potential(matrix: list[list[float]], base: list[float]) -> list[float]:
    total = sum(base)
    return [sum(a * b for a, b in zip(row, base, strict=True)) / total for row in matrix]


class Book:
    """Everything a taxonomy can play: groups with its words, habits with its phrases."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._factor = dict(taxonomy.choice.weights)
        self._topics = _topics(taxonomy)
        found = (self._group(group) for group in tables.things())
        self.groups = {group.name: group for group in found if group.nouns}
        self.habits = [habit for habit in map(self._habit, tables.habits()) if habit[2]]
        self.stages = [stage for stage in map(self._stage, tables.themes().items()) if stage.words >= ENOUGH]

    def _stage(self, row: tuple[str, tables.Weighted]) -> Stage:
        theme, groups = row
        return Stage(theme, [(self.groups[name], weight) for name, weight in groups if name in self.groups], self)

    def _group(self, group: tables.Things) -> Group:
        drawn = [
            (noun, weight * self._factor.get(noun.name, 1.0))
            for noun, weight in members(self.taxonomy)[group.name]
            if self._draws(noun)
        ]
        drawn = [(noun, weight) for noun, weight in drawn if weight > 0]
        nouns, limits = tuple(noun for noun, _ in drawn), tuple(accumulate(weight for _, weight in drawn))
        return Group(
            group.name, frozenset(group.tags), nouns, limits, tuple(_looks(group)), frozenset(n.kind for n in nouns)
        )

    def _draws(self, noun: Noun) -> bool:
        allowed = self.taxonomy.is_on(noun.switch) and noun.name not in self.taxonomy.choice.without
        return allowed and (self._topics is None or noun.name in self._topics)

    def _habit(self, habit: tables.Habit) -> tuple[Matcher, Matcher, list[Link]]:
        words = [self.taxonomy.relation[phrase] for phrase in habit.phrases if phrase in self.taxonomy.relation]
        words = [w for w in words if self.taxonomy.is_on(w.switch) and w.phrase not in self.taxonomy.choice.without]
        links = [
            Link(
                word,
                habit.weight / len(words) * self._factor.get(word.phrase, 1.0),
                habit.taken,
                habit.taken_of,
                self._accepted(word.subjects),
                self._accepted(word.objects),
            )
            for word in words
        ]
        return Matcher(habit.sources), Matcher(habit.targets), [link for link in links if link.weight > 0]

    def _accepted(self, applies: tuple[str, ...]) -> frozenset[str] | None:
        if not applies:
            return None
        return _kinds(self.taxonomy, applies)


class Matcher:
    """Whether a group with these tags is meant by names such as `person` or `person!cooks`."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [(name.split("!")[0], frozenset(name.split("!")[1:])) for name in names]

    def __call__(self, tags: frozenset[str]) -> bool:
        return any(name in tags and not without & tags for name, without in self._names)


@lru_cache(maxsize=2048)
def _kinds(taxonomy: Taxonomy, applies: tuple[str, ...]) -> frozenset[str]:
    return frozenset(kind for kind in taxonomy.kinds if taxonomy.accepts(applies, kind))


def _topics(taxonomy: Taxonomy) -> frozenset[str] | None:
    if not taxonomy.choice.topics:
        return None
    return under(taxonomy, taxonomy.choice.topics)


def _looks(group: tables.Things) -> Iterator[tuple[str, float, tables.Weighted]]:
    """Of each attribute kind the rows that speak most specially of a group: by its name, or by the rarest of its tags."""
    best: dict[str, tuple[int, float, tables.Weighted]] = {}
    for look in tables.looks():
        rarity = min((_spread(tag) for tag in look.things if Matcher((tag,))(frozenset(group.tags))), default=None)
        if rarity is None:
            continue
        known = best.get(look.kind)
        if known is None or rarity < known[0]:
            best[look.kind] = rarity, look.weight, look.values
        elif rarity == known[0]:
            best[look.kind] = rarity, max(known[1], look.weight), _merged(known[2], look.values)
    for kind, (_, weight, values) in best.items():
        if weight > 0 and values:
            yield kind, weight, values


def _merged(values: tables.Weighted, more: tables.Weighted) -> tables.Weighted:
    known = dict(values)
    return values + tuple(pair for pair in more if pair[0] not in known)


@cache
def _spread(tag: str) -> int:
    """How many groups a tag names; a group's own name names one."""
    name = tag.split("!")[0]
    return sum(name in group.tags for group in tables.things())


@lru_cache(maxsize=8)
def book(taxonomy: Taxonomy) -> Book:
    """What a taxonomy can play, made at first use."""
    return Book(taxonomy)


def stages(taxonomy: Taxonomy) -> list[Stage]:
    """The themes that a taxonomy can play; none without kinds of things, since senses cannot be told apart there."""
    return book(taxonomy).stages if taxonomy.kinds else []
