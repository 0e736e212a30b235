"""Is every caption good English by rules that can be checked, and can it be read back? Counts findings by length and rule.

Run: `python -m bench.grammar [--taxonomy full] [--count 1000] [--complexity 4-15] [--phrasings 8] [--show 3]`.
"""

import argparse
import statistics
from collections import Counter, defaultdict

from engine.caption import LENGTHS, Style, caption
from engine.errors import ScenewrightError
from engine.parse import read
from engine.sampler import Constraints, Plan, sample, scene_rng
from engine.studies.grammar import findings
from engine.taxonomy import load


def graphs(taxonomy, complexity, count, seed):
    """Scenes of both modes in turn, up to three scene attributes."""
    plans = [
        Plan(Constraints(complexity=complexity, mode=mode, scene_attributes=(0, 3)), taxonomy)
        for mode in ("plausible", "imaginative")
    ]
    for index in range(count):
        plan, rng = plans[index % 2], scene_rng(seed, index)
        yield sample(plan.constraints, taxonomy, rng, structure=plan.structure(index, rng))


def read_back(text, graph, taxonomy):
    """Whether the parser finds the graph of a caption again."""
    try:
        return read(text, taxonomy).graph.hash == graph.hash
    except ScenewrightError:
        return False


def main():
    """A table by length, then what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--taxonomy", default="full")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--complexity", default="4-15")
    parser.add_argument("--phrasings", type=int, default=8)
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--show", type=int, default=3)
    choice = parser.parse_args()
    taxonomy = load(choice.taxonomy)
    low, _, high = choice.complexity.partition("-")
    print(
        f"{choice.count} captions a length, {taxonomy.name} taxonomy, complexity {choice.complexity}, {choice.phrasings} phrasings"
    )
    for length in LENGTHS:
        found, examples, words, lost = Counter(), defaultdict(list), [], 0
        for index, graph in enumerate(graphs(taxonomy, (int(low), int(high or low)), choice.count, choice.seed)):
            said = caption(graph, taxonomy, Style(length, index % choice.phrasings))
            lost += not read_back(said.text, graph, taxonomy)
            words.append(len(said.text.split()))
            for finding in findings(said.text, graph, taxonomy, spans=said.spans):
                found[finding.rule] += 1
                examples[finding.rule].append(f"{finding}: {said.text}")
        print(
            f"{length:<6} {sum(found.values()):>4} findings, {lost} not read back, {statistics.mean(words):.1f} words a caption"
        )
        for rule, number in found.most_common():
            print(f"  {number:>5} {rule}")
            for example in examples[rule][: choice.show]:
                print(f"        {example}")


if __name__ == "__main__":
    main()
