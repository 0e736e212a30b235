"""The judges of the pocket world: small networks that look at 64 x 64 pixels and answer from a closed vocabulary.

Try it:
`python -c "from PIL import Image; from models import judges; print(judges.load('pocket').answer(Image.open('a.png'), ['A dog?']))"`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from engine.scoring import Reply
from models.catalog import Card
from models.judges.asking import TOP, Choices, Judge
from models.weights import read_network

if TYPE_CHECKING:
    from torch import Tensor


class PocketJudge(Judge):
    """A trained network of the pocket world; looks at 64 x 64 pixels of whatever size it is given."""

    def __init__(self, folder: str, *, name: str = "pocket") -> None:
        self._take(_network(folder), name)

    @classmethod
    def around(cls, net: Any, *, name: str = "pocket") -> PocketJudge:
        """The judge around a network that is already in memory, as its trainer has it."""
        judge = cls.__new__(cls)
        judge._take(net.eval(), name)
        return judge

    def _take(self, net: Any, name: str) -> None:
        self.name = name
        self.net = net
        self.words = list(net.config.answers)

    def answer(
        self, image: Image.Image, questions: Sequence[str], *, choices: Sequence[Choices] | None = None
    ) -> list[Reply]:
        return self.answer_many([image], [questions])[0]

    def answer_many(
        self, images: Sequence[Image.Image], questions: Sequence[Sequence[str]], *,
        choices: Sequence[Sequence[Choices]] | None = None,
    ) -> list[list[Reply]]:  # fmt: skip
        """See `Judge.answer_many`; `choices` change nothing, since all answers come from one closed vocabulary."""
        import torch

        from models.pocket.words import tokens

        asked = [(i, text) for i, group in enumerate(questions) for text in group]
        if not asked:
            return [[] for _ in images]
        unique = {text: tokens(text, self.net.config.text_length) for text in dict.fromkeys(text for _, text in asked)}
        with torch.inference_mode():
            sight = self.net.see(pixels(images).to(self.net.device, self.net.dtype))
            probabilities = self._probabilities(sight, asked, unique)
        replies = iter(self._reply(row) for row in probabilities.tolist())
        return [[next(replies) for _ in group] for group in questions]

    def watch(self, film: Sequence[Image.Image], questions: Sequence[str]) -> list[Reply | None]:
        """Replies about motion and camera of a video of two frames or more; see `models.judges.frames.Watching`."""
        from models.judges.motion import Watch

        watch = Watch(self, film)
        return [watch.reply(text) for text in questions]

    def _probabilities(self, sight: Any, asked: Sequence[tuple[int, str]], unique: dict[str, list[int]]) -> Tensor:
        import torch

        parts = []
        for start in range(0, len(asked), 512):
            some = asked[start : start + 512]
            ids = torch.tensor([unique[text] for _, text in some], device=self.net.device)
            ids = ids[:, : int((ids != 0).sum(1).max())]
            rows = sight.rows(torch.tensor([i for i, _ in some], device=self.net.device))
            parts.append(self.net.ask(rows, ids)[0].float().softmax(-1))
        return torch.cat(parts)

    def _reply(self, row: Sequence[float]) -> Reply:
        best = sorted(range(len(row)), key=row.__getitem__, reverse=True)[:TOP]
        top = tuple((self.words[i], round(row[i], 6)) for i in best)
        return Reply(*top[0], p_yes=row[self.words.index("yes")], p_no=row[self.words.index("no")], top=top)


def pixels(images: Sequence[Image.Image], size: int = 64) -> Tensor:
    """(B, 3, size, size) floats 0..1, each picture averaged down from whatever it is."""
    import numpy as np
    import torch

    small = [image.convert("RGB").resize((size, size), Image.Resampling.BOX) for image in images]
    stacked = np.stack([np.asarray(picture) for picture in small])
    return torch.from_numpy(stacked).permute(0, 3, 1, 2).float() / 255


@cache
def _network(folder: str) -> Any:
    from models.pocket.words import vocabulary

    return read_network(Path(folder), kind=_class_of, words=lambda net: net.config.words == len(vocabulary()))


def _class_of(folder: Path) -> Any:
    """The network that the folder's configuration says it is; raises `KeyError` or `ValueError` for any other."""
    from models.pocket.judge_b_net import JudgeBNet
    from models.pocket.judge_net import JudgeNet

    kind = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
    return {net.config_class.model_type: net for net in (JudgeNet, JudgeBNet)}[kind]


def opened(card: Card) -> PocketJudge:
    """The judge of that card; raises `ModelDamaged` with what to do."""
    return PocketJudge(str(card.folder), name=card.name)
