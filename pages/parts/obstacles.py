"""What keeps a generator from drawing a scene, said before a job is queued: an unknown word, another medium, too long a caption.

Try it: `python -m pytest tests/pages/test_saying.py -k obstacle`.
"""

from __future__ import annotations

from engine.errors import ScenewrightError, show
from engine.graph import SceneGraph
from engine.parse import parse
from engine.scene import SceneLine
from engine.taxonomy import Taxonomy, load
from engine.tokens import ENCODERS, budget
from engine.wording import counted

POCKET = {"pocket": "pocket", "painter": "pocket", "pocket-video": "pocket-video", "painter-video": "pocket-video"}
"""Generators that know the words of one taxonomy, and no others."""
PAINTERS = ("painter", "painter-video")
MEDIA = {"video": "videos", "3d": "3D models"}
KNOWING = "A published model, such as Stable Diffusion XL or FLUX.1, would know"


def obstacle(line: SceneLine, generator: str, tokens: int) -> str:
    """One sentence or two about the first thing in the way, or nothing; `tokens` is how many the generator reads."""
    if generator not in POCKET:
        return ""
    moving = POCKET[generator] == "pocket-video"
    if line.modality in MEDIA and not (moving and line.modality == "video"):
        if line.taxonomy == "pocket-video":
            return f"{show(generator)} draws still pictures, and this scene moves. Choose pocket-video in the settings beside Render."
        return (
            f"{show(generator)} draws still pictures, and this scene was composed for {MEDIA[line.modality]}. Choose "
            "Image under For and compose again, or take the caption to a model of that medium, under Download."
        )
    pocket = load(POCKET[generator])
    strange = unknown(line.graph, pocket)
    if strange:
        return _strange(strange, generator)
    if generator in PAINTERS and line.taxonomy not in (pocket.name, "pocket"):
        return _unread(line.caption, pocket)
    fits = budget(line.caption, line.spans, "pocket" if "pocket" in ENCODERS else "clip")
    if tokens and fits.tokens > tokens:
        return (
            f"This caption has {counted(fits.tokens, 'token')}, and the {generator} generator reads {tokens}. Choose Terse below "
            "the caption, or a scene of lower complexity."
        )
    return ""


def unknown(graph: SceneGraph, pocket: Taxonomy) -> list[str]:
    """The words of a scene that the pocket world lacks, objects first."""
    scenes = {value for kind in pocket.scene_kinds for value in kind.phrases}
    words = [item.name for item in graph.objects if item.name not in pocket.noun]
    words += [mark.value for mark in graph.attributes if mark.value not in pocket.kind_of_value]
    words += [link.phrase for link in graph.relations if link.phrase not in pocket.relation]
    words += [value for _, value in graph.scene_attributes if value not in scenes]
    return list(dict.fromkeys(words))


def _strange(words: list[str], generator: str) -> str:
    more = len(words) - 1
    rest = f" and {counted(more, 'more word')} of this scene" if more else ""
    return (
        f"The {generator} generator never learned {show(words[0])}{rest}. {KNOWING} {'them' if more else 'it'}: "
        "take the caption along under Download, or choose the pocket world under Words and compose again."
    )


def _unread(caption: str, pocket: Taxonomy) -> str:
    try:
        parse(caption, pocket)
    except ScenewrightError as error:
        return str(error)
    return ""
