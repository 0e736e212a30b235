"""A judge on trial: before it judges, it answers a question about a grey picture, so that what cannot run is refused at once.

Try it: `python -m pytest tests/tiny/test_judges_checkpoint.py`.
"""

from __future__ import annotations

import math
from typing import TypeVar

from PIL import Image

from engine.errors import ModelDamaged, ModelError, show
from models import devices
from models.judges.tokenwise import TokenJudge

J = TypeVar("J", bound=TokenJudge)
MISFIT = (RuntimeError, ValueError, IndexError, KeyError, TypeError, AttributeError)
"""What a network raises whose configuration, words and pixels do not belong together."""


def proved(judge: J) -> J:
    """The judge, once it has answered a question about a grey picture.

    Raises `ModelDamaged` where its parts do not fit together, `ModelError` where it gives no numbers.
    """
    try:
        reply = judge.answer(Image.new("RGB", (64, 64), "grey"), ["Is it red?"])[0]
    except MISFIT as error:
        raise ModelDamaged(
            f"The parts of the judge {show(judge.name)} do not fit together ({type(error).__name__}: "
            f"{show(error, limit=160)}). Fetch the checkpoint again, whole."
        ) from error
    if not math.isfinite(reply.confidence):
        kind = devices.placement().dtype
        raise ModelError(
            f"The judge {show(judge.name)} gives no numbers in {kind}: its weights are damaged"
            + (", or too large for it; a device with bfloat16, or the CPU, may run it." if kind == "float16" else ".")
        )
    return judge
