"""The caption encoder of the pocket generators: a small transformers BERT.

Try it: `python -c "from models.pocket.text import encoder; print(encoder().num_parameters())"`.
"""

from __future__ import annotations

from transformers import BertConfig, BertModel

from models.pocket.words import GRAMMAR_VERSION, vocabulary

LENGTH = 128
"""Longest caption in tokens."""


def encoder(
    *, width: int = 128, layers: int = 2, pooler: bool = False, words: int = 0, grammar: str = GRAMMAR_VERSION
) -> BertModel:
    """An untrained encoder, token ids (B, L) -> `last_hidden_state` (B, L, width), of so many words (0: the vocabulary).

    Its config records the grammar it is meant for. The pooler is never used; saved weights have one because
    diffusers loads the class as transformers defines it.
    """
    config = BertConfig(
        vocab_size=words or len(vocabulary()),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        intermediate_size=2 * width,
        max_position_embeddings=LENGTH,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    config.grammar = grammar
    return BertModel(config, add_pooling_layer=pooler)
