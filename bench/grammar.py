"""Is every caption good English by rules that can be checked? Counts what breaks a rule, by length and rule.

Run: `python -m bench.grammar [--taxonomy full] [--count 1000] [--complexity 4-15] [--show 3]`.
"""

import argparse
import json
import re
import statistics
from collections import Counter, defaultdict
from itertools import pairwise

from engine.caption import LENGTHS, Style, awkward, caption
from engine.errors import ScenewrightError
from engine.parse import read
from engine.sampler import Constraints, sample, scene_rng
from engine.taxonomy import load
from engine.wording import NUMBERS, article

LONGEST = 30
"""Words of a sentence; a longer one is a finding."""
BARE = re.compile(r"[“”]")
DOUBLED = re.compile(r"\b(\w+) \1\b", re.I)
BROKEN = re.compile(r"  | ,| \.(?!\d)|,,|\.\.|,\.|\band(?: and\b|[,.])")
SINGULAR = ("a", "an")
SCENE_WORDS = ("the scene is", "all of this is", "here the scene is", "in a scene that is", "in the scene ")


def sentences(text, spans):
    """The sentences of a caption: full stops inside of words do not count."""
    inside = {i for found in spans.values() for start, end in found for i in range(start, end)}
    cuts = [-1, *(i for i, sign in enumerate(text) if sign == "." and i not in inside)]
    return [text[a + 1 : b].strip() for a, b in pairwise(cuts)] or [text]


class Check:
    """One caption against every rule; `found` holds (rule, what broke it)."""

    def __init__(self, graph, taxonomy, style):
        self.graph, self.taxonomy, self.style = graph, taxonomy, style
        self.said = caption(graph, taxonomy, style)
        self.text, self.spans = self.said.text, self.said.spans
        self.found = []
        for rule in RULES:
            rule(self)

    def report(self, rule, what):
        self.found.append((rule, what))

    def of(self, id):
        """What is said at each mention of an object, lower-case at the start."""
        return [self.text[a].lower() + self.text[a + 1 : b] for a, b in self.spans[f"o:{id}"]]

    def noun(self, id):
        return self.taxonomy.noun[self.graph.names[id]]


def round_trip(check):
    try:
        if read(check.text, check.taxonomy).graph.hash != check.graph.hash:
            check.report("read back as another scene", check.text)
    except ScenewrightError as error:
        check.report("not read back", f"{check.text} ({error})")


def elements(check):
    for element in check.graph.elements():
        if element not in check.spans:
            check.report("an element without a place", element)


def articles(check):
    """a or an by sound before every first mention, and "the" at every later one."""
    for id in check.graph.names:
        first, *later = check.of(id)
        if any(not words.startswith("the ") for words in later):
            check.report("a later mention without the", later)
        if check.style.length == "terse":
            continue
        word, _, rest = first.partition(" ")
        if word == "the":
            check.report("a first mention with the", first)
        elif word in SINGULAR:
            if article(rest.strip("“”")) != word:
                check.report("a or an", first)
            if check.noun(id).number != "count" and not re.match(r"\w+ (?:portion|set) of ", rest):
                check.report("a before what is not counted", first)
        elif word == "some":
            if check.noun(id).number == "count":
                check.report("some before one thing", first)
        elif word not in NUMBERS:
            check.report("a first mention without an article", first)


def agreement(check):
    """is or are after every subject that is followed by one."""
    for id in check.graph.names:
        many = check.noun(id).number == "plural"
        for start, end in check.spans[f"o:{id}"]:
            after = re.match(r" (?:that )?(is|are)\b", check.text[end:])
            whole = check.text[start:end]
            plural = many and not re.search(r"\bset of ", whole)
            if after and (after[1] == "are") != plural and not fronted(check, id, start, end):
                check.report("is or are", check.text[start : end + 12])


def fronted(check, id, start, end):
    """Whether a mention stands before the verb of something else: "above a cat is a dog"."""
    links = [link for link in check.graph.relations if link.target == id]
    places = [p for r in links for p in check.spans[f"r:{r.source}:{r.phrase}:{r.target}"]]
    return any(a < start and end + 3 < b for a, b in places)


def verbs(check):
    """The form of every finite verb."""
    for link in check.graph.relations:
        word = check.taxonomy.relation[link.phrase]
        if word.form != "clause":
            continue
        for start, end in check.spans[f"r:{link.source}:{link.phrase}:{link.target}"]:
            there = check.text[start:end]
            many = check.noun(link.source).number == "plural" and "set of " not in check.of(link.source)[0]
            if (word.plural if many else word.phrase) not in there.replace("“", "").replace("”", ""):
                check.report("a verb of the wrong number", there)


def existence(check):
    for be, what in re.findall(r"(?:[Tt]here|in the scene) (is|are) (?:also )?([^,.]*)", check.text):
        first = what.split(" ", 1)[0]
        wrong = be == "are" if first in SINGULAR else be == "is" and first in NUMBERS
        if wrong:
            check.report("there is or there are", f"{be} {what}")


def doubled(check):
    text = check.text
    for found in DOUBLED.finditer(text):
        if not any(found[0].lower() in word.lower() for word in words_of(check)):
            check.report("a doubled word", text[max(0, found.start() - 25) : found.end() + 25])


def words_of(check):
    graph = check.graph
    yield from graph.names.values()
    yield from (mark.value for mark in graph.attributes)
    yield from (link.phrase for link in graph.relations)
    yield from (check.taxonomy.scene_kind[k].phrases[v] for k, v in graph.scene_attributes)


def punctuation(check):
    for found in BROKEN.finditer(check.text):
        check.report("punctuation", f"{found[0]!r} in {check.text}")
    if check.style.length != "terse" and not check.text.endswith("."):
        check.report("punctuation", f"no full stop: {check.text[-30:]}")
    if BARE.search(check.text):
        check.report("quotation marks", check.text)


def capitals(check):
    if check.style.length == "terse":
        return
    for sentence in sentences(check.text, check.spans):
        if not sentence[:1].isupper() and not sentence[:1].isdigit():
            check.report("a sentence without a capital", sentence[:40])


def sentence_length(check):
    if check.style.length == "terse":
        return
    for sentence in sentences(check.text, check.spans):
        if len(sentence.split()) > LONGEST:
            check.report("a long sentence", sentence)


def clauses(check):
    """No relative clause inside another one, no sentence with more than one joint."""
    if check.style.length == "terse":
        return
    inside = {i for found in check.spans.values() for span in found for i in range(*span)}
    words = [word for word in words_of(check) if " that " in f" {word} "]
    for sentence in sentences(check.text, check.spans):
        if sentence.startswith(tuple(opening.capitalize() for opening in SCENE_WORDS)) or words or not inside:
            continue
        if len(re.findall(r"\bthat\b", sentence)) > 1:
            check.report("two relative clauses in one sentence", sentence)
        if len(re.findall(r", (?:while|and) ", sentence)) > 1:
            check.report("two joints in one sentence", sentence)


RULES = (
    round_trip, elements, articles, agreement, verbs, existence, doubled, punctuation, capitals, sentence_length, clauses,
)  # fmt: skip


def graphs(taxonomy, complexity, count, seed):
    low, high = complexity
    for i in range(count):
        size = low + i % (high - low + 1)
        wanted = Constraints(complexity=(size, size), scene_attributes=(0, 3), mode="imaginative")
        yield sample(wanted, taxonomy, scene_rng(seed, i))


def measure(taxonomy, length, complexity, count, seed):
    """Findings by rule over `count` captions of a length, every phrasing in turn, with the sizes of their sentences."""
    found, shown, sizes, careful = Counter(), defaultdict(list), [], 0
    for i, graph in enumerate(graphs(taxonomy, complexity, count, seed)):
        check = Check(graph, taxonomy, Style(length, i))
        careful += awkward(graph, taxonomy)
        if length != "terse":
            sizes += [len(sentence.split()) for sentence in sentences(check.text, check.spans)]
        for rule, what in check.found:
            found[rule] += 1
            shown[rule].append(what)
    words = {"mean": round(statistics.mean(sizes), 1), "longest": max(sizes)} if sizes else None
    return {"taxonomy": taxonomy.name, "length": length, "captions": count, "findings": dict(found),
            "awkward": careful, "words_per_sentence": words}, shown  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--taxonomy", default="full")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--complexity", default="4-15")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=3)
    args = parser.parse_args()
    taxonomy = load(args.taxonomy)
    low, _, high = args.complexity.partition("-")
    for length in LENGTHS:
        row, shown = measure(taxonomy, length, (int(low), int(high or low)), args.count, args.seed)
        print(json.dumps(row))
        for rule, examples in shown.items():
            for what in examples[: args.show]:
                print(f"    {rule}: {what}")


if __name__ == "__main__":
    main()
