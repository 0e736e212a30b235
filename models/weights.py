"""Weights of our own networks, read from a folder: sealed safetensors, nothing missing, of today's caption grammar.

Try it: `python -c "from models import judges; print(judges.load('pocket').name)"`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.errors import ModelDamaged
from models.seal import check_seal


def read_network(folder: Path, *, kind: Callable[[Path], Any], words: Callable[[Any], bool]) -> Any:
    """The network in `folder`, ready to be asked.

    `kind` gives the transformers class for the folder, `words` says of the loaded network whether its vocabulary is
    ours. Raises `ModelDamaged` where the seal is broken, a file cannot be read, a part is missing, or the weights were
    trained on another grammar, with what to do.
    """
    import transformers.utils.logging
    from safetensors import SafetensorError

    check_seal(folder)
    transformers.utils.logging.disable_progress_bar()
    try:
        net, found = kind(folder).from_pretrained(
            folder, use_safetensors=True, local_files_only=True, output_loading_info=True
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelDamaged(
            f"The weights in {folder} cannot be read ({type(error).__name__}). "
            "Restore assets/pocket from the release, or run `make pocket`."
        ) from error
    if found["missing_keys"]:
        raise ModelDamaged(
            f"The weights in {folder} lack {len(found['missing_keys'])} parts. "
            "Restore assets/pocket from the release, or run `make pocket`."
        )
    _check_grammar(net, folder, words)
    return net.float().eval()  # what ships in half precision computes in full


def _check_grammar(net: Any, folder: Path, words: Callable[[Any], bool]) -> None:
    from models.pocket.words import GRAMMAR_VERSION

    if getattr(net.config, "grammar", None) != GRAMMAR_VERSION or not words(net):
        raise ModelDamaged(f"The weights in {folder} were trained on another grammar. Run `make pocket`.")
