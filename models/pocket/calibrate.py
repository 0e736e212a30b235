"""Calibrates a trained judge: how far each sort of question is to be doubted, learnt from the question's words alone.

Temperature scaling (Guo et al. 2017, arXiv 1706.04599) with one temperature per question instead of one for all; the
answer itself never changes. Part of `make pocket`. Try it: `python -m models.pocket.train --only judge --out runs/pocket`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.questions import questions
from engine.sampler import scene_rng
from models.judges import pixels
from models.pocket.judge_b_net import JudgeBNet
from models.pocket.judge_net import JudgeNet
from models.pocket.layout import arrange
from models.pocket.painter import paint
from models.pocket.scene import TAXONOMY
from models.pocket.words import tokens
from models.training.judge_study import Settings as Exam
from models.training.judge_study import graph_of

Net = TypeVar("Net", JudgeNet, JudgeBNet)


@dataclass(frozen=True, slots=True)
class Settings:
    """Pictures to learn from, none of them in training, validation or any reported exam (their seeds differ)."""

    pictures: int = 1500
    seed: int = 660_001
    steps: int = 400
    rate: float = 0.02


def calibrate(net: Net, settings: Settings | None = None) -> Net:
    """Fit `net.doubt` on painted pictures of its own seeds, all other weights as they are; returns the same network."""
    settings = settings or Settings()
    net.eval()
    answers, words, right = _evidence(net, settings)
    net.doubt.requires_grad_(True)
    optimizer = torch.optim.Adam(net.doubt.parameters(), lr=settings.rate, weight_decay=1e-4)
    for step in range(settings.steps):
        rows = torch.randperm(len(right), generator=torch.Generator().manual_seed(step))[:4096]
        loss = F.cross_entropy(answers[rows] * net.doubt(words[rows]).exp(), right[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    net.doubt.requires_grad_(False)
    return net


@torch.inference_mode()
def _evidence(net: JudgeNet | JudgeBNet, settings: Settings) -> tuple[Tensor, Tensor, Tensor]:
    """Uncalibrated answer logits (Q, answers), question embeddings (Q, text width) and right answers (Q)."""
    found: list[tuple[Tensor, Tensor, Tensor]] = []
    exam = Exam(painted=settings.pictures, seed=settings.seed)
    for i in range(settings.pictures):
        graph = graph_of(exam, i)
        asked = [q for q in questions(graph, TAXONOMY) if q.answer in net.config.answers]
        picture = paint(arrange(graph, scene_rng(settings.seed, i)))
        ids = torch.tensor([tokens(q.text, net.config.text_length) for q in asked])
        sight = net.see(pixels([picture])).rows(torch.zeros(len(asked), dtype=torch.long))
        words = net.read(ids)
        logits = net.ask(sight, ids)[0] / net.doubt(words).exp()
        found.append((logits, words, torch.tensor([net.config.answers.index(q.answer) for q in asked])))
    answers, words, right = (torch.cat(part).clone() for part in zip(*found, strict=True))
    return answers, words, right
