"""How well a stranger knows a word, from WordNet alone: tagged uses, uses in its glosses, senses, parts of compounds.

Try it: `python -m engine.taxonomy.build`, then look at the column `common` of nouns.tsv.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from engine.taxonomy.build.wordnet import WordNet

_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")
_SMALL = frozenset("a an and at by de de- for from in la of on or the to with without s".split())


@dataclass(frozen=True, eq=False)
class Common:
    """Evidence of use by word; `known` and `rare` are our own hand lists, which overrule it."""

    wordnet: WordNet
    known: frozenset[str] = frozenset()
    rare: frozenset[str] = frozenset()
    rare_words: frozenset[str] = frozenset()

    @cached_property
    def gloss_uses(self) -> Counter[str]:
        """Word -> how many glosses hold it, its plural in -s counted with it; its own synsets' glosses do not count."""
        found: Counter[str] = Counter()
        for synset in self.wordnet.synset.values():
            own = {part for word in synset.words for part in _WORD.findall(word.lower())}
            found.update({_stem(word) for word in _WORD.findall(synset.gloss.lower())} - {_stem(word) for word in own})
        return found

    @cached_property
    def tagged(self) -> Counter[str]:
        """Word -> tagged uses of all its senses, in any part of speech."""
        found: Counter[str] = Counter()
        for (word, _pos, _sense), count in self.wordnet.tags.items():
            found[word] += count
        return found

    @cached_property
    def phrase_uses(self) -> Counter[str]:
        """Compound -> how many glosses of other synsets hold it."""
        compounds = {word.lower(): s.id for s in self.wordnet.synset.values() for word in s.words if " " in word}
        found: Counter[str] = Counter()
        for synset in self.wordnet.synset.values():
            words = [_stem(word) for word in _WORD.findall(synset.gloss.lower())]
            runs = {" ".join(words[i : i + n]) for n in (2, 3) for i in range(len(words) - n + 1)}
            found.update(run for run in runs if run in compounds and compounds[run] != synset.id)
        return found

    def of(self, name: str, *, parts_tell: bool = True) -> float:
        """0 for a word that hardly anyone knows, 1 for one that everybody does.

        Compounds are known by their parts where `parts_tell` (a coffee table), not where they are names (a box oak).
        """
        low = name.lower()
        if low in self.rare or not self.rare_words.isdisjoint(low.split()):
            return 0.1
        score = self._whole(low)
        parts = [part for part in _WORD.findall(low.replace("-", " ")) if part.removesuffix("'s") not in _SMALL]
        if len(parts) > 1:
            weakest = min(self._whole(part.removesuffix("'s")) for part in parts)
            score = max(score, math.log2(1 + self.phrase_uses[low]) / 8 if weakest > 0.1 else 0.0)
            score = max(score, 0.75 * weakest + 0.05 if parts_tell else 0.15 * weakest)
        if low in self.known:
            score = max(score, 0.6)
        return round(min(1.0, score), 2)

    def _whole(self, word: str) -> float:
        if word in self.known:
            return 0.6
        stem = _stem(word)
        uses = self.gloss_uses[stem] + 3 * self.tagged[word] + (2 * self.tagged[stem] if stem != word else 0)
        senses = sum(len(self.wordnet.senses(word, pos)) for pos in "nvar")
        return min(1.0, math.log2(1 + uses) / 10 + min(0.2, 0.04 * max(0, senses - 1)))


def _stem(word: str) -> str:
    """A plural and its singular fall together: "boxes", "box"; good enough for counting."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word
