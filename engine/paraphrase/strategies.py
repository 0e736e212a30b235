"""What a language model is asked to do with a caption: rewrite, expand, style, persona.

Try it: `python -c "from engine.paraphrase import prompt; print(prompt('persona', 'A red dog is above a cat.'))"`.
"""

from __future__ import annotations

from engine.errors import ConstraintError, show

RULE = (
    "Keep every object, every attribute, every relation between two objects and every remark about the whole picture. "
    "Add no other object, colour, number or place. Answer with the new description alone, in English, on one line."
)
STRATEGIES = {
    "rewrite": "Say this picture description in other words, about as long as it is.",
    "expand": "Say this picture description in a fuller and more flowing way, in two to four sentences.",
    "style": "Say this picture description as a prompt for an image generator: short phrases, separated by commas.",
    "persona": "Say this picture description as a person would who tells a friend on the telephone what he sees.",
}


def prompt(strategy: str, caption: str) -> str:
    """The whole prompt for a caption; raises `ConstraintError` for a strategy that nobody knows."""
    if strategy not in STRATEGIES:
        raise ConstraintError(f"{show(strategy)} is not a strategy. Choose {', '.join(STRATEGIES)}.")
    return f"{STRATEGIES[strategy]} {RULE}\n\nDescription: {caption}\n\nNew description:"
