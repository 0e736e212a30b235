"""The tokenizer of the pocket models: one token per word that the caption and question grammar can emit.

A word it does not know is an error with the word in it, never an <unk> in silence.
Try it: `python -c "from models.pocket.words import *; print(len(tokenizer()), tokens('Is the dog red?', 8))"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from engine.errors import WordsNotKnown, closest, join_or, show
from engine.wording import NUMBERS, ORDINALS
from models.pocket.scene import TAXONOMY

GRAMMAR_VERSION = "grammar-2"
"""Written into every set of weights; weights of another version are refused."""
SPECIAL = ("[PAD]", "[UNK]", "[START]")
FUNCTION_WORDS = (
    "a an the is are there and or of in at by under as with to how many what which where who object objects picture "
    "scene least most exactly size colour setting weather style framed it has none yes no not other another on"
).split()
MORE_FUNCTION_WORDS = (
    "that which who it its this these those they them also both all each another together while where here we see seen "
    "shows show photo image view kind side next beside near behind front away from well too stands sits set placed found "
    "only any some else do does be being not but so one ones same different"
).split()
"""Words of the longer and freer phrasings; last in the vocabulary, so that the others keep their places."""
WORD = re.compile(r"\w+|[^\w\s]")
"""What counts as one token: a word, or a mark."""


@cache
def vocabulary() -> tuple[str, ...]:
    """Every token, in fixed order."""
    words = [*FUNCTION_WORDS, *NUMBERS[:13], *ORDINALS[:12], ",", ".", ";", "?"]
    for noun in TAXONOMY.nouns:
        words += [noun.name, noun.plural]
    for kind in TAXONOMY.attribute_kinds:
        words += kind.values
    for word in TAXONOMY.relation_words:
        words += word.phrase.split()
    for scene in TAXONOMY.scene_kinds:
        words += [part for phrase in scene.phrases.values() for part in phrase.split()]
        words += scene.phrases
    words += MORE_FUNCTION_WORDS
    return SPECIAL + tuple(dict.fromkeys(words))


@cache
def tokenizer() -> PreTrainedTokenizerFast:
    """A word-level transformers tokenizer over `vocabulary()`."""
    return tokenizer_of(vocabulary())


def tokenizer_of(words: Sequence[str]) -> PreTrainedTokenizerFast:
    """A word-level transformers tokenizer over these words."""
    core = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    core.normalizer = normalizers.Lowercase()
    core.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=core, pad_token="[PAD]", unk_token="[UNK]", cls_token="[START]")


@cache
def _index() -> dict[str, int]:
    return {word: i for i, word in enumerate(vocabulary())}


def tokens(text: str, length: int) -> list[int]:
    """Token ids of a text, [START] first, padded to `length`.

    Raises `WordsNotKnown` for a word outside the vocabulary and for a text longer than `length`.
    """
    return tokens_in(_index(), text, length)


def tokens_in(index: Mapping[str, int], text: str, length: int) -> list[int]:
    """As `tokens`, in the vocabulary whose words have the places `index`."""
    words = WORD.findall(text.lower())
    strange = [word for word in words if word not in index]
    if strange:
        raise WordsNotKnown(_strange(strange, index))
    if len(words) + 1 > length:
        raise WordsNotKnown(
            f"The text has {len(words)} words, and the pocket models read at most {length - 1}: {show(text)}. "
            "Use a simpler scene, or another model."
        )
    return [index["[START]"], *(index[word] for word in words)] + [index["[PAD]"]] * (length - 1 - len(words))


def _strange(words: Sequence[str], known: Iterable[str]) -> str:
    unique = tuple(dict.fromkeys(words))
    grammar = {*FUNCTION_WORDS, *MORE_FUNCTION_WORDS}
    near = closest(unique[0], [word for word in known if word not in grammar and word not in SPECIAL])
    hint = f" Closest known: {join_or(near)}." if near else ""
    verb = "is a word" if len(unique) == 1 else "are words"
    return (
        f"{join_or(unique[:3])} {verb} that the pocket models never learned.{hint} "
        "Choose words of the pocket taxonomy, or a published model, which knows more."
    )
