"""Again: a picture made once more from its own settings, and compared with the one that is kept, byte by byte.

Nothing is saved where both are the same. Try it: `python -m pytest tests/models/test_judge_task.py -k again`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from engine.errors import FormatError, JobError, ModelError, show
from engine.png import Origin, read_frames, read_png, write_png
from engine.store import Job, Picture, Store

if TYPE_CHECKING:
    from PIL import Image

    from models.generators import Drawing


def again(store: Store, job: Job) -> str:
    """Do an `again` job (payload `{"picture": ID}`); returns the sentence that says whether the bytes are the same.

    Raises `Stopped` when it is cancelled, `JobError` for another payload, `ModelError`, `StoreError` and `FormatError`
    where the picture cannot be made or read.
    """
    picture = store.get_picture(_wanted(job.payload))
    data = kept(store, picture)
    image, origin = read_png(data)
    drawing = redraw(store, job, picture)
    old, new = pixels(read_frames(data) or [image]), pixels(drawing.frames or [drawing.image])
    if old != new:
        origin = replace(origin, record=drawing.record)
        id = _keep(store, job, picture, write_png(drawing.image, origin, frames=drawing.frames), drawing)
        return f"Different pixels: {new[:12]}… instead of {old[:12]}…. The new picture is kept as {id}."
    same = f"The same pixels, bit for bit (sha256 {new[:12]}…)"
    try:
        file = write_png(drawing.image, _signed(origin, drawing), frames=drawing.frames)
    except ModelError as error:
        return f"{same}. The file was not compared: {error}"
    if file == data:
        return f"{same}, and the same file, answers included (sha256 {picture.sha256[:12]}…)."
    return f"{same}. The file differs in what is written beside them, such as the answers of a judge trained anew."


def _wanted(payload: str) -> str:
    try:
        return str(orjson.loads(payload)["picture"])
    except (KeyError, TypeError, ValueError) as error:
        raise JobError(f"The job says nothing usable for {show(error)}. Press Again at a picture.") from error


def kept(store: Store, picture: Picture) -> bytes:
    """The file of a picture; raises `FormatError` where it is gone."""
    try:
        return store.image_path(picture.path, run=picture.run).read_bytes()
    except OSError as error:
        raise FormatError(f"The file of picture {show(picture.id)} is gone, so nothing can be compared.") from error


def pixels(images: Sequence[Image.Image]) -> str:
    """SHA-256 over width, height and RGB bytes of a picture or of all frames of a video, in hex digits."""
    found = hashlib.sha256()
    for image in images:
        found.update(f"{image.width}x{image.height}:".encode() + image.convert("RGB").tobytes())
    return found.hexdigest()


def redraw(store: Store, job: Job, picture: Picture) -> Drawing:
    """The picture drawn anew by the generator, with caption, seed and settings of its row."""
    from models import generators

    said: dict[str, Any] = orjson.loads(picture.settings)

    def on_step(step: int, steps: int, _previews: Any) -> bool:
        text = f"Drawing it again: step {step} of {steps}"
        return not store.progress(job.id, job.token or "", 0.9 * step / steps, text, step=step, steps=steps)

    used = orjson.loads(picture.record).get("used", {})
    options = generators.Options.read({**said, "batch": used.get("batch")})  # bytes agree at the same batch only
    return generators.load(picture.generator, options).draw(
        [picture.caption], [picture.seed], steps=said.get("steps"), guidance=said.get("guidance"),
        size=int(said.get("size") or picture.width), on_step=on_step,
    )[0]  # fmt: skip


def _signed(origin: Origin, drawing: Drawing) -> Origin:
    """The origin with what the same judges say to the new picture."""
    from models import judges
    from models.judges.frames import usual
    from models.marking import mark

    said = []
    for before in origin.judgements:
        judge = judges.load(str(before["judge"]))
        marks = mark(
            judge, [drawing.image], [origin.questions], [drawing.contents], films=[drawing.frames],
            looking=usual(origin.generator),
        )[0]  # fmt: skip
        said.append({"judge": judge.name, "scores": marks.judge.to_dict(), "oracle": marks.to_dict()["oracle"]})
    return replace(origin, record=drawing.record, judgements=tuple(said))


def _keep(store: Store, job: Job, picture: Picture, data: bytes, drawing: Drawing) -> str:
    sha256, path = store.save_image(data)
    return store.add_picture(
        sha256=sha256, path=path, width=drawing.image.width, height=drawing.image.height, generator=picture.generator,
        caption=picture.caption, graph=picture.graph, seed=picture.seed, settings=picture.settings,
        record=orjson.dumps(drawing.record).decode(), job=job.id,
    ).id  # fmt: skip
