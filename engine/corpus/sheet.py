"""Sheet: the questions of a draft whose words neither collide nor coincide, straight to JSON, a million sheets an hour and core.

It says what `engine.questions` would ask, in the same bytes, without building questions first; a test compares the two.
Drafts for which `Care.coincides` holds do not belong here. Try it: `python -m pytest tests/engine/corpus/test_lines.py -q`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.asking import COUNT, be, do, frame, one_way, some, there
from engine.questions.question import YES_OR_NO
from engine.sampler.draft import Draft
from engine.taxonomy import RelationWord, Taxonomy
from engine.truth import denied
from engine.wording import number

YES_NO = '["' + '","'.join(YES_OR_NO) + '"]'
COUNTS = tuple(number(n) for n in (0, 2, 3))
"""What else there could be of one thing."""
Pair = tuple[str, str]


class Name(NamedTuple):
    """What sheets say about an object word: sentences begun, and the word as a thing in programs."""

    counted: bool
    plural: str
    be: str
    do: str
    there: str
    the: str
    some: str
    definite: str
    loose: str


class Sheet:
    """The questions of one taxonomy's drafts; words are worked out once."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._names: dict[str, Name] = {}

    def questions(self, draft: Draft) -> str:
        """A JSON list: the true questions, their twists, the open ones, as `engine.questions.questions` orders them."""
        names = [noun.name for noun in draft.nouns]
        words = [self._names.get(name) or self._name(name) for name in names]
        true: list[str] = []
        twists: list[str] = []
        for id, kind, elements, parents, right, wrong in self._asked(draft, names, words):
            end = f'","choices":{YES_NO},"elements":{elements},"parents":{parents},"program":'
            text, program = right
            true.append(
                f'{{"id":"{id}","text":"{text}","answer":"yes","kind":"{kind}","counterfactual_of":null{end[1:]}{program}}}'
            )
            text, program = wrong
            twists.append(
                f'{{"id":"{id}-not","text":"{text}","answer":"no","kind":"{kind}","counterfactual_of":"{id}{end}{program}}}'
            )
        return "[" + ",".join((*true, *twists, *self._opened(draft, names, words))) + "]"

    def _name(self, name: str) -> Name:
        noun = self.taxonomy.noun[name]
        thing = f'{{"name":"{name}","attributes":[],"definite":'
        found = self._names[name] = Name(
            noun.number == COUNT, noun.plural, be(noun.number), do(noun.number), there(name, noun.number), f"the {name}",
            some(name, noun.number), thing + "true}", thing + "false}",
        )  # fmt: skip
        return found

    def _foil(self, name: str) -> str:
        return self.taxonomy.foils(name)[0]

    # -- true questions and their twists: (id, kind, elements, parents, (text, program), (text, program))

    def _asked(
        self, draft: Draft, names: list[str], words: list[Name]
    ) -> Iterator[tuple[str, str, str, str, Pair, Pair]]:
        for i, (name, word) in enumerate(zip(names, words, strict=True), start=1):
            foil = self._foil(name)
            other = self._names.get(foil) or self._name(foil)
            right = f"{word.there}?", f'{{"op":"exists","thing":{word.loose},"n":1}}'
            wrong = f"{other.there}?", f'{{"op":"exists","thing":{other.loose},"n":1}}'
            yield f"existence-{i}", "existence", f'["o:o{i}"]', "[]", right, wrong
        yield from self._attributes(draft, names, words)
        yield from self._relations(draft, names, words)
        for i, (kind, value) in enumerate(draft.scene, start=1):
            phrases, away = self.taxonomy.scene_kind[kind].phrases, self._other_scene(kind, value)
            if away is not None:
                right, wrong = (
                    (f"Is the scene {phrases[v]}?", f'{{"op":"scene","kind":"{kind}","value":"{v}"}}')
                    for v in (value, away)
                )
                yield f"scene-{i}", "scene", f'["s:{kind}"]', "[]", right, wrong
        k = 0
        for i, (name, word) in enumerate(zip(names, words, strict=True), start=1):
            if word.counted:
                k += 1
                right = f"Is there exactly one {name}?", f'{{"op":"exactly","thing":{word.loose},"n":1}}'
                wrong = f"Are there exactly two {word.plural}?", f'{{"op":"exactly","thing":{word.loose},"n":2}}'
                yield f"count-{k}", "count", f'["o:o{i}"]', f'["existence-{i}"]', right, wrong

    def _other_scene(self, kind: str, value: str) -> str | None:
        far = self.taxonomy.other_scenes(kind, value)
        return far[0] if far else next((v for v in self.taxonomy.scene_kind[kind].phrases if v != value), None)

    def _attributes(
        self, draft: Draft, names: list[str], words: list[Name]
    ) -> Iterator[tuple[str, str, str, str, Pair, Pair]]:
        k = 0
        for i, pairs in enumerate(draft.marks):
            for kind, value in pairs:
                k += 1
                word = words[i]
                elements, parents = f'["a:o{i + 1}:{kind}:{value}"]', f'["existence-{i + 1}"]'
                right = f"{word.be} {word.the} {value}?", self._is(word, kind, value)
                other = self._moved(draft, i, kind, value)
                if other is None:
                    others = self._others(draft, i, kind, value)
                    other = others[0] if others else None
                if other is not None:
                    wrong = f"{word.be} {word.the} {other}?", self._is(word, kind, other)
                else:
                    wrong = self._beyond(names[i], word, kind, value)
                yield f"attribute-{k}", "attribute", elements, parents, right, wrong

    def _is(self, word: Name, kind: str, value: str) -> str:
        return f'{{"op":"is","thing":{word.definite},"kind":"{kind}","value":"{value}"}}'

    def _others(self, draft: Draft, i: int, kind: str, value: str) -> tuple[str, ...]:
        if not self.taxonomy.attribute_kind[kind].exclusive:
            return ()
        return self.taxonomy.other_values(kind, value, self.taxonomy.noun[draft.nouns[i].name].kind)

    def _moved(self, draft: Draft, i: int, kind: str, value: str) -> str | None:
        """The value that another object has of the same kind; that nothing can have both, `Care` has seen to."""
        if not self.taxonomy.attribute_kind[kind].exclusive:
            return None
        for j, pairs in enumerate(draft.marks):
            for same, other in pairs if j != i else ():
                if same == kind and other != value:
                    return other
        return None

    def _beyond(self, name: str, word: Name, kind: str, value: str) -> Pair:
        """Two of what is one; of what is not counted, something absent that is like it."""
        if word.counted:
            text, thing, n = f"Are there at least two {value} {word.plural}?", name, 2
        else:
            thing, n = self._foil(name), 1
            text = there(f"{value} {thing}", self.taxonomy.noun[thing].number) + "?"
        return text, (
            f'{{"op":"exists","thing":{{"name":"{thing}","attributes":[["{kind}","{value}"]],"definite":false}},"n":{n}}}'
        )

    def _relations(
        self, draft: Draft, names: list[str], words: list[Name]
    ) -> Iterator[tuple[str, str, str, str, Pair, Pair]]:
        for turn, ((s, t), word) in enumerate(zip(draft.structure.arcs, draft.links, strict=True)):
            source, target = words[s], words[t]
            right = _joined(source, word, target), _related(source.definite, word.phrase, target.definite)
            if word.opposite is not None:
                other = self.taxonomy.relation[word.opposite]
                wrong = _joined(source, other, target), _related(source.definite, other.phrase, target.definite)
            elif one_way(word):
                wrong = _joined(target, word, source), _related(target.definite, word.phrase, source.definite)
            else:
                wrong = self._other_end(names, source, word, target, s if turn % 2 else t, turn % 2 == 1)
            elements = f'["r:o{s + 1}:{word.phrase}:o{t + 1}"]'
            yield (
                f"relation-{turn + 1}",
                "relation",
                elements,
                f'["existence-{s + 1}","existence-{t + 1}"]',
                right,
                wrong,
            )

    def _other_end(
        self, names: list[str], source: Name, word: RelationWord, target: Name, end: int, first: bool
    ) -> Pair:
        """Something absent in the place of the source, or of the target."""
        name = self._foil(names[end])
        foil = self._names.get(name) or self._name(name)
        if not first:
            verb = (
                f"{source.do} {source.the} {word.base}"
                if word.form == "clause"
                else f"{source.be} {source.the} {word.phrase}"
            )
            return f"{verb} {foil.some}?", _related(source.definite, word.phrase, foil.loose)
        how = word.phrase
        if word.form == "clause":
            how = f"that {word.plural if foil.be == 'Are' else word.phrase}"
        return f"{foil.there} {how} {target.the}?", _related(foil.loose, word.phrase, target.definite)

    # -- open questions

    def _opened(self, draft: Draft, names: list[str], words: list[Name]) -> Iterator[str]:
        turn = draft.structure.complexity
        for id, kind, text, answer, others, elements, parents, program in self._open(draft, names, words):
            place = turn % (len(others) + 1)
            turn += 1
            choices = '","'.join((*others[:place], answer, *others[place:]))
            yield (
                f'{{"id":"{id}","text":"{text}","answer":"{answer}","kind":"{kind}","counterfactual_of":null,"choices":["{choices}"],'
                f'"elements":{elements},"parents":{parents},"program":{program}}}'
            )

    def _open(
        self, draft: Draft, names: list[str], words: list[Name]
    ) -> Iterator[tuple[str, str, str, str, tuple[str, ...], str, str, str]]:
        yield from self._open_existence(draft, names)
        k = 0
        for i, pairs in enumerate(draft.marks):
            for kind, value in pairs:
                if others := self._others(draft, i, kind, value):
                    k += 1
                    word = words[i]
                    before, verb, behind = frame(self.taxonomy.attribute_kind[kind].question)
                    verb = f"{_agreed(verb, word)} " if verb else ""
                    yield (
                        f"attribute-open-{k}", "attribute", f"{before}{verb}{word.the}{behind}", value, others,
                        f'["a:o{i + 1}:{kind}:{value}"]', f'["existence-{i + 1}"]',
                        f'{{"op":"what_attribute","thing":{word.definite},"kind":"{kind}"}}',
                    )  # fmt: skip
        yield from self._open_relations(draft, names, words)
        k = 0
        for kind, value in draft.scene:
            if far := self.taxonomy.other_scenes(kind, value):
                k += 1
                question = self.taxonomy.scene_kind[kind].question
                program = f'{{"op":"what_scene","kind":"{kind}"}}'
                yield f"scene-open-{k}", "scene", question, value, far, f'["s:{kind}"]', "[]", program
        k = 0
        for i, word in enumerate(words, start=1):
            if word.counted:
                k += 1
                text = f"How many {word.plural} are there?"
                program = f'{{"op":"how_many","thing":{word.loose}}}'
                yield f"count-open-{k}", "count", text, "one", COUNTS, f'["o:o{i}"]', f'["existence-{i}"]', program

    def _open_existence(
        self, draft: Draft, names: list[str]
    ) -> Iterator[tuple[str, str, str, str, tuple[str, ...], str, str, str]]:
        if len(names) == 1:
            program = '{"op":"which_object","attributes":[]}'
            foils = self.taxonomy.foils(names[0])
            yield "existence-open-1", "existence", "What is in the picture?", names[0], foils, '["o:o1"]', "[]", program
            return
        k = 0
        for i, pairs in enumerate(draft.marks):
            for kind, value in pairs:
                if self._only_here(draft, i, kind, value):
                    k += 1
                    program = f'{{"op":"which_object","attributes":[["{kind}","{value}"]]}}'
                    foils = self.taxonomy.foils(names[i])
                    text = f"Which object is {value}?"
                    yield f"existence-open-{k}", "existence", text, names[i], foils, f'["o:o{i + 1}"]', "[]", program
                    break

    def _only_here(self, draft: Draft, i: int, kind: str, value: str) -> bool:
        """Whether every other object has another value of this kind."""
        if not self.taxonomy.attribute_kind[kind].exclusive:
            return False
        return all(any(k == kind and v != value for k, v in pairs) for j, pairs in enumerate(draft.marks) if j != i)

    def _open_relations(
        self, draft: Draft, names: list[str], words: list[Name]
    ) -> Iterator[tuple[str, str, str, str, tuple[str, ...], str, str, str]]:
        arcs = draft.structure.arcs
        triples = {(str(s), word.phrase, str(t)) for (s, t), word in zip(arcs, draft.links, strict=True)}
        k = 0
        for (s, t), word in zip(arcs, draft.links, strict=True):
            rest = [str(i) for i in range(len(names)) if i not in (s, t)]
            elements, phrase = f'["r:o{s + 1}:{word.phrase}:o{t + 1}"]', word.phrase
            clause = word.form == "clause"
            if all(denied(self.taxonomy, triples, other, phrase, str(t)) for other in rest):
                k += 1
                text = f"{'Which object' if clause else 'What is'} {phrase} {words[t].the}?"
                program = f'{{"op":"what_related","phrase":"{phrase}","target":{words[t].definite}}}'
                parents, foils = f'["existence-{t + 1}","existence-{s + 1}"]', self.taxonomy.foils(names[s])
                yield f"relation-open-{k}", "relation", text, names[s], foils, elements, parents, program
            if all(denied(self.taxonomy, triples, str(s), phrase, other) for other in rest):
                k += 1
                verb = (
                    f"{words[s].do.lower()} {words[s].the} {word.base}"
                    if clause
                    else f"{words[s].be.lower()} {words[s].the} {phrase}"
                )
                program = f'{{"op":"what_target","source":{words[s].definite},"phrase":"{phrase}"}}'
                parents, foils = f'["existence-{s + 1}","existence-{t + 1}"]', self.taxonomy.foils(names[t])
                yield f"relation-open-{k}", "relation", f"What {verb}?", names[t], foils, elements, parents, program


def _joined(source: Name, word: RelationWord, target: Name) -> str:
    if word.form == "clause":
        return f"{source.do} {source.the} {word.base} {target.the}?"
    return f"{source.be} {source.the} {word.phrase} {target.the}?"


def _related(source: str, phrase: str, target: str) -> str:
    return f'{{"op":"related","source":{source},"phrase":"{phrase}","target":{target},"n":1}}'


def _agreed(verb: str, word: Name) -> str:
    from engine.asking import agreed

    return agreed(f"{verb} {{the}}", "", word.be == "Are").strip()
